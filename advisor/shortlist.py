"""Three to five candidates that differ, with reasons; everything else with its reason, too. Pure and fast."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import ndtr as norm_cdf

from advisor import constraints, hosting, spending
from advisor.columns import Columns
from advisor.evidence import Z90
from advisor.schema import RankedBenchmark, Requirements, Shortlist, UseCase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from advisor.evidence import Posterior
    from knowledge.catalog import Catalog

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Rows = NDArray[np.intp]

MOST, LEAST = 5, 3
OTHERS = 30
SHOWN_WEIGHTS = 8
UNKNOWN_PRICE = 1000.0  # for ordering alone: an unknown price is no advantage
FAR_BELOW = 0.35  # a role is no reason to propose a model that loses most comparisons with the best
CAUTION = 0.4  # deviations taken off the mean, so that a model that is hardly measured does not lead
# How much log-odds of quality a tenfold price is worth, by what comes first for the user: it orders the candidates.
PRICE_WEIGHT = {"quality": 0.15, "balanced": 0.5, "cost": 1.5, "speed": 0.7}
GOOD_ENOUGH = 0.15  # probability of winning that a cheaper model may lack and still be good enough
WELL_MEASURED = 25  # boards with a figure of a model, from which on more of them matter little
SAFE = 0.05  # the same for the safest choice
CLEARLY = 0.2  # log-odds by which a resold model must lead to count as the best
URGENT = 10.0  # seconds: whoever states a longer wait hardly chooses by speed
LEVEL = 0.08  # log-odds of quality that make no difference that anybody would notice: the cheaper one is taken


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
    def first_hand(self) -> Mask:
        """Models that pass and are served by their maker, or a cloud that it names, or run by the user; all of them
        where none is."""
        offers = self.routes.offer[self.rows]
        found = (offers < 0) | self.columns.first_party[np.maximum(offers, 0)]
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


class Pick(NamedTuple):
    """A chosen model: its place in Field.rows, and its roles."""

    at: int
    roles: list[str]


def choose(field: Field) -> list[Pick]:
    """One model for each role; a model that fits several roles carries them all.

    The roles span the choice between quality and price for everybody; what comes first for this user decides the
    order, so that stating it does not hide a candidate.
    """
    if not len(field.rows):
        return []
    picked: dict[int, list[str]] = {}
    floor = field.win.max() - FAR_BELOW
    for role, pick in ROLES.items():
        at = pick(field) if len(picked) < MOST else None
        if at is not None and field.win[at] >= floor:
            picked.setdefault(at, []).append(role)
    for at in np.lexsort((-field.cautious, ~field.first_hand))[: LEAST + MOST]:
        if len(picked) < LEAST:
            picked.setdefault(int(at), ["close alternative"])
    return [Pick(at, picked[at]) for at in sorted(picked, key=lambda at: -field.utility[at])]


def _top(values: Floats, among: Mask | None = None) -> int | None:
    if among is not None:
        values = np.where(among, values, -np.inf)
    at = int(np.argmax(values))
    return at if np.isfinite(values[at]) else None


def _best_value(field: Field) -> int | None:
    return _top(field.worth(PRICE_WEIGHT["balanced"]), field.first_hand & field.good_enough)


def _best_quality(field: Field) -> int | None:
    """The best, or the cheapest of those that nobody could tell from it."""
    second_hand = field.cautious[field.first_hand].max() < field.cautious.max() - CLEARLY
    return _level(field, np.ones(len(field.rows), dtype=bool) if second_hand else field.first_hand)


def _level(field: Field, among: Mask) -> int | None:
    best = _top(field.cautious, among)
    return None if best is None else _top(-field.price, among & (field.cautious >= field.cautious[best] - LEVEL))


def _preferred(field: Field) -> int | None:
    wanted = constraints.members(field.req.preferred_providers)
    if not wanted:
        return None
    offers = field.routes.offer[field.rows]
    served = np.isin(field.columns.provider[np.maximum(offers, 0)], list(wanted)) & (offers >= 0)
    wanted_ones = np.isin(field.columns.maker[field.rows], list(wanted)) | served
    return _top(field.worth(PRICE_WEIGHT["balanced"]), wanted_ones)


def _fastest(field: Field) -> int | None:
    """Where somebody waits for it: the fastest that was timed and is good enough. Times on own machines depend on
    these; most models nobody timed."""
    req, offers = field.req, field.routes.offer[field.rows]
    urgent = req.max_latency_seconds is not None and req.max_latency_seconds <= URGENT
    if not (req.priority == "speed" or urgent):
        return None
    return _top(-np.nan_to_num(field.columns.seconds[field.rows], nan=np.inf), field.good_enough & (offers >= 0))


def _cheapest(field: Field) -> int | None:
    """The cheapest that is good enough beside the best."""
    return _top(-field.usd, field.first_hand & field.good_enough)


def _open_weights(field: Field) -> int | None:
    """The best with open weights whose licence is known; where none is, the best of unknown licence."""
    is_open, licence = field.columns.open[field.rows], field.columns.licence[field.rows]
    clear = _level(field, is_open & (licence != "unknown"))
    return _level(field, is_open) if clear is None else clear


def _safest(field: Field) -> int | None:
    """Served by its own maker or a cloud that it names, about as good as the best, and measured by many."""
    offers = field.routes.offer[field.rows]
    official = (offers >= 0) & field.columns.first_party[np.maximum(offers, 0)]
    if not official.any():
        return None
    good = official & (field.win >= field.win[official].max() - SAFE)
    measured = field.standing.measured[field.rows]
    return _top(field.cautious, good & (measured >= min(WELL_MEASURED, measured[good].max())))


ROLES: dict[str, Callable[[Field], int | None]] = {
    "best value": _best_value,
    "best quality": _best_quality,
    "from a preferred provider": _preferred,
    "fastest that was timed": _fastest,
    "cheapest that is good enough": _cheapest,
    "best open weights": _open_weights,
    "safest official choice": _safest,
}


def quick_ids(req: Requirements, columns: Columns, standing: Standing) -> list[str]:
    """Ids that `build_shortlist` would choose, without cards: for trying out answers to a question."""
    field = Field(columns, req, standing)
    return [columns.models[field.rows[pick.at]].id for pick in choose(field)]


def build_shortlist(
    use_case: UseCase,
    *,
    catalog: Catalog,
    weights: dict[str, float],
    ranked: list[RankedBenchmark],
    posterior: Posterior,
) -> Shortlist:
    """Hard constraints, monthly cost, Pareto front, then candidates with distinct roles.

    `weights` is benchmark id to relevance, 0 to 1; it decides what quality means for this use case.
    """
    from advisor import cards, changes
    from advisor.columns import columns_of

    columns = columns_of(catalog)
    req = use_case.requirements(with_assumptions=True)
    field = Field(columns, req, standing(columns, posterior, weights))
    chosen = choose(field)
    taken = {pick.at for pick in chosen}
    rest = [int(at) for at in np.argsort(-field.standing.mean[field.rows], kind="stable") if at not in taken]
    return Shortlist(
        candidates=[cards.card(field, pick, posterior.meaning, catalog, weights) for pick in chosen],
        others=[cards.card(field, Pick(at, []), posterior.meaning, catalog, {}) for at in rest[:OTHERS]],
        excluded=changes.exclusions(field),
        excluded_by=changes.counts(field),
        benchmarks=ranked,
        relaxations=changes.relaxations(field),
        sensitivity=changes.swaps(field, chosen),
        weights=dict(sorted(weights.items(), key=lambda w: -w[1])[:SHOWN_WEIGHTS]),
        considered=len(columns.models),
        snapshot_date=catalog.snapshot_date,
    )
