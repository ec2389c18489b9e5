"""Estimates of all models for one use case, and each model's place among them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr as norm_cdf

from advisor.evidence import Z90
from advisor.shortlist.columns import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from advisor.evidence import Posterior

    Floats = NDArray[np.float64]


class Place(NamedTuple):
    """A model's rank for a use case among those that a board has measured, 1 is best, with its 90% interval."""

    rank: int
    low: int
    high: int
    of: int


class Standing(NamedTuple):
    """Estimates of all models for a use case, as in Columns.models: mean and deviation of the log-odds against the
    reference model, NaN where there is none; `proven` is the mean that a choice goes by, lower for models without a
    figure; `measured` counts boards."""

    mean: Floats
    proven: Floats
    deviation: Floats
    measured: NDArray[np.int_]

    def place(self, row: int) -> Place:
        """The place of a model."""
        return place(self.mean, self.deviation, (self.measured > 0) & ~np.isnan(self.mean), row)


def place(mean: Floats, deviation: Floats, measured: NDArray[np.bool_], row: int) -> Place:
    """The place of a model among the measured ones: the number of better ones is a sum of independent chances, each
    from the difference of two normal estimates. Arrays are (M,)."""
    others = measured.copy()
    others[row] = False
    spread = np.sqrt(deviation[others] ** 2 + deviation[row] ** 2)
    beaten = norm_cdf((mean[others] - mean[row]) / spread)
    expected, half = 1 + beaten.sum(), Z90 * np.sqrt((beaten * (1 - beaten)).sum())
    rank, of = 1 + int((mean[others] > mean[row]).sum()), 1 + int(others.sum())
    low, high = int(np.floor(expected - half)), int(np.ceil(expected + half))
    return Place(rank, min(rank, max(low, 1)), max(rank, min(high, of)), of)


def standing(columns: Columns, posterior: Posterior, weights: dict[str, float]) -> Standing:
    """The posterior for a use case, in the catalogue's order."""
    found = posterior.odds(weights)
    rows = columns.places(posterior.fitted.models)
    known = rows >= 0
    size = len(columns.models)
    mean, proven, deviation = (np.full(size, np.nan) for _ in range(3))
    measured = np.zeros(size, dtype=np.int_)
    mean[rows[known]], deviation[rows[known]] = found[0][known], found[1][known]
    proven[rows[known]] = posterior.proven(found[0])[known]
    measured[rows[known]] = posterior.fitted.measured[known]
    return Standing(mean, proven, deviation, measured)
