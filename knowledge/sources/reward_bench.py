"""RewardBench 1 and 2: how well a model judges answers, by category, from 0 to 1.

Both versions share a file; what the metric's description says tells them apart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.every_eval_ever import Record, eee_scores
from knowledge.sources.figures import kebab
from knowledge.sources.naming import Names

FILE = "reward_bench/reward-bench.csv"
FIRST = {"Chat", "Chat Hard", "Reasoning"}
SECOND = {"Factuality", "Precise IF", "Math", "Focus", "Ties"}

SOURCE = Source(
    id="reward_bench",
    name="RewardBench 1 and 2",
    url="https://huggingface.co/spaces/allenai/reward-bench",
    licence="MIT (Every Eval Ever copy)",
    redistributable=True,
    date=dt.date(2026, 2, 15),
    attribution="Allen Institute for AI, RewardBench, via Every Eval Ever",
    row_means="reward model or judge and category, accuracy from 0 to 1",
    traps="most rows are reward models, not assistants; Score and Safety exist in both versions",
    refresh_url="https://huggingface.co/spaces/allenai/reward-bench",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Accuracy by category of models that are known from other sources; pure reward models are left out."""
    yield from eee_scores(raw, FILE, names, SOURCE, benchmark_of=_benchmark, label=SOURCE.id)


def _benchmark(record: Record) -> str | None:
    metric, description = record["metric"], record["metric_description"]
    if metric == "Score":
        return "reward-bench-2" if "RewardBench 2" in description else "reward-bench"
    if metric == "Safety":
        return "reward-bench-safety" if "includes" in description else "reward-bench-2-safety"
    if metric in FIRST:
        return f"reward-bench-{kebab(metric)}"
    return f"reward-bench-2-{kebab(metric)}" if metric in SECOND else None
