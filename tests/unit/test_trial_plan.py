"""A plan file becomes a set-up, or one sentence that says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import BadInput, NotAvailable
from advisor.settings import Settings
from advisor.trial.plan import connect, load_plan, plan_of, prepare, price_at, trial_id
from advisor.trial.prompts_io import load_prompts
from advisor.trial.schema import Plan

BASE: dict[str, Any] = {
    "name": "Support replies",
    "endpoints": {"mock": {"base_url": "http://127.0.0.1:9/v1"}},
    "candidates": ["mock/a", "mock/b"],
    "judge": {"models": ["mock/judge"], "protocol": "rubric"},
    "prompts": ["One?", "Two?"],
}


def made(**more: Any) -> Plan:
    return plan_of(BASE | more)


def identity(settings: Settings, **more: Any) -> str:
    return prepare(made(**more), settings).trial_id


@pytest.fixture
def settings(home: Path) -> Settings:
    return Settings(home=home)


def test_yaml_and_json_give_the_same_plan(tmp_path: Path) -> None:
    import yaml

    (tmp_path / "p.yaml").write_text(yaml.safe_dump(BASE))
    (tmp_path / "p.json").write_text(json.dumps(BASE))
    assert load_plan(tmp_path / "p.yaml") == load_plan(tmp_path / "p.json") == made()


def test_prompts_lie_beside_the_plan(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "p.json").write_text(json.dumps(BASE | {"prompts": "q.jsonl"}))
    (tmp_path / "q.jsonl").write_text('{"prompt": "Three?"}')
    setup = prepare(load_plan(tmp_path / "p.json"), settings)
    assert [p.prompt for p in setup.prompts] == ["Three?"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"candidates": []}, "candidates"),
        ({"design": "clever"}, "design"),
        ({"limits": {"concurrency": 0}}, "limits.concurrency"),
        ({"tempreature": 1}, "tempreature"),
        ({"judge": {"models": ["x/y"], "protocol": "coin"}}, "judge.protocol"),
        ({"confidence": 1.0}, "confidence"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=named):
        made(**change)


@pytest.mark.parametrize(("name", "text"), [("p.yaml", "a: ["), ("p.json", "{"), ("p.yaml", "- a\n- b")])
def test_a_file_that_is_no_plan_is_said(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=r"not valid|mapping"):
        load_plan(tmp_path / name)


def test_a_missing_plan_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no plan"):
        load_plan(tmp_path / "none.yaml")


def test_what_does_not_fit_together_is_refused(settings: Settings) -> None:
    with pytest.raises(BadInput, match="named twice"):
        prepare(made(candidates=["mock/a", "mock/a"]), settings)
    with pytest.raises(BadInput, match="deciding metric"):
        prepare(made(deciding="exact"), settings)


def test_the_id_follows_what_is_asked_and_not_where_or_how_fast(settings: Settings) -> None:
    same = identity(settings)
    assert same.startswith("support-replies-")
    assert identity(settings, limits={"concurrency": 3, "calls": 9}) == same
    assert identity(settings, endpoints={"mock": {"base_url": "http://127.0.0.1:8/v1"}}) == same
    assert identity(settings, prompts=["One?", "Three?"]) != same
    assert identity(settings, seed=1) != same
    assert identity(settings, max_tokens=9) != same


def test_a_judge_is_found_in_the_settings(settings: Settings) -> None:
    settings.use, settings.judge_model = "endpoint", "mock/other"
    assert prepare(made(judge=None), settings).plan.judge.models == ["mock/other"]
    by_metric = made(judge=None, metrics=["length"], deciding="length")
    assert prepare(by_metric, settings).plan.judge.models == []


def test_the_examination_is_asked_for_in_a_plan_file() -> None:
    assert not made().judge.examine
    assert made(judge={"models": ["mock/judge"], "examine": True}).judge.examine


def test_a_key_that_is_missing_is_said(settings: Settings) -> None:
    plan = made(endpoints={"mock": {"base_url": "https://mock.invalid/v1", "api_key_env": "MOCK_KEY_OF_TEST"}})
    with pytest.raises(NotAvailable, match="MOCK_KEY_OF_TEST"):
        connect(prepare(plan, settings), settings)


def test_models_whose_answers_are_there_are_not_looked_for(settings: Settings) -> None:
    prompts = [{"id": "1", "prompt": "One?", "outputs": {"gone/a": "x", "gone/b": "y"}}]
    setup = prepare(made(candidates=["gone/a", "gone/b"], prompts=prompts), settings)
    connect(setup, settings)
    assert list(setup.routes) == ["mock/judge"]


def test_prices_come_from_the_plan_then_from_the_list(settings: Settings) -> None:
    plan = made(prices={"mock/a": (1.0, 2.0)})
    assert price_at("mock/a", plan, settings) == (1.0, 2.0)
    assert price_at("mock/b", plan, settings) is None
    assert price_at("local/smollm2-135m", plan, settings) == (0.0, 0.0)
    known = price_at("openai/gpt-4o-mini", plan, settings)
    assert known is not None and 0 < known[0] < known[1]


def test_new_options_change_the_id_only_where_they_are_set() -> None:
    plain = plan_of({"candidates": ["m/a", "m/b"], "prompts": ["hello"]})
    prompts = load_prompts(plain.prompts).prompts
    assert trial_id(plain.model_copy(update={"margin": 0.05}), prompts) == trial_id(plain, prompts)
    assert trial_id(plain.model_copy(update={"margin": 0.0}), prompts) != trial_id(plain, prompts)


def test_a_prior_on_strangers_is_refused(home: Path) -> None:
    plan = plan_of({"candidates": ["m/a"], "prompts": ["x"], "prior": {"m/z": 0.5}, "judge": {"models": ["m/j"]}})
    with pytest.raises(BadInput, match="m/z"):
        prepare(plan, Settings(home=home))
