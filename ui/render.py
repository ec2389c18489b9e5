"""What the terminal shows as tables: title, columns, rows. Values are text; markup in them is not obeyed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from advisor import wording

if TYPE_CHECKING:
    from advisor.recommend import Recommendation
    from advisor.schema import Fact, RankedBenchmark, Shortlist
    from advisor.trial.schema import TrialResult

Table = tuple[str, list[str], list[tuple[Any, ...]]]
FIGURES = 3  # of each candidate; --json has all


def recommendation_tables(found: Recommendation) -> list[Table]:
    """A whole recommendation; empty tables are left out."""
    asked = [(q.question, f"{q.expected_change:.0%}") for q in found.next_questions]
    tables: list[Table] = [
        facts("Understood", found.use_case.facts.values()),
        facts("Assumed", found.assumptions),
        candidates(found.shortlist),
        figures(found.shortlist),
        ("What to tell me next", ["Question", "Would change"], asked),
        ("Smallest changes that let a model pass", ["Change"], [(r,) for r in found.shortlist.relaxations]),
        ("What would change the choice", ["Change"], [(s,) for s in found.shortlist.sensitivity]),
    ]
    return [t for t in tables if t[2]]


def facts(title: str, found: Iterable[Fact]) -> Table:
    """Facts with the words, or the reason, that they come from."""
    rows = [(wording.LABELS[f.field], wording.held(f), (f.quote or f.note) + wording.arithmetic(f)) for f in found]
    return title, ["Fact", "Value", "From"], rows


def candidates(found: Shortlist) -> Table:
    """Candidates with their interval, cost and basics."""
    rows = [
        (
            c.name,
            c.provider,
            ", ".join(c.roles),
            f"{c.quality.mean:.0%} ({c.quality.low:.0%} to {c.quality.high:.0%})",
            wording.money(c.monthly_cost_usd.expected),
            c.basics.get("context_window") or "unknown",
            c.basics.get("licence") or "unknown",
        )
        for c in found.candidates
    ]
    heads = ["Model", "Provider", "Why", "Quality", "USD a month", "Context", "Licence"]
    return f"Candidates (snapshot of {found.snapshot_date})", heads, rows


def figures(found: Shortlist) -> Table:
    """Published figures of the candidates with source and date."""
    rows = [
        (c.name, v.benchmark, wording.figure(v.value, v.unit), v.source, v.date)
        for c in found.candidates
        for v in c.evidence[:FIGURES]
    ]
    return "Figures", ["Model", "Benchmark", "Value", "Source", "Date"], rows


def benchmarks(found: Iterable[RankedBenchmark]) -> Table:
    """Benchmarks that fit, why, and their first limits."""
    rows = [(b.name, f"{b.score:.2f}", b.why, "; ".join(b.limits[:2])) for b in found]
    return "Benchmarks", ["Benchmark", "Fit", "Why", "Limits"], rows


def standings(result: TrialResult) -> Table:
    """Candidates of a trial with their intervals."""
    rows = [
        (s.model, _share(s.score), f"{_share(s.low)} to {_share(s.high)}", s.n, s.unscored) for s in result.standings
    ]
    return f"{result.name} ({result.trial_id})", ["Candidate", "Score", "Interval", "Judged", "Unscored"], rows


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
