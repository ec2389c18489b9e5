"""Candidates in the order of what somebody says matters: quality, cost and speed. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean, pstdev
from typing import NamedTuple

from advisor.schema import Candidate, Priority

REASONING_IS_SLOWER = 0.3  # of the range from the lightest to the heaviest model


class Preference(NamedTuple):
    """How much each matters, 0 to 1."""

    quality: float
    cost: float
    speed: float


PRESETS: dict[Priority, Preference] = {
    "quality": Preference(1.0, 0.2, 0.1),
    "balanced": Preference(0.7, 0.4, 0.2),
    "cost": Preference(0.4, 1.0, 0.1),
    "speed": Preference(0.5, 0.3, 1.0),
}


def ordered(candidates: Sequence[Candidate], wanted: Preference) -> list[Candidate]:
    """Best first. Quality counts in log-odds and cost in powers of ten, both, like speed, in standard deviations of
    the models given; an unknown price counts as the dearest, an unknown speed as average."""
    quality = _standardised([_log_odds(c) for c in candidates])
    cost = _standardised(_costs(candidates))
    speed = _standardised(lightness(candidates))
    places = {
        c.model_id: wanted.quality * q - wanted.cost * d + wanted.speed * s
        for c, q, d, s in zip(candidates, quality, cost, speed, strict=True)
    }
    return sorted(candidates, key=lambda c: -places[c.model_id])


def lightness(candidates: Sequence[Candidate]) -> list[float]:
    """How light each model is to run, 0 to 1: a stand-in for speed, which few sources measure.

    Models are ranked by their active parameters where these are known, else by the price of an output token; those
    that reason before they answer count as slower.
    """
    by_size = _ranks(candidates, _size)
    by_price = _ranks(candidates, lambda c: c.basics.get("output_usd_per_mtok") if _size(c) is None else None)
    found = []
    for c in candidates:
        rank = by_size.get(c.model_id, by_price.get(c.model_id, 0.5))
        found.append(max(0.0, 1 - rank - REASONING_IS_SLOWER * bool(c.basics.get("reasoning"))))
    return found


def _size(c: Candidate) -> float | None:
    size = c.basics.get("active_parameters_b") or c.basics.get("parameters_b")
    return float(size) if size else None


def _ranks(candidates: Iterable[Candidate], key: Callable[[Candidate], float | None]) -> dict[str, float]:
    """0 for the smallest key to 1 for the largest; models without one are left out."""
    known = {c.model_id: value for c in candidates if (value := key(c)) is not None}
    values = sorted(set(known.values()))
    return {model: values.index(value) / max(len(values) - 1, 1) for model, value in known.items()}


def _log_odds(c: Candidate) -> float:
    share = min(max(c.quality.mean, 0.01), 0.99)
    return math.log(share / (1 - share))


def _costs(candidates: Sequence[Candidate]) -> list[float]:
    known = [math.log10(max(c.monthly_cost_usd.expected or 0.01, 0.01)) for c in candidates]
    dearest = max(known, default=0.0)
    priced = (c.monthly_cost_usd.expected is not None for c in candidates)
    return [value if has else dearest for value, has in zip(known, priced, strict=True)]


def _standardised(values: Sequence[float]) -> list[float]:
    spread = pstdev(values) if len(values) > 1 else 0.0
    return [(v - fmean(values)) / spread if spread else 0.0 for v in values]
