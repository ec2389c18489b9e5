"""Blind labels, agreement, kappa, and win rates corrected for the judge's error."""

from __future__ import annotations

import random
from typing import Literal

import pytest

from advisor.trial.labels import Label, agreement, blind_pairs, corrected, kappa, unblind
from advisor.trial.schema import Prompt, Side, Verdict

PROMPTS = [Prompt(id=f"q{n}", prompt=f"question {n}") for n in range(6)]
ANSWERS = {p.id: {m: f"{m} on {p.id}" for m in ("x", "y", "z")} for p in PROMPTS}


def verdict(item: str, winner: Side) -> Verdict:
    return Verdict(item=item, judge="j", model_a="x", model_b="y", order="ab", winner=winner)


def test_pairs_are_blind_and_cover_every_prompt_first() -> None:
    pairs = blind_pairs(PROMPTS, ANSWERS, count=6, seed=1)
    assert {p.item for p in pairs} == {p.id for p in PROMPTS}
    for pair in pairs:
        assert not any(name == pair.key for name in "xyz")
        assert pair.first != pair.second


def test_sides_are_shuffled() -> None:
    firsts = {blind_pairs(PROMPTS[:1], ANSWERS, count=1, seed=s)[0].first[0] for s in range(20)}
    assert len(firsts) > 1


@pytest.mark.parametrize("choice", ["first", "second", "tie"])
def test_a_choice_finds_its_model_again(choice: Literal["first", "second", "tie"]) -> None:
    for pair in blind_pairs(PROMPTS, ANSWERS, count=18, seed=3):
        label = unblind(pair, choice, ANSWERS[pair.item], seed=3)
        texts = {"A": ANSWERS[pair.item][label.model_a], "B": ANSWERS[pair.item][label.model_b]}
        assert texts.get(label.winner) == {"first": pair.first, "second": pair.second}.get(choice)


def test_kappa_of_known_tables() -> None:
    rows = [("A", "A")] * 20 + [("A", "B")] * 5 + [("B", "A")] * 10 + [("B", "B")] * 15
    assert kappa(rows) == pytest.approx(0.4)
    assert kappa([("A", "A")]) is None
    assert kappa([("A", "B"), ("B", "A")]) == pytest.approx(-1.0)


def test_agreement_has_intervals_and_says_so() -> None:
    verdicts = [verdict(f"q{n}", "A" if n % 2 else "B") for n in range(40)]
    labels = [
        Label(item=f"q{n}", model_a="x", model_b="y", winner=("A" if n % 2 else "B") if n % 5 else "tie")
        for n in range(40)
    ]
    found = agreement(verdicts, labels)
    assert found is not None
    assert found.agreement == pytest.approx(0.8)
    assert found.agreement_low < 0.8 < found.agreement_high
    assert found.kappa is not None and found.kappa_low is not None and found.kappa_high is not None
    assert found.kappa_low < found.kappa < found.kappa_high
    assert "80% of 40 pairs" in found.sentence


def test_no_common_pair_is_no_agreement() -> None:
    assert agreement([verdict("q1", "A")], [Label(item="q2", model_a="x", model_b="y", winner="A")]) is None


def world(seed: int, prompts: int, labelled: int) -> tuple[list[Verdict], list[Label]]:
    """x truly wins 40%; the judge is right in 80% but calls half of x's losses wins when wrong: it sees 50-60%."""
    draw = random.Random(seed)
    verdicts, labels = [], []
    for n in range(prompts):
        truth = draw.random() < 0.4
        seen = truth or draw.random() < 0.3
        verdicts.append(verdict(f"q{n}", "A" if seen else "B"))
        if n < labelled:
            labels.append(Label(item=f"q{n}", model_a="x", model_b="y", winner="A" if truth else "B"))
    return verdicts, labels


def test_the_correction_takes_the_judges_bias_out() -> None:
    found = [corrected(*world(s, 300, 60), "x", "y") for s in range(60)]
    values = [f.corrected for f in found if f is not None]
    assert sum(values) / len(values) == pytest.approx(0.4, abs=0.03)
    assert all(f is not None and f.judged > 0.48 for f in found)
    covered = sum(f is not None and f.low <= 0.4 <= f.high for f in found)
    assert covered >= 54


def test_a_useful_judge_makes_the_interval_shorter_than_the_labels_alone() -> None:
    verdicts, labels = world(1, 600, 60)
    both = corrected(verdicts, labels, "x", "y")
    alone = corrected([v for v in verdicts if v.item in {x.item for x in labels}], labels, "x", "y")
    assert both is not None and alone is not None
    assert both.high - both.low < alone.high - alone.low
    assert "corrected by 60 labelled prompts" in both.sentence


def test_the_pair_may_be_named_either_way_round() -> None:
    verdicts, labels = world(2, 200, 40)
    straight, turned = corrected(verdicts, labels, "x", "y"), corrected(verdicts, labels, "y", "x")
    assert straight is not None and turned is not None
    assert straight.corrected == pytest.approx(1 - turned.corrected)


def test_one_label_corrects_nothing() -> None:
    verdicts, labels = world(3, 20, 1)
    assert corrected(verdicts, labels, "x", "y") is None


def test_a_judge_that_people_contradict_is_called_so() -> None:
    verdicts = [verdict(f"q{n}", "A") for n in range(6)]
    found = agreement(verdicts, [Label(item=f"q{n}", model_a="x", model_b="y", winner="B") for n in range(6)])
    assert found is not None and "Do not decide by this judge" in found.sentence


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [(1, 2, "do not tell"), (1, 14, "less than a coin"), (14, 1, None)],
)
def test_agreement_claims_no_more_than_its_interval(right: int, wrong: int, words: str | None) -> None:
    verdicts = [v for n in range(right + wrong) for v in (verdict(f"q{n}", "A"),)]
    labels = [
        Label(item=f"q{n}", model_a="x", model_b="y", winner="A" if n < right else "B") for n in range(right + wrong)
    ]
    found = agreement(verdicts, labels)
    assert found is not None
    assert words in found.sentence if words else found.sentence.endswith(".") and "coin" not in found.sentence
