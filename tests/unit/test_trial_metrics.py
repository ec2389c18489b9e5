"""What can be measured of an answer without a judge is measured right, or said to be not measurable."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.trial.client import Reply, Route
from advisor.trial.measured import Measured
from advisor.trial.metrics import SCORERS, Scoreboard, found_label, last_number, macro_f1, percentile
from advisor.trial.schema import Metric, Plan, Prompt

LABELS = ["billing", "technical", "technical urgent"]
CODE = "def score(prompt, answer, reference):\n    return len(answer) / 10"


def measure(kind: str, text: str, reference: str | None = None, **options: Any) -> float | None:
    reply = options.pop("reply", Reply(text))
    found: Measured = SCORERS[kind](Prompt(id="1", prompt="?", reference=reference), reply, options)
    return found.value


def plan(*metrics: Metric | str, **more: Any) -> Plan:
    return Plan(candidates=["e/a"], prompts=["?"], metrics=list(metrics), **more)


@contextmanager
def board(*metrics: Metric | str, allowed: bool = False, **more: Any) -> Iterator[Scoreboard]:
    prompts = [Prompt(id="1", prompt="?", reference="billing")]
    with closing(Scoreboard(plan(*metrics, **more), prompts, code_allowed=allowed)) as made:
        yield made


@pytest.mark.parametrize(
    ("kind", "text", "reference", "options", "value"),
    [
        ("exact", " Paris\n", "paris", {}, 1),
        ("exact", "Paris", "paris", {"case_sensitive": True}, 0),
        ("exact", "Paris.", "Paris", {}, 0),
        ("contains", "It is Paris.", "paris", {}, 1),
        ("contains", "red and blue", None, {"value": ["red", "green"]}, 0),
        ("contains", "red and blue", None, {"value": ["red", "green"], "mode": "any"}, 1),
        ("contains", "anything", None, {}, None),
        ("regex", "Ticket 4711", None, {"pattern": r"\b\d{4}\b"}, 1),
        ("regex", "TICKET", None, {"pattern": "ticket"}, 0),
        ("json_schema", '```json\n{"a": 1}\n```', None, {"schema": {"required": ["a"]}}, 1),
        ("json_schema", '```json\n{"a": 1}\n```', None, {"schema": {}, "strict": True}, 0),
        ("json_schema", '{"b": 1}', None, {"schema": {"required": ["a"]}}, 0),
        ("json_schema", "[" * 100_000, None, {}, 0),
        ("numeric", "First 3, then 1,234.50 in all", "1234.5", {}, 1),
        ("numeric", "about 101", "100", {}, 0),
        ("numeric", "about 101", "100", {"rel": 0.02}, 1),
        ("numeric", "about 101", "100", {"abs": 1}, 1),
        ("numeric", "no idea", "100", {}, 0),
        ("numeric", "100", "many", {}, None),
        ("label", "The label is: billing", "billing", {"labels": LABELS}, 1),
        ("label", "billing or technical", "billing", {"labels": LABELS}, 0),
        ("label", "technical urgent", "technical urgent", {"labels": LABELS}, 1),
        ("token_f1", "the cat sat", "the cat", {}, 0.8),
        ("token_f1", "dog", "the cat", {}, 0),
        ("length", "one two three", None, {}, 3),
        ("length", "abc", None, {"unit": "characters"}, 3),
        ("length", "abc", None, {"unit": "tokens"}, None),
        ("refusal", "I'm sorry, but I can't help with that.", None, {}, 1),
        ("refusal", "Lo siento, no puedo ayudar.", None, {}, 1),
        ("refusal", "I am sorry to hear that. We will refund you today.", None, {}, 0),
        ("refusal", "  ", None, {}, 1),
        ("latency", "x", None, {}, None),
    ],
)
def test_values(kind: str, text: str, reference: str | None, options: dict[str, Any], value: float | None) -> None:
    assert measure(kind, text, reference, **options) == (None if value is None else pytest.approx(value))


def test_a_pattern_that_never_ends_is_given_up() -> None:
    assert measure("regex", "a" * 40 + "!", pattern=r"^(a|aa)+$", case_sensitive=False) in (0.0, None)


def test_cross_entropy_reads_token_probabilities() -> None:
    top = [{"token": "bill", "logprob": math.log(0.6)}, {"token": "tech", "logprob": math.log(0.4)}]
    reply = Reply("billing", logprobs=[{"token": "bill", "logprob": math.log(0.6), "top_logprobs": top}])
    assert measure("cross_entropy", "", "billing", labels=LABELS, reply=reply) == pytest.approx(-math.log(0.6))
    assert measure("cross_entropy", "", "technical", labels=LABELS, reply=reply) == pytest.approx(-math.log(0.2))
    assert measure("cross_entropy", "billing", "billing", labels=LABELS) is None


def test_numbers_labels_and_percentiles() -> None:
    assert last_number("-3.5e2 and 12%") == 12
    assert last_number("none, at all.") is None
    assert found_label("I am not sure", LABELS) == ""
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert percentile([], 0.5) is None
    assert macro_f1([("a", "a"), ("a", "b"), ("b", "b")]) == pytest.approx(2 / 3)


def test_the_board_gives_means_latency_and_cost() -> None:
    route = Route("e/a", "e", "http://127.0.0.1:9", "a", "x", price=(1.0, 1.0))
    with board("length", "cost") as found:
        for text, seconds in (("one", 1.0), ("one two three", 3.0)):
            found.add(Prompt(id="1", prompt="?"), "e/a", Reply(text, "stop", None, 10, 10, seconds), route)
        summary = found.summary("e/a")
    assert summary["length"] == 2
    assert summary["latency_p50_s"] == 2
    assert summary["cost"] == summary["cost_per_task_usd"] == pytest.approx(20e-6)


def test_a_metric_decides_by_its_threshold_and_direction() -> None:
    with board(Metric(kind="length", threshold=2), deciding="length") as found:
        for text in ("short", "much too long"):
            found.add(Prompt(id=text, prompt="?"), "e/a", Reply(text))
        assert [v.score for v in found.verdicts] == [1.0, 0.0], "fewer words are better"
    with board("refusal", deciding="refusal") as found:
        found.add(Prompt(id="1", prompt="?"), "e/a", Reply("I can't help with that."))
        assert [v.score for v in found.verdicts] == [0.0]


@pytest.mark.parametrize(
    ("metrics", "more", "named"),
    [
        (["magic"], {}, "magic"),
        ([Metric(kind="regex")], {}, "pattern"),
        ([Metric(kind="regex", options={"pattern": "("})], {}, "not a regular expression"),
        ([Metric(kind="label")], {}, "labels"),
        (["length"], {"deciding": "length"}, "threshold"),
    ],
)
def test_a_metric_that_cannot_work_is_refused(metrics: list[Any], more: dict[str, Any], named: str) -> None:
    with pytest.raises(BadInput, match=named), board(*metrics, **more):
        pass


def test_a_metric_that_needs_a_reference_says_so() -> None:
    with pytest.raises(BadInput, match="no prompt has one"):
        Scoreboard(plan("exact"), [Prompt(id="1", prompt="?")])


@pytest.mark.parametrize(("in_plan", "in_settings"), [(False, False), (True, False), (False, True)])
def test_custom_code_is_off_unless_plan_and_settings_allow_it(in_plan: bool, in_settings: bool) -> None:
    metric = Metric(kind="python", options={"code": CODE})
    with pytest.raises(BadInput, match="ADVISOR_ALLOW_CODE"), board(metric, allowed=in_settings, allow_code=in_plan):
        pass


async def _add(found: Scoreboard, text: str) -> None:
    route = Route("e/a", "e", "http://127.0.0.1:9", "a", "x")
    await found.add_async(Prompt(id="1", prompt="?"), "e/a", Reply(text), route)


def test_custom_code_scores_in_a_process_without_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.setenv("SECRET_OF_TEST", "1")
    code = f"import os\n{CODE} + 100 * ('SECRET_OF_TEST' in os.environ)"
    with board(Metric(kind="python", options={"code": code}), allowed=True, allow_code=True) as found:
        asyncio.run(_add(found, "12345"))
        assert found.summary("e/a")["python"] == 0.5


@pytest.mark.parametrize("body", ["raise KeyError('x')", "return float('nan')", "return 'text'", "while True: pass"])
def test_custom_code_that_fails_gives_no_value(body: str) -> None:
    import asyncio

    options = {"code": f"def score(prompt, answer, reference):\n    {body}", "seconds": 0.5}
    with board(Metric(kind="python", options=options), allowed=True, allow_code=True) as found:
        asyncio.run(_add(found, "x"))
        assert found.summary("e/a")["python"] is None
