"""Expected monthly cost of a model for a use case, with the arithmetic shown. Pure code over prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from advisor import hosting
from advisor.schema import Cost, Requirements

if TYPE_CHECKING:
    from knowledge.schema import Model, Offer

# Volumes stand in for what was not stated; each is named in the basis, so the user can correct it.
DEFAULT_REQUESTS, DEFAULT_INPUT, DEFAULT_OUTPUT = 10_000.0, 1_000.0, 300.0
# Hidden reasoning tokens as a multiple of visible ones: from none to the long chains of hard tasks.
REASONING_SHARE = (1.0, 1.0, 6.0)
VOLUME_SPREAD = 0.25


class Volumes(NamedTuple):
    """Tokens of a month. `assumed` names the fields that were not stated."""

    requests: float
    input_tokens: float
    output_tokens: float
    assumed: tuple[str, ...]


def volumes(req: Requirements) -> Volumes:
    """The month that the requirements describe, defaults where they are silent."""
    stated = {
        "monthly_requests": (req.monthly_requests, DEFAULT_REQUESTS),
        "input_tokens_per_request": (req.input_tokens_per_request, DEFAULT_INPUT),
        "output_tokens_per_request": (req.output_tokens_per_request, DEFAULT_OUTPUT),
    }
    requests, given_in, given_out = (default if given is None else given for given, default in stated.values())
    return Volumes(requests, given_in, given_out, tuple(name for name, (given, _) in stated.items() if given is None))


def prices(offer: Offer, req: Requirements) -> tuple[float, float, bool] | None:
    """(input, output, batch) USD per million tokens; the batch price where waiting is fine and it is published."""
    if req.batch_ok and not req.max_latency_seconds and offer.batch_input_usd and offer.batch_output_usd:
        return offer.batch_input_usd, offer.batch_output_usd, True
    if offer.input_usd is None or offer.output_usd is None:
        return None
    return offer.input_usd, offer.output_usd, False


def dollars(offer: Offer, req: Requirements, *, reasoning: float = 1.0, scale: float = 1.0) -> float | None:
    """USD a month: requests x (input tokens x input price + output tokens x output price) / 1e6."""
    price = prices(offer, req)
    if price is None:
        return None
    v = volumes(req)
    a_request = v.input_tokens * price[0] + v.output_tokens * reasoning * price[1]
    return v.requests * scale * a_request / 1e6


def best_offer(offers: Sequence[Offer], req: Requirements) -> Offer | None:
    """The cheapest route, an official one where it costs at most a twentieth more; a free tier is no route."""
    priced = [(cost, o.provider, o) for o in offers if (cost := dollars(o, req))]
    if not priced:
        return None
    lowest = min(cost for cost, _, _ in priced)
    near = [p for p in priced if p[0] <= lowest * 1.05]
    return min(near, key=lambda p: (not p[2].official, p[0], p[1]))[2]


def monthly_cost(model: Model, offers: Sequence[Offer], req: Requirements) -> Cost:
    """Expected cost of a month and its range over volumes (plus or minus a quarter) and reasoning tokens."""
    offer = best_offer(offers, req)
    if offer is None or (req.deployment in ("self_hosted", "on_device") or req.data_residency == "on_prem"):
        return _own_machine(model, req)
    low_r, mid_r, high_r = REASONING_SHARE if model.reasoning else (1.0, 1.0, 1.0)
    low = dollars(offer, req, reasoning=low_r, scale=1 - VOLUME_SPREAD)
    expected = dollars(offer, req, reasoning=mid_r)
    high = dollars(offer, req, reasoning=high_r, scale=1 + VOLUME_SPREAD)
    return Cost(
        expected=expected,
        low=low,
        high=high,
        basis=_basis(model, offer, req),
        provider=offer.provider,
        source=offer.source_id,
        date=offer.date,
        url=offer.url,
    )


def _basis(model: Model, offer: Offer, req: Requirements) -> str:
    v, price = volumes(req), prices(offer, req)
    assert price is not None
    text = (
        f"{v.requests:,.0f} requests x ({v.input_tokens:,.0f} tokens in at ${price[0]:g} + {v.output_tokens:,.0f} out "
        f"at ${price[1]:g} per million){' in batch' if price[2] else ''} from {offer.provider}"
    )
    if model.reasoning:
        text += f"; up to {REASONING_SHARE[2]:g}x the output tokens where it reasons at length"
    return text + (f"; assumed: {', '.join(a.replace('_', ' ') for a in v.assumed)}" if v.assumed else "")


def _own_machine(model: Model, req: Requirements) -> Cost:
    need = hosting.memory_gb(model, req)
    size = f"about {need:.0f} GB of memory at 4 bits" if need is not None else "memory unknown"
    return Cost(expected=None, basis=f"on your own hardware: {size}; no price per token")
