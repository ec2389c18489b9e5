"""Providers: one id each, whether they are an official place to buy, and where they process requests."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.makers import maker_of

FILE = Path(__file__).parent / "providers.yaml"
EUROPE = re.compile(r"^(eu\.|bedrock/eu-(?!west-2)|azure/eu/)|@eu\b|[/-]europe-")
STATES = re.compile(r"^(us\.|bedrock/us-|azure/us/)")
BRITAIN = re.compile(r"^(bedrock/eu-west-2|azure/uk/)")


@cache
def providers() -> dict[str, dict[str, Any]]:
    """The curated providers: id to name, other names, regions with their source."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def provider_id(label: str) -> str | None:
    """The id of a provider that a source calls `label`; None for one that is not in the list."""
    return _labels().get(label.lower())


def is_official(provider: str, maker: str) -> bool:
    """Whether a maker's models on this provider come from the maker itself or from a cloud that it names."""
    return bool(providers()[provider].get("cloud")) or maker_of(provider) == maker


def regions_of(provider: str, served_id: str) -> tuple[str, ...]:
    """Where a served model runs as far as its id or its provider states it: eu, us, uk."""
    by_id = [(EUROPE, "eu"), (STATES, "us"), (BRITAIN, "uk")]
    stated = tuple(region for pattern, region in by_id if pattern.search(served_id))
    facts = providers()[provider]
    of_model = facts.get("model_regions", {}).get(served_id.split("/")[-1], ())
    return stated or tuple(of_model) or tuple(facts.get("regions", ()))


@cache
def _labels() -> dict[str, str]:
    return {label.lower(): key for key, facts in providers().items() for label in (key, *facts.get("also", ()))}
