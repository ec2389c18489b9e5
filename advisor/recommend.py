"""From a text or a use case to benchmarks and a shortlist: the way that the graph, the CLI and MCP share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from advisor.schema import Fact, Question, RankedBenchmark, Requirements, Shortlist, UseCase

if TYPE_CHECKING:
    from advisor.services import Services


class Recommendation(BaseModel):
    """A single-shot recommendation: what was understood, what was assumed, what to ask next, what fits."""

    use_case: UseCase
    assumptions: list[Fact] = []
    next_questions: list[Question] = []
    shortlist: Shortlist


def understand(text: str, services: Services) -> UseCase:
    """Facts of one message, each with the words that it came from, and the assumptions that fill the gaps."""
    from advisor.interview import apply, assumptions, extract

    use_case, _ = apply(UseCase(text=text), extract(text, speaker=services.speaker))
    return use_case.model_copy(update={"assumptions": assumptions(use_case)})


def benchmarks_for(use_case: UseCase, services: Services, k: int = 8) -> list[RankedBenchmark]:
    """Benchmarks that measure what this use case needs, best first."""
    from advisor.relevance import rank_benchmarks

    req = use_case.requirements(with_assumptions=True)
    return rank_benchmarks(use_case.text, store=services.store, catalog=services.catalog, requirements=req, k=k)


def shortlist_for(
    use_case: UseCase, services: Services, *, weights: dict[str, float] | None = None, with_benchmarks: bool = True
) -> Shortlist:
    """Candidates for a use case. `weights` (benchmark id to relevance) replaces the computed relevance."""
    from advisor.relevance import benchmark_weights
    from advisor.shortlist import build_shortlist

    ranked = benchmarks_for(use_case, services) if with_benchmarks else []
    if weights is None:
        weights = benchmark_weights(use_case, store=services.store, catalog=services.catalog)
    return build_shortlist(
        use_case, catalog=services.catalog, weights=weights, ranked=ranked, posterior=services.posterior
    )


def model_ids(requirements: Requirements, base: UseCase, services: Services) -> list[str]:
    """Ids on the shortlist that `requirements` would give: the question engine's view of the advice."""
    facts = {f: Fact(field=f, value=v, origin="computed") for f, v in requirements.stated().items()}
    use_case = UseCase(text=base.text, facts=facts, language=base.language)
    return [c.model_id for c in shortlist_for(use_case, services, with_benchmarks=False).candidates]


def questions_for(use_case: UseCase, services: Services, *, asked: list[str], limit: int = 3) -> list[Question]:
    """The next best questions, the one with the largest expected change of the shortlist first."""
    from advisor.interview import next_question

    found: list[Question] = []
    for _ in range(limit):
        seen = [*asked, *(q.field for q in found)]
        question = next_question(use_case, lambda r: model_ids(r, use_case, services), asked=seen)
        if question is None:
            break
        found.append(question)
    return found


def recommend(text: str, services: Services) -> Recommendation:
    """The whole way in one call: facts, assumptions, benchmarks, candidates, and what to ask next."""
    use_case = understand(text, services)
    return Recommendation(
        use_case=use_case,
        assumptions=list(use_case.assumptions.values()),
        next_questions=questions_for(use_case, services, asked=[]),
        shortlist=shortlist_for(use_case, services),
    )


def as_contract(found: Recommendation) -> dict[str, Any]:
    """The JSON document of `advisor recommend --json`."""
    cards = found.shortlist
    return {
        "use_case": found.use_case.requirements().stated(),
        "facts": [f.model_dump(mode="json") for f in found.use_case.facts.values()],
        "assumptions": [f.model_dump(mode="json") for f in found.assumptions],
        "next_questions": [q.model_dump(mode="json") for q in found.next_questions],
        "benchmarks": [b.model_dump(mode="json") for b in cards.benchmarks],
        "candidates": [c.model_dump(mode="json") for c in cards.candidates],
        "others": [c.model_id for c in cards.others],
        "excluded": [e.model_dump(mode="json") for e in cards.excluded],
        "relaxations": cards.relaxations,
        "sensitivity": cards.sensitivity,
        "considered": cards.considered,
        "snapshot_date": cards.snapshot_date.isoformat() if cards.snapshot_date else None,
    }
