"""metergraph-core: dated prices, each with the vendor page that states it, by sales channel."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of
from knowledge.schema import Model, Offer, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import day, model, new_id, offer, tokens

PRICES = "metergraph_prices/prices.yaml"
MODELS = "metergraph_prices/models.yaml"
CHANNELS = {
    "openai-api": "openai", "anthropic-api": "anthropic", "google-api": "google", "aws-bedrock": "amazon-bedrock",
    "fireworks-api": "fireworks-ai", "google-vertex-ai": "google-vertex", "mistral-api": "mistral",
    "xai-api": "xai", "deepseek-api": "deepseek", "meta-api": "meta", "minimax-api": "minimax",
    "alibaba-api": "alibaba", "zai-api": "zai", "moonshot-api": "moonshotai", "perplexity-api": "perplexity",
    "openrouter-api": "openrouter",
}  # fmt: skip
FIELDS = {
    "input_usd": "input_per_mtok",
    "output_usd": "output_per_mtok",
    "cache_read_usd": "cache_read_per_mtok",
    "cache_write_usd": "cache_write_5m_per_mtok",
    "batch_input_usd": "batch_input_per_mtok",
    "batch_output_usd": "batch_output_per_mtok",
}

SOURCE = Source(
    id="metergraph_prices",
    name="metergraph-core price catalogue",
    url="https://pypi.org/project/metergraph-core/",
    licence="Apache-2.0",
    redistributable=True,
    date=dt.date(2026, 10, 25),
    attribution="metergraph-core 0.7.4",
    row_means="canonical model, sales channel, date from which a price holds, USD per million tokens, vendor page",
    traps="ended prices stay in the list; long-context prices are multipliers; gateway channels resell",
    refresh_url="https://pypi.org/pypi/metergraph-core/json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Offer]:
    """Models of known publishers with release dates, and their current prices at first-hand channels."""
    released = {m["canonical_id"]: day(m.get("released")) for m in load(raw / MODELS)["models"]}
    for listed in load(raw / PRICES)["models"]:
        yield from _rows_of(listed, released.get(listed["canonical_id"]), names)


def _rows_of(listed: dict[str, Any], released: dt.date | None, names: Names) -> Iterator[Model | Offer]:
    canonical = listed["canonical_id"]
    maker = maker_of(listed["publisher"])
    if maker is None or canonical.endswith("-batch"):
        names.drop(SOURCE.id, "unknown publisher" if maker is None else "a batch price, not a model")
        return
    named = names.announce(canonical, SOURCE.id, new_id(maker, canonical))
    yield model(named.id, canonical.split("/")[-1], SOURCE, maker=maker, released=released)
    for price in listed.get("prices") or ():
        row = _offer(canonical, price, named.id)
        if row:
            yield row


def _offer(canonical: str, price: dict[str, Any], model_id: str) -> Offer | None:
    provider = CHANNELS.get(price["channel"])
    if provider is None or price.get("effective_to") or price["region"] not in ("global", "us"):
        return None
    key = {"channel": price["channel"], "effective_from": price["effective_from"], "region": price["region"]}
    prices: dict[str, Any] = {field: number(price.get(column)) for field, column in FIELDS.items()}
    return offer(
        model_id, provider, canonical.split("/")[-1], SOURCE,
        tiers=_long_context(price),
        regions=("us",) if price["region"] == "us" else None,
        url=price["source_url"],
        at=locate(PRICES, (), "models", {"canonical_id": canonical}, "prices", key),
        **prices,
    )  # fmt: skip


def _long_context(price: dict[str, Any]) -> tuple[dict[str, float], ...] | None:
    rule = (price.get("rules") or {}).get("long_context")
    if not rule:
        return None
    above = tokens(rule["threshold"]) or 0
    scaled = {
        "input_usd": (number(price["input_per_mtok"]) or 0.0) * (number(rule["input_multiplier"]) or 1.0),
        "output_usd": (number(price["output_per_mtok"]) or 0.0) * (number(rule["output_multiplier"]) or 1.0),
    }
    return ({"above_tokens": float(above)} | scaled,)
