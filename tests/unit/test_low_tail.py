import numpy as np

from advisor.capability.low_tail import FEWEST, drawn_in

BOARD = np.array([-6.0, -0.4, -0.2, 0.0, 0.1, 0.2, 0.4, 0.5, 6.0])


def test_a_figure_far_below_its_board_is_drawn_in_and_stays_the_lowest() -> None:
    drawn = drawn_in(BOARD, np.zeros(len(BOARD), np.int64))
    assert BOARD[0] < drawn[0] < BOARD[1:].min()
    assert (drawn[1:] == BOARD[1:]).all()


def test_each_column_has_its_own_middle() -> None:
    values, columns = np.r_[BOARD, BOARD - 50], np.repeat([0, 1], len(BOARD))
    drawn = drawn_in(values, columns)
    assert np.allclose(drawn[: len(BOARD)], drawn[len(BOARD) :] + 50)


def test_a_column_of_few_figures_or_of_one_value_is_left_alone() -> None:
    few = BOARD[: FEWEST - 1]
    assert (drawn_in(few, np.zeros(len(few), np.int64)) == few).all()
    flat = np.r_[np.zeros(FEWEST), -1.0]
    assert (drawn_in(flat, np.zeros(len(flat), np.int64)) == flat).all()
