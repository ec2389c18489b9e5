"""Published scores on one scale: what the capability model is fitted to.

A percentage becomes the log-odds of its share of the way from chance to the ceiling, an arena rating its natural
log-odds (Elo / 400 x ln 10), a quantity without a ceiling its logarithm. On this scale a step means the same
factor in the odds of success everywhere, so boards near their ceiling are not squeezed together.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, NamedTuple

from advisor.capability.comparisons import authors, of_another
from knowledge.benchmark_families import family_of

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark, Score

EDGE = 0.005  # keeps log-odds finite: half a question in a hundred
NOT_QUALITY = frozenset({"seconds", "tokens_per_second", "usd"})
SPEED_BOARDS = frozenset({"open-asr-rtfx"})  # hours of audio an hour: a score by its unit, a speed by its meaning
# A maker's own figure and a community's count for less than an independent one; what a maker publishes of another
# maker's model counts as a community's.
TRUST = {"independent": 1.0, "community": 0.7, "vendor": 0.5, "scaffold": 0.0}


class Observation(NamedTuple):
    """One figure of one model on one board, on the common scale; `trust` is 0 to 1."""

    model_id: str
    benchmark_id: str
    source_id: str
    x: float
    trust: float


def transform(value: float, unit: str, benchmark: Benchmark) -> float | None:
    """A published value on the log-odds scale, higher is better; None where it measures no quality."""
    if unit in NOT_QUALITY or benchmark.id in SPEED_BOARDS or not math.isfinite(value):
        return None
    sign = 1.0 if benchmark.higher_is_better else -1.0
    if unit == "elo":
        return sign * value * math.log(10) / 400
    if unit in ("percent", "fraction"):
        return sign * _log_odds(value * (0.01 if unit == "percent" else 1.0), benchmark)
    return sign * math.log(value) if value > 0 and benchmark.ceiling is None else sign * value


def _log_odds(share: float, benchmark: Benchmark) -> float:
    per = 0.01 if benchmark.unit == "percent" else 1.0
    floor = (benchmark.floor or 0.0) * per
    ceiling = benchmark.ceiling * per if benchmark.ceiling is not None else 1.0
    p = (share - floor) / (ceiling - floor)
    p = min(max(p, EDGE), 1 - EDGE)
    return math.log(p / (1 - p))


def observations(
    catalog: Catalog, *, exclude_sources: Collection[str] = (), exclude_roots: Collection[str] = ()
) -> list[Observation]:
    """The best configuration of each model on each board of each source.

    `exclude_roots` leaves out whole boards with all their categories and copies (`family_of`).
    """
    best: dict[tuple[str, str, str], Observation] = {}
    written_by = authors(catalog)
    for score in _scores(catalog):
        benchmark = catalog.benchmarks.get(score.benchmark_id)
        if benchmark is None or score.source_id in exclude_sources or TRUST[score.kind] == 0:
            continue
        if family_of(benchmark.id, catalog) in exclude_roots:
            continue
        x = transform(score.value, score.unit, benchmark)
        key = (score.model_id, score.benchmark_id, score.source_id)
        if x is not None and (key not in best or x > best[key].x):
            kind = "community" if of_another(score, written_by, catalog) else score.kind
            best[key] = Observation(*key, x, TRUST[kind])
    return sorted(best.values())


def _scores(catalog: Catalog) -> Iterable[Score]:
    return (score for model_id in catalog.models for score in catalog.scores_of(model_id))
