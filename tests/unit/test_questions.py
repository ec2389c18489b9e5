"""The next question follows the value of information; interviews run against scripted users."""

from __future__ import annotations

from itertools import combinations

import pytest

from advisor.interview import answered, assumptions, best_questions, extract, next_question, question_for, simulate
from advisor.interview.conditions import PATIENT
from advisor.interview.questions import open_fields, open_groups
from advisor.interview.vocabulary import load
from advisor.interview.worth import Worth
from advisor.schema import FIELDS, Fact, Requirements, UseCase
from advisor.shortlist import spending

MODELS = {  # id: (open, region, price of a request, quality)
    "closed-best": (False, "us", 0.02, 9),
    "closed-eu": (False, "eu", 0.015, 8),
    "open-large": (True, "eu", 0.004, 7),
    "open-small": (True, "us", 0.0005, 4),
}


def shortlists(wanted: list[Requirements]) -> list[list[str]]:
    return [shortlist(req) for req in wanted]


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
    question = next_question(UseCase(), shortlists, asked=[])
    assert question is not None and question.field == "task"


def test_only_facts_that_change_the_shortlist_are_asked():
    fields = [q.field for q in best_questions(use_case(task="writing"), shortlists, asked=[], count=9)]
    assert set(fields) <= {"deployment", "data_residency", "monthly_budget_usd", "monthly_requests"}
    assert fields[0] in ("data_residency", "monthly_budget_usd")


def test_nothing_is_asked_twice_nor_beyond_the_limit():
    known = use_case(task="writing", data_residency="eu").model_copy(update={"unknown": ["monthly_budget_usd"]})
    question = next_question(known, shortlists, asked=["deployment"])
    assert question is None or question.field == "monthly_requests"
    assert next_question(use_case(task="writing"), shortlists, asked=list("abcde")) is None


def test_no_question_where_nothing_would_change():
    assert next_question(use_case(task="writing"), lambda wanted: [["only"]] * len(wanted), asked=[]) is None


def test_asking_is_cheap():
    calls = []
    best_questions(use_case(task="writing"), lambda wanted: calls.extend(wanted) or [["only"]] * len(wanted), asked=[])
    assert 20 < len(calls) < 90


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
    question = next_question(UseCase(), shortlists, asked=[])
    assert question is not None and question.fields == ["task", "input_modalities"]
    groups = list(open_groups(use_case(task="writing"), []))
    assert ("data_residency", "deployment", "gpu_memory_gb") in groups
    known = use_case(task="writing", data_residency="eu", deployment="api", monthly_requests=9000.0)
    groups = list(open_groups(known, []))
    assert ("input_tokens_per_request", "output_tokens_per_request", "monthly_budget_usd") in groups
    assert not any("gpu_memory_gb" in fields for fields in groups)
    owned = use_case(task="writing", deployment="self_hosted")
    assert ("gpu_memory_gb",) in open_groups(owned, [])
    assert not {"data_residency", "open_weights_required"} & {f for fields in open_groups(owned, []) for f in fields}


def test_a_wait_of_seconds_leaves_no_batch_to_ask_for():
    groups = [list(open_groups(use_case(task="writing", max_latency_seconds=s), [])) for s in (5.0, PATIENT)]
    assert ("batch_ok",) not in groups[0] and ("batch_ok",) in groups[1]
    assert spending.PATIENT == PATIENT


def test_parts_that_change_nothing_are_left_out_of_the_question_about_to_be_asked():
    question = next_question(use_case(task="writing", monthly_requests=9000.0), shortlists, asked=[])
    assert question is not None and question.fields == ["data_residency", "deployment"]  # memory plays no part
    known = use_case(task="writing", data_residency="none", deployment="any")
    question = next_question(known, shortlists, asked=[])
    assert question is not None and question.fields == ["monthly_requests", "monthly_budget_usd"]


def test_a_part_stays_where_only_two_together_change_the_list():
    def ids(wanted):
        return [["a" if r.batch_ok and r.needs_reasoning else "b"] for r in wanted]

    worth = Worth(use_case(task="writing"), ids, ["batch_ok", "needs_reasoning", "needs_tool_calling"])
    kept, change = worth.trimmed(("needs_tool_calling", "batch_ok", "needs_reasoning"))
    assert kept == ("batch_ok", "needs_reasoning") and 0.02 < change < 0.12


def test_subject_and_languages_are_tried_last():
    tried = []

    def ids(wanted):
        tried.extend((req.domain, tuple(req.languages)) for req in wanted)
        return shortlists(wanted)

    assert next_question(use_case(task="writing"), ids, asked=[])
    assert set(tried) == {(None, ("en",))}
    found = next_question(use_case(task="writing"), lambda wanted: [[r.domain or "any"] for r in wanted], asked=[])
    assert found is not None and found.fields == ["domain"]


SUBSETS = [
    (name, fields)
    for name, group in GROUPS.items()
    for size in range(2, len(group["fields"]) + 1)
    for fields in combinations(group["fields"], size)
]


