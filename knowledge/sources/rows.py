"""What adapters share to make rows: sizes from names, dates from text, a model with its maker and licence class."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from knowledge.licences import licence_class
from knowledge.makers import lab_of, maker_of, maker_of_name
from knowledge.schema import Model, Source

TOTAL = re.compile(r"(?<![a-z\d.])(\d+(?:\.\d+)?)b(?![a-z\d])", re.I)
EXPERTS = re.compile(r"(?<![a-z\d.])\d+x\d+(?:\.\d+)?b(?![a-z])", re.I)
ACTIVE = re.compile(r"(?<![a-z\d.])a(\d+(?:\.\d+)?)b(?![a-z\d])", re.I)
EFFECTIVE = re.compile(r"(?<![a-z\d.])e\d+b(?![a-z\d])", re.I)


def model(model_id: str, name: str, source: Source, *, maker: str | None = None, **facts: Any) -> Model:
    """A model row of a source; unknown facts (None) are left out so that another source can fill them."""
    known = {key: value for key, value in facts.items() if value is not None}
    maker = maker_of(maker or "") or maker_of_name(name) or maker_of(model_id.split("/")[0]) or maker or ""
    total, active = size_of(f"{name} {model_id}") if known.get("parameters_b") is None else (None, None)
    known |= {k: v for k, v in (("parameters_b", total), ("active_parameters_b", active)) if v is not None}
    if "licence" in known or "open_weights" in known:
        known["licence_class"] = licence_class(known.get("licence"), known.get("open_weights"))
    known.setdefault("url", source.url)
    return Model(id=model_id, name=name, maker=maker.lower(), source_id=source.id, date=source.date, **known)


def new_id(maker: str | None, slug: str) -> str:
    """The id of a model that models.dev does not list, in its style: lab folder and lower-case slug."""
    name = re.sub(r"[^a-z0-9.+@-]+", "-", slug.split("/")[-1].lower()).strip("-")
    owner = maker_of(maker or "") or maker_of_name(name) or (maker or "unknown").lower()
    return f"{lab_of(owner)}/{name}"


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
