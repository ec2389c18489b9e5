"""Slopes of single boards on what is known of the models."""

import numpy as np

from advisor.capability.board_trends import board_trends, properties
from advisor.capability.side_information import Side


def side(years: list[float]) -> Side:
    n = len(years)
    return Side(np.zeros((n, 1)), np.array(years), np.full(n, np.nan), np.arange(n) % 2 * 1.0, np.zeros(n))


def test_properties_are_standard_scores_and_zero_where_unknown() -> None:
    found = properties(side([1.0, 2.0, np.nan, 5.0]))
    assert found.shape == (4, 5)
    assert np.isfinite(found).all()
    assert (found[2, :3] == 0).all()  # date, its square, size
    assert np.isclose(found[[0, 1, 3], 0].mean(), 0)
    assert np.isclose(found[[0, 1, 3], 0].std(), 1)
    assert (found[:, 2] == 0).all()  # no size is known at all


def test_a_slope_is_found_on_its_board_alone_and_shrinks_with_few_models() -> None:
    rng = np.random.default_rng(0)
    known = rng.normal(size=(200, 2))
    models = np.r_[np.arange(200), np.arange(200), np.arange(4)]
    boards = np.r_[np.zeros(200, int), np.ones(200, int), np.full(4, 2)]
    left = np.where(boards == 1, 3.0, 0.5 * known[models, 0] + 1.0)
    slopes = board_trends(known, left, models, boards, 4)
    assert slopes.shape == (4, 2)
    assert 0.45 < slopes[0, 0] < 0.5
    assert abs(slopes[0, 1]) < 0.02
    assert np.allclose(slopes[1], 0)
    assert 0 < slopes[2, 0] < 0.25
    assert np.allclose(slopes[3], 0)  # a board without a figure
