"""Boards that are one table, a column a benchmark: the shared shape of most adapters."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from knowledge.schema import Score, Source, Unit
from knowledge.sources.locator import locate, number
from knowledge.sources.naming import Named


def kebab(text: str) -> str:
    """Lower-case words joined by hyphens, as in benchmark ids."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def config(*parts: str) -> str:
    """A configuration from its parts; empty ones are left out."""
    return ",".join(filter(None, parts))


def scores(
    record: dict[str, Any], columns: dict[str, str], named: Named, source: Source, *,
    file: str, key: dict[str, Any], raw_name: str, unit: Unit = "percent", date: dt.date | None = None,
    extra: str = "", **more: Any,
) -> Iterator[Score]:  # fmt: skip
    """A score for each column of a table's record that prints a number; `key` finds the record again."""
    for column, benchmark in columns.items():
        value = number(record.get(column))
        if value is not None:
            yield Score(
                model_id=named.id, benchmark_id=benchmark, value=value, unit=unit, source_id=source.id,
                date=date or source.date, raw_name=raw_name, config=config(named.config, extra),
                locator=locate(file, column, key), **({"url": source.url} | more),
            )  # fmt: skip
