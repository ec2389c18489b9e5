"""Sources and figures that contradict all others about a model."""

import numpy as np
import pytest

from advisor.capability.contradictions import reconciled, without_outliers

SOURCES = np.array([0, 0, 0, 1, 1, 2, 2])
# One general deviation that all figures share, and noise of their own.
COVARIANCE = 0.3 + 0.1 * np.eye(7)
INVERSE = np.linalg.inv(COVARIANCE)


def estimate(inverse: np.ndarray, residual: np.ndarray) -> float:
    return float(np.full(7, 0.3) @ inverse @ residual)


def test_sources_that_agree_are_left_alone() -> None:
    agreeing = np.array([0.5, 0.4, 0.6, 0.5, 0.3, 0.7, 0.4])
    assert reconciled(INVERSE, agreeing, SOURCES) is INVERSE


def test_a_source_that_contradicts_two_others_hardly_lowers_a_model() -> None:
    broken = np.array([-3.0, -2.8, -3.1, 0.5, 0.4, 0.6, 0.5])
    others = float(np.full(4, 0.3) @ np.linalg.inv(COVARIANCE[3:, 3:]) @ broken[3:])
    before, after = (estimate(inverse, broken) for inverse in (INVERSE, reconciled(INVERSE, broken, SOURCES)))
    assert before < -0.5
    assert abs(after - others) < 0.4 * abs(before - others)


def test_it_is_a_common_deviation_of_the_source() -> None:
    broken = np.array([-3.0, -2.8, -3.1, 0.5, 0.4, 0.6, 0.5])
    added = np.linalg.inv(reconciled(INVERSE, broken, SOURCES)) - COVARIANCE
    assert added[:3, :3] == pytest.approx(np.full((3, 3), added[0, 0]))
    assert added[0, 0] > 1
    assert added[3:] == pytest.approx(np.zeros((4, 7)), abs=1e-9)


def test_of_two_sources_that_disagree_neither_is_doubted() -> None:
    two = np.array([0, 0, 0, 1, 1, 1, 1])
    assert reconciled(INVERSE, np.array([-3.0, -3.0, -3.0, 1.0, 1.0, 1.0, 1.0]), two) is INVERSE


def test_figures_that_agree_are_left_alone() -> None:
    assert without_outliers(INVERSE, np.array([0.5, 0.4, 0.6, 0.5, 0.3, 0.7, 0.4])) is INVERSE


def test_one_figure_far_from_all_others_hardly_lowers_a_model() -> None:
    one = np.array([-6.0, 0.4, 0.6, 0.5, 0.3, 0.7, 0.4])
    others = float(np.full(6, 0.3) @ np.linalg.inv(COVARIANCE[1:, 1:]) @ one[1:])
    before, after = (estimate(inverse, one) for inverse in (INVERSE, without_outliers(INVERSE, one)))
    assert abs(after - others) < 0.2 * abs(before - others)
    added = np.linalg.inv(without_outliers(INVERSE, one)) - COVARIANCE
    assert added[0, 0] > 1
    assert np.abs(added[1:]).max() < 1e-9


def test_of_three_figures_none_is_doubted() -> None:
    few = np.linalg.inv(COVARIANCE[:3, :3])
    assert without_outliers(few, np.array([-6.0, 0.5, 0.5])) is few
