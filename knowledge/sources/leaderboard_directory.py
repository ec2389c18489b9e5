"""The awesome-leaderboards list: where niche leaderboards are. Names and links only, no prose and no figures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.naming import Names

FILE = "leaderboard_directory/leaderboards.csv"

SOURCE = Source(
    id="leaderboard_directory",
    name="Awesome foundation model leaderboards",
    url="https://github.com/SAILResearch/awesome-foundation-model-leaderboards",
    licence="none stated: its text is not shipped, only names and links in our own grouping",
    redistributable=False,
    date=dt.date(2026, 5, 23),
    attribution="SAILResearch",
    row_means="one leaderboard: its name, link, section and topic",
    traps="some links are dead or moved; a Space shows its own last activity",
    refresh_url="https://raw.githubusercontent.com/SAILResearch/awesome-foundation-model-leaderboards/main/README.md",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """No figures: `knowledge.directory` reads the links."""
    yield from ()
