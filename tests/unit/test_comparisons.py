"""Figures that a maker publishes of another maker's model."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from advisor.capability.comparisons import authors, document, of_another
from advisor.capability.observations import TRUST, observations
from knowledge.schema import Benchmark, Model, Score

DAY = dt.date(2026, 1, 1)
REPORT = "https://arxiv.org/abs/1"
RELEASED = {
    "old/a": dt.date(2023, 1, 1), "new/b": dt.date(2024, 1, 1), "late/c": dt.date(2025, 1, 1), "other/undated": None,
}  # fmt: skip


def figure(model: str, **fields: Any) -> Score:
    row = {"model_id": model, "benchmark_id": "board", "value": 50.0, "unit": "percent", "source_id": "hub",
           "date": DAY, "raw_name": model, "kind": "vendor", "url": REPORT}  # fmt: skip
    return Score.model_validate(row | fields)


def catalogue(*scores: Score) -> Any:
    models = {
        m: Model(id=m, name=m, maker=m.split("/")[0], released=day, source_id="s", date=DAY)
        for m, day in RELEASED.items()
    }
    return SimpleNamespace(
        models=models,
        benchmarks={"board": Benchmark(id="board", name="B", unit="percent", floor=0.0, ceiling=100.0)},
        sources={"hub": SimpleNamespace(url="https://hub.org/benchmarks")},
        scores_of=lambda m: [s for s in scores if s.model_id == m],
    )


def others(*scores: Score) -> list[str]:
    """The models whose figure is another maker's."""
    catalog = catalogue(*scores)
    written_by = authors(catalog)
    return [s.model_id for s in scores if of_another(s, written_by, catalog)]


def test_the_maker_of_the_newer_models_wrote_the_report() -> None:
    assert others(figure("old/a"), figure("new/b"), figure("other/undated")) == ["old/a", "other/undated"]


def test_one_model_with_a_wrong_date_does_not_make_its_maker_the_author() -> None:
    own = [figure("new/b", benchmark_id=f"board-{n}") for n in range(5)]
    assert others(figure("old/a"), *own, figure("late/c")) == ["old/a", "late/c"]


def test_a_report_on_one_makers_models_is_its_own() -> None:
    assert others(figure("old/a"), figure("new/b", url="https://arxiv.org/abs/2")) == []


def test_nothing_is_known_of_a_report_without_dates() -> None:
    assert others(figure("other/undated")) == []


def test_the_same_page_at_another_source_is_not_compared() -> None:
    catalog = catalogue()
    catalog.sources["copy"] = SimpleNamespace(url="https://copy.org")
    assert document(figure("old/a"), catalog) != document(figure("old/a", source_id="copy"), catalog)


@pytest.mark.parametrize(
    "url", ["", "https://taubench.com", "https://hub.org/benchmarks", "https://example.com/benchmark-image"]
)
def test_a_site_the_source_itself_and_a_placeholder_are_no_report(url: str) -> None:
    assert others(figure("old/a", url=url), figure("new/b", url=url)) == []


@pytest.mark.parametrize("url", ["http://www.arxiv.org/abs/1", "https://arxiv.org/abs/1/", "https://arxiv.org/abs/1#t"])
def test_ways_to_write_an_address(url: str) -> None:
    assert others(figure("old/a", url=url), figure("new/b")) == ["old/a"]


def test_independent_figures_have_no_report() -> None:
    assert document(figure("old/a", kind="independent"), catalogue()) is None


def test_such_a_figure_counts_as_a_communitys() -> None:
    found = {o.model_id: o.trust for o in observations(catalogue(figure("old/a"), figure("new/b")))}
    assert found == {"old/a": TRUST["community"], "new/b": TRUST["vendor"]}
