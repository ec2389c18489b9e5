"""Expected monthly cost of a model for a use case, with the arithmetic shown. Pure code over prices."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.schema import Cost, Requirements
from advisor.shortlist import hosting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from advisor.shortlist.columns import Columns
    from advisor.shortlist.constraints import Case
    from knowledge.schema import Model, Offer

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]
    Rows = NDArray[np.intp]

# Volumes stand in for what was not stated; each is named in the basis, so the user can correct it.
DEFAULT_REQUESTS, DEFAULT_INPUT, DEFAULT_OUTPUT = 10_000.0, 1_000.0, 300.0
# Billed output for one visible token where a model reasons: thinking off or short, and on hard tasks. Assumed.
REASONING, REASONING_HARD, REASONING_MOST = 1.0, 3.0, 6.0
HARD_TASKS = ("math_reasoning", "coding_agent")
NEAR = 1.05  # an official route may cost this much more than the cheapest one
PATIENT = 3600.0  # seconds of waiting from which a batch will do
DRAWS = 400
VOLUME_SPREAD, LENGTH_SPREAD, CACHED_MOST = 0.2, 0.15, 0.5
NO_ROUTE, RENTED = -1, -2


class Volumes(NamedTuple):
    """Tokens of a month. `assumed` names the fields that were not stated."""

    requests: float
    input_tokens: float
    output_tokens: float
    assumed: tuple[str, ...]


class Routes(NamedTuple):
    """The cheapest way to run every model, (use cases, models): USD a month (NaN: no price), and the row of the offer,
    RENTED, or NO_ROUTE."""

    usd: Floats
    offer: Rows


def volumes(req: Requirements) -> Volumes:
    """The month that the requirements describe, defaults where they are silent."""
    stated = {
        "monthly_requests": (req.monthly_requests, DEFAULT_REQUESTS),
        "input_tokens_per_request": (req.input_tokens_per_request, DEFAULT_INPUT),
        "output_tokens_per_request": (req.output_tokens_per_request, DEFAULT_OUTPUT),
    }
    requests, given_in, given_out = (default if given is None else given for given, default in stated.values())
    return Volumes(requests, given_in, given_out, tuple(name for name, (given, _) in stated.items() if given is None))


def batch(req: Requirements) -> bool:
    """Whether a batch price serves: waiting is fine, and not for seconds only."""
    return bool(req.batch_ok) and (req.max_latency_seconds is None or req.max_latency_seconds >= PATIENT)


def billed(req: Requirements) -> float:
    """Billed output tokens for one visible token of a model that reasons."""
    return REASONING_HARD if req.needs_reasoning or req.task in HARD_TASKS else REASONING


def prices(offer: Offer, req: Requirements) -> tuple[float, float, bool]:
    """(input, output, batch) USD per million tokens of an offer with prices: batch where it serves and is
    published, else the tier of the request's length."""
    if batch(req) and offer.batch_input_usd and offer.batch_output_usd:
        return offer.batch_input_usd, offer.batch_output_usd, True
    price_in, price_out = offer.input_usd or 0.0, offer.output_usd or 0.0
    for tier in sorted(offer.tiers, key=lambda t: t.get("above_tokens", 0.0)):
        if volumes(req).input_tokens > tier.get("above_tokens", float("inf")):
            price_in, price_out = tier.get("input_usd", price_in), tier.get("output_usd", price_out)
    return price_in, price_out, False


def dollars(offer: Offer, req: Requirements, *, output_share: float = 1.0) -> float:
    """USD a month: requests x (input tokens x input price + output tokens x output price) / 1e6."""
    v, price = volumes(req), prices(offer, req)
    return v.requests * (v.input_tokens * price[0] + v.output_tokens * output_share * price[1]) / 1e6


