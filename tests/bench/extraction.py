"""How well facts are read from labelled messages: micro F1 with a 95% bootstrap interval, and false fills.

    python tests/bench/extraction.py [FILE.jsonl ...]

A scalar counts once, a list by its items; tokens and volumes may be 15% off, other numbers 5%. `accept` holds other
right values, `optional` what is neutral if given. A false fill is a value for a field that the message does not state,
as a share of all such fields. Outcome measures are free words and not counted. Of rows whose numbers are labelled, only
the fields that are numbers count.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from advisor.interview import extract
from advisor.interview.rules_numbers import FIELDS as NUMERIC
from advisor.schema import Requirements

DATA = Path(__file__).parent / "data"
ROUGH = ("monthly_requests", "input_tokens_per_request", "output_tokens_per_request", "min_context_tokens")
SILENT = (None, [], False, "any", "none", "balanced", ["text"])  # they claim nothing
FIELDS = [f for f in Requirements.model_fields if f != "outcome_metric"]
Counts = tuple[int, int, int, int, int]  # right, wrong, missed, false fills, fields not stated


def same(field: str, found: Any, true: Any) -> bool:
    """Whether two values of a scalar field are the same, within what is tolerated."""
    if isinstance(true, bool) or not isinstance(true, int | float) or not isinstance(found, int | float):
        return bool(found == true)
    return abs(found - true) <= (0.15 if field in ROUGH else 0.05) * abs(true)


def judged(field: str, found: Any, row: dict[str, Any]) -> Counts:
    """Counts of one field of one message."""
    true = row["expected"].get(field)
    optional, accepted = row.get("optional", {}), row.get("accept", {}).get(field, [])
    if isinstance(true, list) or isinstance(found, list):
        extra = {*row.get("extra_ok", {}).get(field, []), "text"}
        want, got = {*(true or [])} - {"text"}, {*(found or [])} - {"text"}
        if (field in optional and not want) or any(got == {*a} for a in accepted if isinstance(a, list)):
            return 0 if not want else len(want), 0, 0, 0, 0
        wrong = len(got - want - extra)
        return len(got & want), wrong, len(want - got), int(bool(wrong) and not want), int(not want)
    if true is None:
        neutral = found in SILENT or field in optional or found in accepted
        return 0, int(not neutral), 0, int(not neutral), 1
    right = same(field, found, true) or any(same(field, found, a) for a in accepted)
    return int(right), int(found is not None and not right), int(not right), 0, 0


def measure(file: Path) -> None:
    """Print the figures of one file."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    found = [extract(row["message"]).requirements().stated() for row in rows]
    counts = np.array(
        [
            np.sum([judged(f, got.get(f), row) for f in (NUMERIC.values() if "numbers" in row else FIELDS)], axis=0)
            for row, got in zip(rows, found, strict=True)
        ]
    )
    draws = np.random.default_rng(0).integers(0, len(rows), (2000, len(rows)))
    low, high = np.percentile([_f1(counts[draw]) for draw in draws], [2.5, 97.5])
    tasks = sum(judged("task", got.get("task"), row)[0] for row, got in zip(rows, found, strict=True))
    fills = counts[:, 3].sum() / counts[:, 4].sum()
    print(f"{file.stem:20} {len(rows):4} messages   F1 {_f1(counts):.3f} ({low:.3f} to {high:.3f})", end="")
    print(f"   false fills {fills:.1%}   tasks right {tasks} of {sum('task' in r['expected'] for r in rows)}")


def _f1(counts: Any) -> float:
    right, wrong, missed = counts.sum(axis=0)[:3]
    return float(2 * right / (2 * right + wrong + missed))


if __name__ == "__main__":
    own = [
        DATA / f"usecases_{name}.jsonl" for name in ("blind", "blind_plainer", "fresh", "numbers", "scenery", "hard")
    ]
    for name in sys.argv[1:] or own:
        measure(Path(name))
