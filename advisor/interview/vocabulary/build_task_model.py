"""Regenerate task_model.json from labelled messages: logistic regression over the offline embedding.

    python -m advisor.interview.vocabulary.build_task_model MESSAGES.jsonl ...

Rows {"message", "expected": {"task"}}; the task is "open" where a message names none, rows without one are left out.
Run by hand when the messages change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from knowledge.embedding import embed_query
from knowledge.lexical import spelled

STRENGTH = 30.0  # inverse regularisation
TARGET = Path(__file__).with_name("task_model.json")


def main(files: list[str]) -> None:
    """Fit on the files and write the weights beside this module."""
    rows = [json.loads(line) for file in files for line in Path(file).read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["expected"].get("task")]
    vectors = np.array([embed_query(spelled(row["message"])) for row in rows])
    mean = vectors.mean(axis=0)
    fitted = LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=3000)
    fitted.fit(vectors - mean, [row["expected"]["task"] for row in rows])
    weights = {"mean": _rounded(mean), "weights": _rounded(fitted.coef_), "bias": _rounded(fitted.intercept_)}
    TARGET.write_text(json.dumps({"tasks": fitted.classes_.tolist(), **weights}) + "\n", encoding="utf-8")


def _rounded(values: NDArray[np.float64]) -> Any:
    return np.round(values, 4).tolist()


if __name__ == "__main__":
    main(sys.argv[1:])