def offer_costs(columns: Columns, wanted: Sequence[Requirements], rows: Rows) -> Floats:
    """USD a month of some offers for each use case, (use cases, rows), as `dollars` counts it."""
    months = [volumes(req) for req in wanted]
    requests, tokens_in, tokens_out = np.array([month[:3] for month in months]).T[:, :, None]
    in_batch = columns.in_batch[rows] & np.array([[batch(req)] for req in wanted])
    price_in = np.where(in_batch, columns.batch_input[rows], columns.input[rows])
    price_out = np.where(in_batch, columns.batch_output[rows], columns.output[rows])
    price_out = np.where(np.isnan(price_out), 0.0, price_out)
    share = np.where(columns.reasons[columns.model_of[rows]], np.array([[billed(req)] for req in wanted]), 1.0)
    usd = np.asarray(requests * (tokens_in * price_in + tokens_out * share * price_out) / 1e6)
    for case, at in zip(*np.nonzero(columns.tier_from[rows] < tokens_in), strict=True):
        usd[case, at] = dollars(columns.offers[rows[at]], wanted[case], output_share=float(share[case, at]))
    return usd


def routes(cases: Sequence[Case], models: Mask | None = None) -> Routes:
    """For each use case the cheapest admitted offer of every model, an official one where it costs at most a twentieth
    more; rented machines for open weights that nobody serves where they may be run, or that must run on own
    hardware. `models` (use cases, models) says whose routes are wanted; of others there is none."""
    columns = cases[0].columns
    models = np.ones((len(cases), len(columns.models)), dtype=bool) if models is None else models
    served = np.array([[not hosting.needs_own_machine(case.req)] for case in cases])
    admitted = np.stack([case.admitted for case in cases]) & served & models[:, columns.model_of]
    rows = np.flatnonzero(admitted.any(axis=0))
    found = _cheapest(columns, rows, offer_costs(columns, [case.req for case in cases], rows), admitted[:, rows])
    for n, case in enumerate(cases):
        if case.req.gpu_memory_gb is None and case.req.deployment != "on_device":
            _rent(case, models[n], found.usd[n], found.offer[n])
    return found


def _cheapest(columns: Columns, rows: Rows, cost: Floats, admitted: Mask) -> Routes:
    """The best of the admitted offers near the lowest price of their model: an official one first, the maker itself
    before clouds, then the cheaper one, then by the provider's name."""
    size = (len(cost), len(columns.models))
    found = Routes(np.full(size, np.nan), np.full(size, NO_ROUTE, dtype=np.intp))
    model = columns.model_of[rows]
    cost = np.where(admitted, cost, np.inf)
    left = admitted & (cost <= _least(cost, model) * NEAR)
    for order in (columns.distance[rows], cost, columns.provider_order[rows]):
        values = np.where(left, order, np.inf)
        left &= values == _least(values, model)
    case, offer = (places[::-1] for places in np.nonzero(left))  # of equal ones the first is assigned last
    found.usd[case, model[offer]], found.offer[case, model[offer]] = cost[case, offer], rows[offer]
    return found


def _least(values: Floats, model: Rows) -> Floats:
    """For every offer the least of the values of its model's offers; those of one model stand side by side."""
    starts = np.r_[True, model[1:] != model[:-1]][: len(model)]
    return np.asarray(np.minimum.reduceat(values, np.flatnonzero(starts), axis=1)[:, np.cumsum(starts) - 1])


def _rent(case: Case, models: Mask, usd: Floats, best: Rows) -> None:
    """Rented machines for the open weights of a use case that nobody serves, written into both arrays, (models,)."""
    unserved = np.flatnonzero(models & (best == NO_ROUTE) & case.own & case.right_kind)
    if len(unserved):
        rented = hosting.rents(case.columns.size[unserved], case.columns.active[unserved], case.req)[0]
        use = unserved[~np.isnan(rented)]
        usd[use], best[use] = rented[~np.isnan(rented)], RENTED


