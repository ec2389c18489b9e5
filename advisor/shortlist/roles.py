"""Three to five models with distinct roles: the choice between quality and price for everybody. Pure and fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.schema import Requirements
from advisor.shortlist.cases import PRICE_WEIGHT, Cases, highest
from advisor.shortlist.columns import Columns
from advisor.shortlist.field import Field
from advisor.shortlist.standing import Standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Rows = NDArray[np.intp]

MOST, LEAST = 5, 3
FAR_BELOW = 0.35  # a role is no reason to propose a model that loses most comparisons with the best
WELL_MEASURED = 25  # boards with a figure of a model, from which on more of them matter little
SAFE = 0.05  # the same for the safest choice
CLEARLY = 0.2  # log-odds by which a resold model must lead to count as the best
LEVEL = 0.08  # log-odds of quality that make no difference that anybody would notice: the cheaper one is taken
NOBODY = -1


class Pick(NamedTuple):
    """A chosen model: its place in the rows of a field, and its roles."""

    at: int
    roles: list[str]


def choose(field: Field) -> list[Pick]:
    """One model for each role; a model that fits several roles carries them all.

    The roles span the choice between quality and price for everybody; what comes first for this user decides the
    order, so that stating it does not hide a candidate.
    """
    return choose_each(field.cases)[0]


def choose_each(cases: Cases) -> list[list[Pick]]:
    """The choice of each use case; `Pick.at` is the place in `Cases.rows`."""
    if not len(cases.rows):
        return [[] for _ in cases.wanted]
    fits = {role: _not_far_below(cases, pick(cases)).tolist() for role, pick in ROLES.items()}
    return [_picks(cases, n, {role: at[n] for role, at in fits.items()}) for n in range(len(cases.wanted))]


def quick_ids(wanted: Sequence[Requirements], columns: Columns, standings: Sequence[Standing]) -> list[list[str]]:
    """Ids that the shortlist of each use case would have, without cards: for trying out answers to a question."""
    cases = Cases(columns, wanted, standings)
    return [[columns.models[cases.rows[pick.at]].id for pick in picks] for picks in choose_each(cases)]


def _picks(cases: Cases, n: int, fits: dict[str, int]) -> list[Pick]:
    """The models of a use case's roles, the most useful first, and close alternatives where they are few."""
    picked: dict[int, list[str]] = {}
    for role, at in fits.items():
        if at != NOBODY and len(picked) < MOST:
            picked.setdefault(at, []).append(role)
    if len(picked) < LEAST:
        for at in _alternatives(cases, n):
            if len(picked) < LEAST:
                picked.setdefault(at, ["close alternative"])
    return [Pick(at, picked[at]) for at in sorted(picked, key=lambda at: -cases.utility[n, at])]


def _alternatives(cases: Cases, n: int) -> list[int]:
    """The best of the models that pass, those that are served first hand before others."""
    places = np.flatnonzero(cases.passes[n])
    order = np.lexsort((-cases.cautious[n, places], ~cases.first_hand[n, places]))
    found: list[int] = places[order[: LEAST + MOST]].tolist()
    return found


def _not_far_below(cases: Cases, at: Rows) -> Rows:
    """The same without models that win far less often than the best."""
    floor = highest(cases.win, cases.passes)[:, 0] - FAR_BELOW
    return np.where(cases.win[np.arange(len(at)), at] >= floor, at, NOBODY)


def _top(values: Floats, among: Mask) -> Rows:
    """The place of the highest value of each use case, NOBODY where no value is finite."""
    values = np.where(among, values, -np.inf)
    return np.where(np.isfinite(values.max(axis=1)), values.argmax(axis=1), NOBODY)


def _best_value(cases: Cases) -> Rows:
    return _top(cases.worth(PRICE_WEIGHT["balanced"]), cases.first_hand & cases.good_enough)


def _best_quality(cases: Cases) -> Rows:
    """The best, or the cheapest of those that nobody could tell from it."""
    best, best_first_hand = highest(cases.cautious, cases.passes), highest(cases.cautious, cases.first_hand)
    return _level(cases, np.where(best_first_hand < best - CLEARLY, cases.passes, cases.first_hand))


def _level(cases: Cases, among: Mask) -> Rows:
    return _top(-cases.price, among & (cases.cautious >= highest(cases.cautious, among) - LEVEL))


def _preferred(cases: Cases) -> Rows:
    return _top(cases.worth(PRICE_WEIGHT["balanced"]), cases.preferred)


def _fastest(cases: Cases) -> Rows:
    """The fastest that was timed and is good enough; most models nobody timed, and times on own machines depend on
    these."""
    timed = -np.nan_to_num(cases.columns.seconds[cases.rows], nan=np.inf)
    return _top(timed, cases.good_enough & (cases.offers >= 0))


def _cheapest(cases: Cases) -> Rows:
    """The cheapest that is good enough beside the best."""
    return _top(-cases.usd, cases.first_hand & cases.good_enough)


def _open_weights(cases: Cases) -> Rows:
    """The best with open weights whose licence is known; where none is, the best of unknown licence."""
    is_open = cases.passes & cases.columns.open[cases.rows]
    clear = _level(cases, is_open & cases.columns.licensed[cases.rows])
    return np.where(clear == NOBODY, _level(cases, is_open), clear)


def _safest(cases: Cases) -> Rows:
    """Served by its own maker or a cloud that it names, about as good as the best, and measured by many."""
    good = cases.official & (cases.win >= highest(cases.win, cases.official) - SAFE)
    enough = np.minimum(highest(cases.measured.astype(float), good), WELL_MEASURED)
    return _top(cases.cautious, good & (cases.measured >= enough))


ROLES: dict[str, Callable[[Cases], Rows]] = {
    "best value": _best_value,
    "best quality": _best_quality,
    "from a preferred provider": _preferred,
    "cheapest that is good enough": _cheapest,
    "best open weights": _open_weights,
    "safest official choice": _safest,
    "fastest that was timed": _fastest,
}
