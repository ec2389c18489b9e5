"""BigCode models leaderboard: HumanEval and MultiPL-E by programming language, pass@1 in percent.

Not in the snapshot: its results could not be had. The adapter reads the Space's CSV, which a user refreshes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.figures import scores
from knowledge.sources.locator import load
from knowledge.sources.naming import Names

FILE = "bigcode_models/code_eval_board.csv"
SPACE = "https://huggingface.co/spaces/bigcode/bigcode-models-leaderboard"
FILES = {FILE: f"{SPACE}/resolve/main/data/code_eval_board.csv"}
COLUMNS = {"humaneval-python": "humaneval", "Average score": "multipl-e"}

SOURCE = Source(
    id="bigcode_models",
    name="BigCode models leaderboard",
    url=SPACE,
    licence="not verified; results were not available to us",
    redistributable=False,
    date=dt.date(2024, 11, 1),
    attribution="BigCode",
    row_means="open code model; pass@1 in percent for Python and, translated by MultiPL-E, other languages",
    traps="open models only; not updated any more: BigCodeBench and EvalPlus follow it",
    refresh_url=FILES[FILE],
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Python score and the average over languages."""
    for record in load(raw / FILE):
        name = record["Models"]
        named = names.find(name, SOURCE.id)
        if named:
            yield from scores(record, COLUMNS, named, SOURCE, file=FILE, key={"Models": name}, raw_name=name)
