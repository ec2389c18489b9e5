"""AlpacaEval 2: length-controlled win rate in percent. Not shipped: the data's licence is non-commercial."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.figures import scores
from knowledge.sources.locator import load
from knowledge.sources.naming import Names

FILE = "alpaca_eval/alpaca_eval_2_leaderboard.csv"
BOARD = "docs/data_AlpacaEval_2/weighted_alpaca_eval_gpt4_turbo_leaderboard.csv"
FILES = {FILE: f"https://raw.githubusercontent.com/tatsu-lab/alpaca_eval/main/{BOARD}"}

SOURCE = Source(
    id="alpaca_eval",
    name="AlpacaEval 2",
    url="https://tatsu-lab.github.io/alpaca_eval/",
    licence="CC BY-NC 4.0 (data): non-commercial, so figures are not shipped",
    redistributable=False,
    date=dt.date(2024, 12, 27),
    attribution="AlpacaEval, tatsu-lab",
    row_means="model, win rate against GPT-4 Turbo by GPT-4 Turbo as judge, raw and corrected for length",
    traps="saturated and gamed: a dummy that always gives the same text leads; many community fine-tunes",
    refresh_url=FILES[FILE],
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Length-controlled win rate of models on the verified or minimal list."""
    columns = {"length_controlled_winrate": "alpaca-eval-2"}
    for record in load(raw / FILE):
        name = record["name"]
        named = names.find(name, SOURCE.id) if record["filter"] != "community" else None
        if named:
            yield from scores(record, columns, named, SOURCE, file=FILE, key={"name": name}, raw_name=name)
