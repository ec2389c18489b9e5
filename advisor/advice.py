"""Advice in prose on a use case. Code composes it and puts every figure; the text is data, never an instruction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor import wording
from advisor.advice_conflicts import conflicts
from advisor.advice_rules import IRRELEVANT, METRICS, Case, applicable, injected
from advisor.schema import Answer, Candidate, Citation, RankedBenchmark, Shortlist, UseCase
from knowledge.lexical import fold

if TYPE_CHECKING:
    from advisor.services import Services
    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark

CANDIDATES = 3
BENCHMARKS = 3
CHECKED = 5
USEFUL = 0.3
QUESTIONS = 2
# Facts that change advice most often, in the order to ask for them.
ASKED_FIRST = (
    "task", "monthly_requests", "data_residency", "monthly_budget_usd", "deployment", "max_latency_seconds",
    "input_tokens_per_request", "languages", "outcome_metric",
)  # fmt: skip
NO_TASK = (
    "There is no single best model: which one fits depends on the task, the volume, the languages, the budget and "
    "where the data may go, and benchmarks measure different things. Tell me what the model should do, and how you "
    "would notice that it does it well."
)
# Assumptions that the arithmetic rests on; the others change little.
COSTLY = ("task", "monthly_requests", "input_tokens_per_request", "output_tokens_per_request")
INJECTED = (
    "Your text contains an instruction to the advisor (a prompt injection). It was ignored; only the use case counts."
)


def reply(text: str, services: Services) -> Answer:
    """The answer to a question on benchmarks, models or evaluation, or advice where the text is a use case."""
    from advisor.answers import answer
    from advisor.interview import intent

    if intent(text, has_question=False) in ("use_case", "change", "go"):
        return _advice(text, services)
    return answer(text, store=services.store, catalog=services.catalog, model=None)


def advise(use_case_text: str, services: Services) -> str:
    """Advice on a use case in prose: candidates, benchmarks, what to check, how to test, what is missing."""
    return _advice(use_case_text, services).answer


def _advice(text: str, services: Services) -> Answer:
    from advisor.recommend import shortlist_for, understand

    low = fold(text)
    warning = [INJECTED] if injected(low) else []
    use_case = understand(text, services) if text.strip() else UseCase()
    if "task" not in use_case.facts and len(use_case.facts) < 2:
        return Answer(answer="\n\n".join([*warning, NO_TASK, *_missing(use_case)]))
    shortlist = shortlist_for(use_case, services)
    case = Case(use_case.requirements(), use_case.requirements(with_assumptions=True), low)
    parts = [
        *warning,
        _understood(use_case),
        *_bullets("Say it plainly", conflicts(case, shortlist)),
        *_bullets("Is an LLM the right tool?", applicable(case, "wrong tool")[:2]),
        *_candidates(shortlist),
        *_benchmarks(case, shortlist, services.catalog),
        *_bullets("Check before you decide", applicable(case, "check")[:CHECKED]),
        _test(case),
        *_missing(use_case),
    ]
    return Answer(answer="\n\n".join(parts), citations=_citations(shortlist))


def _bullets(title: str, lines: list[str]) -> list[str]:
    return ["\n".join([f"**{title}**", *(f"- {line}" for line in lines)])] if lines else []


def _understood(use_case: UseCase) -> str:
    stated = [f"{wording.LABELS.get(f, f)}: {wording.value(x.value)}" for f, x in use_case.facts.items()]
    assumed = [
        f"{wording.LABELS[f]}: {wording.value(use_case.assumptions[f].value)}"
        for f in COSTLY
        if f in use_case.assumptions
    ]
    text = f"**Understood.** {'; '.join(stated)}."
    return text + (f" Assumed, correct me: {'; '.join(assumed)}." if assumed else "")


def _candidates(shortlist: Shortlist) -> list[str]:
    shown = [_candidate(c) for c in shortlist.candidates[:CANDIDATES]]
    if not shown:
        return []
    note = f"Prices and scores are of {shortlist.snapshot_date}. They choose whom to test, not the winner."
    return [*_bullets("Candidates to test", shown), note]


def _candidate(c: Candidate) -> str:
    cost = c.monthly_cost_usd
    basis = cost.basis.split("; ")[0]
    if cost.expected == 0:
        basis = "listed as free, which is a trial and no production price"
    money = f"about {wording.money(cost.expected)} a month = {basis}" if cost.expected else basis
    dated = f" ({cost.source}, {cost.date})" if cost.source else ""
    figures = [f"{e.benchmark} {e.value:g} {e.unit} ({e.source}, {e.date})" for e in c.evidence[:1]]
    evidence = f" {figures[0]}." if figures else " No published score; the estimate rests on its family."
    return f"**{c.name}** ({c.provider}; {', '.join(c.roles)}): {money}{dated}.{evidence}"


def _benchmarks(case: Case, shortlist: Shortlist, catalog: Catalog) -> list[str]:
    lines = [_benchmark(b) for b in fitting(case, shortlist, catalog)]
    if case.req.task in IRRELEVANT:
        lines.append(f"Of little use here: {IRRELEVANT[case.req.task]}.")
    return _bullets("Benchmarks to read", lines)


def fitting(case: Case, shortlist: Shortlist, catalog: Catalog) -> list[RankedBenchmark]:
    """Ranked benchmarks that measure a task of the case and do not belong to another trade."""
    return [b for b in shortlist.benchmarks if _fits(catalog.benchmarks.get(b.id), case)][:BENCHMARKS]


def _fits(bench: Benchmark | None, case: Case) -> bool:
    if bench is None or max((bench.tasks.get(t, 0) for t in case.tasks), default=0) < USEFUL:
        return False
    trades = set(bench.domains) - {"general"}
    return not trades or "general" in bench.domains or case.req.domain in trades


def _benchmark(b: RankedBenchmark) -> str:
    why = b.why.removeprefix("Measures: ").split(". Useful for:")[0].rstrip(".")
    limit = f" Limit: {_lowered(b.limits[0].split(';')[0])}." if b.limits else ""
    return f"{b.name}: {why}.{limit}"


def _lowered(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _test(case: Case) -> str:
    """How to measure the outcome. Sample sizes: half-width of a 95% interval at 80% right, 1.96 sqrt(.8 x .2 / n)."""
    metric = case.stated.outcome_metric or METRICS.get(case.req.task or "", "the outcome that your business counts")
    lines = [
        f"Public scores may be contaminated and are not your task: decide on your own data, by {metric}.",
        "Size: about 60 real, unseen items tell 80% right to within 10 points, 250 to within 5; keep hard cases in.",
        *applicable(case, "test")[:1],
    ]
    return f"**Test.** {' '.join(lines)}"


def _missing(use_case: UseCase) -> list[str]:
    from advisor.interview import question_for

    fields = [f for f in ASKED_FIRST if f not in use_case.facts and f not in use_case.unknown]
    if "deployment" in use_case.facts and use_case.facts["deployment"].value != "api":
        fields = [f for f in fields if f != "data_residency"]
        fields = fields if "gpu_memory_gb" in use_case.facts else ["gpu_memory_gb", *fields]
    asked = [question_for(f, use_case.language) for f in fields[:QUESTIONS]]
    return [f"**Next questions.** {' '.join(q.question for q in asked)}"] if asked else []


def _citations(shortlist: Shortlist) -> list[Citation]:
    found = [
        Citation(source=e.source, url=e.url, date=str(e.date), title=f"{c.name}, {e.benchmark}")
        for c in shortlist.candidates[:CANDIDATES]
        for e in c.evidence[:1]
    ]
    read = [Citation(source=b.name, url=b.sources[0]) for b in shortlist.benchmarks[:BENCHMARKS] if b.sources]
    return found + read
