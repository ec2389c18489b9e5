"""Where a figure stands on its board: the scale on which figures of different boards can be drawn side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.schema import Evidence

if TYPE_CHECKING:
    from knowledge.catalog import Catalog

LEAST = 5


def percentile(figure: Evidence, catalog: Catalog) -> float | None:
    """Share of the other models on the figure's board and source that it beats, 0 to 1; ties count half. None where
    fewer than LEAST models were measured in the same unit."""
    board = catalog.benchmarks.get(figure.benchmark_id)
    best = max if board is None or board.higher_is_better else min
    sign = 1 if best is max else -1
    rivals: dict[str, float] = {}
    for score in catalog.scores_on(figure.benchmark_id):
        if score.unit == figure.unit and catalog.sources[score.source_id].name == figure.source:
            rivals[score.model_id] = best(rivals.get(score.model_id, score.value), score.value)
    if len(rivals) < LEAST:
        return None
    wins = sum((sign * figure.value > sign * v) + 0.5 * (figure.value == v) for v in rivals.values())
    return min(max((wins - 0.5) / (len(rivals) - 1), 0.0), 1.0)
