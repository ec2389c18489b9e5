"""Constraints, monthly cost, Pareto front and roles on a catalogue small enough to check by hand."""

from __future__ import annotations

import datetime as dt
import random
import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from advisor.evidence import Z90, Quality
from advisor.schema import Fact, Requirements, Shortlist, UseCase
from advisor.shortlist import constraints, hosting, spending
from advisor.shortlist.build import build_shortlist
from advisor.shortlist.columns import Columns, eligible_columns
from advisor.shortlist.field import Field
from advisor.shortlist.roles import choose, quick_ids
from advisor.shortlist.standing import Standing, standing
from knowledge.catalog import load_catalog
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
    offers += change.get("offers", [])
    scores = [s for n in facts for s in figures(n, change.get("kinds", {}).get(n, "independent"))]
    catalogue = Catalogue([model(n, **f) for n, f in facts.items()], offers, scores)
    return catalogue, [quality("best", 1.0, 1), quality("cheap", 0.8, 2), quality("weak", 0.1, 3)]


def posterior(qualities: list[Quality]) -> Any:
    """As much of `advisor.evidence.Posterior` as a shortlist asks for."""
    names = [q.model_id for q in qualities]
    mean, deviation = np.array([q.mean for q in qualities]), np.full(len(names), 0.2 / Z90)
    fitted = SimpleNamespace(models=names, measured=np.array([q.measured for q in qualities]))
    return SimpleNamespace(
        fitted=fitted, odds=lambda weights: (mean, deviation), proven=lambda odds: odds, meaning="share of wins"
    )


def shortlist(use_case: dict[str, Any], **change: Any) -> Shortlist:
    catalogue, qualities = world(**change)
    only = use_case.get("only_preferred", False)
    facts = {f: Fact(field=f, value=v, only=only) for f, v in use_case.items() if f != "only_preferred"}
    return build_shortlist(
        UseCase(text="x", facts=facts),
        catalog=catalogue,
        weights={"one": 1.0},
        ranked=[],
        posterior=posterior(qualities),
    )


def field(use_case: dict[str, Any], **change: Any) -> Field:
    catalogue, qualities = world(**change)
    columns = Columns(catalogue)
    return Field(columns, Requirements(**use_case), standing(columns, posterior(qualities), {}))


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
    catalogue, qualities = world()
    columns = Columns(catalogue)
    [tried] = quick_ids([Requirements()], columns, [standing(columns, posterior(qualities), {})])
    assert tried == [c.model_id for c in found.candidates]


def test_what_a_model_has_not_proven_does_not_choose_it() -> None:
    catalogue, qualities = world()
    columns, fake = Columns(catalogue), posterior(qualities)
    fake.proven = lambda odds: odds - np.array([q.model_id == "lab/best" for q in qualities]) * 0.5
    there = standing(columns, fake, {})
    found = Field(columns, Requirements(), there)
    best = [m.id for m in columns.models].index("lab/best")
    assert there.mean[best] == 1.0 and there.place(best).rank == 1
    assert columns.models[int(found.rows[np.argmax(found.cautious)])].id == "lab/cheap"
    assert not found.front[list(found.rows).index(best)]


