"""Aider polyglot: 225 exercises in six languages; one run of a model with an edit format.

Of several runs of a model in one configuration the newest counts. A run with two models (architect and
editor) is a system, not a model: it is kept as `scaffold` for its first model.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.schema import Score, Source, Unit
from knowledge.sources.figures import config
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import day

FILE = "aider/polyglot_leaderboard.yml"
FILES = {FILE: "https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml"}
PAIR = re.compile(r"^(?P<first>.+?) \+ (?P<second>.+)$")
COLUMNS: dict[str, tuple[str, Unit]] = {
    "pass_rate_2": ("aider-polyglot", "percent"),
    "percent_cases_well_formed": ("aider-polyglot-well-formed", "percent"),
    "seconds_per_case": ("aider-polyglot-seconds", "seconds"),
    "total_cost": ("aider-polyglot-cost", "usd"),
}

SOURCE = Source(
    id="aider",
    name="Aider polyglot leaderboard",
    url="https://aider.chat/docs/leaderboards/",
    licence="Apache-2.0",
    redistributable=True,
    date=dt.date(2025, 10, 4),
    attribution="Aider (aider.chat), Paul Gauthier and contributors",
    row_means="one run: pass_rate_2 is the share solved within two tries; cost and seconds are of the run",
    traps="pairs of models (architect mode) are systems; a cost of 0 means unknown; effort is in the label",
    refresh_url="https://raw.githubusercontent.com/Aider-AI/aider/main/aider/website/_data/polyglot_leaderboard.yml",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """The four figures of each run, newest run first."""
    for run in sorted(load(raw / FILE), key=lambda r: (r["date"], r["dirname"]), reverse=True):
        pair = PAIR.match(run["model"])
        named = names.find(pair["first"] if pair else run["model"], SOURCE.id)
        if named:
            partner = f"with={pair['second']}" if pair else ""
            yield from _scores(run, named.id, config(named.config, f"edit={run['edit_format']}", partner), bool(pair))


def _scores(run: dict[str, Any], model_id: str, configuration: str, is_pair: bool) -> Iterator[Score]:
    for column, (benchmark, unit) in COLUMNS.items():
        value = number(run.get(column))
        if value is None or (unit in ("usd", "seconds") and value == 0):
            continue
        yield Score(
            model_id=model_id, benchmark_id=benchmark, value=value, unit=unit, source_id=SOURCE.id,
            date=day(run["date"]) or SOURCE.date, raw_name=run["model"], config=configuration,
            kind="scaffold" if is_pair else "independent", n=int(run["test_cases"]),
            locator=locate(FILE, column, {"dirname": run["dirname"]}), url=SOURCE.url,
        )  # fmt: skip