def monthly_cost(model: Model, offer: Offer | None, req: Requirements, *, rented: bool = False) -> Cost:
    """Expected cost of a month, a 90% range over volumes, lengths, caching and reasoning, and the arithmetic."""
    if offer is None:
        return _machine(model, req, rented)
    share = billed(req) if model.reasoning else 1.0
    drawn = np.sort(_drawn(model, offer, req, share))
    low, high = drawn[DRAWS // 20], drawn[-DRAWS // 20]
    return Cost(
        expected=dollars(offer, req, output_share=share),
        low=round(float(low), 4),
        high=round(float(high), 4),
        basis=_basis(model, offer, req, share),
        provider=offer.provider,
        source=offer.source_id,
        date=offer.date,
        url=offer.url,
    )


@lru_cache(maxsize=1)
def _draws() -> tuple[Floats, ...]:
    """Seeded draws: factors of volume, input, output, the cached share of the input, and how much is reasoned."""
    rng = np.random.default_rng(0)
    spread = [np.exp(s * rng.standard_normal(DRAWS)) for s in (VOLUME_SPREAD, LENGTH_SPREAD, LENGTH_SPREAD)]
    return (*spread, rng.uniform(0, CACHED_MOST, DRAWS), rng.beta(1, 4, DRAWS))


def _drawn(model: Model, offer: Offer, req: Requirements, share: float) -> Floats:
    """Costs of a month over the draws."""
    volume, more_in, more_out, cached, reasons = _draws()
    v, (price_in, price_out, in_batch) = volumes(req), prices(offer, req)
    reading = np.full(DRAWS, price_in)
    if offer.cache_read_usd is not None and not in_batch and offer.cache_read_usd < price_in:
        reading = (1 - cached) * price_in + cached * offer.cache_read_usd
    thinking = share + (REASONING_MOST - share) * reasons if model.reasoning else share
    a_request = v.input_tokens * more_in * reading + v.output_tokens * more_out * thinking * price_out
    return np.asarray(v.requests * volume * a_request / 1e6)


def _basis(model: Model, offer: Offer, req: Requirements, share: float) -> str:
    v, price = volumes(req), prices(offer, req)
    where = f" in the {str(req.data_residency).upper()}" if req.data_residency in offer.regions else ""
    text = (
        f"{v.requests:,.0f} requests x ({v.input_tokens:,.0f} tokens in at ${price[0]:g} + {v.output_tokens:,.0f} out "
        f"at ${price[1]:g} per million){' in batch' if price[2] else ''} from {offer.provider}{where}"
    )
    text += f"; output billed {share:g} times for reasoning, assumed" if share > 1 else ""
    if model.reasoning:
        text += f"; up to {REASONING_MOST:g}x the output tokens where it reasons at length"
    return text + (f"; assumed: {', '.join(a.replace('_', ' ') for a in v.assumed)}" if v.assumed else "")


def _machine(model: Model, req: Requirements, rented: bool) -> Cost:
    machines = hosting.rent(model, req)
    if rented and machines:
        prices_ = hosting.price_list()
        source = {"source": prices_.source, "date": prices_.date, "url": prices_.url}
        return Cost(expected=machines.usd, basis=f"run by yourself: {machines.basis}", provider="self-hosted", **source)
    need = hosting.memory_gb(model, req)
    size = f"about {need:,.0f} GB of memory at 4 bits" if need is not None else "memory unknown"
    basis = f"on your own hardware: {size}; no price per token"
    if machines and req.deployment != "on_device":
        basis += f"; the same rented would be ${machines.usd:,.0f} a month"
    return Cost(expected=None, basis=basis)


def break_even(model: Model, offer: Offer, req: Requirements) -> str | None:
    """From how many requests a month rented machines are cheaper than this offer; None where they cannot be sized."""
    around_the_clock = req.model_copy(update={"batch_ok": False})
    machines = hosting.rent(model, around_the_clock)
    a_request = dollars(offer, req.model_copy(update={"monthly_requests": 1.0}))
    if machines is None or not a_request:
        return None
    return (
        f"running it yourself (${machines.usd:,.0f} a month: {machines.basis}) is cheaper than {offer.provider} from "
        f"about {machines.usd / a_request:,.0f} requests a month, if these cards keep up"
    )
