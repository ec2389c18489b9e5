"""EvalPlus: HumanEval, HumanEval+, MBPP and MBPP+, pass@1 in percent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Model, Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import in_repository

FILE = "evalplus/results.json"
FILES = {FILE: "https://raw.githubusercontent.com/evalplus/evalplus.github.io/main/results.json"}
COLUMNS = {"humaneval": "humaneval", "humaneval+": "humaneval-plus", "mbpp": "mbpp", "mbpp+": "mbpp-plus"}

SOURCE = Source(
    id="evalplus",
    name="EvalPlus leaderboard",
    url="https://evalplus.github.io/leaderboard.html",
    licence="Apache-2.0",
    redistributable=True,
    date=dt.date(2024, 12, 26),
    attribution="EvalPlus",
    row_means="model and pass@1 in percent on four sets; null is not run",
    traps="not updated since December 2024; display names; HumanEval is saturated",
    refresh_url="https://raw.githubusercontent.com/evalplus/evalplus.github.io/main/results.json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Score]:
    """Up to four scores a model."""
    for name, entry in load(raw / FILE).items():
        named = yield from in_repository(names, name, SOURCE, entry["link"])
        for column, benchmark in COLUMNS.items() if named else ():
            value = number(entry["pass@1"].get(column))
            if named and value is not None:
                yield Score(
                    model_id=named.id, benchmark_id=benchmark, value=value, unit="percent", source_id=SOURCE.id,
                    date=SOURCE.date, raw_name=name, config=named.config,
                    locator=locate(FILE, ("pass@1", column), name), url=SOURCE.url,
                )  # fmt: skip
