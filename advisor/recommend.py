"""From a text or a use case to benchmarks and a shortlist: the way that the graph, the CLI and MCP share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from advisor.errors import BadInput
from advisor.schema import Fact, Question, RankedBenchmark, Requirements, Shortlist, UseCase

if TYPE_CHECKING:
    from advisor.services import Services
    from advisor.shortlist.standing import Standing


# What the meaning of quality depends on.
SUBJECT = ("task", "secondary_tasks", "domain", "languages", "input_modalities")


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
    from advisor.relevance.weighing import rank_benchmarks

    req = use_case.requirements(with_assumptions=True)
    return rank_benchmarks(use_case.text, store=services.store, catalog=services.catalog, requirements=req, k=k)


def weights_for(
    use_case: UseCase, services: Services, *, relevance: Mapping[str, float] | None = None
) -> dict[str, float]:
    """Relevance of every board with scores to a use case; `relevance` sets some of it by hand (id to 0..1).

    Kept: it depends on little of what is known.
    """
    from advisor.relevance.task_weights import overridden
    from advisor.relevance.weighing import benchmark_weights

    kept, key = services.memory("weights"), _subject(use_case.text, use_case.requirements(with_assumptions=True))
    if key not in kept:
        kept[key] = benchmark_weights(use_case, store=services.store, catalog=services.catalog)
    return overridden(kept[key], relevance, services.catalog) if relevance else kept[key]


def _subject(text: str, requirements: Requirements) -> tuple[str, ...]:
    """What the weights of benchmarks depend on."""
    from advisor.relevance.board_traits import PLAIN

    told = [(field, getattr(requirements, field)) for field in SUBJECT]
    return (text, *("None" if value == PLAIN.get(field) else str(value) for field, value in told))


def shortlist_for(use_case: UseCase, services: Services, *, weights: dict[str, float] | None = None) -> Shortlist:
    """Candidates for a use case. `weights` (benchmark id to relevance) replaces the computed relevance."""
    from advisor.shortlist.build import build_shortlist

    weights = weights_for(use_case, services) if weights is None else weights
    ranked = benchmarks_for(use_case, services)
    with services.computing:
        return build_shortlist(
            use_case, catalog=services.catalog, weights=weights, ranked=ranked, posterior=services.posterior
        )


def model_ids(wanted: Sequence[Requirements], base: UseCase, services: Services) -> list[list[str]]:
    """Ids on the shortlists that other requirements would give: the question engine's view of the advice."""
    from advisor.shortlist.columns import eligible_columns
    from advisor.shortlist.roles import quick_ids

    standings = [_standing(requirements, base, services) for requirements in wanted]
    return quick_ids(wanted, eligible_columns(services.catalog), standings)


def _standing(requirements: Requirements, base: UseCase, services: Services) -> Standing:
    """Estimates of all models for requirements. Kept: they depend on task, domain and languages alone."""
    from advisor.shortlist.columns import eligible_columns
    from advisor.shortlist.standing import standing

    kept, key = services.memory("standings"), _subject(base.text, requirements)
    if key not in kept:
        facts = {f: Fact(field=f, value=v) for f in SUBJECT if (v := getattr(requirements, f))}
        use_case = UseCase(text=base.text, facts=facts, language=base.language)
        kept[key] = standing(eligible_columns(services.catalog), services.posterior, weights_for(use_case, services))
    return kept[key]


def questions_for(use_case: UseCase, services: Services, *, asked: list[str], limit: int = 3) -> list[Question]:
    """The next best questions, the one with the largest expected change of the shortlist first."""
    from advisor.interview import best_questions

    weights_for(use_case, services)  # reads the meaning of the text, which others need not wait for
    with services.computing:
        return best_questions(use_case, lambda wanted: model_ids(wanted, use_case, services), asked=asked, count=limit)


class RankedModel(BaseModel):
    """A model's estimate for a use case: log-odds against the reference model with a 90% interval.

    `measured` counts the boards that have a figure of it; without any the estimate comes from its family and date.
    """

    model_id: str
    mean: float
    low: float
    high: float
    rank: int
    measured: int


