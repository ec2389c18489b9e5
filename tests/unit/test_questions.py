"""The next question follows the value of information; interviews run against scripted users."""

from __future__ import annotations

import pytest

from advisor.interview import assumptions, best_questions, extract, next_question, question_for, simulate
from advisor.interview.vocabulary import load
from advisor.schema import FIELDS, Fact, Requirements, UseCase

MODELS = {  # id: (open, region, price of a request, quality)
    "closed-best": (False, "us", 0.02, 9),
    "closed-eu": (False, "eu", 0.015, 8),
    "open-large": (True, "eu", 0.004, 7),
    "open-small": (True, "us", 0.0005, 4),
}


def shortlist(req: Requirements) -> list[str]:
    def fits(name: str) -> bool:
        is_open, region, price, _ = MODELS[name]
        if req.deployment in ("self_hosted", "on_device") and not is_open:
            return False
        if req.data_residency in ("eu", "us") and region != req.data_residency:
            return False
        cost = price * (req.monthly_requests or 0)
        return req.monthly_budget_usd is None or cost <= req.monthly_budget_usd

    return sorted(filter(fits, MODELS), key=lambda m: -MODELS[m][3])[:3]


def use_case(**facts) -> UseCase:
    return UseCase(facts={k: Fact(field=k, value=v) for k, v in facts.items()})


def test_the_task_is_asked_first():
    question = next_question(UseCase(), shortlist, asked=[])
    assert question is not None and question.field == "task"


def test_only_facts_that_change_the_shortlist_are_asked():
    fields = [q.field for q in best_questions(use_case(task="writing"), shortlist, asked=[], count=9)]
    assert set(fields) <= {"deployment", "data_residency", "monthly_budget_usd", "monthly_requests"}
    assert fields[0] in ("data_residency", "monthly_budget_usd")


def test_nothing_is_asked_twice_nor_beyond_the_limit():
    known = use_case(task="writing", data_residency="eu").model_copy(update={"unknown": ["monthly_budget_usd"]})
    question = next_question(known, shortlist, asked=["deployment"])
    assert question is None or question.field == "monthly_requests"
    assert next_question(use_case(task="writing"), shortlist, asked=list("abcde")) is None


def test_no_question_where_nothing_would_change():
    assert next_question(use_case(task="writing"), lambda r: ["only"], asked=[]) is None


def test_asking_is_cheap():
    calls = []
    best_questions(use_case(task="writing"), lambda r: calls.append(r) or ["only"], asked=[])
    assert len(calls) < 90


@pytest.mark.parametrize("field", list(load("questions.toml")))
def test_every_choice_is_readable_as_its_answer(field):
    for language, text in load("questions.toml")[field].items():
        for choice in text["choices"]:
            found = extract(choice, asked=field)
            read = [f for f in found.facts if f.field == field]
            assert read or not found.unknown or field in ("monthly_budget_usd", "domain"), (language, choice)


def test_questions_exist_for_every_field_and_speak_the_users_language():
    assert set(load("questions.toml")) == set(FIELDS)
    assert question_for("deployment", "de").question.startswith("Wo ")
    assert question_for("deployment", "fi").question == question_for("deployment", "en").question


def test_assumptions_have_reasons_and_yield_to_facts():
    found = assumptions(use_case(task="summarization", monthly_requests=10))
    assert "monthly_requests" not in found and found["input_tokens_per_request"].value > 1000
    assert all(f.origin == "assumed" and f.note for f in found.values())


def test_a_change_of_mind_lasts():
    persona = {
        "id": "p",
        "opening": "We get many mails from guests, can a robot answer?",
        "answers": {"monthly_requests": "400 a day", "languages": "Italian"},
        "changes": [
            {
                "after_turn": 1,
                "append": "Ah wait, it is 600 a day.",
                "sets": {},
                "answers_after": {"languages": "French"},
            }
        ],
    }
    order = ["monthly_requests", "languages"]

    def ask(known, asked):
        return question_for(order[len(asked)], "en") if len(asked) < len(order) else None

    row = simulate([persona], ask, lambda u: shortlist(u.requirements()))[0]
    assert row["asked"] == order
    assert row["requirements"]["monthly_requests"] == 18000
    assert row["requirements"]["languages"] == ["fr"]
    assert row["shortlist"][0] == "closed-best"


@pytest.mark.parametrize("language", ["en", "es", "de", "fr", "pt"])
def test_not_knowing_is_a_choice_that_is_understood(language):
    *_, unknown = question_for("monthly_budget_usd", language).choices
    assert extract(unknown, asked="monthly_budget_usd").unknown == ["monthly_budget_usd"]


def test_data_that_never_leave_the_house_are_read_as_such():
    found = extract("It never leaves our own servers.", asked="data_residency")
    assert [f.value for f in found.facts] == ["on_prem"]
