"""The next question follows the value of information; interviews run against scripted users."""

from __future__ import annotations

import pytest

from advisor.interview import answered, assumptions, best_questions, extract, next_question, question_for, simulate
from advisor.interview.questions import open_fields
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


GROUPS = load("groups.toml")


def test_facts_that_belong_together_are_one_question():
    question = next_question(UseCase(), shortlist, asked=[])
    assert question is not None and question.fields == ["task", "input_modalities"]
    found = {q.key for q in best_questions(use_case(task="writing"), shortlist, asked=[], count=9)}
    assert "data_residency+deployment+gpu_memory_gb" in found
    known = use_case(task="writing", data_residency="eu", deployment="api", monthly_requests=9000.0)
    keys = {q.key for q in best_questions(known, shortlist, asked=[], count=9, threshold=0.0)}
    assert "input_tokens_per_request+output_tokens_per_request" in keys
    assert not any("gpu_memory_gb" in key for key in keys)


def test_the_rest_of_a_group_is_asked_one_by_one():
    known = use_case(task="writing", max_latency_seconds=5.0)
    keys = {q.key for q in best_questions(known, shortlist, asked=[], count=20, threshold=0.0)}
    assert "monthly_budget_usd" in keys and not any("monthly_budget_usd+" in key for key in keys)


@pytest.mark.parametrize(
    ("name", "language"), [(g, code) for g, texts in GROUPS.items() for code in texts if code != "fields"]
)
def test_every_choice_of_a_joint_question_answers_each_part(name, language):
    fields = GROUPS[name]["fields"]
    for choice in GROUPS[name][language]["choices"]:
        found = extract(choice, asked=fields)
        read = {f.field for f in found.facts}
        assert read <= set(fields) and read | set(found.nothing) == set(fields), (choice, read, found.nothing)
        assert read or "no" in choice.lower() or "nothing" in choice.lower() or choice.startswith(("Nada", "N", "R"))


LIMITS = ["monthly_budget_usd", "max_latency_seconds", "batch_ok"]


REPLIES = [
    (
        "200 dollars a month\n5 seconds\nNo.",
        LIMITS,
        {"monthly_budget_usd": 200, "max_latency_seconds": 5, "batch_ok": False},
    ),
    (
        "It must stay in the EU. A hosted API. None.",
        GROUPS["place"]["fields"],
        {"data_residency": "eu", "deployment": "api"},
    ),
    (
        "At most $200 a month, five seconds, and no, nobody waits.",
        LIMITS,
        {"monthly_budget_usd": 200, "max_latency_seconds": 5, "batch_ok": False},
    ),
    (
        "About 4,000 a month, around 900 tokens, 250 tokens or so.",
        GROUPS["load"]["fields"],
        {"monthly_requests": 4000, "input_tokens_per_request": 900, "output_tokens_per_request": 250},
    ),
    (
        "Nothing from OpenAI, and the weights must be open.",
        GROUPS["models"]["fields"],
        {"excluded_providers": ["openai"], "open_weights_required": True},
    ),
    (
        "It never leaves our own servers, we have two cards of 48 GB.",
        GROUPS["place"]["fields"],
        {"data_residency": "on_prem", "deployment": "self_hosted", "gpu_memory_gb": 96},
    ),
]


@pytest.mark.parametrize(("reply", "asked", "read"), REPLIES)
def test_a_reply_answers_several_parts_by_line_or_in_one_sentence(reply, asked, read):
    found = extract(reply, asked=asked)
    assert {f.field: f.value for f in found.facts} == read and not found.unknown


def test_not_knowing_holds_for_the_parts_that_are_not_answered():
    assert extract("No idea.", asked=LIMITS).unknown == LIMITS
    found = extract("$900 a month, the rest I don't know", asked=LIMITS)
    assert [f.field for f in found.facts] == LIMITS[:1] and found.unknown == LIMITS[1:]


def test_parts_that_a_reply_leaves_out_stay_open():
    question = question_for(LIMITS, "en")
    reply = extract("$900 a month, half a minute is fine", asked=LIMITS)
    assert answered([question.key], question, reply) == ["+".join(LIMITS)]
    brief = extract("About 4,000 a month", asked=GROUPS["load"]["fields"])
    assert answered(["x", "y"], question_for(GROUPS["load"]["fields"], "en"), brief) == ["x", "monthly_requests"]


def test_a_task_that_was_guessed_is_asked_for():
    vague, clear = (
        extract("Something like a chat for our firm."),
        extract("We classify support tickets into 40 categories."),
    )
    asked = []
    for found in (vague, clear):
        known = use_case().model_copy(update={"facts": {f.field: f for f in found.facts}})
        asked.append("task" in open_fields(known, []))
    assert asked == [True, False]


def test_a_budget_counts_where_only_an_unknown_volume_would_make_it_bind():
    known = use_case(task="writing", data_residency="none", deployment="any")
    cheap = {"closed-best": 0.004, "open-small": 0.0004}  # at the assumed volume no budget rules one out

    def ids(req):
        cost = {m: p * (req.monthly_requests or 0) for m, p in cheap.items()}
        return [m for m in cheap if req.monthly_budget_usd is None or cost[m] <= req.monthly_budget_usd]

    first = best_questions(known, ids, asked=[], count=1)
    assert first and first[0].field in ("monthly_budget_usd", "monthly_requests")
