"""Models that all their figures put elsewhere than side information does."""

import numpy as np
import pytest

from advisor.capability.surprises import USUAL, surprise

LOADING = np.full(5, 0.9)
FAMILIES = np.arange(5)
# General capability with deviation 0.2 in common, and noise of their own.
COVARIANCE = 0.04 * np.outer(LOADING, LOADING) + 0.05 * np.eye(5)
INVERSE = np.linalg.inv(COVARIANCE)


def learned(inverse: np.ndarray, residual: np.ndarray, extra: float) -> float:
    """How far the figures move general capability."""
    return float((0.04 + extra) * LOADING @ inverse @ residual)


def test_a_model_as_expected_is_left_alone() -> None:
    inverse, extra = surprise(INVERSE, np.array([0.1, -0.1, 0.05, 0.0, -0.05]), LOADING, FAMILIES)
    assert inverse is INVERSE and extra == 0


def test_figures_that_agree_move_the_model_further() -> None:
    low = np.full(5, -0.9)
    inverse, extra = surprise(INVERSE, low, LOADING, FAMILIES)
    assert extra > 0
    assert learned(INVERSE, low, 0.0) > -0.81
    assert learned(inverse, low, extra) == pytest.approx(-1.0, abs=0.06)


def test_it_is_variance_of_general_capability() -> None:
    inverse, extra = surprise(INVERSE, np.full(5, -0.9), LOADING, FAMILIES)
    assert np.linalg.inv(inverse) - COVARIANCE == pytest.approx(extra * np.outer(LOADING, LOADING))


def test_figures_that_contradict_each_other_are_no_surprise() -> None:
    assert surprise(INVERSE, np.array([2.0, -2.0, 2.0, -2.0, 0.0]), LOADING, FAMILIES)[1] == 0


def test_the_limit_is_in_deviations() -> None:
    precision = float(LOADING @ INVERSE @ LOADING)
    edge = USUAL / np.sqrt(precision) * LOADING
    assert surprise(INVERSE, 0.99 * edge, LOADING, FAMILIES)[1] == 0
    assert surprise(INVERSE, 1.01 * edge, LOADING, FAMILIES)[1] > 0


def test_a_model_that_few_families_know_is_no_surprise() -> None:
    low = np.full(5, -0.9)
    assert surprise(INVERSE, low, LOADING, np.array([0, 1, 2, 3, 3]))[1] == 0
    assert surprise(INVERSE, low, LOADING, FAMILIES)[1] > 0
