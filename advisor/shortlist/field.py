"""All models as one use case sees them: what each breaks, costs and is worth, and how sure that is. Pure and fast."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr as norm_cdf

from advisor.evidence import Z90
from advisor.schema import Requirements
from advisor.shortlist import constraints, hosting, spending
from advisor.shortlist.columns import Columns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from advisor.evidence import Posterior

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Rows = NDArray[np.intp]

UNKNOWN_PRICE = 1000.0  # for ordering alone: an unknown price is no advantage
CAUTION = 0.4  # deviations taken off the mean, so that a model that is hardly measured does not lead
# How much log-odds of quality a tenfold price is worth, by what comes first for the user: it orders the candidates.
PRICE_WEIGHT = {"quality": 0.15, "balanced": 0.5, "cost": 1.5, "speed": 0.7}
GOOD_ENOUGH = 0.15  # probability of winning that a cheaper model may lack and still be good enough


class Place(NamedTuple):
    """A model's rank for a use case, 1 is best, with the 90% interval of the rank."""

    rank: int
    low: int
    high: int
    of: int


class Standing(NamedTuple):
    """Estimates of all models for a use case, as in Columns.models: mean and deviation of the log-odds against the
    reference model, NaN where there is none; `measured` counts boards."""

    mean: Floats
    deviation: Floats
    measured: NDArray[np.int_]

    def place(self, row: int) -> Place:
        """The place of a model among all that have an estimate: the number of better ones is a sum of independent
        chances, each from the difference of two normal estimates."""
        known = ~np.isnan(self.mean)
        others = known.copy()
        others[row] = False
        spread = np.sqrt(self.deviation[others] ** 2 + self.deviation[row] ** 2)
        beaten = norm_cdf((self.mean[others] - self.mean[row]) / spread)
        expected, half = 1 + beaten.sum(), Z90 * np.sqrt((beaten * (1 - beaten)).sum())
        rank, of = 1 + int((self.mean[others] > self.mean[row]).sum()), int(known.sum())
        low, high = int(np.floor(expected - half)), int(np.ceil(expected + half))
        return Place(rank, min(rank, max(low, 1)), max(rank, min(high, of)), of)


def standing(columns: Columns, posterior: Posterior, weights: dict[str, float]) -> Standing:
    """The posterior for a use case, in the catalogue's order."""
    found = posterior.odds(weights)
    rows = columns.places(posterior.fitted.models)
    known = rows >= 0
    size = len(columns.models)
    mean, deviation, measured = np.full(size, np.nan), np.full(size, np.nan), np.zeros(size, dtype=np.int_)
    mean[rows[known]], deviation[rows[known]] = found[0][known], found[1][known]
    measured[rows[known]] = posterior.fitted.measured[known]
    return Standing(mean, deviation, measured)


class Field:
    """All models for one use case: what each breaks, costs and is worth. Arrays are as in Columns.models."""

    def __init__(self, columns: Columns, req: Requirements, standing: Standing):
        self.columns, self.req, self.standing = columns, req, standing
        self.case = constraints.Case(columns, req)

    @cached_property
    def broken(self) -> Mask:
        """Which rule (rows, as in constraints.RULES) each model breaks."""
        return constraints.broken(self.case)

    @cached_property
    def routes(self) -> spending.Routes:
        """The cheapest way to run each model."""
        return spending.routes(self.case)

    @cached_property
    def over_budget(self) -> Mask:
        """Models whose known price is above the budget."""
        budget = np.inf if self.req.monthly_budget_usd is None else self.req.monthly_budget_usd
        return np.asarray(self.routes.usd > budget)  # an unknown price is above no budget

    @cached_property
    def rows(self) -> Rows:
        """Models that pass, by row."""
        return np.flatnonzero(~self.broken.any(axis=0) & ~self.over_budget & ~np.isnan(self.standing.mean))

    @cached_property
    def cautious(self) -> Floats:
        """Quality of the models that pass, less a part of the deviation."""
        return np.asarray(self.standing.mean[self.rows] - CAUTION * self.standing.deviation[self.rows])

    @cached_property
    def win(self) -> Floats:
        """Probability of winning against the reference model, of the models that pass."""
        return np.asarray(1 / (1 + np.exp(-self.standing.mean[self.rows])))

    @cached_property
    def usd(self) -> Floats:
        """USD a month of the models that pass, infinite where unknown: for ordering."""
        usd = self.routes.usd[self.rows]
        return np.where(np.isnan(usd), np.inf, usd)

    @cached_property
    def price(self) -> Floats:
        """What stands for the price in a trade-off: USD, or memory on the user's own machine."""
        usd, own = self.routes.usd[self.rows], hosting.memory(self.columns.size[self.rows], self.req)
        unpriced = np.where(np.isnan(own), UNKNOWN_PRICE, own)
        return np.asarray(np.maximum(np.where(np.isnan(usd), unpriced, usd), 0.01))

    @property
    def price_weight(self) -> float:
        """Deviations of quality that a tenfold price is worth."""
        return PRICE_WEIGHT[self.req.priority or "balanced"]

    @cached_property
    def utility(self) -> Floats:
        """Quality in log-odds, less what the price takes away for this user, of the models that pass."""
        return self.worth(self.price_weight)

    def worth(self, price_weight: float) -> Floats:
        """Quality in log-odds, less `price_weight` for each tenfold price, of the models that pass."""
        return np.asarray(self.cautious - price_weight * np.log10(self.price))

    @cached_property
    def offers(self) -> Rows:
        """The row of the offer of each model that passes, as in Routes."""
        return self.routes.offer[self.rows]

    @cached_property
    def official(self) -> Mask:
        """Models that pass and are served by their maker or a cloud that it names."""
        return np.asarray((self.offers >= 0) & self.columns.first_party[np.maximum(self.offers, 0)])

    @cached_property
    def first_hand(self) -> Mask:
        """Models that pass and are served by their maker, or a cloud that it names, or run by the user; all of them
        where none is."""
        found = (self.offers < 0) | self.official
        return np.asarray(found if found.any() else np.ones(len(found), dtype=bool))

    @cached_property
    def good_enough(self) -> Mask:
        """Models that pass and win nearly as often as the best of those that are served first hand."""
        careful = 1 / (1 + np.exp(-self.cautious))
        return np.asarray(careful >= careful[self.first_hand].max() - GOOD_ENOUGH)

    @cached_property
    def front(self) -> Mask:
        """Of the models that pass, those that no other beats in both quality and cost."""
        quality = self.standing.mean[self.rows]
        order = np.lexsort((-quality, self.usd))
        best_before = np.maximum.accumulate(np.r_[-np.inf, quality[order][:-1]])
        found = np.zeros(len(order), dtype=bool)
        found[order] = quality[order] > best_before
        return found
