"""RULER: how accuracy falls with the length of the context, 4K to 128K tokens, in percent.

NoLiMa's table lies beside it, but its licence allows research only: no figures of it are read.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.figures import scores
from knowledge.sources.locator import load
from knowledge.sources.naming import Names
from knowledge.sources.pages import readme_table, unlink, write_csv

FILE = "long_context/ruler.csv"
README = "long_context/ruler_README.md"
FILES = {README: "https://raw.githubusercontent.com/NVIDIA/RULER/main/README.md"}
LENGTHS = ("4K", "8K", "16K", "32K", "64K", "128K")
COLUMNS = {"Avg.": "ruler"} | {length: f"ruler-{length.lower()}" for length in LENGTHS}
MARK = re.compile(r"\*(?= \()")

SOURCE = Source(
    id="long_context",
    name="RULER",
    url="https://github.com/NVIDIA/RULER",
    licence="Apache-2.0",
    redistributable=True,
    date=dt.date(2025, 10, 9),
    attribution="RULER, NVIDIA",
    row_means="claimed and effective length, accuracy by context length and on average",
    traps="cells carry HTML, stars and ranks; a star after the name marks a later addition",
    refresh_url=FILES[README],
)


def prepare(raw: Path) -> None:
    """The table of the README as the file that `rows` reads: the link of a model in a column of its own."""
    table = readme_table(raw / README, "Claimed Length")
    first, *others = table[0]
    write_csv(raw / FILE, ["model", "url", *others], ([*unlink(r[first]), *(r[c] for c in others)] for r in table))


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Average and accuracy at each length."""
    for record in load(raw / FILE):
        name = record["model"]
        named = names.find(MARK.sub("", name).strip(), "ruler")
        if named:
            yield from scores(record, COLUMNS, named, SOURCE, file=FILE, key={"model": name}, raw_name=name)
