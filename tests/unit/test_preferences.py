"""The order follows what somebody says matters; figures of different boards share one scale."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any, cast

import pytest

from advisor.schema import Candidate, Cost, Estimate, Evidence
from advisor.shortlist.percentiles import percentile
from advisor.shortlist.preferences import Preference, lightness, ordered


def model(name: str, quality: float, cost: float | None, **basics: Any) -> Candidate:
    return Candidate(
        model_id=name, name=name, provider="p", quality=Estimate(mean=quality, low=0, high=1, meaning=""),
        monthly_cost_usd=Cost(expected=cost, basis=""), basics=basics,
    )  # fmt: skip


GOOD = model("good", 0.8, 500, output_usd_per_mtok=30, reasoning=True)
CHEAP = model("cheap", 0.6, 5, output_usd_per_mtok=2)
LIGHT = model("light", 0.5, 80, active_parameters_b=3)
HEAVY = model("heavy", 0.55, 60, active_parameters_b=300)
ALL = [HEAVY, LIGHT, CHEAP, GOOD]


@pytest.mark.parametrize(
    "wanted, first",
    [(Preference(1, 0, 0), {"good"}), (Preference(0, 1, 0), {"cheap"}), (Preference(0, 0, 1), {"light", "cheap"})],
)
def test_one_wish_alone_decides(wanted: Preference, first: set[str]) -> None:
    assert ordered(ALL, wanted)[0].model_id in first


def test_no_wish_keeps_the_order() -> None:
    assert ordered(ALL, Preference(0, 0, 0)) == ALL


def test_an_unknown_price_is_no_advantage() -> None:
    assert ordered([model("secret", 0.6, None), CHEAP, GOOD], Preference(0, 1, 0))[0] is CHEAP


def test_size_stands_for_speed_and_reasoning_costs_time() -> None:
    light, heavy, cheap, good = lightness([LIGHT, HEAVY, CHEAP, GOOD])
    assert light > heavy and cheap > good


def catalog(values: list[float], *, higher: bool = True) -> Any:
    rows = [SimpleNamespace(model_id=f"m{i}", value=v, unit="percent", source_id="s") for i, v in enumerate(values)]
    return SimpleNamespace(
        benchmarks={"b": SimpleNamespace(higher_is_better=higher)},
        sources={"s": SimpleNamespace(name="Board")},
        scores_on=lambda board: rows,
    )


def figure(value: float, unit: str = "percent") -> Evidence:
    return Evidence(benchmark="B", benchmark_id="b", value=value, unit=unit, source="Board",
                    date=dt.date(2026, 1, 1), url="")  # fmt: skip


def test_a_percentile_is_the_share_of_others_beaten() -> None:
    board = cast(Any, catalog([10, 20, 30, 40, 50]))
    assert [percentile(figure(v), board) for v in (10, 30, 50)] == [0.0, 0.5, 1.0]


def test_where_less_is_better_the_least_is_best() -> None:
    assert percentile(figure(10), catalog([10, 20, 30, 40, 50], higher=False)) == 1.0


def test_too_few_rivals_or_another_unit_have_no_percentile() -> None:
    assert percentile(figure(10), catalog([10, 20])) is None
    assert percentile(figure(10, "elo"), catalog([10, 20, 30, 40, 50])) is None
