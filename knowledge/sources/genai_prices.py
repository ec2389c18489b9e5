"""genai-prices, the price list that the product depends on: prices at the date of the list, tiers, batch.

The rows are read from the installed package, so that the catalogue and the cost of a call agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of
from knowledge.providers import provider_id
from knowledge.schema import Model, Offer, Source
from knowledge.sources.naming import Names
from knowledge.sources.rows import model, new_id, offer, sells_own

INSTALLED = True
FIELDS = {f"{key}_usd": f"{key}_mtok" for key in ("input", "output", "cache_read", "cache_write")}

SOURCE = Source(
    id="genai_prices",
    name="genai-prices",
    url="https://github.com/pydantic/genai-prices",
    licence="MIT",
    redistributable=True,
    date=dt.date(2026, 11, 9),
    attribution="genai-prices 0.2.3, Pydantic",
    row_means="provider and model id with prices in USD per million tokens, tiered or dated; read at the date "
    "of the newest dated price",
    traps="a price may change at a date or cost more above a number of tokens; match rules cover many ids",
    refresh_url="https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/data.json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Offer]:
    """Offers of curated providers, and models that a maker's own list announces."""
    from genai_prices.data import providers

    for provider in filter(lambda p: provider_id(p.id), providers):
        for listed in provider.models:
            if not listed.id.endswith((":free", ":batch")):
                yield from _rows_of(provider, listed, names)


def _rows_of(provider: Any, listed: Any, names: Names) -> Iterator[Model | Offer]:
    prices = _facts(listed, {})
    if prices["input_usd"] is None:
        return
    full_id = f"{provider.id}/{listed.id}"
    maker = maker_of(provider.id) if sells_own(provider.id, listed.id) else None
    named = (
        names.announce(full_id, SOURCE.id, new_id(maker, listed.id))
        if maker
        else names.served(provider_id(provider.id) or provider.id, listed.id, SOURCE.id)
    )
    if named and maker:
        yield model(named.id, listed.name or listed.id, SOURCE, maker=maker, context_window=listed.context_window)
    row = _offer(provider, listed, named.id, prices) if named else None
    if row:
        yield row


def _sold_at(provider: Any, listed: Any) -> str:
    """The list has Vertex AI below `google`: other makers' models are served there."""
    return "google-vertex" if provider.id == "google" and not sells_own("google", listed.id) else provider.id


def _offer(provider: Any, listed: Any, model_id: str, prices: dict[str, Any]) -> Offer | None:
    batch = _facts(listed, {"processing": "batch"})
    is_batch_cheaper = (batch["input_usd"], batch["output_usd"]) != (prices["input_usd"], prices["output_usd"])
    return offer(
        model_id, _sold_at(provider, listed), listed.id, SOURCE,
        batch_input_usd=batch["input_usd"] if is_batch_cheaper else None,
        batch_output_usd=batch["output_usd"] if is_batch_cheaper else None,
        context_window=listed.context_window,
        url=(provider.pricing_urls or [SOURCE.url])[0],
        at=f"genai-prices:{provider.id}#{listed.id}@prices",
        **prices,
    )  # fmt: skip


def _facts(listed: Any, context: dict[str, str]) -> dict[str, Any]:
    noon = dt.datetime.combine(SOURCE.date, dt.time(12), tzinfo=dt.UTC)
    price = listed.get_prices(noon, context)
    values = {field: getattr(price, key) for field, key in FIELDS.items()}
    base = {field: _base(value) for field, value in values.items()}
    return base | {"tiers": _tiers(values)}


def _base(value: Any) -> float | None:
    return None if value is None else float(getattr(value, "base", value))


def _tiers(values: dict[str, Any]) -> tuple[dict[str, float], ...]:
    steps: dict[float, dict[str, float]] = {}
    for field, value in values.items():
        for tier in getattr(value, "tiers", ()):
            steps.setdefault(float(tier.start), {})[field] = float(tier.price)
    return tuple({"above_tokens": start} | prices for start, prices in sorted(steps.items()))
