"""Scale AI SEAL leaderboards: score with interval, in percent. Not shipped: Scale's terms apply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names

FILE = "scale_seal/scale-leaderboard_2025-07-10.md"
BOARDS = {"Humanity's Last Exam": "hle", "MultiChallenge": "multichallenge"}

SOURCE = Source(
    id="scale_seal",
    name="Scale AI SEAL leaderboards",
    url="https://labs.scale.com/leaderboard",
    licence="none; Scale's terms apply: figures are not shipped",
    redistributable=False,
    date=dt.date(2025, 7, 10),
    attribution="Scale AI",
    row_means="rank, model, score and half-width of its 95% interval on one private-set board",
    traps="teaser pages show the best three only; tied ranks repeat",
    refresh_url="https://labs.scale.com/leaderboard/humanitys_last_exam",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Scores on the boards that are in the registry of benchmarks."""
    for heading, table in load(raw / FILE).items():
        benchmark = BOARDS.get(heading)
        for record in table if benchmark else ():
            printed, _, half = record["Score"].partition("±")
            value, named = number(printed), names.find(record["Model"], SOURCE.id)
            if benchmark and named and value is not None:
                spread = number(half) or 0.0
                yield Score(
                    model_id=named.id, benchmark_id=benchmark, value=value, unit="percent", source_id=SOURCE.id,
                    date=SOURCE.date, raw_name=record["Model"], config=named.config, low=value - spread,
                    high=value + spread, locator=locate(FILE, "Score", heading, {"Model": record["Model"]}),
                    url=SOURCE.url,
                )  # fmt: skip
