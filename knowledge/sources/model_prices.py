"""model-prices: the makers' own price lists over time, from the history of models.dev with corrections."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of
from knowledge.schema import Model, Offer, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import model, new_id, offer, sells_own

FILE = "model_prices/snapshot.json"
FILES = {FILE: "https://raw.githubusercontent.com/wakamex/model-prices/data/v1/latest.json"}
KEYS = ("input", "output", "cache_read", "cache_write")

SOURCE = Source(
    id="model_prices",
    name="model-prices",
    url="https://github.com/wakamex/model-prices",
    licence="MIT",
    redistributable=True,
    date=dt.date(2026, 10, 26),
    attribution="model-prices 0.0.5 (wakamex), from models.dev and vendor pages",
    row_means="provider, model and mode (standard, batch, fast, ...) with dated rates in USD per million tokens",
    traps="the last entry of a timeline counts; null rates end an offer; plans and estimates are not prices",
    refresh_url="https://raw.githubusercontent.com/wakamex/model-prices/data/v1/latest.json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Offer]:
    """The current standard and batch price of each model at its own maker, and what is deprecated."""
    data = load(raw / FILE)
    for provider, listing in data["prices"].items():
        for served_id, modes in listing.items():
            status = data["status"].get(provider, {}).get(served_id)
            yield from _rows_of(provider, served_id, modes, status, names)


def _rows_of(
    provider: str, served_id: str, modes: dict[str, Any], status: str | None, names: Names
) -> Iterator[Model | Offer]:
    full_id = f"{provider}/{served_id}"
    maker = maker_of(provider) if sells_own(provider, served_id) else None
    named = (
        names.announce(full_id, SOURCE.id, new_id(maker, served_id))
        if maker
        else names.served(provider, served_id, SOURCE.id)
    )
    if named and maker:
        yield model(named.id, served_id, SOURCE, maker=maker, deprecated=True if status else None)
    timeline = modes.get("standard") or []
    row = _offer(provider, served_id, timeline, modes, named.id) if named and timeline and not status else None
    if row:
        yield row


def _offer(provider: str, served_id: str, timeline: list[Any], modes: dict[str, Any], model_id: str) -> Offer | None:
    rates = timeline[-1]["rates"]
    batch = (modes.get("batch") or [{}])[-1].get("rates") or {}
    if not rates:
        return None
    return offer(
        model_id, provider, served_id, SOURCE,
        batch_input_usd=number(batch.get("input")),
        batch_output_usd=number(batch.get("output")),
        tiers=tuple(_tier(tier) for tier in rates.get("tiers", ())),
        url=rates.get("source"),
        at=locate(FILE, "rates", "prices", provider, served_id, "standard", len(timeline) - 1),
        **_prices(rates),
    )  # fmt: skip


def _prices(rates: dict[str, Any]) -> dict[str, Any]:
    return {f"{key}_usd": number(rates.get(key)) for key in KEYS}


def _tier(tier: dict[str, Any]) -> dict[str, float]:
    above = number(tier["above"]) or 0.0
    return {"above_tokens": above} | {k: v for k, v in _prices(tier).items() if v is not None}
