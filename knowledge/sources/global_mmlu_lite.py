"""Global-MMLU-Lite: knowledge questions in 16 languages, and by whether they need cultural knowledge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.every_eval_ever import Record, eee_scores
from knowledge.sources.figures import kebab
from knowledge.sources.naming import Names

FILE = "global_mmlu_lite/global-mmlu-lite.csv"

SOURCE = Source(
    id="global_mmlu_lite",
    name="Global-MMLU-Lite",
    url="https://www.kaggle.com/benchmarks/cohere-labs/global-mmlu-lite",
    licence="MIT (Every Eval Ever copy)",
    redistributable=True,
    date=dt.date(2026, 2, 15),
    attribution="Cohere Labs, Kaggle Benchmarks, via Every Eval Ever",
    row_means="model and language, accuracy from 0 to 1",
    traps="400 questions a language: differences of a few points are noise",
    refresh_url="https://www.kaggle.com/api/v1/benchmarks/cohere-labs/global-mmlu-lite/leaderboard",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Accuracy overall, by language and by cultural sensitivity."""
    yield from eee_scores(raw, FILE, names, SOURCE, benchmark_of=_benchmark, label=SOURCE.id)


def _benchmark(record: Record) -> str:
    metric = record["metric"]
    return SOURCE.id.replace("_", "-") if metric == "Global MMLU Lite" else f"global-mmlu-lite-{kebab(metric)}"
