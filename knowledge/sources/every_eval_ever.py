"""Boards in the shape of Every Eval Ever: one record a model and metric, scores from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from knowledge.schema import Score, Source, Unit
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names

Record = dict[str, str]


def eee_scores(
    raw: Path, file: str, names: Names, source: Source, *, benchmark_of: Callable[[Record], str | None],
    label: str, unit: Unit = "fraction", name_column: str = "model_id",
) -> Iterator[Score]:  # fmt: skip
    """A score for each record whose metric `benchmark_of` maps to a benchmark and whose model is known.

    A negative score (-1) says that the model was not run on that metric.
    """
    for record in load(raw / file):
        benchmark, value = benchmark_of(record), number(record["score"])
        if benchmark is None or value is None:
            continue
        if value < 0:
            names.drop(label, "not run")
            continue
        named = names.find(record[name_column], label)
        if named:
            key = {k: record[k] for k in ("model_id", "metric", "metric_description") if record[k]}
            yield Score(
                model_id=named.id, benchmark_id=benchmark, value=value, unit=unit, source_id=source.id,
                date=source.date, raw_name=record[name_column], config=named.config,
                locator=locate(file, "score", key), url=source.url,
            )  # fmt: skip
