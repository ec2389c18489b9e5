"""OpenRouter's model list of May 2026: windows, abilities, weights on Hugging Face, prices per token."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of
from knowledge.schema import Model, Offer, Source
from knowledge.sources.locator import load, locate
from knowledge.sources.naming import Names
from knowledge.sources.rows import model, new_id, offer, per_million, tokens

FILE = "openrouter_models/openrouter_models_2026-05-15.json"
FILES = {FILE: "https://openrouter.ai/api/v1/models"}
FIELDS = {"input_usd": "prompt", "output_usd": "completion", "cache_read_usd": "input_cache_read", "cache_write_usd": "input_cache_write"}  # fmt: skip  # noqa: E501

SOURCE = Source(
    id="openrouter_models",
    name="OpenRouter models API",
    url="https://openrouter.ai/models",
    licence="MIT repository copy; OpenRouter API terms for the content (facts only)",
    redistributable=True,
    date=dt.date(2026, 5, 15),
    attribution="OpenRouter, as committed in models.dev",
    row_means="one model that OpenRouter routes: id, context, USD per token, parameters it supports",
    traps="prices per token as text; :free and :nitro variants; a router's window may be below the maker's",
    refresh_url="https://openrouter.ai/api/v1/models",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Offer]:
    """Models of known makers and OpenRouter's price for each."""
    for record in load(raw / FILE)["data"]:
        maker = maker_of(record["id"].split("/")[0].removeprefix("~"))
        if ":" in record["id"] or maker is None:
            names.drop(SOURCE.id, "variant or unknown maker")
            continue
        named = names.announce(f"openrouter/{record['id']}", SOURCE.id, new_id(maker, record["id"]))
        yield _model(named.id, record, maker)
        yield from _offers(named.id, record)


def _model(model_id: str, record: dict[str, Any], maker: str) -> Model:
    shape, weights = record["architecture"], record.get("hugging_face_id")
    return model(
        model_id, record["name"].split(": ")[-1], SOURCE, maker=maker,
        released=dt.datetime.fromtimestamp(int(record["created"]), dt.UTC).date(),
        context_window=tokens(record.get("context_length")),
        input_modalities=tuple(_plain(m) for m in shape["input_modalities"]) or None,
        output_modalities=tuple(shape["output_modalities"]) or None,
        open_weights=True if weights else None,
        weights_url=f"https://huggingface.co/{weights}" if weights else None,
        structured_output=True if "structured_outputs" in record["supported_parameters"] else None,
        tool_calling=True if "tools" in record["supported_parameters"] else None,
        knowledge_cutoff=record.get("knowledge_cutoff"),
        url=f"https://openrouter.ai/{record['id']}",
    )  # fmt: skip


def _plain(modality: str) -> str:
    return "pdf" if modality == "file" else modality


def _offers(model_id: str, record: dict[str, Any]) -> Iterator[Offer]:
    prices: dict[str, Any] = {field: per_million(record["pricing"].get(key)) for field, key in FIELDS.items()}
    row = offer(
        model_id, "openrouter", record["id"], SOURCE,
        context_window=tokens(record.get("context_length")),
        url=f"https://openrouter.ai/{record['id']}",
        at=locate(FILE, "pricing", "data", {"id": record["id"]}),
        **prices,
    )  # fmt: skip
    if row and (prices["input_usd"] or 0) >= 0:
        yield row
