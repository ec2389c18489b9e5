"""Candidates of a use case in a line each, and the trial that would decide between them."""

from __future__ import annotations

from collections.abc import Iterator

from advisor import wording
from advisor.advice.rules import METRICS, Case, applicable
from advisor.advice.words import words
from advisor.schema import Candidate, Citation, Evidence, Shortlist

SHOWN = 3
FIGURES = 2
CAVEATS = 2
ITEMS = 60
DISAGREE = "sources disagree"


def candidate_lines(shortlist: Shortlist, language: str) -> list[str]:
    """A line for each: cost with its arithmetic, window, licence, estimate, figures with source and date, cautions."""
    return [_line(c, language) for c in shortlist.candidates[:SHOWN]]


def reading_note(shortlist: Shortlist, language: str) -> str:
    """How to read the lines: the date, what the estimate means, and how many figures are the makers' own."""
    shown = shortlist.candidates[:SHOWN]
    meaning = shown[0].quality.meaning.removeprefix("estimated ")
    rival = meaning.split(" against ")[-1].split(",")[0]
    figures = [e for c in shown for e in _figures(c)]
    own = sum(e.kind != "independent" for e in figures)
    parts = [
        words("dated", language, date=shortlist.snapshot_date),
        words("quality_means", language, meaning=meaning, rival=rival) if " against " in meaning else "",
        words("vendor", language, count=own, all=len(figures)) if own else "",
    ]
    return " ".join(filter(None, parts))


def _figures(c: Candidate) -> list[Evidence]:
    """The most telling figures, one of each family of benchmarks."""
    first: dict[str, Evidence] = {}
    for e in c.evidence:
        first.setdefault(e.benchmark.split(":")[0].split(" Elo")[0], e)
    return list(first.values())[:FIGURES]


def _line(c: Candidate, language: str) -> str:
    cost = c.monthly_cost_usd
    basis = cost.basis.split("; ")[0]
    if cost.expected == 0:
        basis = "listed as free, which is a trial and no production price"
    money = words("monthly", language, money=wording.money(cost.expected), basis=basis) if cost.expected else basis
    dated = f" ({cost.source}, {cost.date})" if cost.source else ""
    figures = "; ".join(_figure(e) for e in _figures(c))
    evidence = f" {figures}." if figures else " " + words("no_score", language)
    caution = "; ".join(_cautions(c)[:CAVEATS])
    warned = f" {words('caution', language)}: {caution}." if caution else ""
    facts = "; ".join(_facts(c, language))
    return f"**{c.name}** ({c.provider}; {', '.join(c.roles)}): {money}{dated}; {facts}.{evidence}{warned}"


def _cautions(c: Candidate) -> list[str]:
    """What bears on this offer and its figures; that sources disagree on another provider's price does not."""
    own = [text for text in c.caveats if not text.startswith(DISAGREE) or f" at {c.provider}:" in text]
    return sorted(own, key=lambda text: text.startswith(DISAGREE))


def _figure(e: Evidence) -> str:
    own = ", reported by its maker" if e.kind != "independent" else ""
    return f"{e.benchmark} {wording.figure(e.value, e.unit)} ({e.source}, {e.date}{own})"


def _facts(c: Candidate, language: str) -> Iterator[str]:
    if window := c.basics.get("context_window"):
        yield words("context", language, tokens=f"{window:,}")
    if licence := c.basics.get("licence"):
        yield words("licence", language, licence=licence)
    q = c.quality
    yield words("quality", language, mean=f"{q.mean:.0%}", low=f"{q.low:.0%}", high=f"{q.high:.0%}")


def trial_text(case: Case, shortlist: Shortlist, language: str) -> str:
    """How to measure the outcome. Sample sizes: half-width of a 95% interval at 80% right, 1.96 sqrt(.8 x .2 / n)."""
    shown = shortlist.candidates[:SHOWN]
    metric = case.stated.outcome_metric or METRICS.get(case.req.task or "", "the outcome that your business counts")
    names = ", ".join(c.name for c in shown) or "the candidates"
    calls, cost = ITEMS * len(shown), _cost(case, shown, language)
    run = words("run", language, names=names, items=ITEMS, calls=calls, cost=cost, metric=metric)
    lines = [words("leak", language), run, words("size", language, items=ITEMS), *applicable(case, "test")[:1]]
    return f"**{words('trial', language)}.** {' '.join(lines)}"


def _cost(case: Case, shown: list[Candidate], language: str) -> str:
    """What the calls of the trial cost at the monthly prices."""
    monthly = [c.monthly_cost_usd.expected for c in shown if c.monthly_cost_usd.expected]
    if not monthly or not case.req.monthly_requests:
        return ""
    return words("costs", language, money=wording.money(sum(monthly) / case.req.monthly_requests * ITEMS))


def candidate_citations(shortlist: Shortlist) -> Iterator[Citation]:
    """Sources of the prices and figures that the lines show."""
    for c in shortlist.candidates[:SHOWN]:
        cost = c.monthly_cost_usd
        if cost.source:
            yield Citation(source=cost.source, url=cost.url, date=str(cost.date or ""), title=f"{c.name}, price")
        for e in _figures(c):
            yield Citation(source=e.source, url=e.url, date=str(e.date), title=f"{c.name}, {e.benchmark}")
