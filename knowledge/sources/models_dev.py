"""models.dev: facts of models by lab, and what providers serve them for. Prices in USD per million tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.providers import is_official, provider_id, regions_of
from knowledge.schema import Model, Offer, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import day, model

LABS = "models_dev/lab_models.json"
PROVIDERS = ("models_dev/providers_major.json", "models_dev/providers_other.json.gz")
PRICES = {"input_usd": "input", "output_usd": "output", "cache_read_usd": "cache_read", "cache_write_usd": "cache_write"}  # fmt: skip

SOURCE = Source(
    id="models_dev",
    name="models.dev",
    url="https://models.dev",
    licence="MIT",
    redistributable=True,
    date=dt.date(2026, 7, 2),
    attribution="models.dev contributors",
    row_means="provider/model-id is one served model; cost in USD per million tokens, limits in tokens",
    traps="base_model links a reseller's id to the lab's model and is wrong in a few places; rolling aliases",
    refresh_url="https://models.dev/api.json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Offer]:
    """Every lab-level model, every model that only providers list, and the offers of curated providers."""
    labs = load(raw / LABS)
    for model_id, facts in labs.items():
        yield _model(model_id, facts)
    for file in PROVIDERS:
        for provider, listing in load(raw / file).items():
            for served_id, facts in listing["models"].items():
                yield from _served(names, labs, file, provider, served_id, facts)


def _served(
    names: Names, labs: dict[str, Any], file: str, provider: str, served_id: str, facts: dict[str, Any]
) -> Iterator[Model | Offer]:
    full_id = f"{provider}/{served_id}"
    named = names.find(full_id, SOURCE.id)
    if named is None:
        return
    row = _model(named.id, labs.get(named.id, facts))
    if named.id == full_id and named.id not in labs:
        yield row
    curated = provider_id(provider)
    if curated and facts.get("cost"):
        yield _offer(file, provider, served_id, facts, named.id, is_official(curated, row.maker))


def _model(model_id: str, facts: dict[str, Any]) -> Model:
    limit, modes = facts.get("limit", {}), facts.get("modalities", {})
    return model(
        model_id, facts["name"], SOURCE,
        family=facts.get("family"),
        open_weights=facts.get("open_weights"),
        licence=facts.get("license"),
        released=day(facts.get("release_date")),
        knowledge_cutoff=facts.get("knowledge"),
        deprecated=True if facts.get("status") == "deprecated" else None,
        context_window=_tokens(limit.get("context")),
        max_output=_tokens(limit.get("output")),
        input_modalities=tuple(modes.get("input", ())) or None,
        output_modalities=tuple(modes.get("output", ())) or None,
        reasoning=facts.get("reasoning"),
        tool_calling=facts.get("tool_call"),
        structured_output=facts.get("structured_output"),
        weights_url=next((w["url"] for w in facts.get("weights", ())), None),
        url=f"https://models.dev/models/{model_id}/",
    )  # fmt: skip


def _offer(file: str, provider: str, served_id: str, facts: dict[str, Any], model_id: str, official: bool) -> Offer:
    curated = provider_id(provider) or provider
    cost = facts["cost"]
    return Offer(
        model_id=model_id,
        provider=curated,
        provider_model_id=served_id,
        official=official,
        tiers=tuple(_tier(tier) for tier in cost.get("tiers", ())),
        context_window=_tokens(facts.get("limit", {}).get("context")),
        regions=regions_of(curated, served_id),
        source_id=SOURCE.id,
        date=SOURCE.date,
        url=f"https://models.dev/providers/{provider}/",
        locator=locate(file, "cost", provider, "models", served_id),
        **{field: number(cost.get(key)) for field, key in PRICES.items()},
    )


def _tier(tier: dict[str, Any]) -> dict[str, float]:
    prices = {field: number(tier.get(key)) for field, key in PRICES.items()}
    above = number(tier["tier"]["size"]) or 0.0
    return {"above_tokens": above} | {k: v for k, v in prices.items() if v is not None}


def _tokens(text: Any) -> int | None:
    value = number(text)
    return int(value) if value else None