def rank(
    text: str,
    services: Services,
    *,
    exclude_sources: Collection[str] = (),
    relevance: Mapping[str, float] | None = None,
) -> list[RankedModel]:
    """Every model of the catalogue for a text, best first.

    Figures of `exclude_sources` are left out; `relevance` sets weights of benchmarks (id to 0..1) by hand.
    """
    from advisor.evidence import load_posterior

    unknown = sorted(set(exclude_sources) - services.catalog.sources.keys())
    if unknown:
        raise BadInput(f"'{unknown[0]}' is no source. Sources: {', '.join(sorted(services.catalog.sources))}.")
    posterior = services.posterior
    if exclude_sources:
        posterior = load_posterior(services.catalog, exclude_sources=exclude_sources)
    found = posterior.rank(weights_for(understand(text, services), services, relevance=relevance))
    return [RankedModel.model_validate(q, from_attributes=True) for q in found]


def explain(
    model: str, text: str, services: Services, *, relevance: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """The way from a model's rows to its rank for a use case: expectation, each figure's part, estimate, places."""
    from advisor import explanation
    from advisor.answers.model_card import find

    row = find(model, services.catalog)
    weights = weights_for(understand(text, services), services, relevance=relevance)
    found = explanation.explain(row, weights, services.posterior, services.catalog)
    side, meaning = explanation.side_of(row), services.posterior.meaning
    words = explanation.as_markdown(row.name, text, found, meaning, side)
    return {"model_id": row.id, "side": side, "markdown": words, **explanation.as_document(found)}


def play(personas: list[dict[str, Any]], services: Services) -> list[dict[str, Any]]:
    """Interviews against scripted answers, on the real engine: the rows of `advisor simulate`."""
    from advisor.interview import next_question, simulate

    def ask(use_case: UseCase, asked: Sequence[str]) -> Question | None:
        return next_question(use_case, lambda wanted: model_ids(wanted, use_case, services), asked=asked)

    def ids(use_case: UseCase) -> list[str]:
        from advisor.interview import assumptions

        filled = use_case.model_copy(update={"assumptions": assumptions(use_case)})
        return model_ids([filled.requirements(with_assumptions=True)], use_case, services)[0]

    return simulate(personas, ask, ids, speaker=services.speaker)


def recommend(text: str, services: Services, *, relevance: Mapping[str, float] | None = None) -> Recommendation:
    """The whole way in one call: facts, assumptions, benchmarks, candidates, and what to ask next.

    `relevance` sets weights of benchmarks (id to 0..1) by hand.
    """
    from advisor.relevance.weighing import read_ahead

    read_ahead(text)
    use_case = understand(text, services)
    weights = weights_for(use_case, services, relevance=relevance)
    return Recommendation(
        use_case=use_case,
        assumptions=list(use_case.assumptions.values()),
        next_questions=questions_for(use_case, services, asked=[]),
        shortlist=shortlist_for(use_case, services, weights=weights),
    )


def as_contract(found: Recommendation) -> dict[str, Any]:
    """The JSON document of `advisor recommend --json`."""
    cards = found.shortlist
    return {
        "text": found.use_case.text,
        "use_case": found.use_case.requirements().stated(),
        "facts": [f.model_dump(mode="json") for f in found.use_case.facts.values()],
        "assumptions": [f.model_dump(mode="json") for f in found.assumptions],
        "next_questions": [q.model_dump(mode="json") for q in found.next_questions],
        "benchmarks": [b.model_dump(mode="json") for b in cards.benchmarks],
        "candidates": [c.model_dump(mode="json") for c in cards.candidates],
        "others": [c.model_id for c in cards.others],
        "excluded": [e.model_dump(mode="json") for e in cards.excluded],
        "excluded_by": cards.excluded_by,
        "relaxations": cards.relaxations,
        "sensitivity": cards.sensitivity,
        "considered": cards.considered,
        "snapshot_date": cards.snapshot_date.isoformat() if cards.snapshot_date else None,
    }
