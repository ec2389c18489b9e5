"""LiteLLM's price map: prices per token, windows and abilities by provider, with regional ids.

OpenAI's own list states an uplift for processing in the EU; it becomes an offer of its own with the raised
price, so that a user who needs EU processing sees what it costs.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of
from knowledge.providers import provider_id
from knowledge.schema import Model, Offer, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import day, model, new_id, offer, per_million, sells_own, tokens

FILE = "litellm/model_prices_and_context_window.json"
FILES = {FILE: "https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json"}
MODES = {"chat", "completion", "responses", "embedding", "rerank"}
FIELDS = {
    "input_usd": "input_cost_per_token",
    "output_usd": "output_cost_per_token",
    "cache_read_usd": "cache_read_input_token_cost",
    "cache_write_usd": "cache_creation_input_token_cost",
    "batch_input_usd": "input_cost_per_token_batches",
    "batch_output_usd": "output_cost_per_token_batches",
}
SKIPPED = re.compile(r"commitment|us-gov|/(sandbox|claude_platform)/")
UPLIFT = "regional_processing_uplift_multiplier_eu"

SOURCE = Source(
    id="litellm",
    name="LiteLLM price map",
    url="https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json",
    licence="MIT",
    redistributable=True,
    date=dt.date(2026, 10, 1),
    attribution="LiteLLM 1.109.1, BerriAI",
    row_means="a LiteLLM model string with USD per token, token limits, mode and abilities",
    traps="per token, not per million; `sample_spec` is not a model; commitments and regions are in the id",
    refresh_url="https://raw.githubusercontent.com/BerriAI/litellm/main/model_prices_and_context_window.json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Offer]:
    """Abilities of makers' own models, and offers of curated providers."""
    for key, facts in load(raw / FILE).items():
        provider = facts.get("litellm_provider", "")
        if key == "sample_spec" or facts.get("mode") not in MODES or SKIPPED.search(key):
            continue
        if provider_id(provider):
            yield from _rows_of(key, provider, facts, names)


def _rows_of(key: str, provider: str, facts: dict[str, Any], names: Names) -> Iterator[Model | Offer]:
    served_id = key.removeprefix(f"{provider}/") if not key.startswith(("bedrock/", "azure/")) else key
    bare = served_id.split("/")[-1]
    maker = maker_of(provider) if sells_own(provider, served_id) else None
    named = (
        names.announce(f"{provider_id(provider)}/{bare}", SOURCE.id, new_id(maker, bare))
        if maker
        else names.served(provider_id(provider) or provider, served_id, SOURCE.id)
    )
    if named and maker:
        yield _model(named.id, bare, facts, maker)
    if named and number(facts.get(FIELDS["input_usd"])) is not None:
        yield from _offers(key, served_id, provider, facts, named.id)


def _model(model_id: str, name: str, facts: dict[str, Any], maker: str | None) -> Model:
    modes = facts.get("supported_modalities") or []
    outputs = facts.get("supported_output_modalities") or []
    return model(
        model_id, name, SOURCE, maker=maker,
        context_window=tokens(facts.get("max_input_tokens")),
        max_output=tokens(facts.get("max_output_tokens")),
        retired=day(facts.get("deprecation_date")),
        input_modalities=tuple(modes) or None,
        output_modalities=("embedding",) if facts["mode"] == "embedding" else tuple(outputs) or None,
        reasoning=facts.get("supports_reasoning"),
        tool_calling=facts.get("supports_function_calling"),
        structured_output=facts.get("supports_response_schema"),
        url=facts.get("source"),
    )  # fmt: skip


def _offers(key: str, served_id: str, provider: str, facts: dict[str, Any], model_id: str) -> Iterator[Offer]:
    prices: dict[str, Any] = {field: per_million(facts.get(column)) for field, column in FIELDS.items()}
    at = locate(FILE, (), key)
    common: dict[str, Any] = {
        "context_window": tokens(facts.get("max_input_tokens")),
        "url": facts.get("source"),
    }
    plain = offer(model_id, provider, served_id, SOURCE, at, **common, **prices)
    if plain:
        yield plain
    uplift = number(facts.get(UPLIFT))
    if plain and uplift:
        raised: dict[str, Any] = {field: None if p is None else round(p * uplift, 6) for field, p in prices.items()}
        regional = offer(model_id, provider, served_id, SOURCE, at, regions=("eu",), **common, **raised)
        if regional:
            yield regional
