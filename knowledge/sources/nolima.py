"""NoLiMa: long context without literal matches, in percent. Not shipped: its licence allows research only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.figures import scores
from knowledge.sources.locator import load
from knowledge.sources.naming import Names

FOLDER = "long_context"
FILE = "long_context/nolima.csv"

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
    refresh_url="https://raw.githubusercontent.com/adobe-research/NoLiMa/main/README.md",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Accuracy at 32K tokens."""
    for record in load(raw / FILE):
        name = record["Models"]
        named = names.find(name, SOURCE.id)
        if named:
            yield from scores(record, {"32K": "nolima"}, named, SOURCE, file=FILE, key={"Models": name}, raw_name=name)
