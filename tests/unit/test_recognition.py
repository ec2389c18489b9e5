"""The linear reader: it weighs down what all lines share, and knows its labels."""

from __future__ import annotations

import numpy as np

from advisor.relevance.recognition import Recogniser

SHARED = np.array([3.0, 0.0, 0.0], dtype=np.float32)


def unit(*values: float) -> np.ndarray:
    vector = SHARED + np.array(values, dtype=np.float32)
    return vector / np.linalg.norm(vector)


def test_a_text_is_recognised_by_what_sets_its_label_apart() -> None:
    lines = np.array([unit(0, 1, 0), unit(0, 0.9, 0.1), unit(0, 0, 1), unit(0, 0.1, 0.9)], dtype=np.float32)
    reader = Recogniser(lines, ["code", "code", "law", "law"])
    scores = dict(zip(reader.labels, reader.scores(unit(0, 0.2, 0.8)), strict=True))
    assert scores["law"] > scores["code"]
    assert abs(scores["law"] + scores["code"]) < 1e-5


def test_a_text_like_all_lines_is_none_of_them() -> None:
    lines = np.array([unit(0, 1, 0), unit(0, 0, 1)], dtype=np.float32)
    scores = Recogniser(lines, ["code", "law"]).scores(lines.mean(axis=0))
    assert np.allclose(scores, 0, atol=1e-6)
