"""Sources and single figures that contradict all others about a model, and what is done about it.

A harness can fail a model as a whole: a model that reasons at length is cut off before its answer, a chat template is
missing. All its figures of that source then stand together far from what the others say. Where a source lies more
than three deviations from what at least two others predict, its figures of the model get a deviation in common, as
large as the contradiction, so that they keep their order but hardly lift or lower the model. A single figure that far
from all others of the model is treated the same way: an answer format that one board did not accept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

APART = 3.0  # deviations from what the other sources predict
LEAST_SOURCES = 3  # of two that disagree nobody knows which is wrong
AT_MOST = 3  # sources of one model that are doubted
LEAST_FIGURES = 4  # that tell which figure is apart
A_FIFTH = 5  # of a model's figures are doubted at most one in so many, but AT_MOST


def reconciled(inverse: Vector, residual: Vector, source: Index) -> Vector:
    """A model's inverse covariance, (n, n), with a common deviation for sources that contradict the others.

    `residual` (n) are its scores less expectation, `source` (n) numbers the source of each. The shift of a source
    from what all other figures predict is the generalised least squares estimate `1'A r / 1'A 1` over its rows,
    with variance `1 / 1'A 1` (A the inverse covariance).
    """
    names = np.unique(source)
    if len(names) < LEAST_SOURCES:
        return inverse
    members = (source[:, None] == names[None, :]).astype(float)
    for _ in range(AT_MOST):
        precision = np.einsum("ig,ij,jg->g", members, inverse, members)
        shift = members.T @ (inverse @ residual) / precision
        apart = shift**2 * precision
        worst = int(np.argmax(apart))
        if apart[worst] <= APART**2:
            break
        extra = shift[worst] ** 2 - APART**2 / precision[worst]
        column = inverse @ members[:, worst]
        inverse = inverse - np.outer(column, column) * (extra / (1 + extra * precision[worst]))
    return inverse


def without_outliers(inverse: Vector, residual: Vector) -> Vector:
    """The same with a deviation of its own for single figures that lie far from what all others predict.

    The residual of a figure that is left out is `(A r)_i / A_ii`, with variance `1 / A_ii`.
    """
    if len(residual) < LEAST_FIGURES:
        return inverse
    for _ in range(max(AT_MOST, len(residual) // A_FIFTH)):
        precision = np.diag(inverse)
        off = (inverse @ residual) / precision
        worst = int(np.argmax(off**2 * precision))
        extra = off[worst] ** 2 - APART**2 / precision[worst]
        if extra * precision[worst] <= 1e-3:
            break
        column = inverse[:, worst]
        inverse = inverse - np.outer(column, column) * (extra / (1 + extra * precision[worst]))
    return inverse
