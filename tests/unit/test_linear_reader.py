"""The linear readers: pieces of texts, sentences, probabilities, and what words and meaning say together."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.interview import meaning as reading
from advisor.interview.extract import extract, prepare
from advisor.interview.linear_reader import MOST_SAID, Field, Readers, Weights, load_readers, pieces
from advisor.interview.meaning import INPUTS, OPEN, STATED, Meaning, as_value, meaning_of
from advisor.interview.rules_flags import flag_facts
from advisor.interview.rules_topic import GUESS, task_facts
from advisor.schema import DOMAINS, TASKS, Fact, Requirements


def test_a_text_is_made_of_groups_of_letters_words_and_pairs_of_words() -> None:
    assert list(pieces("ab cdef")) == [" ab ", " cde", "cdef", "def ", "#ab", "#cdef", "#ab cdef"]
    assert list(pieces("")) == []
    assert {"#機", "#密", "#機 密"} <= set(pieces("機密"))  # no blanks between words


def readers() -> Readers:
    """One field of two values, two groups of letters and a word, rules for one of the values; all weights by hand. In a
    sentence the word speaks for the second value."""
    field = Field(
        values=("a", "b"),
        rows=slice(0, 2),
        known=("a",),
        by_rule=np.array([[2], [0]], dtype=np.float32),
        by_saying=np.array([[1, 0], [0, 1]], dtype=np.float32),
    )
    step = np.full(2, 0.01, dtype=np.float32)
    return Readers(
        fields={"kind": field},
        mean=np.zeros(2, dtype=np.float32),
        by_vector=np.array([[1, 0], [0, 1]], dtype=np.float32),
        place={" ab ": 0, "cdef": 1, "#told": 2},
        rarity=np.ones(3, dtype=np.float32),
        whole=Weights(np.array([[100, 0], [0, 100], [0, 0]], dtype=np.int8), step),
        bias=np.zeros(2, dtype=np.float32),
        sentence=Weights(np.array([[0, 0], [0, 0], [0, 100]], dtype=np.int8), step),
        base=np.zeros(2, dtype=np.float32),
    )


def chances(vector: list[float], *sentences: str, rules: dict[str, float] | None = None) -> dict[str, float]:
    scores = readers().scores(np.array(vector, dtype=np.float32), sentences)
    return readers().probabilities("kind", scores, rules or {})


def test_each_source_of_evidence_counts_and_all_add_up_to_one() -> None:
    assert chances([0, 0], "xyz") == pytest.approx({"a": 0.5, "b": 0.5})
    by_vector, by_letters, by_rule = (
        chances([1, 0], "xyz"),
        chances([0, 0], "ab ab"),
        chances([0, 0], "xyz", rules={"a": 6}),
    )
    for found, odds in ((by_vector, 1.0), (by_letters, 1.0), (by_rule, 2.0)):
        assert found["a"] == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-4)
        assert sum(found.values()) == pytest.approx(1)


def test_the_most_telling_sentence_counts_however_many_others_there_are() -> None:
    alone = chances([0, 0], "told")["b"]
    assert alone == pytest.approx(1 / (1 + np.exp(-1.0)), abs=1e-4)
    assert chances([0, 0], "xyz", "told", *["wxyz"] * 9)["b"] == pytest.approx(alone)
    assert readers().said(["xyz", "told"]) == pytest.approx(np.array([[0, 0], [0, 1]]), abs=1e-6)


def test_no_sentence_counts_more_than_its_most() -> None:
    loud = readers()._replace(base=np.array([0, 50], dtype=np.float32))
    assert loud.said(["told", "xyz"]).max() == MOST_SAID


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
    for rule, other, value in ((0.15, 0.85, "api"), (0.05, 0.95, "self_hosted"), (0.0, 0.1, None)):
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
    text = prepare("Something with our papers, please, and with all the people who read them at work.")[0]
    for chance, note in ((0.9, ""), (0.6, GUESS)):
        monkeypatch.setattr(Meaning, "tasks", lambda *_, c=chance: {"summarization": c, OPEN: 1 - c})
        assert [(f.value, f.note) for f in task_facts(text, Meaning(text))] == [("summarization", note)]
    monkeypatch.setattr(Meaning, "tasks", lambda *_: {"summarization": 0.2, OPEN: 0.8})
    assert task_facts(text, Meaning(text)) == []


def test_a_task_that_no_word_of_a_short_message_names_is_a_guess(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Meaning, "tasks", lambda *_: {"summarization": 0.99, OPEN: 0.01})
    for message, note in (("The papers of our night shift.", GUESS), ("Summarize the papers of our night shift.", "")):
        text = prepare(message)[0]
        assert [(f.value, f.note) for f in task_facts(text, Meaning(text))] == [("summarization", note)]
