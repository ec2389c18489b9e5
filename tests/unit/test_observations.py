import math
from typing import Any

import pytest

from advisor.capability.observations import transform
from knowledge.schema import Benchmark


def board(**fields: Any) -> Benchmark:
    return Benchmark(**({"id": "b", "name": "B", "unit": "percent", "floor": 0.0, "ceiling": 100.0} | fields))


def test_chance_is_no_skill() -> None:
    quarter = board(floor=25.0)
    assert transform(62.5, "percent", quarter) == pytest.approx(0.0)
    assert transform(25.0, "percent", quarter) == transform(10.0, "percent", quarter)  # below chance is chance


def test_a_step_near_the_ceiling_is_a_large_one() -> None:
    values = [transform(v, "percent", board()) or 0.0 for v in (50, 55, 90, 95)]
    assert values[3] - values[2] > 2 * (values[1] - values[0])
    assert math.isfinite(transform(100.0, "percent", board()) or math.inf)


def test_a_fraction_is_the_same_as_its_percentage() -> None:
    assert transform(0.7, "fraction", board()) == pytest.approx(transform(70.0, "percent", board()))


def test_elo_is_log_odds_of_winning() -> None:
    arena = board(unit="elo", floor=None, ceiling=None)
    ahead = (transform(1400, "elo", arena) or 0.0) - (transform(1000, "elo", arena) or 0.0)
    assert 1 / (1 + math.exp(-ahead)) == pytest.approx(10 / 11)


def test_lower_is_better_turns_round() -> None:
    errors = board(higher_is_better=False)
    assert (transform(5.0, "percent", errors) or 0.0) > (transform(10.0, "percent", errors) or 0.0)


def test_speed_and_price_measure_no_quality() -> None:
    assert transform(3.0, "seconds", board(unit="seconds")) is None
    assert transform(900.0, "score", board(id="open-asr-rtfx", unit="score")) is None
    assert transform(math.nan, "percent", board()) is None


def test_a_quantity_without_ceiling_counts_by_factors() -> None:
    horizon = board(unit="minutes", ceiling=None)
    steps = [transform(v, "minutes", horizon) or 0.0 for v in (10, 20, 40)]
    assert steps[1] - steps[0] == pytest.approx(steps[2] - steps[1])
