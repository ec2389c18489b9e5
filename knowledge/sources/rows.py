"""What adapters share to make rows: sizes from names, dates from text, a model with its maker and licence class."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Generator
from typing import Any

from knowledge.licences import licence_class
from knowledge.makers import lab_of, maker_of, maker_of_name, maker_of_served
from knowledge.names.grammar import parse
from knowledge.providers import is_official, provider_id, regions_of
from knowledge.schema import Model, Offer, Source
from knowledge.sources.locator import number
from knowledge.sources.naming import Named, Names

TOTAL = re.compile(r"(?<![a-z\d.])(\d+(?:\.\d+)?)b(?![a-z\d])", re.I)
EXPERTS = re.compile(r"(?<![a-z\d.])\d+x\d+(?:\.\d+)?b(?![a-z])", re.I)
ACTIVE = re.compile(r"(?<![a-z\d.])a(\d+(?:\.\d+)?)b(?![a-z\d])", re.I)
EFFECTIVE = re.compile(r"(?<![a-z\d.])e\d+b(?![a-z\d])", re.I)


def model(model_id: str, name: str, source: Source, *, maker: str | None = None, **facts: Any) -> Model:
    """A model row of a source; unknown facts (None) are left out so that another source can fill them."""
    known = {key: value for key, value in facts.items() if value is not None}
    if known.get("parameters_b", 1) <= 0:  # how some boards write "unknown"
        del known["parameters_b"]
    owner = maker_of(maker or "") or maker or owner_of(model_id, name)
    known.setdefault("official", maker_of(owner) is not None)
    total, active = size_of(f"{name} {model_id}") if known.get("parameters_b") is None else (None, None)
    known |= {k: v for k, v in (("parameters_b", total), ("active_parameters_b", active)) if v is not None}
    if "licence" in known or "open_weights" in known:
        known["licence_class"] = licence_class(known.get("licence"), known.get("open_weights"))
    known.setdefault("url", source.url)
    return Model(id=model_id, name=name, maker=owner.lower(), source_id=source.id, date=source.date, **known)


def owner_of(model_id: str, name: str) -> str:
    """Who made a model by its id: the organisation in a provider's path, the lab, or the family of its name."""
    parts = model_id.split("/")
    if len(parts) > 2:
        return maker_of(parts[-2]) or parts[-2].lstrip("~@")
    return maker_of(parts[0]) or maker_of_served(parts[-1]) or maker_of_name(name) or ""


def offer(model_id: str, provider: str, served_id: str, source: Source, at: str, **facts: Any) -> Offer | None:
    """An offer that a source states at the locator `at`; None for a provider that is not curated."""
    curated = provider_id(provider)
    if curated is None:
        return None
    known = {key: value for key, value in facts.items() if value is not None}
    if known.get("parameters_b", 1) <= 0:  # how some boards write "unknown"
        del known["parameters_b"]
    known.setdefault("regions", regions_of(curated, served_id))
    known.setdefault("url", source.url)
    return Offer(
        model_id=model_id, provider=curated, provider_model_id=served_id,
        official=is_official(curated, maker_of_served(served_id) or maker_of_served(model_id) or ""),
        source_id=source.id, date=source.date, locator=at, **known,
    )  # fmt: skip


def sells_own(provider: str, served_id: str) -> bool:
    """Whether a provider serves a model that it made itself, so that its list may announce a model."""
    owner = maker_of(provider)
    served_id = served_id.removeprefix(f"{provider}-")
    return owner is not None and maker_of_served(served_id) in (owner, None)


def tokens(text: Any) -> int | None:
    """A positive number of tokens, or None."""
    value = number(text)
    return int(value) if value and value > 0 else None


def per_million(text: Any) -> float | None:
    """A price in US dollars per token as one per million tokens."""
    value = number(text)
    return None if value is None else float(f"{value * 1e6:.9g}")


def new_id(maker: str | None, slug: str) -> str:
    """The id of a model that models.dev does not list, in its style: lab folder and lower-case slug."""
    name = re.sub(r"[^a-z0-9.+@-]+", "-", slug.split("/")[-1].lower()).strip("-")
    owner = maker_of(maker or "") or maker_of_name(name) or (maker or "unknown").lower()
    return f"{lab_of(owner)}/{name}"


def in_repository(
    names: Names, raw_name: str, source: Source, link: str | None
) -> Generator[Model, None, Named | None]:
    """The model of a board's display name, or of the repository on Hugging Face that the board links to.

    It is announced where no list of models has it. A repository counts where its owner is a known maker and it says
    every number of the name: makers put new builds into old repositories.
    """
    known = names.peek(raw_name, source.id)
    if known:
        return known
    repository = re.match(r"https://huggingface\.co/([^/]+)/([^/?]+)", link or "")
    maker = maker_of(repository.group(1)) if repository else None
    if repository is None or maker is None or not _numbers(raw_name) <= _numbers(own := repository.group(2)):
        return names.find(raw_name, source.id)
    fresh = new_id(maker, own)
    named = names.announce(f"{repository.group(1)}/{own}", source.id, fresh)
    if named.id == fresh:
        yield model(fresh, own, source, maker=maker, open_weights=True)
    return named


def _numbers(name: str) -> set[str]:
    return {token for token in parse(name).tokens if token[0].isdigit()}


def size_of(name: str) -> tuple[float | None, float | None]:
    """Total and active parameters in billions as the name states them; mixtures such as 8x7b state neither."""
    if EXPERTS.search(name) or EFFECTIVE.search(name):
        return None, None
    total, active = TOTAL.search(name), ACTIVE.search(name)
    return (float(total.group(1)) if total else None), (float(active.group(1)) if active else None)


def day(text: Any) -> dt.date | None:
    """The date that a text starts with (`2026-07`, a full date or a timestamp); None where it is not a date."""
    parts = re.match(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", str(text or ""))
    if not parts:
        return None
    try:
        return dt.date(int(parts[1]), int(parts[2]), int(parts[3] or 1))
    except ValueError:
        return None
