"""LiveCodeBench Pro: contest problems by difficulty, pass@1 from 0 to 1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.every_eval_ever import Record, eee_scores
from knowledge.sources.naming import Names

FILE = "livecodebenchpro/livecodebenchpro.csv"

SOURCE = Source(
    id="livecodebenchpro",
    name="LiveCodeBench Pro",
    url="https://livecodebenchpro.com",
    licence="MIT (Every Eval Ever copy)",
    redistributable=True,
    date=dt.date(2026, 2, 15),
    attribution="LiveCodeBench Pro, via Every Eval Ever",
    row_means="model and difficulty (easy, medium, hard), pass@1 from 0 to 1",
    traps="hard problems are near zero for most models",
    refresh_url="https://webhook.cp-bench.orzzh.com/leaderboard/llm/difficulty",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """pass@1 by difficulty."""
    yield from eee_scores(raw, FILE, names, SOURCE, benchmark_of=_benchmark, label=SOURCE.id)


def _benchmark(record: Record) -> str:
    return f"livecodebench-pro-{record['metric'].split()[0].lower()}"
