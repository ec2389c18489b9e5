"""Labelling goes on where it was left, loses nothing, and ends with what the labels say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.trial.labelling import Labelling, labels_file

TRIAL = "t1"


def record(prompts: int = 6) -> dict[str, Any]:
    """A trial in which x gave the right answer everywhere and the judge says so."""
    items = [f"q{n}" for n in range(prompts)]
    return {
        "trial_id": TRIAL,
        "prompts": [{"id": i, "prompt": f"Question {i}?"} for i in items],
        "answers": [{"item": i, "model": m, "text": f"{m} says {i}"} for i in items for m in ("x", "y")],
        "verdicts": [
            {"item": i, "judge": "j", "model_a": "x", "model_b": "y", "order": order, "winner": "A"}
            for i in items
            for order in ("ab", "ba")
        ],
    }


def prefer(work: Labelling, model: str, pairs: int) -> None:
    for _ in range(pairs):
        pair = work.next_pair()
        assert pair is not None
        work.give(pair.key, "first" if pair.first.startswith(model) else "second")


def test_labelling_goes_on_where_it_was_left(tmp_path: Path) -> None:
    work = Labelling(tmp_path, record())
    first = work.next_pair()
    prefer(work, "x", 2)
    again = Labelling(tmp_path, record())
    assert (again.done, again.total) == (2, 6)
    assert again.next_pair() not in (None, first)
    assert [label.winner for label in again.labels()] == ["A", "A"]


def test_a_skipped_pair_is_no_label_and_does_not_come_again(tmp_path: Path) -> None:
    work = Labelling(tmp_path, record(prompts=2))
    first = work.next_pair()
    assert first is not None
    work.give(first.key, "skip")
    assert work.labels() == []
    assert (work.report().skipped, work.done) == (1, 1)
    assert Labelling(tmp_path, record(prompts=2)).next_pair() != first


def test_the_last_choice_can_be_taken_back(tmp_path: Path) -> None:
    work = Labelling(tmp_path, record())
    prefer(work, "y", 2)
    taken = work.undo()
    assert taken == Labelling(tmp_path, record()).next_pair()
    assert len(work.labels()) == 1
    work.undo()
    assert work.undo() is None


def test_a_pair_keeps_its_first_label_in_two_windows(tmp_path: Path) -> None:
    one, two = Labelling(tmp_path, record()), Labelling(tmp_path, record())
    pair = one.next_pair()
    assert pair is not None
    one.give(pair.key, "tie")
    two.give(pair.key, "first")
    assert [label.winner for label in two.labels()] == ["tie"]
    prefer(two, "x", 1)
    assert len(Labelling(tmp_path, record()).labels()) == 2


def test_the_report_has_agreement_and_the_corrected_win_rate(tmp_path: Path) -> None:
    work = Labelling(tmp_path, record())
    prefer(work, "x", 4)
    prefer(work, "y", 2)
    found = work.report()
    assert found.agreement is not None and found.agreement.agreement == pytest.approx(4 / 6)
    (rate,) = found.corrected
    assert rate.judged == 1.0 and rate.corrected < 0.9
    assert any("corrected by 6 labelled prompts" in s for s in work.summary())


def test_pairs_of_another_trial_and_unknown_choices_are_refused(tmp_path: Path) -> None:
    work = Labelling(tmp_path, record())
    pair = work.next_pair()
    assert pair is not None
    for key, choice in (("nonsense", "first"), (pair.key, "best")):
        with pytest.raises(BadInput):
            work.give(key, choice)
    assert work.labels() == []


def test_a_damaged_file_is_told_by_its_line(tmp_path: Path) -> None:
    prefer(Labelling(tmp_path, record()), "x", 1)
    file = labels_file(tmp_path, TRIAL)
    file.write_text(file.read_text() + "{half\n")
    with pytest.raises(BadInput, match="line 2"):
        Labelling(tmp_path, record())
