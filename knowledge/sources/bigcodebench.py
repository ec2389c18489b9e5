"""BigCodeBench, Full and Hard, in the modes Complete (docstring) and Instruct (plain request), pass@1 in percent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Model, Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import in_repository

BOARDS = {"bigcodebench/results.json": "bigcodebench", "bigcodebench/results-hard.json": "bigcodebench-hard"}
FILES = {file: f"https://bigcode-bench.github.io/{file.split('/')[-1]}" for file in BOARDS}

SOURCE = Source(
    id="bigcodebench",
    name="BigCodeBench leaderboard",
    url="https://bigcode-bench.github.io/",
    licence="Apache-2.0 (BigCodeBench project; the site's own repository has no licence file)",
    redistributable=True,
    date=dt.date(2025, 4, 17),
    attribution="BigCodeBench, BigCode",
    row_means="model and pass@1 in percent for Instruct and Complete; base models have Complete only",
    traps="Full and Hard are different sets; names are display names",
    refresh_url="https://bigcode-bench.github.io/results.json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Score]:
    """Scores of each mode and set."""
    for file, prefix in BOARDS.items():
        for name, entry in load(raw / file).items():
            named = yield from in_repository(names, name, SOURCE, entry["link"])
            for mode in ("complete", "instruct") if named else ():
                value = number(entry["pass@1"].get(mode))
                if named and value is not None:
                    yield Score(
                        model_id=named.id, benchmark_id=f"{prefix}-{mode}", value=value, unit="percent",
                        source_id=SOURCE.id, date=SOURCE.date, raw_name=name, config=named.config,
                        locator=locate(file, ("pass@1", mode), name), url=SOURCE.url,
                    )  # fmt: skip
