"""How often the task of a message is read right: by its words, by its meaning, by both.

python tests/bench/task_reading.py

The messages are those that the linear model did not learn from: `usecases_fresh.jsonl`, and the needs behind
leaderboards as customers would write them, of which the note's tasks say what is right: the best one counts 1, another
one as much as the note gives it of that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import yaml

from advisor.interview.extract import prepare
from advisor.interview.meaning import OPEN, meaning_of
from advisor.interview.rules_topic import task_facts
from knowledge.benchmark_families import tasks_of
from knowledge.catalog import load_catalog

FRESH = Path(__file__).parent / "data" / "usecases_fresh.jsonl"
BOARDS = Path(__file__).parents[1] / "data" / "boards_as_messages.yaml"

Right = dict[str | None, float]


def by_words(message: str) -> str | None:
    """What the rules alone say."""
    return next((str(f.value) for f in task_facts(prepare(message)[0]) if f.field == "task"), None)


def by_meaning(message: str) -> str | None:
    """What the linear reader says without the words that rules know."""
    meaning = meaning_of(prepare(message)[0])
    chances = meaning.tasks({}) if meaning else {OPEN: 1.0}
    best = max(chances, key=lambda task: chances[task])
    return None if best == OPEN else best


def by_both(message: str) -> str | None:
    """What the interview says."""
    text = prepare(message)[0]
    return next((str(f.value) for f in task_facts(text, meaning_of(text)) if f.field == "task"), None)


def fresh() -> list[tuple[str, Right]]:
    """Messages with labels of our own; other right values count in full, and so does an optional task left open."""
    rows = [json.loads(line) for line in FRESH.read_text(encoding="utf-8").splitlines()]
    return [(r["message"], dict.fromkeys(_accepted(r), 1.0)) for r in rows]


def _accepted(row: dict[str, dict[str, list[str]]]) -> Iterable[str | None]:
    return [row["expected"].get("task"), *row.get("accept", {}).get("task", [])]  # type: ignore[list-item]


def boards() -> list[tuple[str, Right]]:
    """Needs behind leaderboards whose notes name tasks."""
    catalog, messages = load_catalog(), yaml.safe_load(BOARDS.read_text(encoding="utf-8"))
    noted = {b: t for b in messages if b in catalog.benchmarks and (t := tasks_of(b, catalog))}
    return [(messages[b], {task: w / max(t.values()) for task, w in t.items()}) for b, t in noted.items()]


def main() -> None:
    readers: dict[str, Callable[[str], str | None]] = {"words": by_words, "meaning": by_meaning, "both": by_both}
    for name, rows in (("fresh", fresh()), ("boards", boards())):
        for reader, read in readers.items():
            found = [(read(message), right) for message, right in rows]
            mean = sum(right.get(task, 0.0) for task, right in found) / len(found)
            still_open = sum(task is None for task, _ in found)
            print(f"{name:8} {reader:8} right {mean:.3f}   open {still_open:3} of {len(rows)}")


if __name__ == "__main__":
    main()
