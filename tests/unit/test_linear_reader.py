"""The linear reader: groups of letters, probabilities, and what words and meaning say together."""

from __future__ import annotations

import numpy as np
import pytest

from advisor.interview.extract import prepare
from advisor.interview.linear_reader import Reader, letter_groups, load_reader
from advisor.interview.meaning import OPEN, Meaning, meaning_of
from advisor.interview.rules_topic import GUESS, task_facts
from advisor.schema import DOMAINS, TASKS


def test_groups_of_letters_do_not_cross_words() -> None:
    assert list(letter_groups("ab cdef")) == [" ab ", " cde", "cdef", "def "]
    assert list(letter_groups("")) == []


def reader() -> Reader:
    """Two labels, two groups of letters, one known word list; all weights by hand."""
    return Reader(
        labels=("a", "b"),
        mean=np.zeros(2, dtype=np.float32),
        by_vector=np.array([[1, 0], [0, 1]], dtype=np.float32),
        place={" ab ": 0, "cdef": 1},
        rarity=np.ones(2, dtype=np.float32),
        by_group=np.array([[100, 0], [0, 100]], dtype=np.int8),
        step=0.01,
        known=("a",),
        by_word=np.array([[2], [0]], dtype=np.float32),
        bias=np.zeros(2, dtype=np.float32),
    )


def test_each_source_of_evidence_counts_and_all_add_up_to_one() -> None:
    level = reader().probabilities(np.zeros(2, dtype=np.float32), "xyz", {})
    assert level == pytest.approx({"a": 0.5, "b": 0.5})
    by_vector = reader().probabilities(np.array([1, 0], dtype=np.float32), "xyz", {})
    by_letters = reader().probabilities(np.zeros(2, dtype=np.float32), "ab ab", {})
    by_words = reader().probabilities(np.zeros(2, dtype=np.float32), "xyz", {"a": 6.0})
    for found, odds in ((by_vector, 1.0), (by_letters, 1.0), (by_words, 2.0)):
        assert found["a"] == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-4)
        assert sum(found.values()) == pytest.approx(1)


def test_the_shipped_readers_know_all_tasks_and_domains() -> None:
    assert set(load_reader("task").labels) == {*TASKS, OPEN}
    assert set(load_reader("domain").labels) <= {*DOMAINS, OPEN}


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
