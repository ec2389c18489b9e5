"""Values of lines become values of benchmarks."""

from __future__ import annotations

import numpy as np

from advisor.relevance.note_lines import Lines, grouped

VALUES = np.array([3.0, 1.0, 2.0, 5.0, -4.0], dtype=np.float32)
GROUPS = grouped(["a", "a", "a", "b", "c"], [True] * 5)


def test_each_reading_folds_the_lines_of_its_benchmark_only() -> None:
    lines = Lines(GROUPS, ["b", "a", "none", "c"])
    assert lines.mean_of_best_two(VALUES).tolist() == [5.0, 2.5, 0.0, -4.0]
    assert lines.total(VALUES).tolist() == [5.0, 6.0, 0.0, -4.0]
    assert lines.best_place(VALUES) == {"b": 3, "a": 0, "c": 4}


def test_lines_that_are_not_kept_count_nowhere() -> None:
    lines = Lines(grouped(["a", "a"], [False, True]), ["a"])
    assert lines.total(np.array([9.0, 2.0], dtype=np.float32)).tolist() == [2.0]


def test_one_line_a_benchmark_is_enough() -> None:
    lines = Lines(grouped(["a", "b"], [True, True]), ["a", "b"])
    assert lines.mean_of_best_two(np.array([1.0, 2.0], dtype=np.float32)).tolist() == [1.0, 2.0]
