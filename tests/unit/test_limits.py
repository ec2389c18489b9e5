"""Limits of a figure: each is computed from the rows, and only where it holds."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from advisor import limits
from knowledge.schema import Benchmark, Model, Score

DAY = dt.date(2026, 6, 1)


def score(value: float = 50, **fields: Any) -> Score:
    row = {"model_id": "m", "benchmark_id": "b", "unit": "percent", "source_id": "s", "date": DAY, "raw_name": "m"}
    return Score.model_validate(row | {"value": value} | fields)


def bench(**fields: Any) -> Benchmark:
    return Benchmark.model_validate({"id": "b", "name": "B", "floor": 25, "ceiling": 100} | fields)


class Catalogue(SimpleNamespace):
    """A catalogue that counts how often a board is read."""

    __hash__ = object.__hash__
    reads = 0

    def scores_of(self, model_id: str) -> list[Score]:
        return [s for s in self.scores if s.model_id == model_id]

    def scores_on(self, benchmark_id: str) -> list[Score]:
        self.reads += 1
        return [s for s in self.scores if s.benchmark_id == benchmark_id]


def catalogue(*scores: Score, benchmark: Benchmark | None = None, **model: Any) -> Any:
    row = {"id": "m", "name": "M", "maker": "x", "source_id": "s", "date": DAY}
    return Catalogue(
        benchmarks={"b": benchmark or bench()},
        models={"m": Model.model_validate(row | model)},
        scores=list(scores),
        snapshot_date=DAY,
    )


def test_a_plain_figure_has_no_limits() -> None:
    assert limits.limits_of(score(), catalogue(score())) == []


def test_the_kind_of_figure_is_said() -> None:
    assert "own maker" in limits.limits_of(score(kind="vendor"), catalogue())[0]
    assert "around the model" in limits.limits_of(score(kind="scaffold"), catalogue())[0]


def test_saturation_counts_from_chance_and_ignores_vendors() -> None:
    high = [score(95, model_id=f"m{i}") for i in range(5)]
    assert "93%" in str(limits.saturation(bench(), catalogue(*high)))  # (95 - 25) / 75
    assert limits.saturation(bench(), catalogue(*high[:4])) is None
    assert limits.saturation(bench(), catalogue(*(s.model_copy(update={"kind": "vendor"}) for s in high))) is None
    for other in (bench(ceiling=None), bench(higher_is_better=False)):
        assert limits.saturation(other, catalogue(*high, benchmark=other)) is None


def test_saturation_reads_a_board_once_for_many_scores() -> None:
    many = [score(60 + i / 10) for i in range(200)]
    made = catalogue(*many)
    for one in many:
        limits.limits_of(one, made)
    assert made.reads == 1


@pytest.mark.parametrize(
    ("public", "cutoff", "found"), [("2024-01", "2025-03", True), ("2025-03", "2025-03", False), ("2026", None, False)]
)
def test_contamination_compares_publication_with_the_data_cutoff(public: str, cutoff: str | None, found: bool) -> None:
    made = catalogue(benchmark=bench(public_since=public), knowledge_cutoff=cutoff)
    assert bool(limits.contamination(score(), made)) is found


@pytest.mark.parametrize("unit", ["elo", "usd", "seconds"])
def test_votes_costs_and_times_do_not_leak(unit: str) -> None:
    made = catalogue(benchmark=bench(public_since="2020", unit=unit), knowledge_cutoff="2025-01")
    assert limits.contamination(score(unit=unit), made) is None


def test_disagreement_needs_another_source_the_same_configuration_and_a_real_difference() -> None:
    mine = score(60)
    assert "t has 70" in str(limits.disagreement(mine, catalogue(mine, score(70, source_id="t"))))
    assert "t has 0.7" in str(limits.disagreement(mine, catalogue(mine, score(0.7, unit="fraction", source_id="t"))))
    assert limits.disagreement(mine, catalogue(mine, score(62, source_id="t"))) is None
    assert limits.disagreement(mine, catalogue(mine, score(70, source_id="t", config="thinking"))) is None


def test_age_and_narrowness() -> None:
    assert limits.staleness(score(date=dt.date(2025, 5, 1)), DAY) == "13 months old"
    assert limits.staleness(score(), DAY) is None
    assert limits.narrowness(0.4) and not limits.narrowness(0.5) and not limits.narrowness(None)


def test_every_limit_has_a_short_form() -> None:
    made = catalogue(
        *(score(98, model_id=f"m{i}") for i in range(5)),
        score(80, source_id="t"),
        benchmark=bench(public_since="2020"),
        knowledge_cutoff="2025-01",
    )
    found = limits.limits_of(score(98, kind="vendor", date=dt.date(2024, 1, 1)), made)
    assert limits.short(found) == ["vendor", "leak?", "disputed", "saturated", "old"]
    assert len(found) == 5
