"""What a board adds to general capability for models of a date, a size, a way to answer.

Boards differ in what they reward: some rise steeply with the date of a model, some were outgrown, some ask for long
reasoning. Each column gets a ridge regression of what general capability leaves on a few properties of the models.
The slopes of a use case are the average of those of its boards, so that they tell of models with few figures, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from advisor.capability.side_information import Side

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

TREND_TRUST = 10.0  # models of usual spread that the start of a slope, zero, is worth


def properties(side: Side) -> Vector:
    """Date, date squared, log size, reasoning and openness in standard scores, zero where unknown, (M, 5)."""
    date = _standard(side.years)
    columns = [date, date**2, side.size, side.reasoning, side.open_weights]
    return np.nan_to_num(np.column_stack([_standard(column) for column in columns]))


def _standard(values: Vector) -> Vector:
    known = values[~np.isnan(values)]
    return (values - known.mean()) / max(float(known.std()), 1e-9) if len(known) else np.zeros_like(values)


def board_trends(known: Vector, left: Vector, model: Index, board: Index, boards: int) -> Vector:
    """Slopes of each column, (B, F), by ridge regression with a level of its own.

    `known` (M, F) properties of the models; `left` (N) standardised scores less general capability, of `model` (N) on
    `board` (N).
    """
    slopes = np.zeros((boards, known.shape[1]))
    for column in range(boards):
        rows = np.flatnonzero(board == column)
        if len(rows):
            x = known[model[rows]] - known[model[rows]].mean(0)
            y = left[rows] - left[rows].mean()
            slopes[column] = np.linalg.solve(x.T @ x + TREND_TRUST * np.eye(x.shape[1]), x.T @ y)
    return slopes
