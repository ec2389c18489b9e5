"""Running open weights oneself: how much memory a model needs, which cards to rent for it, and at what price."""

from __future__ import annotations

import datetime as dt
import math
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.schema import Requirements

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.schema import Model

    Floats = NDArray[np.float64]

# 4-bit k-quants take about 4.85 bits a weight (llama.cpp's table for Q4_K_M), 16-bit takes 16.
BITS_Q4 = 4.85
OVERHEAD = 1.1
# Keys and values at 16 bit with grouped heads: about a quarter of a GB for 8k tokens per billion^0.5 parameters.
KV_GB_PER_8K = 0.25
ON_DEVICE_GB = 8.0
USABLE = 0.9  # the rest of a card's memory goes to buffers
HOURS = 730.0
BUSY_HOURS = 240.0  # in which requests come, where people wait for the answers: eight hours a day
EFFICIENCY = 0.5  # of the memory bandwidth that decoding reaches
DEFAULT_REQUESTS, DEFAULT_OUTPUT = 10_000.0, 300.0


class Card(NamedTuple):
    """A graphics card that clouds rent. Memory in GB, bandwidth in TB/s, price in USD an hour; `most` of them serve
    one model."""

    name: str
    memory_gb: float
    bandwidth_tb_s: float
    usd_hour: float
    where: str
    most: int


class PriceList(NamedTuple):
    """The cards, cheapest first, and where their prices come from."""

    cards: tuple[Card, ...]
    source: str
    url: str
    date: dt.date


class Rent(NamedTuple):
    """Machines for one model: USD a month, and in words which and why."""

    usd: float
    basis: str


@lru_cache(maxsize=1)
def price_list() -> PriceList:
    """The shipped list of rented cards."""
    raw = tomllib.loads(Path(__file__).with_name("gpus.toml").read_text(encoding="utf-8"))
    return PriceList(tuple(Card(**card) for card in raw["card"]), raw["source"], raw["url"], raw["date"])


def needs_own_machine(req: Requirements) -> bool:
    """Whether the model must run on hardware that the user controls."""
    return req.deployment in ("self_hosted", "on_device") or req.data_residency == "on_prem"


def memory(size: Floats, req: Requirements, requests_at_once: float = 1.0) -> Floats:
    """Gigabytes for 4-bit weights plus the cache of the requests under way; NaN where the size is unknown.

    Weights: billions of parameters x 4.85 bits / 8, plus 10% for buffers. Cache: scaled from the square root of the
    size, as layers and heads grow slower than parameters; an estimate, not a measurement.
    """
    tokens = max(req.min_context_tokens or 0, req.input_tokens_per_request or 0, 4096)
    cache = KV_GB_PER_8K * np.sqrt(size) * tokens / 8192
    return np.asarray(size * BITS_Q4 / 8 * OVERHEAD + cache * requests_at_once)


def memory_gb(model: Model, req: Requirements) -> float | None:
    """Gigabytes that one request at a time needs; None if the model's size is unknown."""
    return None if model.parameters_b is None else float(memory(np.array([model.parameters_b]), req)[0])


def memory_limit(req: Requirements) -> float | None:
    """Memory that the weights must fit into: what the user has, or that of a device; None is no limit."""
    if req.gpu_memory_gb is not None and req.deployment != "api":
        return req.gpu_memory_gb
    return ON_DEVICE_GB if req.deployment == "on_device" else None


def rents(size: Floats, active: Floats, req: Requirements) -> tuple[Floats, NDArray[np.intp], Floats]:
    """For every model the cheapest machines: USD a month (NaN: none holds it), the card's place in the list, and how
    many cards. Around the clock where people wait for answers, only the hours of work where a batch will do."""
    cards = price_list().cards
    need = memory(size, req, concurrency(req)) / USABLE
    count = np.stack([np.ceil(need / card.memory_gb) for card in cards])
    hours = np.stack([_hours(active, n, c, req) for n, c in zip(count, cards, strict=True)])
    usd = count * hours * np.array([[card.usd_hour] for card in cards])
    usd[count > np.array([[card.most] for card in cards])] = np.nan
    best = np.argmin(np.where(np.isnan(usd), np.inf, usd), axis=0)
    at = (best, np.arange(usd.shape[1]))
    return usd[at], best, count[at]


def concurrency(req: Requirements) -> float:
    """Requests under way at once on average in busy hours, at least one (Little's law, 30 tokens a second each)."""
    a_second = (req.monthly_requests or DEFAULT_REQUESTS) / (BUSY_HOURS * 3600)
    tokens = DEFAULT_OUTPUT if req.output_tokens_per_request is None else req.output_tokens_per_request
    return max(1.0, a_second * tokens / 30)


def _hours(active: Floats, count: Floats, card: Card, req: Requirements) -> Floats:
    """Hours a month for which the cards are rented."""
    if not req.batch_ok:
        return np.full_like(count, HOURS)
    tokens = DEFAULT_OUTPUT if req.output_tokens_per_request is None else req.output_tokens_per_request
    total = (req.monthly_requests or DEFAULT_REQUESTS) * tokens
    at_once = 16  # sequences that a batch decodes for one reading of the weights
    a_second = EFFICIENCY * at_once * count * card.bandwidth_tb_s * 1e3 / (active * BITS_Q4 / 8)
    return np.clip(np.nan_to_num(total / a_second / 3600, nan=HOURS), 1.0, HOURS)


def rent(model: Model, req: Requirements) -> Rent | None:
    """The machines to rent for a model; None where its size is unknown or no list machine holds it."""
    if model.parameters_b is None:
        return None
    size = np.array([model.parameters_b])
    active = np.array([model.active_parameters_b or model.parameters_b])
    usd, place, count = rents(size, active, req)
    if math.isnan(usd[0]):
        return None
    prices = price_list()
    card, cards = prices.cards[place[0]], int(count[0])
    hours = usd[0] / (cards * card.usd_hour)
    need = float(memory(size, req, concurrency(req))[0])
    text = (
        f"{cards} x {card.name} rented for {hours:,.0f} hours a month at ${card.usd_hour:g} an hour each "
        f"({card.where}; {prices.source}, {prices.date}); {need:,.0f} GB for 4-bit weights and the cache of "
        f"{math.ceil(concurrency(req))} request{'s' * (concurrency(req) > 1)} at once, estimated"
    )
    return Rent(float(usd[0]), text)
