"""Three to five models with distinct roles: the choice between quality and price for everybody. Pure and fast."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.schema import Requirements
from advisor.shortlist import constraints
from advisor.shortlist.columns import Columns
from advisor.shortlist.field import PRICE_WEIGHT, Field, Standing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

MOST, LEAST = 5, 3
FAR_BELOW = 0.35  # a role is no reason to propose a model that loses most comparisons with the best
WELL_MEASURED = 25  # boards with a figure of a model, from which on more of them matter little
SAFE = 0.05  # the same for the safest choice
CLEARLY = 0.2  # log-odds by which a resold model must lead to count as the best
LEVEL = 0.08  # log-odds of quality that make no difference that anybody would notice: the cheaper one is taken


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
    served = np.isin(field.columns.provider[np.maximum(field.offers, 0)], list(wanted)) & (field.offers >= 0)
    wanted_ones = np.isin(field.columns.maker[field.rows], list(wanted)) | served
    return _top(field.worth(PRICE_WEIGHT["balanced"]), wanted_ones)


def _fastest(field: Field) -> int | None:
    """The fastest that was timed and is good enough; most models nobody timed, and times on own machines depend on
    these."""
    timed = -np.nan_to_num(field.columns.seconds[field.rows], nan=np.inf)
    return _top(timed, field.good_enough & (field.offers >= 0))


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
    if not field.official.any():
        return None
    good = field.official & (field.win >= field.win[field.official].max() - SAFE)
    measured = field.standing.measured[field.rows]
    return _top(field.cautious, good & (measured >= min(WELL_MEASURED, measured[good].max())))


ROLES: dict[str, Callable[[Field], int | None]] = {
    "best value": _best_value,
    "best quality": _best_quality,
    "from a preferred provider": _preferred,
    "cheapest that is good enough": _cheapest,
    "best open weights": _open_weights,
    "safest official choice": _safest,
    "fastest that was timed": _fastest,
}


def quick_ids(req: Requirements, columns: Columns, standing: Standing) -> list[str]:
    """Ids that the shortlist would have, without cards: for trying out answers to a question."""
    field = Field(columns, req, standing)
    return [columns.models[field.rows[pick.at]].id for pick in choose(field)]
