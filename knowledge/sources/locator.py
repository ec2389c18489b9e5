"""Locators: where in a raw file a figure stands, and how to find it again.

`file#step>step@column` walks from the top of the file. A step is a key of a mapping, an index of a list, or
`key=value;key=value`, the first record of a list with those values (for a record that is a list itself the
key is an index). `column` is one more path of plain keys. Reserved characters are percent-encoded.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

SAFE = " /().,:+-_%"
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
MARKUP = re.compile(r"<[^>]*>|[*%,±$]")


class NotFound(LookupError):
    """A locator points at nothing; the message names the step that failed."""


def locate(file: str, column: str | tuple[str, ...], *steps: str | int | dict[str, Any]) -> str:
    """The locator of `column` in the record that `steps` lead to: keys, indexes or dicts of values."""
    columns = (column,) if isinstance(column, str) else column
    return f"{file}#{'>'.join(map(_step, steps))}@{'>'.join(map(_quote, columns))}"


def find(raw: Path, locator: str) -> Any:
    """The value that a locator points at, as the file prints it: text for CSV cells and for JSON numbers.

    Raises NotFound where the file, a step or the column is missing.
    """
    file, _, rest = locator.partition("#")
    steps, _, columns = rest.rpartition("@")
    value = load(raw / file)
    for step in [*filter(None, steps.split(">")), *filter(None, columns.split(">"))]:
        value = _walk(value, step, locator)
    return value


def number(text: Any) -> float | None:
    """The number that a cell prints, without its percent sign, Markdown or HTML; None if there is none."""
    if isinstance(text, bool) or text is None:
        return None
    if isinstance(text, int | float):
        return float(text)
    match = NUMBER.fullmatch(MARKUP.sub("", str(text)).strip())
    return float(match.group()) if match else None


@lru_cache(maxsize=8)
def load(path: Path) -> Any:
    """A raw file as lists and mappings, with JSON numbers kept as text. Raises NotFound for a missing file."""
    if not path.is_file():
        raise NotFound(f"{path.name} is missing")
    text = _text(path)
    name = path.name.removesuffix(".gz")
    if name.endswith(".csv"):
        return list(csv.DictReader(text.splitlines(keepends=True)))
    if name.endswith((".yaml", ".yml")):
        return _yaml(text)
    if name.endswith(".md"):
        return markdown_tables(text)
    return json.loads(text, parse_float=str, parse_int=str)


def markdown_tables(text: str) -> dict[str, list[dict[str, str]]]:
    """The tables of a Markdown page by the heading above them ("" before the first), a mapping a row."""
    tables: dict[str, list[dict[str, str]]] = {}
    heading, header = "", list[str]()
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("#"):
            heading, header = line.lstrip("# ").strip(), []
        elif not line.strip().startswith("|"):
            header = []
        elif not header:
            header = cells
        elif not set("".join(cells)) <= set("-: "):
            tables.setdefault(heading, []).append(dict(zip(header, cells, strict=False)))
    return tables


def _yaml(text: str) -> Any:
    import yaml

    return yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))


def _text(path: Path) -> str:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return data.decode("utf-8-sig")


def _quote(text: str) -> str:
    return quote(text, safe=SAFE)


def _step(step: str | int | dict[str, Any]) -> str:
    if isinstance(step, dict):
        return ";".join(f"{_quote(str(k))}={_quote(str(v))}" for k, v in step.items())
    return _quote(str(step))


def _walk(value: Any, step: str, locator: str) -> Any:
    try:
        if isinstance(value, list):
            return _record(value, step) if "=" in step else value[int(step)]
        return value[unquote(step)]
    except (KeyError, IndexError, TypeError, ValueError, StopIteration) as error:
        raise NotFound(f"{locator}: nothing at {unquote(step)!r}") from error


def _record(records: list[Any], step: str) -> Any:
    wanted = [tuple(map(unquote, pair.split("=", 1))) for pair in step.split(";")]
    return next(r for r in records if all(str(_get(r, key)) == value for key, value in wanted))


def _get(record: Any, key: str) -> Any:
    return record[int(key)] if isinstance(record, list) else record.get(key)
