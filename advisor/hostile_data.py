"""Data that others wrote, made safe to keep: bounded in size and depth, and without what no text file can hold."""

from __future__ import annotations

import json
from typing import Any

from advisor.errors import BadInput

MOST_NODES = 1_000_000
DEEPEST = 60


def clean(text: str) -> str:
    """Text that can be written as UTF-8: halves of surrogate pairs are joined, or replaced by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def parse_json(text: str | bytes) -> Any:
    """JSON; what is nested without end is a ValueError like any other fault.

    Raises:
        ValueError: it is no JSON, or nested too deeply.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def sane(data: Any, what: str, most: int = MOST_NODES) -> Any:
    """A copy of plain data with clean texts.

    Args:
        what: names the data in messages.
        most: bound on its values. References that YAML repeats count each time, so that a few lines that stand
            for billions of values are refused before they are written out.

    Raises:
        BadInput: it has too many values, or is nested too deeply (or in itself).
    """
    return _copied(data, what, [most], 0)


def _copied(data: Any, what: str, left: list[int], depth: int) -> Any:
    left[0] -= 1
    if left[0] < 0 or depth > DEEPEST:
        raise BadInput(f"{what} stands for too many or too deeply nested values: write it out, in smaller parts.")
    if isinstance(data, str):
        return clean(data)
    if isinstance(data, dict):
        return {_copied(k, what, left, depth + 1): _copied(v, what, left, depth + 1) for k, v in data.items()}
    if isinstance(data, list):
        return [_copied(item, what, left, depth + 1) for item in data]
    return data
