"""Who makes a model: one short name a maker, whatever boards and hubs call it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SIGNATURES = {"nemotron": "nvidia", "tulu": "allenai", "hermes": "nous", "minitron": "nvidia"}
FILE = Path(__file__).parent / "makers.yaml"


@cache
def makers() -> dict[str, dict[str, Any]]:
    """The curated makers: short name to name, lab folder, other names, family words."""
    return yaml.safe_load(FILE.read_text(encoding="utf-8"))


def maker_of(label: str) -> str | None:
    """The short name of a maker that a source calls `label`; None where it is not in the list."""
    return _labels().get(label.strip().lower())


def maker_of_name(model_name: str) -> str | None:
    """The maker that the first words of a model's name belong to, such as `claude-...`; None if unknown."""
    words = re.split(r"[\s_:/-]+", model_name.strip().lower())
    telling = next((SIGNATURES[word] for word in words if word in SIGNATURES), None) or maker_of(words[0])
    if telling:
        return telling
    for length in (3, 2, 1):
        found = _families().get("-".join(words[:length]))
        if found:
            return found
    stem = re.match(r"[a-z]+", words[0])
    return _families().get(stem.group()) if stem else None


def lab_of(maker: str) -> str:
    """The folder of a maker in models.dev, which begins the ids of its models."""
    return (makers().get(maker) or {}).get("lab", maker)


@cache
def _labels() -> dict[str, str]:
    return {
        str(label).lower(): maker
        for maker, facts in makers().items()
        for label in (maker, facts["name"], facts.get("lab", maker), *facts.get("also", []))
    }


@cache
def _families() -> dict[str, str]:
    return {str(word): maker for maker, facts in makers().items() for word in facts.get("families", [])}


def maker_of_served(served_id: str) -> str | None:
    """The maker of a model by the id under which a provider serves it: by its name, else by the folder or
    prefix before it (`moonshotai/kimi-k3`, `eu.anthropic.claude-...`)."""
    path = served_id.removeprefix("~").split("/")
    parts = [part for part in re.split(r"\.(?=[a-z])", path[-1]) if part]
    by_name = (maker_of_name(part) for part in (path[-1], *reversed(parts)))
    return next(filter(None, by_name), None) or maker_of(path[0] if len(path) > 1 else parts[0])
