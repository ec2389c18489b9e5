"""Arena-Hard-Auto v2: win rate in percent under a judge; only the official judge of each category counts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.pages import write_csv

FILE = "arena_hard/arena_hard_v2.csv"
README = "arena_hard/README.md"
FILES = {README: "https://raw.githubusercontent.com/lmarena/arena-hard-auto/main/README.md"}
BOARD = "Arena-Hard-v2.0-Preview"
LINE = re.compile(r"^\s*\d+\s+(\S+)\s+(\d+\.\d+)\s+\(\s*(-?\d+\.\d+)\s*/\s*\+?(-?\d+\.\d+)\s*\)\s*$")

SOURCE = Source(
    id="arena_hard",
    name="Arena-Hard-Auto v2",
    url="https://github.com/lmarena/arena-hard-auto",
    licence="Apache-2.0",
    redistributable=True,
    date=dt.date(2025, 6, 18),
    attribution="LMArena, Arena-Hard-Auto",
    row_means="model and win rate in percent against a baseline, with the interval's distances below and above",
    traps="the same model under several judges; intervals are printed as distances from the score",
    refresh_url=FILES[README],
)


def prepare(raw: Path) -> None:
    """The console tables of the README as the file that `rows` reads; the line above a table names its judge."""
    heading, found = "", list[list[str]]()
    for line in (raw / README).read_text(encoding="utf-8").splitlines():
        row = LINE.match(line)
        if row:
            found.append([BOARD, heading, *row.groups()])
        elif "Judge" in line and ("Hard Prompt" in line or "Creative" in line):
            heading = line.strip("#* ").replace("*", "")
    write_csv(raw / FILE, ["board", "category_and_judge", "model", "score", "ci_low", "ci_high"], found)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Win rates of the official configuration, and of creative writing."""
    for record in load(raw / FILE):
        benchmark = _benchmark(record["category_and_judge"])
        value = number(record["score"])
        named = names.find(record["model"], SOURCE.id) if benchmark else None
        if benchmark and named and value is not None:
            key = {"category_and_judge": record["category_and_judge"], "model": record["model"]}
            yield Score(
                model_id=named.id, benchmark_id=benchmark, value=value, unit="percent", source_id=SOURCE.id,
                date=SOURCE.date, raw_name=record["model"], config=named.config,
                low=value + (number(record["ci_low"]) or 0.0), high=value + (number(record["ci_high"]) or 0.0),
                locator=locate(FILE, "score", key), url=SOURCE.url,
            )  # fmt: skip


def _benchmark(category: str) -> str | None:
    if "Official" in category:
        return "arena-hard-v2"
    return "arena-hard-v2-creative-writing" if category.startswith("Creative") else None
