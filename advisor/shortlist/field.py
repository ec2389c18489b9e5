"""All models as one use case sees them: what each breaks, costs and is worth, and how sure that is. Pure and fast."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from advisor.schema import Requirements
from advisor.shortlist import constraints, spending
from advisor.shortlist.cases import Cases, budget
from advisor.shortlist.columns import Columns
from advisor.shortlist.standing import Standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Rows = NDArray[np.intp]


class Field:
    """All models for one use case. Of the models that pass there are the arrays of `Cases`, (rows,)."""

    def __init__(self, columns: Columns, req: Requirements, standing: Standing):
        self.columns, self.req, self.standing = columns, req, standing
        self.cases = Cases(columns, [req], [standing])
        self.case = self.cases.each[0]

    @cached_property
    def broken(self) -> Mask:
        """Which rule (rows, as in constraints.RULES) each model breaks."""
        return constraints.broken(self.case)

    @cached_property
    def routes(self) -> spending.Routes:
        """The cheapest way to run each model, whether it passes or not, (models,)."""
        found = spending.routes([self.case])
        return spending.Routes(found.usd[0], found.offer[0])

    @property
    def over_budget(self) -> Mask:
        """Models whose known price is above the budget, (models,)."""
        return np.asarray(self.routes.usd > budget(self.req))

    @property
    def rows(self) -> Rows:
        """Models that pass, by row."""
        return self.cases.rows

    @property
    def cautious(self) -> Floats:
        return self.cases.cautious[0]

    @property
    def price(self) -> Floats:
        return self.cases.price[0]

    @property
    def utility(self) -> Floats:
        return self.cases.utility[0]

    @property
    def price_weight(self) -> float:
        return float(self.cases.price_weight[0, 0])

    @cached_property
    def front(self) -> Mask:
        """Of the models that pass, those that no other beats in both quality and cost."""
        quality, usd = self.cases.mean[0], self.cases.usd[0]
        order = np.lexsort((-quality, usd))
        best_before = np.maximum.accumulate(np.r_[-np.inf, quality[order][:-1]])
        found = np.zeros(len(order), dtype=bool)
        found[order] = quality[order] > best_before
        return found