@pytest.mark.parametrize("language", ["en", "es", "de", "fr", "pt"])
@pytest.mark.parametrize(("name", "fields"), SUBSETS)
def test_every_choice_of_a_joint_question_answers_each_part(name, fields, language):
    *choices, _ = question_for(fields, language).choices
    assert len(choices) == len(set(choices)) >= 2
    for choice in choices:
        found = extract(choice, asked=list(fields))
        read = {f.field for f in found.facts}
        assert read | set(found.nothing) >= set(fields), (choice, read, found.nothing)
        assert read <= {*fields, "data_residency"} and read or choice == GROUPS[name][language].get("nothing")


@pytest.mark.parametrize(
    ("fields", "language", "says"),
    [
        (["monthly_requests", "monthly_budget_usd"], "en",
         "How many requests are there a month, and what may it cost a month?"),
        (["monthly_requests", "input_tokens_per_request", "output_tokens_per_request"], "es",
         "¿Cuántas peticiones hay al mes, qué largo tiene una entrada típica, y qué largo debe tener la respuesta?"),
        (["data_residency", "gpu_memory_gb"], "en",
         "Where must the data stay? If on your own machines, how much GPU memory is there?"),
        (["data_residency", "deployment"], "fr",
         "Où les données doivent-elles rester, et où le modèle doit-il tourner ?"),
        (["max_latency_seconds", "batch_ok"], "de",
         "Wie lange darf eine Antwort dauern? Falls Stunden genügen: Dürfen Antworten über Nacht warten?"),
        (["excluded_providers", "open_weights_required"], "fi",
         "Which makers do you rule out, and must the weights be open?"),
    ],
)  # fmt: skip
def test_a_question_on_some_of_a_group_reads_as_one(fields, language, says):
    assert question_for(fields, language).question == says


@pytest.mark.parametrize(("name", "fields"), SUBSETS)
def test_a_question_on_some_of_a_group_is_plain_in_every_language(name, fields):
    texts = [question_for(fields, language).question for language in GROUPS[name] if language != "fields"]
    assert len(set(texts)) == 5
    for text in texts:
        assert text[0] == "¿" or text[0].isupper()
        assert text.endswith("?") and "  " not in text and len(text) < 260


def test_fields_of_no_group_make_no_question():
    with pytest.raises(LookupError, match="monthly_budget_usd, task"):
        question_for(["monthly_budget_usd", "task"], "en")


@pytest.mark.parametrize(
    ("answers", "put"),
    [
        ({"data_residency": "The EU.", "deployment": "A hosted API."}, ["data_residency", "deployment"]),
        ({"data_residency": "It never leaves our own servers.", "gpu_memory_gb": "48 GB"},
         ["data_residency", "gpu_memory_gb"]),
        ({"data_residency": "Anywhere.", "deployment": "On our own servers.", "gpu_memory_gb": "48 GB"},
         ["data_residency", "deployment", "gpu_memory_gb"]),
    ],
)  # fmt: skip
def test_a_part_that_an_earlier_one_rules_out_is_not_put(answers, put):
    def ask(known, asked):
        return question_for(GROUPS["place"]["fields"], "en") if not asked else None

    row = simulate([{"id": "p", "opening": "Summaries of reports.", "answers": answers}], ask)[0]
    assert row["asked"] == put and row["questions"] == [put]
    assert row["requirements"].get("gpu_memory_gb") == (48 if "gpu_memory_gb" in put else None)


LIMITS = ["monthly_budget_usd", "max_latency_seconds", "batch_ok"]
LOAD = ["monthly_requests", "input_tokens_per_request", "output_tokens_per_request"]
COST = ["input_tokens_per_request", "output_tokens_per_request", "monthly_budget_usd"]


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
        LOAD,
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


REPLIES += [
    ("In the EU\nA hosted API", GROUPS["place"]["fields"], {"data_residency": "eu", "deployment": "api"}),
    ("Switzerland.\nEither is fine.", GROUPS["place"]["fields"], {"data_residency": "other", "deployment": "any"}),
    (
        "In the EU.\nOur own servers, 48 GB of GPU memory",
        GROUPS["place"]["fields"],
        {"data_residency": "eu", "deployment": "self_hosted", "gpu_memory_gb": 48},
    ),
    ("around 900 tokens\n$300 a month", COST[::2], {"input_tokens_per_request": 900, "monthly_budget_usd": 300}),
    (
        "About 900 a month, and $300.",
        ["monthly_requests", "monthly_budget_usd"],
        {"monthly_requests": 900, "monthly_budget_usd": 300},
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
    question = question_for(COST, "en")
    reply = extract("1 page in, 100 words out, $900 a month", asked=COST)
    assert answered([question.key], question, reply) == ["+".join(COST)]
    brief = extract("About 4,000 a month", asked=LOAD)
    assert answered(["x", "y"], question_for(LOAD, "en"), brief) == ["x", "monthly_requests"]


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

    def affordable(req):
        cost = {m: p * (req.monthly_requests or 0) for m, p in cheap.items()}
        return [m for m in cheap if req.monthly_budget_usd is None or cost[m] <= req.monthly_budget_usd]

    def ids(wanted):
        return [affordable(req) for req in wanted]

    first = best_questions(known, ids, asked=[], count=1)
    assert first and first[0].field in ("monthly_budget_usd", "monthly_requests")
