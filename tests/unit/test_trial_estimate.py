"""What a trial will take is counted before it starts, the examination of the judge included."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from advisor.settings import Settings
from advisor.trial.budget import Spent
from advisor.trial.client import Call, Reply, Route
from advisor.trial.estimate import caps_bind, estimate, planned_work
from advisor.trial.judge import Judge
from advisor.trial.plan import plan_of, prepare
from advisor.trial.progress import Watch
from advisor.trial.schema import Plan, TrialEstimate

PRICES = {"mock/a": (1.0, 2.0), "mock/b": (1.0, 2.0), "mock/judge": (3.0, 4.0)}


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


def made(protocol: str = "rubric", model: str = "mock/judge", examine: bool = False, **more: Any) -> Plan:
    base: dict[str, Any] = {
        "endpoints": {"mock": {"base_url": "http://127.0.0.1:9/v1"}},
        "candidates": ["mock/a", "mock/b"],
        "judge": {"models": [model], "protocol": protocol, "examine": examine},
        "prompts": [f"Question {n}?" for n in range(10)],
        "prices": PRICES,
    }
    return plan_of(base | more)


def takes(settings: Settings, *args: Any, **more: Any) -> TrialEstimate:
    return estimate(made(*args, **more), settings=settings)


@pytest.mark.parametrize(
    ("protocol", "more", "candidate", "judge"),
    [
        ("rubric", {}, 20, 20),
        ("pairwise", {}, 20, 20),
        ("pairwise", {"candidates": ["mock/a", "mock/b", "mock/c"]}, 30, 60),
        ("rubric", {"samples": 3, "temperature": 1}, 60, 60),
        ("rubric", {"judge": {"models": ["mock/judge", "mock/second"], "protocol": "rubric"}}, 20, 40),
        ("rubric", {"prompts": [{"id": "1", "prompt": "?", "outputs": {"mock/a": "x"}}]}, 1, 2),
    ],
)
def test_calls(settings: Settings, protocol: str, more: dict[str, Any], candidate: int, judge: int) -> None:
    found = takes(settings, protocol, **more)
    assert (found.calls_candidate, found.calls_judge) == (candidate, judge)


def test_the_examination_is_counted_and_said(settings: Settings) -> None:
    plain, examined = takes(settings, "pairwise"), takes(settings, "pairwise", examine=True)
    assert examined.calls_judge - plain.calls_judge == 48
    assert examined.tokens > plain.tokens
    assert any("48 of the judge's calls examine" in note for note in examined.notes)


def test_an_embedded_judge_is_examined_on_nine_pairs(settings: Settings) -> None:
    plain, examined = (takes(settings, "pairwise", "local/qwen2.5-coder-1.5b", e) for e in (False, True))
    assert examined.calls_judge - plain.calls_judge == 18


def test_money_follows_the_prices_and_is_unknown_without(settings: Settings) -> None:
    dear = {m: (i * 10, o * 10) for m, (i, o) in PRICES.items()}
    cheap = takes(settings).money_usd
    assert cheap and takes(settings, prices=dear).money_usd == pytest.approx(10 * cheap, rel=1e-3)
    unknown = takes(settings, prices={"mock/a": (1.0, 2.0)})
    assert unknown.money_usd is None
    assert "mock/b" in " ".join(unknown.notes)


def test_embedded_models_take_their_time(settings: Settings) -> None:
    local: dict[str, Any] = {"judge": None, "metrics": ["refusal"], "deciding": "refusal", "max_tokens": 96}
    local["candidates"] = ["local/qwen2.5-coder-1.5b"]
    seconds = takes(settings, **local).seconds
    assert seconds and 10 * 48 / 20 < seconds < 10 * 48 / 8 + 5, "ten answers of 48 tokens at 8 to 20 tokens a second"
    small = takes(settings, **local | {"candidates": ["local/smollm2-135m"]}).seconds
    assert small and small < seconds / 3
    slower = takes(settings, **local | {"limits": {"concurrency": 1}}).seconds
    assert slower == seconds, "they share the processor, so more at a time is not quicker"


def test_remote_models_run_side_by_side(settings: Settings) -> None:
    one, four = (takes(settings, limits={"concurrency": n}).seconds for n in (1, 4))
    assert one and four and one == pytest.approx(4 * four, rel=0.02)


@pytest.mark.parametrize(
    ("limits", "binds"),
    [({}, False), ({"calls": 40}, False), ({"calls": 39}, True), ({"tokens": 100}, True), ({"money_usd": 0}, True)],
)
def test_a_cap_that_will_bind_is_seen(settings: Settings, limits: dict[str, Any], binds: bool) -> None:
    setup = prepare(made(limits=limits), settings)
    judge = Judge(setup.plan.judge, setup.plan.judge.models)
    assert caps_bind(setup, judge, Spent(), settings) is binds


def test_the_time_left_follows_the_pace_and_not_what_the_journal_gave(settings: Settings) -> None:
    setup = prepare(made(prompts=[f"{n}?" for n in range(4)]), settings)
    work = planned_work(setup, Judge(setup.plan.judge, setup.plan.judge.models))
    watch = Watch(setup, work, None)
    before = watch.seconds_left(0.0)
    assert before == pytest.approx(work.seconds(setup.plan.limits.concurrency))
    route = Route("mock/a", "mock", "http://127.0.0.1:9", "a", "x")
    asked = Call(route, [], {})
    for _ in range(4):
        watch.count(asked, Reply("x", cached=True))
    from_journal = watch.seconds_left(0.1)
    assert 0 < from_journal < before
    for _ in range(4):
        watch.count(asked, Reply("x"))
    quick, slow = watch.seconds_left(1.0), watch.seconds_left(100.0)
    assert slow > 10 * quick
