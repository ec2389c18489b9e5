"""Betting: equal models are rarely called different, real differences are found, also close ones by the end."""

from __future__ import annotations

import random

import pytest

from advisor.trial.betting import Capital

TARGET = 40.0


def found(win_rate: float, bets: int, runs: int) -> tuple[float, float]:
    """Share of runs in which the target was reached at any time, and the mean bets that these took."""
    draw, took = random.Random(7), []
    for _ in range(runs):
        capital = Capital(TARGET)
        for n in range(bets):
            capital.bet(1.0 if draw.random() < win_rate else -1.0, bets - n - 1)
            if capital.value >= TARGET:
                took.append(n + 1)
                break
    return len(took) / runs, sum(took) / max(len(took), 1)


def test_equal_models_rarely_reach_the_target_however_often_one_looks() -> None:
    assert found(0.5, 100, 600)[0] <= 0.04


def test_clear_differences_are_found_early_and_close_ones_by_the_end() -> None:
    share, took = found(0.9, 100, 100)
    assert share == 1.0 and took < 25
    assert found(0.65, 100, 200)[0] > 0.6


def test_losing_bets_leave_something() -> None:
    capital = Capital(TARGET)
    for n in range(50):
        capital.bet(-1.0, 49 - n)
    assert 0 < capital.value < 1


@pytest.mark.parametrize("left", [0.0, -3.0, 1e9])
def test_any_guess_of_what_is_left_will_do(left: float) -> None:
    capital = Capital(TARGET)
    for _ in range(60):
        capital.bet(1.0, left)
    assert capital.value >= TARGET
