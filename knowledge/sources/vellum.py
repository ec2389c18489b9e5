"""Vellum's LLM leaderboard: several benchmarks in percent. Not shipped: a page without a licence.

The copy that we could get has its columns shifted by one, so the adapter refuses a table in which a column
holds what its neighbour should: GPQA far above what GPQA allows beside an empty GRIND.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.figures import scores
from knowledge.sources.locator import load
from knowledge.sources.naming import Names

FILE = "vellum/vellum-leaderboard.md"
HEADING = "Vellum LLM Leaderboard"
COLUMNS = {
    "AIME 2024": "aime-2024", "GPQA": "gpqa-diamond", "SWE Bench": "swe-bench-verified", "MATH 500": "math-500",
    "BFCL": "bfcl",
}  # fmt: skip

SOURCE = Source(
    id="vellum",
    name="Vellum LLM leaderboard",
    url="https://www.vellum.ai/llm-leaderboard",
    licence="none; proprietary page: figures are not shipped",
    redistributable=False,
    date=dt.date(2025, 7, 10),
    attribution="Vellum",
    row_means="one model with vendor-reported and public figures of several benchmarks, in percent",
    traps="no interface, only a page; a known copy has every column shifted by one and must not be used",
    refresh_url="https://www.vellum.ai/llm-leaderboard",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Figures of a table that a user saved as Markdown, unless its columns are shifted."""
    table = load(raw / FILE).get(HEADING, [])
    if _is_shifted(table):
        names.drop(SOURCE.id, "columns are shifted by one")
        return
    for record in table:
        named = names.find(record["Model"], SOURCE.id)
        if named:
            yield from scores(
                record, COLUMNS, named, SOURCE, file=FILE, key={"Model": record["Model"]},
                raw_name=record["Model"], kind="vendor",
            )  # fmt: skip


def _is_shifted(table: list[dict[str, str]]) -> bool:
    """The last column is empty in a shifted table: each figure stands one column too far to the left."""
    last = [list(record.values())[-1].lower() for record in table]
    return bool(last) and all(cell in ("n/a", "") for cell in last)
