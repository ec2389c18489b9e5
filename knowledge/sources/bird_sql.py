"""BIRD text-to-SQL: execution accuracy in percent. Not shipped: the site has no licence.

Rows are systems; only a row that is a plain model ("... Baseline") is a model's own figure, all others are
kept as scaffold where they name one model.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.figures import config
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.pages import html_tables, write_csv
from knowledge.sources.rows import day

FILE = "bird_sql/tables.csv"
PAGE = "bird_sql/index.html"
FILES = {PAGE: "https://bird-bench.github.io/index.html"}
WIDTH = 7
BASELINE = re.compile(r"\s+Baseline$")
PARTS = re.compile(r"\s\+\s")

SOURCE = Source(
    id="bird_sql",
    name="BIRD text-to-SQL leaderboard",
    url="https://bird-bench.github.io/",
    licence="none stated for the site: figures are not shipped",
    redistributable=False,
    date=dt.date(2026, 7, 15),
    attribution="BIRD-bench",
    row_means="one row is a system (agent and model) with execution accuracy on the development and test set",
    traps="systems, not models; an impossible date (31 June 2024); authors are part of the name",
    refresh_url=FILES[PAGE],
)


def prepare(raw: Path) -> None:
    """The tables of the page as the file that `rows` reads: the number of the table, then its cells."""
    tables = html_tables((raw / PAGE).read_text(encoding="utf-8"))
    header = ["table_no", *(f"c{n}" for n in range(1, WIDTH + 1))]
    cells = ([str(n), *row, *[""] * WIDTH][: WIDTH + 1] for n, table in enumerate(tables) for row in table)
    write_csv(raw / FILE, header, cells)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Test accuracy of rows of the main table that name a model."""
    for record in load(raw / FILE):
        system, value = record["c2"], number(record.get("c7"))
        parts = PARTS.split(BASELINE.sub("", system))
        named = names.peek(parts[-1], SOURCE.id) if record["table_no"] == "0" and value is not None else None
        if named and value is not None:
            own = bool(BASELINE.search(system))
            yield Score(
                model_id=named.id, benchmark_id="bird-sql", value=value, unit="percent", source_id=SOURCE.id,
                date=_date(record["c1"]), raw_name=system, kind="independent" if own else "scaffold",
                config=config(named.config, "" if own else f"system={system}"),
                locator=locate(FILE, "c7", {"table_no": "0", "c1": record["c1"], "c2": system}), url=SOURCE.url,
            )  # fmt: skip


def _date(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text.replace("July", "Jul").replace(",", ""), "%b %d %Y").date()
    except ValueError:
        return day(text) or SOURCE.date
