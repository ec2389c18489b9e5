"""Constraints, monthly cost, Pareto front and roles on a catalogue small enough to check by hand."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from advisor import constraints, hosting, spending
from advisor.evidence import Quality
from advisor.schema import Fact, Requirements, Shortlist, UseCase
from advisor.shortlist import Option, build_shortlist, pareto, quick_ids
from knowledge.schema import Model, Offer, Score, Source

DAY = dt.date(2026, 11, 1)
SOURCE = Source(id="board", name="Board", url="https://board.example", licence="MIT", redistributable=True, date=DAY)


def model(name: str, **facts: Any) -> Model:
    known: dict[str, Any] = {"open_weights": False, "licence_class": "proprietary", "context_window": 100_000}
    known |= {"id": f"lab/{name}", "name": name, "maker": "lab", "source_id": "board", "date": DAY}
    return Model(**known | facts)


def offer(name: str, price: float | None, **facts: Any) -> Offer:
    known: dict[str, Any] = {"provider": "lab", "official": True, "regions": ()}
    known |= {"model_id": f"lab/{name}", "provider_model_id": name, "input_usd": price, "output_usd": price}
    return Offer(**known | {"source_id": "board", "date": DAY} | facts)


def figures(name: str, kind: str = "independent") -> list[Score]:
    return [
        Score(
            model_id=f"lab/{name}",
            benchmark_id=b,
            value=50,
            unit="percent",
            source_id="board",
            date=DAY,
            raw_name=name,
            kind=kind,  # type: ignore[arg-type]
        )  # fmt: skip
        for b in ("one", "two")
    ]


class Catalogue:
    """As much of `knowledge.catalog.Catalog` as a shortlist asks for."""

    def __init__(self, models: list[Model], offers: list[Offer], scores: list[Score]):
        self.models = {m.id: m for m in models}
        self.offers, self.scores = offers, scores
        self.benchmarks: dict[str, Any] = {}
        self.sources = {"board": SOURCE}
        self.snapshot_date = DAY

    def offers_of(self, model_id: str) -> list[Offer]:
        return [o for o in self.offers if o.model_id == model_id]

    def scores_of(self, model_id: str) -> list[Score]:
        return [s for s in self.scores if s.model_id == model_id]

    def scores_on(self, benchmark_id: str) -> list[Score]:
        return [s for s in self.scores if s.benchmark_id == benchmark_id]

    def disagreements(self, model_id: str) -> list[Any]:
        return []


def quality(name: str, mean: float, place: int) -> Quality:
    win = (0.5 + mean / 4, 0.4 + mean / 4, 0.6 + mean / 4)
    return Quality(f"lab/{name}", mean, mean - 0.2, mean + 0.2, *win, place, place, place, 3, 2)


def world(**change: Any) -> tuple[Any, list[Quality]]:
    """`best` is good and dear, `cheap` nearly as good, `weak` open and poor."""
    facts: dict[str, dict[str, Any]] = {"best": {}, "cheap": {}, "weak": {"open_weights": True, "parameters_b": 8.0}}
    for name, more in change.get("models", {}).items():
        facts.setdefault(name, {}).update(more)
    prices = {"best": 10.0, "cheap": 1.0, "weak": 0.1} | change.get("prices", {})
    regions = change.get("regions", {})
    offers = [offer(n, p, regions=regions.get(n, ())) for n, p in prices.items() if p is not None]
    scores = [s for n in facts for s in figures(n, change.get("kinds", {}).get(n, "independent"))]
    catalogue = Catalogue([model(n, **f) for n, f in facts.items()], offers, scores)
    return catalogue, [quality("best", 1.0, 1), quality("cheap", 0.8, 2), quality("weak", 0.1, 3)]


def shortlist(use_case: dict[str, Any], **change: Any) -> Shortlist:
    catalogue, qualities = world(**change)
    facts = {f: Fact(field=f, value=v) for f, v in use_case.items()}
    return build_shortlist(
        UseCase(text="x", facts=facts),
        catalog=catalogue,
        weights={"one": 1.0},
        ranked=[],
        posterior=SimpleNamespace(rank=lambda weights: qualities, meaning="share of wins"),  # type: ignore[arg-type]
    )


def ids(found: Shortlist) -> set[str]:
    return {c.model_id.removeprefix("lab/") for c in found.candidates}


def reason(found: Shortlist, name: str) -> str:
    return next(e.reason for e in found.excluded if e.model_id == f"lab/{name}")


def test_roles_differ_and_reasons_carry_a_sourced_figure() -> None:
    found = shortlist({})
    roles = {c.model_id.removeprefix("lab/"): c.roles for c in found.candidates}
    assert "best quality" in roles["best"]
    assert "cheapest that is good enough" in roles["cheap"]
    assert "best open weights" in roles["weak"]
    assert found.candidates[0].evidence[0].source == "Board"
    assert quick_ids(Requirements(), *world()) == [c.model_id for c in found.candidates]


@pytest.mark.parametrize(
    ("needs", "change", "gone", "words"),
    [
        ({"min_context_tokens": 200_000}, {"models": {"best": {"context_window": 300_000}}}, "cheap", "context window"),
        ({"open_weights_required": True}, {}, "best", "not open"),
        ({"input_modalities": ["audio"]}, {}, "best", "does not read audio"),
        ({"data_residency": "eu"}, {"regions": {"best": ("eu",)}}, "cheap", "in the EU"),
        ({"excluded_providers": ["lab"]}, {}, "best", "excluded"),
        ({"monthly_budget_usd": 1.0}, {}, "best", "budget"),
        ({"needs_tool_calling": True}, {"models": {"cheap": {"tool_calling": False}}}, "cheap", "tool calling"),
        ({"deployment": "self_hosted", "gpu_memory_gb": 4}, {}, "weak", "GB of memory"),
        ({}, {"models": {"cheap": {"deprecated": True}}}, "cheap", "retired"),
        ({}, {"models": {"cheap": {"official": False}}}, "cheap", "community"),
        ({}, {"prices": {"cheap": 0.0}}, "cheap", "no offer with a price"),
        ({}, {"kinds": {"cheap": "vendor"}}, "cheap", "maker's own figures"),
        ({"task": "embedding_search"}, {}, "best", "embedding"),
    ],
)
def test_each_constraint_rules_out_and_says_why(
    needs: dict[str, Any], change: dict[str, Any], gone: str, words: str
) -> None:
    found = shortlist(needs, **change)
    assert gone not in ids(found)
    assert words in reason(found, gone)


def test_where_nothing_passes_the_smallest_change_is_named() -> None:
    found = shortlist({"monthly_budget_usd": 0.01})
    assert found.candidates == []
    assert any("budget" in r and "3 models" in r for r in found.relaxations)


def test_own_hardware_needs_no_offer() -> None:
    assert ids(shortlist({"deployment": "self_hosted"}, prices={"weak": None})) == {"weak"}


def test_monthly_cost_is_requests_times_tokens_times_price() -> None:
    req = Requirements(monthly_requests=10_000, input_tokens_per_request=1_000, output_tokens_per_request=500)
    cost = spending.monthly_cost(model("a"), [offer("a", 2.0, output_usd=8.0)], req)
    assert cost.expected == pytest.approx(10_000 * (1_000 * 2 + 500 * 8) / 1e6)
    assert cost.low is not None and cost.high is not None and cost.low < 60 < cost.high
    assert "10,000 requests" in cost.basis


def test_batch_price_only_where_waiting_is_fine() -> None:
    batch = offer("a", 2.0, batch_input_usd=1.0, batch_output_usd=1.0)
    req = Requirements(monthly_requests=1e6, input_tokens_per_request=1, output_tokens_per_request=0)
    assert spending.dollars(batch, req) == pytest.approx(2.0)
    assert spending.dollars(batch, req.model_copy(update={"batch_ok": True})) == pytest.approx(1.0)


def test_an_official_route_wins_where_it_costs_hardly_more() -> None:
    reseller = offer("a", 1.0, provider="reseller", official=False)
    assert spending.best_offer([reseller, offer("a", 1.04)], Requirements()) == offer("a", 1.04)
    assert spending.best_offer([reseller, offer("a", 1.5)], Requirements()) == reseller


def test_the_front_holds_what_no_other_beats_in_both() -> None:
    def option(name: str, mean: float, price: float) -> Option:
        cost = spending.monthly_cost(model(name), [offer(name, price)], Requirements())
        return Option(model(name), quality(name, mean, 1), cost, ())

    front = pareto([option("a", 1.0, 10), option("b", 0.9, 20), option("c", 0.5, 1)])
    assert [o.model.name for o in front] == ["c", "a"]


def test_memory_grows_with_size_and_context() -> None:
    small, large = model("s", parameters_b=8.0), model("l", parameters_b=70.0)
    short, long = Requirements(), Requirements(min_context_tokens=128_000)
    needs = [hosting.memory_gb(m, r) or 0 for m, r in ((small, short), (small, long), (large, short))]
    assert needs[0] < needs[1] and needs[0] < needs[2]
    assert 4 < needs[0] < 8
    assert hosting.memory_gb(model("unknown"), short) is None


def test_chinese_stands_for_the_chinese_labs() -> None:
    assert {"deepseek", "alibaba", "moonshot"} <= constraints.members(["chinese"])
    assert constraints.members(["OpenAI"]) == {"openai"}
