"""A recommendation as tables for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor import wording

if TYPE_CHECKING:
    from advisor.recommend import Recommendation

Table = tuple[str, list[str], list[tuple[Any, ...]]]


def recommendation_tables(found: Recommendation) -> list[Table]:
    """A recommendation for the terminal: title, columns, rows."""
    cards = found.shortlist.candidates
    facts_ = [(wording.LABELS[f], wording.value(x.value), x.quote) for f, x in found.use_case.facts.items()]
    assumed = [(wording.LABELS[x.field], wording.value(x.value), x.note) for x in found.assumptions]
    rows = [
        (
            c.name,
            c.provider,
            ", ".join(c.roles),
            f"{c.quality.mean:.0%} ({c.quality.low:.0%} to {c.quality.high:.0%})",
            wording.money(c.monthly_cost_usd.expected),
            c.basics.get("context_window") or "unknown",
            c.basics.get("licence") or "unknown",
        )  # fmt: skip
        for c in cards
    ]
    figures = [(c.name, v.benchmark, f"{v.value} {v.unit}", v.source, v.date) for c in cards for v in c.evidence[:3]]
    asked = [(q.question, f"{q.expected_change:.0%}") for q in found.next_questions]
    heads = ["Model", "Provider", "Why", "Quality", "USD a month", "Context", "Licence"]
    tables: list[Table] = [
        ("Understood", ["Fact", "Value", "From the words"], facts_),
        ("Assumed", ["Fact", "Value", "Why"], assumed),
        (f"Candidates (snapshot of {found.shortlist.snapshot_date})", heads, rows),
        ("Figures", ["Model", "Benchmark", "Value", "Source", "Date"], figures),
        ("What to tell me next", ["Question", "Would change"], asked),
        ("Smallest changes that let a model pass", ["Change"], [(r,) for r in found.shortlist.relaxations]),
    ]
    return [t for t in tables if t[2]]