@pytest.mark.parametrize(
    ("needs", "change", "gone", "words"),
    [
        ({"min_context_tokens": 200_000}, {"models": {"best": {"context_window": 300_000}}}, "cheap", "context window"),
        ({"open_weights_required": True}, {}, "best", "not open"),
        ({"input_modalities": ["audio"]}, {}, "best", "does not read audio"),
        ({"data_residency": "eu"}, {"regions": {"best": ("eu",)}}, "cheap", "in the EU"),
        ({"excluded_providers": ["lab"]}, {}, "best", "excluded"),
        ({"preferred_providers": ["other"], "only_preferred": True}, {}, "best", "only providers that will do"),
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
    (change,) = found.relaxations
    assert "at $1.30 instead of $0.01: 1 model" in change.replace("3 models", "1 model")


def test_own_hardware_needs_no_offer() -> None:
    assert ids(shortlist({"deployment": "self_hosted"}, prices={"weak": None})) == {"weak"}


def test_monthly_cost_is_requests_times_tokens_times_price() -> None:
    req = Requirements(monthly_requests=10_000, input_tokens_per_request=1_000, output_tokens_per_request=500)
    cost = spending.monthly_cost(model("a"), offer("a", 2.0, output_usd=8.0), req)
    assert cost.expected == pytest.approx(10_000 * (1_000 * 2 + 500 * 8) / 1e6)
    assert cost.low is not None and cost.high is not None and cost.low < 60 < cost.high
    assert "10,000 requests" in cost.basis


def test_reasoning_on_hard_tasks_is_billed_and_said() -> None:
    req = Requirements(monthly_requests=1e6, input_tokens_per_request=0, output_tokens_per_request=1)
    hard = req.model_copy(update={"task": "math_reasoning"})
    thinker, price = model("a", reasoning=True), offer("a", 2.0)
    assert spending.monthly_cost(thinker, price, req).expected == pytest.approx(2.0)
    cost = spending.monthly_cost(thinker, price, hard)
    assert cost.expected == pytest.approx(2.0 * spending.REASONING_HARD) and "assumed" in cost.basis


def test_caching_lowers_the_low_end_alone() -> None:
    req = Requirements(monthly_requests=1e6, input_tokens_per_request=100, output_tokens_per_request=1)
    plain = spending.monthly_cost(model("a"), offer("a", 2.0), req)
    cached = spending.monthly_cost(model("a"), offer("a", 2.0, cache_read_usd=0.2), req)
    assert plain.expected == cached.expected
    assert plain.low is not None and cached.low is not None and cached.low < plain.low


def test_batch_price_only_where_waiting_is_fine() -> None:
    batch = offer("a", 2.0, batch_input_usd=1.0, batch_output_usd=1.0)
    req = Requirements(monthly_requests=1e6, input_tokens_per_request=1, output_tokens_per_request=0)
    assert spending.dollars(batch, req) == pytest.approx(2.0)
    patient = req.model_copy(update={"batch_ok": True})
    assert spending.dollars(batch, patient) == pytest.approx(1.0)
    assert spending.dollars(batch, patient.model_copy(update={"max_latency_seconds": 5})) == pytest.approx(2.0)


def test_a_long_request_pays_the_price_of_its_tier() -> None:
    tiered = offer("a", 2.0, tiers=({"above_tokens": 1000.0, "input_usd": 4.0},))
    req = Requirements(monthly_requests=1.0, input_tokens_per_request=500, output_tokens_per_request=0)
    assert spending.dollars(tiered, req) == pytest.approx(0.001)
    assert spending.dollars(tiered, req.model_copy(update={"input_tokens_per_request": 2000})) == pytest.approx(0.008)


def test_the_quick_costs_are_those_of_the_cards() -> None:
    catalogue, _ = world()
    catalogue.offers += [
        offer("best", 9.0, provider="second", tiers=({"above_tokens": 1000.0, "input_usd": 30.0},)),
        offer("cheap", 1.0, provider="third", batch_input_usd=0.5, batch_output_usd=0.5),
    ]
    columns = Columns(catalogue)
    for facts in ({}, {"batch_ok": True}, {"input_tokens_per_request": 5000.0}):
        req = Requirements(monthly_requests=777, **facts)
        quick = spending.offer_costs(columns, [req], np.arange(len(columns.offers)))[0]
        assert quick == pytest.approx([spending.dollars(o, req) for o in columns.offers])


def test_an_official_route_stands_for_a_model_that_has_one() -> None:
    catalogue, _ = world()
    catalogue.offers += [offer("best", 1.0, provider="reseller", official=False)]
    catalogue.offers += [offer("cheap", 0.99, provider="cloud")]
    columns = Columns(catalogue)
    found = spending.routes([constraints.Case(columns, Requirements())])
    providers = [columns.offers[at].provider for at in found.offer[0]]
    assert providers == ["lab", "cloud", "lab"]


def test_the_most_trusted_source_states_the_price_of_a_served_model() -> None:
    catalogue, _ = world()
    catalogue.offers += [offer("best", 0.01)]  # the same served model, from a source that comes later
    assert Columns(catalogue).input[0] == 10.0


def test_the_front_holds_what_no_other_beats_in_both() -> None:
    found = field({}, prices={"best": 10.0, "cheap": 20.0, "weak": 1.0})
    assert [found.columns.models[row].name for row in found.rows[found.front]] == ["best", "weak"]


def test_stating_what_comes_first_orders_the_candidates_and_hides_none() -> None:
    found = {p: shortlist({"priority": p}) for p in ("quality", "cost")}
    assert ids(found["quality"]) == ids(found["cost"])
    assert found["quality"].candidates[0].name == "best"
    assert found["cost"].candidates[0].name != "best"


def test_open_weights_of_unknown_licence_yield_to_those_of_a_known_one() -> None:
    open_ = {"open_weights": True, "licence_class": "unknown"}
    found = {c.name: c for c in shortlist({}, models={"cheap": open_, "weak": open_}).candidates}
    assert "best open weights" in found["cheap"].roles
    clear = {"cheap": open_, "weak": {"licence_class": "permissive"}}
    found = {c.name: c for c in shortlist({}, models=clear).candidates}
    assert "best open weights" in found["weak"].roles
    assert any("no source here states the licence" in c for c in found["cheap"].caveats)


def test_each_exclusion_names_the_nearest_model_that_passes_and_is_counted() -> None:
    found = shortlist({"monthly_budget_usd": 20.0})
    assert [(e.model_id, e.nearest) for e in found.excluded] == [("lab/best", "lab/cheap")]
    assert found.excluded_by == {"monthly_budget_usd": 1}


def test_a_model_that_retires_soon_is_out_and_later_is_a_caveat() -> None:
    soon, later = DAY + dt.timedelta(days=30), DAY + dt.timedelta(days=300)
    found = shortlist({}, models={"best": {"retired": soon}, "cheap": {"retired": later}})
    assert reason(found, "best") == f"retired or to be retired on {soon}"
    card = next(c for c in found.candidates if c.name == "cheap")
    assert f"to be retired on {later}: plan the move" in card.caveats


@pytest.mark.parametrize(("dear", "hosts", "said"), [(1.0, 3, True), (1.0, 2, False), (0.2, 3, False)])
def test_a_price_far_below_that_of_all_others_is_doubted(dear: float, hosts: int, said: bool) -> None:
    shops = [offer("weak", dear * (1 + i), provider=f"host{i}") for i in range(hosts)]
    (card,) = [c for c in shortlist({}, offers=shops).candidates if c.name == "weak"]
    assert any(f"{hosts} other providers" in c for c in card.caveats) == said


def test_open_weights_outlive_the_hosts_that_withdraw_them() -> None:
    change = {"models": {"weak": {"deprecated": True}}}
    assert "weak" not in ids(shortlist({}, **change))
    (card,) = shortlist({"deployment": "self_hosted"}, **change).candidates
    assert card.name == "weak" and any("its weights stay" in c for c in card.caveats)


@pytest.mark.parametrize(
    ("needs", "regions", "said"),
    [
        ({"domain": "medical"}, (), True),
        ({"domain": "medical"}, ("eu",), False),
        ({"domain": "gaming"}, (), False),
        ({"domain": "medical", "data_residency": "none"}, (), False),
    ],
)
def test_where_texts_are_about_people_an_unknown_region_is_said(
    needs: dict[str, Any], regions: tuple[str, ...], said: bool
) -> None:
    found = shortlist(needs, regions={"best": regions})
    card = next(c for c in found.candidates if c.name == "best")
    assert any("state no region" in caveat for caveat in card.caveats) == said


def test_where_only_some_providers_will_do_others_serve_nothing() -> None:
    catalogue, qualities = world()
    catalogue.offers += [offer("best", 20.0, provider="azure"), offer("cheap", 0.5, provider="reseller")]
    columns = Columns(catalogue)
    known = standing(columns, posterior(qualities), {})
    for only, expected in ((True, ["lab/best"]), (False, ["lab/best", "lab/cheap", "lab/weak"])):
        wish = Requirements(preferred_providers=["microsoft"], only_preferred=only)
        assert sorted(quick_ids([wish], columns, [known])[0]) == expected
    case = constraints.Case(columns, Requirements(preferred_providers=["lab"], only_preferred=True))
    assert case.allowed.all() and not constraints.broken(case)[RULE["preferred_providers"]].any()
    catalogue.models["other/own"] = model("own", id="other/own", maker="other")
    catalogue.offers.append(offer("best", 9.0, provider="other"))
    columns = Columns(catalogue)
    case = constraints.Case(columns, Requirements(preferred_providers=["other"], only_preferred=True))
    assert not case.allowed.any()  # a lab stands for what it makes, not for what it serves of others


RULE = {rule.field: n for n, rule in enumerate(constraints.RULES)}


def test_the_prices_at_which_the_first_two_swap_do_swap_them() -> None:
    found = shortlist({"priority": "cost"})
    first, second = (c.name for c in found.candidates[:2])
    said = next(s for s in found.sensitivity if "times as much" in s)
    factor = float(re.search(r"cost ([\d.e+]+) times", said).group(1))  # type: ignore[union-attr]
    prices = {"best": 10.0, "cheap": 1.0, "weak": 0.1}
    prices[first] *= factor * 1.1
    after = shortlist({"priority": "cost"}, prices=prices)
    order = [c.name for c in after.candidates]
    assert order.index(second) < order.index(first)


def test_open_weights_say_from_which_volume_own_machines_pay() -> None:
    found = shortlist({"monthly_requests": 1000})
    weak = next(c for c in found.candidates if c.name == "weak")
    said = next(r for r in weak.reasons if "running it yourself" in r)
    assert "L4" in said and str(hosting.price_list().date) in said


def test_machines_to_rent_are_the_cheapest_that_hold_the_model() -> None:
    req = Requirements(monthly_requests=100)
    small, large = hosting.rent(model("s", parameters_b=8.0), req), hosting.rent(model("l", parameters_b=70.0), req)
    assert small and large and small.usd < large.usd
    assert "1 x L4" in small.basis and hosting.rent(model("huge", parameters_b=9_000.0), req) is None
    batch = hosting.rent(model("s", parameters_b=8.0), req.model_copy(update={"batch_ok": True}))
    assert batch and batch.usd < small.usd / 10


def test_where_hardware_is_not_there_its_rent_is_the_price() -> None:
    found = shortlist({"deployment": "self_hosted"}, prices={"weak": None})
    (card,) = found.candidates
    assert card.provider == "self-hosted" and card.monthly_cost_usd.expected == pytest.approx(0.8048 * hosting.HOURS)
    owned = shortlist({"deployment": "self_hosted", "gpu_memory_gb": 24}, prices={"weak": None})
    assert owned.candidates[0].monthly_cost_usd.expected is None


def test_memory_grows_with_size_and_context() -> None:
    small, large = model("s", parameters_b=8.0), model("l", parameters_b=70.0)
    short, long = Requirements(), Requirements(min_context_tokens=128_000)
    needs = [hosting.memory_gb(m, r) or 0 for m, r in ((small, short), (small, long), (large, short))]
    assert needs[0] < needs[1] and needs[0] < needs[2]
    assert 4 < needs[0] < 8
    assert hosting.memory_gb(model("unknown"), short) is None


def test_a_country_stands_for_its_labs_and_their_clouds() -> None:
    assert {"deepseek", "alibaba", "moonshot"} <= constraints.members(["chinese"])
    assert {"meta", "microsoft", "azure"} <= constraints.members(["American"]) and "mistral" not in constraints.AMERICAN
    assert constraints.members(["OpenAI"]) == {"openai"}


def test_facts_that_would_put_another_model_first_are_told_and_true() -> None:
    regions = {"cheap": ("eu",), "best": ("us",)}
    found = shortlist({"priority": "quality"}, regions=regions)
    first = found.candidates[0].name
    assert first == "best" and "if the data had to stay in the EU, cheap would come first" in found.sensitivity
    assert shortlist({"priority": "quality", "data_residency": "eu"}, regions=regions).candidates[0].name == "cheap"
    assert "if the weights had to be open, weak would come first" in found.sensitivity
    house = shortlist({"deployment": "self_hosted"})
    assert not any("own machines" in said for said in house.sensitivity)


def test_a_rule_names_every_fact_that_it_reads() -> None:
    """What a rule finds is shared by the facts that it names, so it must not depend on any other."""
    catalogue = load_catalog()
    columns = eligible_columns(catalogue)
    for seed in range(25):
        drawn = random.Random(seed)
        told = {name: drawn.choice(values) for name, values in PLAUSIBLE.items() if drawn.random() < 0.6}
        case = constraints.Case(columns, Requirements(**told))
        shared = constraints.broken(case)
        for n, rule in enumerate(constraints.RULES):
            assert (shared[n] == rule.broken(case)).all(), (rule.field, told)
        assert (case.admitted == constraints.Case(columns, Requirements(**told)).admitted).all()


def test_use_cases_that_are_tried_together_get_what_each_gets_alone() -> None:
    columns = eligible_columns(load_catalog())
    level = np.random.default_rng(3).normal(size=(2, len(columns.models)))
    standings = [Standing(mean, mean, np.full(len(mean), 0.3), np.arange(len(mean)) % 40) for mean in level]
    wanted, known = [], []
    for seed in range(60):
        drawn = random.Random(seed)
        told = {name: drawn.choice(values) for name, values in PLAUSIBLE.items() if drawn.random() < 0.3}
        wanted.append(Requirements(**told | {"task": drawn.choice(PLAUSIBLE["task"])}))
        known.append(standings[seed % 2])
    together = quick_ids(wanted, columns, known)
    alone = [quick_ids([req], columns, [level])[0] for req, level in zip(wanted, known, strict=True)]
    assert together == alone
    cards = [Field(columns, req, level) for req, level in zip(wanted, known, strict=True)]
    assert together == [[columns.models[f.rows[pick.at]].id for pick in choose(f)] for f in cards]
    assert sum(map(bool, alone)) > 30  # most of them let a model pass


PLAUSIBLE: dict[str, list[Any]] = {
    "task": ["chat_assistant", "embedding_search", "speech"],
    "input_tokens_per_request": [500, 150_000],
    "output_tokens_per_request": [300, 8_000],
    "min_context_tokens": [200_000],
    "input_modalities": [["image"], ["pdf", "audio"]],
    "deployment": ["api", "self_hosted", "on_device", "any"],
    "gpu_memory_gb": [8, 24, 80],
    "data_residency": ["eu", "us", "on_prem", "none"],
    "open_weights_required": [True, False],
    "commercial_license_required": [True],
    "official_provider_only": [True],
    "needs_tool_calling": [True],
    "needs_structured_output": [True],
    "needs_reasoning": [True],
    "needs_fine_tuning": [True],
    "excluded_providers": [["openai"], ["chinese"], ["zhipu", "microsoft"]],
    "preferred_providers": [["microsoft"], ["google", "chinese"]],
    "only_preferred": [True, False],
    "monthly_budget_usd": [50],
    "batch_ok": [True],
}


def timed(name: str, seconds: float) -> Score:
    figure = {"model_id": f"lab/{name}", "benchmark_id": "bfcl-latency", "value": seconds, "unit": "seconds"}
    return Score(**figure | {"source_id": "board", "date": DAY, "raw_name": name, "kind": "independent"})


@pytest.mark.parametrize(
    ("wish", "fastest"), [({}, ["cheap"]), ({"priority": "speed"}, ["cheap"]), ({"deployment": "self_hosted"}, [])]
)
def test_the_fastest_that_was_timed_is_named_where_others_run_it(wish: dict[str, Any], fastest: list[str]) -> None:
    catalogue, qualities = world(models={"best": {"open_weights": True, "parameters_b": 8.0}})
    catalogue.scores += [timed("best", 9.0), timed("cheap", 3.0), timed("cheap", 5.0)]
    columns = Columns(catalogue)
    found = Field(columns, Requirements(**wish), standing(columns, posterior(qualities), {}))
    named = [columns.models[found.rows[p.at]].name for p in choose(found) if "fastest that was timed" in p.roles]
    assert named == fastest
