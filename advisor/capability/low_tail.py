"""The low tail of a board, drawn in.

Near chance, and where a model fails a format rather than the tasks, log-odds run far down: one wrong answer more is
a long step, and a few models at the bottom set the scale of the column and pull at all that is learned from it. Who
stands that low is known to be weak; how weak, the figure does not tell.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]

LOWEST = 2.0  # deviations below the median of its column that a figure counts for at most
FEWEST = 8  # figures that tell where a column has its middle and how wide it is
NORMAL = 1.4826  # deviation of a normal distribution in its median absolute deviations


def drawn_in(value: Vector, column: NDArray[np.int64]) -> Vector:
    """The figures `value` (N) of the columns numbered `column` (N), none lower than LOWEST robust deviations below the
    median of its column (median absolute deviation x 1.4826)."""
    out = value.copy()
    for one in np.flatnonzero(np.bincount(column) >= FEWEST):
        rows = column == one
        middle = np.median(value[rows])
        width = NORMAL * np.median(np.abs(value[rows] - middle))
        if width > 0:
            out[rows] = np.maximum(value[rows], middle - LOWEST * width)
    return out
