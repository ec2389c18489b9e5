"""NoLiMa: long context without literal matches, in percent. Not shipped: its licence allows research only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.figures import scores
from knowledge.sources.locator import load
from knowledge.sources.naming import Names
from knowledge.sources.pages import readme_table, unlink, write_csv

FOLDER = "long_context"
FILE = "long_context/nolima.csv"
README = "long_context/nolima_README.md"
FILES = {README: "https://raw.githubusercontent.com/adobe-research/NoLiMa/main/README.md"}

SOURCE = Source(
    id="nolima",
    name="NoLiMa",
    url="https://github.com/adobe-research/NoLiMa",
    licence="Adobe Research License: non-commercial research only, so figures are not shipped",
    redistributable=False,
    date=dt.date(2025, 5, 5),
    attribution="NoLiMa, Adobe Research",
    row_means="claimed and effective length, accuracy in percent at 1K to 32K tokens",
    traps="cells carry HTML and stars; the effective length is where accuracy stays above 85% of the base",
    refresh_url=FILES[README],
)


def prepare(raw: Path) -> None:
    """The table of the README as the file that `rows` reads."""
    table = readme_table(raw / README, "Models")
    write_csv(raw / FILE, list(table[0]), ([unlink(row[c])[0] for c in table[0]] for row in table))


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Accuracy at 32K tokens."""
    for record in load(raw / FILE):
        name = record["Models"]
        named = names.find(name, SOURCE.id)
        if named:
            yield from scores(record, {"32K": "nolima"}, named, SOURCE, file=FILE, key={"Models": name}, raw_name=name)
