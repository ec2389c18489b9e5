"""LiveBench, release 2026-01-08: task scores as printed, category and overall means by the board's own rule."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean

from knowledge.schema import Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Named, Names

TABLE = "livebench/table_2026_01_08.csv"
CATEGORIES = "livebench/categories_2026_01_08.json"
FILES = {file: f"https://livebench.ai/{file.split('/')[-1]}" for file in (TABLE, CATEGORIES)}
CATEGORY_IDS = {"IF": "instruction-following"}

SOURCE = Source(
    id="livebench",
    name="LiveBench",
    url="https://livebench.ai",
    licence="Apache-2.0 (LiveBench code and data repository)",
    redistributable=True,
    date=dt.date(2026, 7, 1),
    attribution="LiveBench (livebench.ai)",
    row_means="one model id with its effort; one column a task, 0 to 100",
    traps="category average = mean of its tasks, overall = mean of the seven category means; both computed here",
    refresh_url="https://livebench.ai/table_2026_01_08.csv",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Task scores, and the means that the board shows (`derived`), by model and effort."""
    categories = load(raw / CATEGORIES)
    for row in load(raw / TABLE):
        named = names.find(row["model"], SOURCE.id)
        if named:
            tasks = {task: value for task in row if (value := number(row[task])) is not None}
            yield from (_task(named, row["model"], task, value) for task, value in tasks.items())
            at = locate(TABLE, "model", {"model": row["model"]})
            for benchmark, mean in means(row, categories).items():
                yield _score(named, row["model"], benchmark, mean, at, derived=True)


def _task(named: Named, raw_name: str, task: str, value: float) -> Score:
    benchmark = f"livebench-task-{_kebab(task)}"
    return _score(named, raw_name, benchmark, value, locate(TABLE, task, {"model": raw_name}))


def means(row: dict[str, str], categories: dict[str, list[str]]) -> dict[str, float]:
    """The averages that the board shows for a row, by benchmark, to two decimals: a category's is the mean of
    its tasks, the overall one the mean of all categories; those with a missing task are left out."""
    full = {
        category: fmean(values)
        for category, tasks in categories.items()
        if len(values := [v for t in tasks if (v := number(row.get(t))) is not None]) == len(tasks)
    }
    named = {f"livebench-{CATEGORY_IDS.get(c, _kebab(c))}": round(mean, 2) for c, mean in full.items()}
    overall = {"livebench": round(fmean(full.values()), 2)} if len(full) == len(categories) else {}
    return named | overall


def _score(named: Named, raw_name: str, benchmark: str, value: float, at: str, derived: bool = False) -> Score:
    return Score(
        model_id=named.id, benchmark_id=benchmark, value=value, unit="percent", source_id=SOURCE.id,
        date=SOURCE.date, raw_name=raw_name, config=named.config, derived=derived, locator=at, url=SOURCE.url,
    )  # fmt: skip


def _kebab(text: str) -> str:
    return text.lower().replace("_", "-").replace(" ", "-")
