"""All models as several use cases see them at once: which pass, what they cost and are worth. Pure and fast.

The question engine tries dozens of use cases for one question: as arrays over all of them that is a few operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from advisor.schema import Requirements
from advisor.shortlist import constraints, hosting, spending
from advisor.shortlist.columns import Columns
from advisor.shortlist.standing import Standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Rows = NDArray[np.intp]

UNKNOWN_PRICE = 1000.0  # for ordering alone: an unknown price is no advantage
CAUTION = 0.4  # deviations taken off the mean, so that a model that is hardly measured does not lead
# How much log-odds of quality a tenfold price is worth, by what comes first for the user: it orders the candidates.
PRICE_WEIGHT = {"quality": 0.15, "balanced": 0.5, "cost": 1.5, "speed": 0.7}
GOOD_ENOUGH = 0.15  # probability of winning that a cheaper model may lack and still be good enough


class Cases:
    """Models as the use cases see them. Arrays are (use cases, rows): the rows are the models that pass in one of them
    at least, `passes` says in which; what stands beside a model that does not pass means nothing."""

    def __init__(self, columns: Columns, wanted: Sequence[Requirements], standings: Sequence[Standing]):
        self.columns, self.wanted, self.standings = columns, wanted, standings
        self.each = [constraints.Case(columns, req) for req in wanted]

    @cached_property
    def _possible(self) -> Mask:
        """Models of the catalogue that break no rule and have an estimate."""
        unknown = np.stack([np.isnan(standing.mean) for standing in self.standings])
        return ~(np.stack([constraints.ruled_out(case) for case in self.each]) | unknown)

    @cached_property
    def routes(self) -> spending.Routes:
        """The cheapest way to run each model of the catalogue that is possible."""
        return spending.routes(self.each, self._possible)

    @cached_property
    def _passing(self) -> Mask:
        """Models of the catalogue that pass: of those that are possible all whose known price is within the budget."""
        return np.asarray(self._possible & ~(self.routes.usd > np.array([[budget(req)] for req in self.wanted])))

    @cached_property
    def rows(self) -> Rows:
        """Models that pass somewhere, by row of the catalogue."""
        return np.flatnonzero(self._passing.any(axis=0))

    @cached_property
    def passes(self) -> Mask:
        """Which of the rows pass in each use case."""
        return self._passing[:, self.rows]

    @cached_property
    def mean(self) -> Floats:
        """Log-odds of winning against the reference model, as far as models have proven it."""
        return np.stack([standing.proven[self.rows] for standing in self.standings])

    @cached_property
    def cautious(self) -> Floats:
        """Quality, less a part of the deviation."""
        deviation = np.stack([standing.deviation[self.rows] for standing in self.standings])
        return np.asarray(self.mean - CAUTION * deviation)

    @cached_property
    def win(self) -> Floats:
        """Probability of winning against the reference model."""
        return np.asarray(1 / (1 + np.exp(-self.mean)))

    @cached_property
    def measured(self) -> NDArray[np.int_]:
        """How many boards have a figure of each, (rows,)."""
        return self.standings[0].measured[self.rows]

    @cached_property
    def usd(self) -> Floats:
        """USD a month, infinite where unknown: for ordering."""
        usd = self.routes.usd[:, self.rows]
        return np.where(np.isnan(usd), np.inf, usd)

    @cached_property
    def price(self) -> Floats:
        """What stands for the price in a trade-off: USD, or memory on the user's own machine."""
        size = self.columns.size[self.rows]
        own = np.stack([hosting.memory(size, req) for req in self.wanted])
        unpriced = np.where(np.isnan(own), UNKNOWN_PRICE, own)
        return np.asarray(np.maximum(np.where(np.isinf(self.usd), unpriced, self.usd), 0.01))

    @cached_property
    def price_weight(self) -> Floats:
        """Log-odds of quality that a tenfold price is worth to each user, (use cases, 1)."""
        return np.array([[PRICE_WEIGHT[req.priority or "balanced"]] for req in self.wanted])

    @cached_property
    def utility(self) -> Floats:
        """Quality in log-odds, less what the price takes away for this user."""
        return self.worth(self.price_weight)

    def worth(self, price_weight: float | Floats) -> Floats:
        """Quality in log-odds, less `price_weight` for each tenfold price."""
        return np.asarray(self.cautious - price_weight * np.log10(self.price))

    @cached_property
    def offers(self) -> Rows:
        """The row of the offer of each model, as in Routes."""
        return self.routes.offer[:, self.rows]

    @cached_property
    def official(self) -> Mask:
        """Models that are served by their maker or a cloud that it names."""
        return np.asarray(self.passes & (self.offers >= 0) & self.columns.first_party[np.maximum(self.offers, 0)])

    @cached_property
    def first_hand(self) -> Mask:
        """Models that are served by their maker, or a cloud that it names, or run by the user; all of them where none
        is."""
        found = (self.passes & (self.offers < 0)) | self.official
        return np.where(found.any(axis=1, keepdims=True), found, self.passes)

    @cached_property
    def good_enough(self) -> Mask:
        """Models that win nearly as often as the best of those that are served first hand."""
        careful = 1 / (1 + np.exp(-self.cautious))
        return np.asarray(self.passes & (careful >= highest(careful, self.first_hand) - GOOD_ENOUGH))

    @cached_property
    def preferred(self) -> Mask:
        """Models that a preferred provider makes or serves."""
        return self.passes & np.stack([self._of_preferred(n, req) for n, req in enumerate(self.wanted)])

    def _of_preferred(self, n: int, req: Requirements) -> Mask:
        wanted = list(constraints.members(req.preferred_providers))
        if not wanted:
            return np.zeros(len(self.rows), dtype=bool)
        served = np.isin(self.columns.provider[np.maximum(self.offers[n], 0)], wanted) & (self.offers[n] >= 0)
        return np.isin(self.columns.maker[self.rows], wanted) | served


def budget(req: Requirements) -> float:
    """USD a month, infinite where none is stated."""
    return np.inf if req.monthly_budget_usd is None else req.monthly_budget_usd


def highest(values: Floats, among: Mask) -> Floats:
    """The highest value of each use case among some models, (use cases, 1); minus infinity where there is none."""
    return np.asarray(np.where(among, values, -np.inf).max(axis=1, keepdims=True, initial=-np.inf))
