"""The `rates` ledger of 2026-09-28 (models.dev, genai-prices, LiteLLM and OpenRouter fused): newer models.

It announces models that the makers' own price lists carry and models.dev of July 2026 does not, with their
context, modalities and dates, and their prices at curated providers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of
from knowledge.schema import Model, Offer, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import day, model, new_id, offer, sells_own, tokens

FILE = "rates_ledger/ledger_first_party_and_major.json"
PRICES = {f"{key}_usd": f"{key}_mtok" for key in ("input", "output", "cache_read", "cache_write")}
CHAT = {"chat", "responses", "completion", "embedding", "rerank", None}

SOURCE = Source(
    id="rates_ledger",
    name="rates: fused price ledger",
    url="https://pypi.org/project/rates/",
    licence="MIT (package); facts from models.dev (MIT), LiteLLM (MIT), genai-prices (MIT), OpenRouter",
    redistributable=True,
    date=dt.date(2026, 9, 28),
    attribution="rates 1.1.0, from models.dev, genai-prices, LiteLLM and OpenRouter",
    row_means="one provider and model id: type, modalities, context, price in USD per million tokens, life cycle",
    traps="fused from four sources that overlap with others here; aliases such as -latest are listed as models",
    refresh_url="https://models.dev/api.json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Offer]:
    """Models of the makers' own lists, then the offers of curated providers."""
    records = [r for r in load(raw / FILE)["models"] if r.get("type") in CHAT]
    for record in sorted(records, key=lambda r: (not maker_of(r["provider"]), r["provider"], r["id"])):
        yield from _rows_of(record, names)


def _rows_of(record: dict[str, Any], names: Names) -> Iterator[Model | Offer]:
    provider, served_id = record["provider"], record["id"]
    full_id = f"{provider}/{served_id}"
    maker = maker_of(provider) if sells_own(provider, served_id) else None
    named = (
        names.announce(full_id, SOURCE.id, new_id(maker, served_id))
        if maker
        else names.served(provider, served_id, SOURCE.id)
    )
    if named and maker:
        yield _model(named.id, record, maker)
    row = _offer(record, named.id) if named and record.get("price") else None
    if row:
        yield row


def _model(model_id: str, record: dict[str, Any], maker: str | None) -> Model:
    modes, context = record.get("modalities") or {}, record.get("context") or {}
    life = record.get("lifecycle") or {}
    return model(
        model_id, record["id"].split("/")[-1], SOURCE, maker=maker,
        family=record.get("family"),
        released=day(life.get("release_date")),
        retired=day(life.get("deprecation_date")),
        deprecated=True if life.get("status") == "deprecated" else None,
        context_window=tokens(context.get("input")),
        max_output=tokens(context.get("output")),
        input_modalities=tuple(modes.get("input", ())) or None,
        output_modalities=tuple(modes.get("output", ())) or None,
        reasoning=bool(record["reasoning"]) if record.get("reasoning") else None,
        tool_calling=record.get("tool_call"),
        structured_output=record.get("structured_output"),
    )  # fmt: skip


def _offer(record: dict[str, Any], model_id: str) -> Offer | None:
    return offer(
        model_id, record["provider"], record["id"], SOURCE,
        tiers=tuple(_tier(tier) for tier in record.get("price_tiers") or () if _is_context(tier)),
        context_window=tokens((record.get("context") or {}).get("input")),
        at=locate(FILE, "price", "models", {"provider": record["provider"], "id": record["id"]}),
        **_prices(record["price"]),
    )  # fmt: skip


def _prices(price: dict[str, Any]) -> dict[str, Any]:
    return {field: number(price.get(key)) for field, key in PRICES.items()}


def _is_context(tier: dict[str, Any]) -> bool:
    return tier.get("when", {}).get("dimension") == "context" and "over" in tier["when"]


def _tier(tier: dict[str, Any]) -> dict[str, float]:
    above = number(tier["when"]["over"]) or 0.0
    return {"above_tokens": above} | {k: v for k, v in _prices(tier["price"]).items() if v is not None}
