"""Where niche leaderboards are: names and links only, no prose and no figures.

The shipped directory is made from the awesome-leaderboards list; a refresh reads the Hub's own list of leaderboard
Spaces, with the owner and the last activity of each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.naming import Names

FILE = "leaderboard_directory/leaderboards.csv"
LISTING = "leaderboard_directory/spaces.json"
FILES = {LISTING: "https://huggingface.co/api/spaces?filter=leaderboard&full=true&limit=1000"}

SOURCE = Source(
    id="leaderboard_directory",
    name="Awesome foundation model leaderboards",
    url="https://github.com/SAILResearch/awesome-foundation-model-leaderboards",
    licence="none stated: its text is not shipped, only names and links in our own grouping",
    redistributable=False,
    date=dt.date(2026, 5, 23),
    attribution="SAILResearch",
    row_means="one leaderboard: its name, link, owner and topic, and the last activity of a Space once refreshed",
    traps="some links are dead or moved; tags of a Space are its owner's own",
    refresh_url=FILES[LISTING],
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """No figures: `knowledge.directory` reads the links."""
    yield from ()
