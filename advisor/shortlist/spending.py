"""Expected monthly cost of a model for a use case, with the arithmetic shown. Pure code over prices."""

from __future__ import annotations

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
    """For every model (arrays as in Columns.models) the cheapest way to run it: USD a month (NaN: no price), and the
    row of the offer, RENTED, or NO_ROUTE."""

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


def offer_costs(columns: Columns, req: Requirements) -> Floats:
    """USD a month of every offer, as `dollars` counts it."""
    v = volumes(req)
    price_in, price_out = columns.input, columns.output
    if batch(req):
        price_in = np.where(columns.in_batch, columns.batch_input, price_in)
        price_out = np.where(columns.in_batch, columns.batch_output, price_out)
    price_out = np.where(np.isnan(price_out), 0.0, price_out)
    share = np.where(columns.reasons[columns.model_of], billed(req), 1.0)
    usd = v.requests * (v.input_tokens * price_in + v.output_tokens * share * price_out) / 1e6
    for row in np.flatnonzero(columns.tier_from < v.input_tokens):
        usd[row] = dollars(columns.offers[row], req, output_share=float(share[row]))
    return np.asarray(usd)


def routes(case: Case) -> Routes:
    """The cheapest admitted offer of every model, an official one where it costs at most a twentieth more; rented
    machines for open weights that nobody serves where they may be run, or that must run on own hardware."""
    columns, req = case.columns, case.req
    size = len(columns.models)
    usd, best = np.full(size, np.nan), np.full(size, NO_ROUTE, dtype=np.intp)
    if not hosting.needs_own_machine(req):
        usd, best = _cheapest(columns, offer_costs(columns, req), np.flatnonzero(case.admitted))
    if req.gpu_memory_gb is None and req.deployment != "on_device":
        unserved = np.flatnonzero(case.own & case.right_kind & (best == NO_ROUTE))
        if len(unserved):
            rented = hosting.rents(columns.size[unserved], columns.active[unserved], req)[0]
            use = unserved[~np.isnan(rented)]
            usd[use], best[use] = rented[~np.isnan(rented)], RENTED
    return Routes(usd, best)


def _cheapest(columns: Columns, cost: Floats, rows: Rows) -> tuple[Floats, Rows]:
    usd, best = np.full(len(columns.models), np.nan), np.full(len(columns.models), NO_ROUTE, dtype=np.intp)
    lowest = np.full(len(columns.models), np.inf)
    np.minimum.at(lowest, columns.model_of[rows], cost[rows])
    near = rows[cost[rows] <= lowest[columns.model_of[rows]] * NEAR]
    order = near[
        np.lexsort((columns.provider_order[near], cost[near], ~columns.own[near], ~columns.first_party[near]))
    ][::-1]
    best[columns.model_of[order]] = (
        order  # the last assignment stays: official first, the maker itself before clouds, then cheap
    )
    usd[columns.model_of[order]] = cost[order]
    return usd, best


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
