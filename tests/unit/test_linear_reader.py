"""The linear reader: groups of letters, probabilities, and what words and meaning say together."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.interview import meaning as reading
from advisor.interview.extract import extract, prepare
from advisor.interview.linear_reader import Field, Readers, letter_groups, load_readers
from advisor.interview.meaning import INPUTS, OPEN, STATED, Meaning, as_value, meaning_of
from advisor.interview.rules_flags import flag_facts
from advisor.interview.rules_topic import GUESS, task_facts
from advisor.schema import DOMAINS, TASKS, Fact, Requirements


def test_groups_of_letters_do_not_cross_words() -> None:
    assert list(letter_groups("ab cdef")) == [" ab ", " cde", "cdef", "def "]
    assert list(letter_groups("")) == []


def readers() -> Readers:
    """One field of two values, two groups of letters, rules for one of the values; all weights by hand."""
    by_rule = np.array([[2], [0]], dtype=np.float32)
    return Readers(
        fields={"kind": Field(values=("a", "b"), rows=slice(0, 2), known=("a",), by_rule=by_rule)},
        mean=np.zeros(2, dtype=np.float32),
        by_vector=np.array([[1, 0], [0, 1]], dtype=np.float32),
        place={" ab ": 0, "cdef": 1},
        rarity=np.ones(2, dtype=np.float32),
        by_group=np.array([[100, 0], [0, 100]], dtype=np.int8),
        step=np.full(2, 0.01, dtype=np.float32),
        bias=np.zeros(2, dtype=np.float32),
    )


def chances(vector: list[float], folded: str, rules: dict[str, float]) -> dict[str, float]:
    scores = readers().scores(np.array(vector, dtype=np.float32), folded)
    return readers().probabilities("kind", scores, rules)


def test_each_source_of_evidence_counts_and_all_add_up_to_one() -> None:
    assert chances([0, 0], "xyz", {}) == pytest.approx({"a": 0.5, "b": 0.5})
    by_vector, by_letters = chances([1, 0], "xyz", {}), chances([0, 0], "ab ab", {})
    for found, odds in ((by_vector, 1.0), (by_letters, 1.0), (chances([0, 0], "xyz", {"a": 6.0}), 2.0)):
        assert found["a"] == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-4)
        assert sum(found.values()) == pytest.approx(1)


def test_the_shipped_readers_know_tasks_domains_and_values_of_the_fields() -> None:
    fields = load_readers().fields
    assert set(fields["task"].values) == {*TASKS, OPEN}
    assert set(fields["domain"].values) <= {*DOMAINS, OPEN}
    assert set(fields) == {"task", "domain", *STATED, *INPUTS}
    for field in STATED:
        for value in set(fields[field].values) - {OPEN}:
            Requirements.model_validate({field: as_value(value)})


@pytest.mark.parametrize(
    ("message", "field", "value"),
    [
        (
            "Letters of our tenants have to be sorted into nine trays. Not one of them may travel beyond the walls of "
            "the town hall, a computer in the cellar has to do it.",
            "deployment",
            "self_hosted",
        ),
        (
            "Down in the mine there is no reception, so the phone of each fitter must manage alone when he asks what a "
            "fault code of the drill means.",
            "deployment",
            "on_device",
        ),
        (
            "Every complaint gets a department. The caller is still holding the line while we look for it, so nobody "
            "can wait.",
            "batch_ok",
            False,
        ),
        (
            "We sort 5,000 product reviews by topic each week, they may just as well be done when we come in after "
            "the weekend.",
            "batch_ok",
            True,
        ),
        (
            "Summaries of board papers. If the vendor shuts down tomorrow we must still hold the thing in our hands, "
            "weights and all, and go on as before.",
            "open_weights_required",
            True,
        ),
    ],
)
def test_what_is_said_in_other_words_than_the_rules_know(message: str, field: str, value: object) -> None:
    text = prepare(message)[0]
    by_rules = flag_facts(text)
    assert (field, value) not in [(fact.field, fact.value) for fact in by_rules]
    found = {fact.field: fact for fact in Meaning(text).settled(by_rules)}
    assert found[field].value == value and found[field].quote in message


def test_a_rule_stands_unless_the_whole_message_clearly_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    text = prepare("We host it ourselves, or somebody else does, nobody has made up his mind about that so far.")[0]
    said = Fact(field="deployment", value="api")
    for rule, other, value in ((0.3, 0.6, "api"), (0.15, 0.85, "self_hosted"), (0.0, 0.1, None)):
        open_ = 1 - rule - other
        found = {"api": rule, "self_hosted": other, OPEN: open_}
        monkeypatch.setattr(Meaning, "chances", lambda _, field, __, f=found: f if field == "deployment" else {"x": 0})
        settled = {fact.field: fact.value for fact in Meaning(text).settled([said])}
        assert settled.get("deployment") == value
    assert reading.DROPPED < reading.ADDED < reading.AGAINST


def test_in_few_words_rules_alone_say_what_is_stated() -> None:
    said = [Fact(field="deployment", value="api")]
    assert Meaning(prepare("It should run on the machines in our cellar.")[0]).settled(said) == said
    spaced = Meaning(
        prepare(
            "倉庫の作業員が音声なしで質問し、社内の手順書から答えを返す仕組みが必要です。データは社外に出せません。"
        )[0]
    )
    assert not spaced.is_brief  # no blanks between words


def test_an_input_that_the_message_speaks_against_is_none() -> None:
    heard = extract(
        "Write down word for word what was said on these recordings of our council, two hours each, please."
    )
    assert heard.requirements().input_modalities == ["audio"]
    message = (
        "Our adjusters dictate on the road and a bureau types it up. From that text we want the policy number, the "
        "cause and the sum in the columns of our claims screen, nothing else."
    )
    assert extract(message).requirements().input_modalities == []


@pytest.mark.parametrize(
    ("message", "task"),
    [
        ("Fix the failing specs of our repository overnight, run them and open a merge request.", "coding_agent"),
        ("Which of our 40 shelf labels belongs on this complaint? One label per complaint.", "classification"),
        ("Von Deutsch nach Polnisch, unsere Montageanleitungen.", "translation"),
        ("Translate contracts", "translation"),
        ("Translate 200 contracts a month", "translation"),
        ("Summarize contracts", "summarization"),
        ("Classify legal documents", "classification"),
        ("Write down word for word what is said on the tapes of our council, two hours each.", "speech"),
    ],
)
def test_words_and_meaning_together(message: str, task: str) -> None:
    text = prepare(message)[0]
    assert next(f.value for f in task_facts(text, meaning_of(text)) if f.field == "task") == task


def test_a_task_is_a_guess_where_the_reader_is_not_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    text = prepare("Something with our papers, please, and with the people who read them.")[0]
    for chance, note in ((0.9, ""), (0.6, GUESS)):
        monkeypatch.setattr(Meaning, "tasks", lambda *_, c=chance: {"summarization": c, OPEN: 1 - c})
        assert [(f.value, f.note) for f in task_facts(text, Meaning(text))] == [("summarization", note)]
    monkeypatch.setattr(Meaning, "tasks", lambda *_: {"summarization": 0.2, OPEN: 0.8})
    assert task_facts(text, Meaning(text)) == []
