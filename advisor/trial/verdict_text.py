"""What stands in a judge's reply: the last JSON object of the asked form, or the probabilities of two letters."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

MIN_TOKEN_MASS = 0.02


def last_object(text: str, schema: dict[str, Any]) -> dict[str, Any] | None:
    """The last complete top-level JSON object in `text` that fits `schema`: what a judge quotes comes before
    its own verdict."""
    fitting = [v for v in _objects(text) if fits(v, schema)]
    return fitting[-1] if fitting else None


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether `value` has the form that our reply schemas ask for (types, enums, ranges, required names)."""
    kind = schema.get("type")
    if kind == "object":
        inner = schema["properties"]
        return isinstance(value, dict) and all(k in value and fits(value[k], s) for k, s in inner.items())
    if kind == "number":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and math.isfinite(value) and schema["minimum"] <= value <= schema["maximum"]
    if kind == "boolean":
        return isinstance(value, bool)
    return isinstance(value, str) and value in schema.get("enum", [value])


def letter_probability(content: Sequence[Mapping[str, Any]] | None) -> float | None:
    """Probability of "A" against "B" in the first token, from OpenAI-style `logprobs.content`. None where
    the two letters together hold less than 2% of the probability."""
    mass = {"A": 0.0, "B": 0.0}
    for top in (content or [{}])[0].get("top_logprobs") or []:
        letter = str(top["token"]).strip(" \n\t\"'*([.:)").upper()
        if letter in mass:
            mass[letter] += math.exp(float(top["logprob"]))
    total = mass["A"] + mass["B"]
    return mass["A"] / total if total >= MIN_TOKEN_MASS else None


def _objects(text: str) -> Iterator[Any]:
    decoder, at = json.JSONDecoder(), 0
    while (at := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
            yield value
        except (ValueError, RecursionError):
            at += 1
