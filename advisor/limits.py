"""Limits of a published figure, computed from the catalogue. Each function states its definition.

The six limits of benchmarks that the notes explain (narrow scope, inconsistent runs, leakage, overfitting,
saturation, models aware of being tested) are turned into what can be counted; what cannot be is left to the notes.
"""

from __future__ import annotations

import datetime as dt
import statistics
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark, Score

SATURATED = 0.9  # of the way from chance to the ceiling
TOP = 5
STALE_DAYS = 365
GRADED = ("percent", "fraction", "score")  # costs, times and votes on new prompts do not leak
# Words of a limit, its short form for tables, and what the short form means.
SHORT = (
    ("measures a system", "scaffold", "measured in a system around the model (agent, tools), not the model alone"),
    ("reported by the model's own", "vendor", "reported by the model's own maker, not independently measured"),
    ("leakage is possible", "leak?", "the items were public before the model's data ends, so they may be in it"),
    ("sources disagree", "disputed", "another source has a figure that differs by more than 5% of the scale"),
    ("saturated", "saturated", "the best models are near the ceiling, so it hardly separates them"),
    ("months old", "old", "more than a year older than the snapshot"),
)
NARROW = 0.5
DISAGREEMENT = 0.05  # of the range from chance to the ceiling


def limits_of(score: Score, catalog: Catalog, *, relevance: float | None = None) -> list[str]:
    """All limits of one figure, in plain words, the gravest first."""
    benchmark = catalog.benchmarks.get(score.benchmark_id)
    found = [
        scaffold(score),
        vendor_reported(score),
        contamination(score, catalog),
        disagreement(score, catalog),
        saturation(benchmark, catalog) if benchmark else None,
        staleness(score, catalog.snapshot_date),
        narrowness(relevance),
    ]
    return [text for text in found if text]


def short(limits: list[str]) -> list[str]:
    """The short forms of limits, for a table; `SHORT` has their meaning."""
    return [form for words, form, _ in SHORT if any(words in text for text in limits)]


def scaffold(score: Score) -> str | None:
    """The figure is of a system around the model (agent, tools, several calls), not of the model alone.

    Why it matters: agents differ in cost and accuracy around the same model (Kapoor et al. 2024, arXiv 2407.01502).
    """
    return "measures a system built around the model, not the model alone" if score.kind == "scaffold" else None


def vendor_reported(score: Score) -> str | None:
    """The figure was published by the model's own maker, who chose the set-up.

    Why it matters: the set-up alone moves a score (Biderman et al. 2024, arXiv 2405.14782).
    """
    return "reported by the model's own maker, not independently measured" if score.kind == "vendor" else None


def scaled(value: float, benchmark: Benchmark, unit: str = "") -> float | None:
    """A value as the share of the way from chance level to the ceiling; None on scales without a ceiling."""
    if benchmark.ceiling is None:
        return None
    factor = {("fraction", "percent"): 100.0, ("percent", "fraction"): 0.01}.get((unit, benchmark.unit), 1.0)
    floor = benchmark.floor or 0.0
    return (value * factor - floor) / (benchmark.ceiling - floor)


def saturation(benchmark: Benchmark, catalog: Catalog) -> str | None:
    """The mean of the five best independent scores is above 90% of the way from chance to the ceiling.

    Saturation as in Kiela et al. 2021 (Dynabench, arXiv 2104.14337); five scores and 90% are our choice.
    """
    return _saturation(benchmark.id, catalog)


@lru_cache(maxsize=2048)
def _saturation(benchmark_id: str, catalog: Catalog) -> str | None:
    """Asked for every score of a card: counted once a benchmark and catalogue."""
    benchmark = catalog.benchmarks[benchmark_id]
    if not benchmark.higher_is_better:
        return None
    shares = (scaled(s.value, benchmark, s.unit) for s in catalog.scores_on(benchmark_id) if s.kind != "vendor")
    best = sorted((x for x in shares if x is not None), reverse=True)[:TOP]
    if len(best) < TOP or statistics.mean(best) < SATURATED:
        return None
    return f"saturated: the best {TOP} models reach {statistics.mean(best):.0%} of what is possible"


def contamination(score: Score, catalog: Catalog) -> str | None:
    """The benchmark's items were public before the model's training data ends (or the model's release).

    The risk, not a proof: what overlap does to scores is in Sainz et al. 2023 (arXiv 2310.18018).
    """
    benchmark, model = catalog.benchmarks.get(score.benchmark_id), catalog.models.get(score.model_id)
    if not benchmark or not model or not benchmark.public_since or benchmark.unit not in GRADED:
        return None
    until = model.knowledge_cutoff or (model.released.isoformat() if model.released else None)
    if until is None or benchmark.public_since[:7] >= until[:7]:
        return None
    return f"public since {benchmark.public_since}, before the model's data ends ({until[:7]}): leakage is possible"


def disagreement(score: Score, catalog: Catalog) -> str | None:
    """Another source publishes a figure for the same model, benchmark and configuration that differs by more
    than 5% of the range from chance to the ceiling.

    Runs of one benchmark differ between harnesses (Biderman et al. 2024, arXiv 2405.14782); 5% is our choice.
    """
    benchmark = catalog.benchmarks.get(score.benchmark_id)
    if benchmark is None:
        return None
    mine = scaled(score.value, benchmark, score.unit)
    if mine is None:
        return None
    for other in catalog.scores_of(score.model_id):
        if other.benchmark_id != score.benchmark_id or other.source_id == score.source_id:
            continue
        theirs = scaled(other.value, benchmark, other.unit)
        if other.config == score.config and theirs is not None and abs(theirs - mine) > DISAGREEMENT:
            return f"sources disagree: {other.source_id} has {other.value} {other.unit}"
    return None


def staleness(score: Score, today: dt.date) -> str | None:
    """The figure is more than a year older than the snapshot.

    Boards are renewed because old items leak and saturate (White et al. 2024, LiveBench, arXiv 2406.19314); a year is
    our choice.
    """
    days = (today - score.date).days
    return f"{days // 30} months old" if days > STALE_DAYS else None


def narrowness(relevance: float | None) -> str | None:
    """The best relevance of any benchmark with a figure is below one half for this use case.

    A benchmark measures its task, not ability at large (Raji et al. 2021, arXiv 2111.15366); one half is our choice.
    """
    if relevance is None or relevance >= NARROW:
        return None
    return "measures only a part of what this use case needs"
