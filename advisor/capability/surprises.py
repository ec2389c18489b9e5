"""Models that all their figures put elsewhere than side information does.

What date, size and maker tell of a model is close for most and far off for some: a copy of a strong model by an
unknown maker, a large model that was trained badly. With one variance for all, figures that agree would be held to be
noise where the expectation is wrong. So general capability has heavy tails: a model whose figures together lie beyond
what the variance allows gets more of it. Of a model that few families of boards know, nobody can tell whether the model
or the boards are unusual: it gets none. Nor does a model of a maker whom nobody else ever measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

USUAL = 0.5  # deviations of general capability that need no wider variance
MOST = 1.0  # variance that is added at most: that of all models
LEAST_FAMILIES = 5  # families of boards that have to agree


def surprise(inverse: Vector, residual: Vector, loading: Vector, family: Index) -> tuple[Vector, float]:
    """A model's inverse covariance, (n, n), with more variance of general capability; and how much more.

    `residual` (n) are its scores less expectation, `loading` (n) what general capability adds to each, `family` (n)
    numbers the families of their boards. The generalised least squares estimate of the shift of capability is
    `l'A r / l'A l` (A the inverse covariance), its variance `1 / l'A l`; variance is added as far as the shift goes
    beyond USUAL deviations.
    """
    if len(np.unique(family)) < LEAST_FAMILIES:
        return inverse, 0.0
    column = inverse @ loading
    precision = float(loading @ column)
    shift = float(column @ residual) / precision
    extra = min(shift**2 - USUAL**2 / precision, MOST)
    if extra <= 0:
        return inverse, 0.0
    return inverse - np.outer(column, column) * (extra / (1 + extra * precision)), extra
