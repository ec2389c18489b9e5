"""Berkeley Function-Calling Leaderboard v4: percentages by model and calling mode (FC native, Prompt)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source, Unit
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Named, Names

TABLE = "bfcl/data_overall.csv"
FILES = {TABLE: "https://gorilla.cs.berkeley.edu/data_overall.csv"}
MODE = re.compile(r"\s*\((FC|Prompt)[^)]*\)\s*$")
COLUMNS: dict[str, tuple[str, Unit]] = {
    "Overall Acc": ("bfcl", "percent"),
    "Non-Live AST Acc": ("bfcl-non-live", "percent"),
    "Live Acc": ("bfcl-live", "percent"),
    "Multi Turn Acc": ("bfcl-multi-turn", "percent"),
    "Web Search Acc": ("bfcl-web-search", "percent"),
    "Memory Acc": ("bfcl-memory", "percent"),
    "Relevance Detection": ("bfcl-relevance", "percent"),
    "Irrelevance Detection": ("bfcl-irrelevance", "percent"),
    "Format Sensitivity Max Delta": ("bfcl-format-sensitivity", "percent"),
    "Latency Mean (s)": ("bfcl-latency", "seconds"),
    "Total Cost ($)": ("bfcl-cost", "usd"),
}

SOURCE = Source(
    id="bfcl",
    name="Berkeley Function-Calling Leaderboard v4",
    url="https://gorilla.cs.berkeley.edu/leaderboard.html",
    licence="Apache-2.0",
    redistributable=True,
    date=dt.date(2025, 12, 16),
    attribution="Berkeley Function-Calling Leaderboard, UC Berkeley",
    row_means="one model and calling mode: FC is native function calling, Prompt is prompted; accuracy in percent",
    traps="the calling mode is a configuration, not a model; cost and latency are of the whole run",
    refresh_url="https://gorilla.cs.berkeley.edu/data_overall.csv",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Overall, category, latency and cost figures by model and calling mode."""
    for row in load(raw / TABLE):
        mode = MODE.search(row["Model"])
        named = names.find(MODE.sub("", row["Model"]), SOURCE.id)
        if named:
            yield from _scores(row, named, f"mode={mode.group(1)}" if mode else "")


def _scores(row: dict[str, str], named: Named, mode: str) -> Iterator[Score]:
    for column, (benchmark, unit) in COLUMNS.items():
        value = number(row[column])
        if value is not None:
            yield Score(
                model_id=named.id, benchmark_id=benchmark, value=value, unit=unit, source_id=SOURCE.id,
                date=SOURCE.date, raw_name=row["Model"], config=",".join(filter(None, (named.config, mode))),
                locator=locate(TABLE, column, {"Model": row["Model"]}), url=SOURCE.url,
            )  # fmt: skip
