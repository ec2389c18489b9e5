"""What people type into forms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.trial.schema import Plan, Prompt
from ui.forms import MOST_ON_PAGE, fact_value, form_values, plan_from_form, prompts_text, uploaded


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        ("monthly_requests", "50,000", 50000),
        ("monthly_budget_usd", "$1,200.50", 1200.5),
        ("open_weights_required", "Yes", True),
        ("open_weights_required", "nein", False),
        ("languages", "ES, en", ["es", "en"]),
        ("task", "Customer Support", "customer_support"),
        ("outcome_metric", "First contact resolution", "First contact resolution"),
        ("monthly_requests", "  ", None),
    ],
)
def test_a_fact_is_read_as_people_write_it(field: str, raw: str, value: Any) -> None:
    assert fact_value(field, raw) == value


@pytest.mark.parametrize(
    ("field", "raw"),
    [
        ("monthly_requests", "many"),
        ("open_weights_required", "perhaps"),
        ("task", "juggling"),
        ("monthly_requests", "-5"),
    ],
)
def test_a_wrong_fact_is_one_sentence_that_names_it(field: str, raw: str) -> None:
    with pytest.raises(BadInput) as caught:
        fact_value(field, raw)
    assert field.replace("_", " ") in str(caught.value) and "\n" not in str(caught.value)


def form(**changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "prompts": "One\nTwo", "candidates": ["e/a", "e/b"], "judge": "e/j", "protocol": "pairwise",
        "calls": 100, "money": 2.5, "minutes": 10, "tokens": 64,
    }  # fmt: skip
    return values | changes


def test_the_form_becomes_a_plan() -> None:
    plan = plan_from_form(**form(), use_case="support")
    assert [p.prompt for p in plan.prompts if isinstance(p, Prompt)] == ["One", "Two"]
    assert (plan.candidates, plan.judge.models, plan.use_case) == (["e/a", "e/b"], ["e/j"], "support")
    assert (plan.limits.calls, plan.limits.money_usd, plan.limits.minutes, plan.max_tokens) == (100, 2.5, 10, 64)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"prompts": " \n"}, "no prompts"), ({"candidates": []}, "candidate"), ({"judge": None}, "judge")],
)
def test_what_is_missing_is_named(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        plan_from_form(**form(**changes))


def test_a_plan_comes_back_as_the_form_that_made_it() -> None:
    values = form_values(plan_from_form(**form()))
    assert (values["prompts"], values["models"], values["judge"]) == ("One\nTwo", ["e/a", "e/b"], "e/j")
    assert (values["calls"], values["money"], values["minutes"], values["tokens"]) == (100, 2.5, 10, 64)


def test_prompts_that_need_more_than_a_line_become_json_lines() -> None:
    prompts = [Prompt(id="1", prompt="One"), Prompt(id="x", prompt="Two\nlines", reference="R")]
    rows = [json.loads(line) for line in prompts_text(prompts).splitlines()]
    assert rows == [{"prompt": "One"}, {"id": "x", "prompt": "Two\nlines", "reference": "R"}]
    plan = plan_from_form(**form(prompts=prompts_text(prompts)))
    assert [(p.prompt, p.reference) for p in plan.prompts if isinstance(p, Prompt)] == [
        ("One", None),
        ("Two\nlines", "R"),
    ]


def test_prompts_in_a_file_of_their_own_are_not_for_the_box() -> None:
    assert prompts_text(Plan(candidates=["e/a"], prompts="rows.jsonl").prompts) == ""


def test_an_uploaded_file_fills_the_box(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text("prompt\nHola\nAdiós\n", encoding="utf-8")
    assert uploaded(str(file)) == "Hola\nAdiós"


def test_a_file_that_is_too_long_for_the_page_says_what_to_do(tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("\n".join(f"prompt {n}" for n in range(MOST_ON_PAGE + 1)))
    with pytest.raises(BadInput, match="advisor trial run"):
        uploaded(str(file))
