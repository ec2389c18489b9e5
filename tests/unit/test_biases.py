"""Biases planted in made-up verdicts are found with their size, and absent ones are not."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from advisor.trial.biases import Bias, Kind, biases, length_controlled
from advisor.trial.insight import insight
from advisor.trial.labelling import Labelling
from advisor.trial.labels import Label
from advisor.trial.schema import Side, Verdict

LONG, SHORT = "word " * 60, "word " * 30


def verdict(item: str, order: str, winner: Side, judge: str = "e/judge", a: str = "x", b: str = "y") -> Verdict:
    return Verdict(item=item, judge=judge, model_a=a, model_b=b, order=order, winner=winner)  # type: ignore[arg-type]


def one(found: list[Bias], kind: Kind) -> Bias:
    (bias,) = [b for b in found if b.kind == kind]
    return bias


def both(item: str, winner: Side, **more: str) -> list[Verdict]:
    return [verdict(item, order, winner, **more) for order in ("ab", "ba")]


def test_a_judge_that_takes_the_first_place_is_found() -> None:
    rows = [verdict(f"q{n}", order, "A" if order == "ab" else "B") for n in range(20) for order in ("ab", "ba")]
    found = one(biases(rows, {}), "position")
    assert (found.value, found.fair, found.n) == (1.0, 0.5, 40)
    assert found.low is not None and found.low > 0.5 and "more than chance" in found.sentence


def test_a_fair_judge_has_no_pull_to_a_place() -> None:
    rows = [v for n in range(20) for v in both(f"q{n}", "A" if n % 2 else "B")]
    found = one(biases(rows, {}), "position")
    assert found.value == 0.5 and "more than chance" not in found.sentence


def test_a_judge_that_loves_length_and_format_is_found() -> None:
    marked = "# Title\n- one\n- two\n"
    answers = {
        f"q{n}": {"x": marked + LONG, "y": SHORT} if n % 2 else {"x": SHORT, "y": marked + LONG} for n in range(20)
    }
    rows = [v for n in range(20) for v in both(f"q{n}", "A" if n % 2 else "B")]
    found = biases(rows, answers)
    for kind in ("length", "format"):
        assert one(found, kind).value == 1.0 and (one(found, kind).low or 0) > 0.5


def test_answers_of_one_length_say_nothing_of_length() -> None:
    answers = {f"q{n}": {"x": SHORT, "y": SHORT[::-1]} for n in range(9)}
    found = one(biases([v for n in range(9) for v in both(f"q{n}", "A")], answers), "length")
    assert found.value is None and "no decided pair differs" in found.sentence


def test_length_control_takes_away_a_win_that_is_length_alone() -> None:
    """x is as good as y, and longer in four of five prompts; the judge takes the longer one in nine of ten."""
    draw = random.Random(1)
    rows, answers = [], {}
    for n in range(300):
        longer = "x" if draw.random() < 0.8 else "y"
        answers[f"q{n}"] = {m: LONG if m == longer else SHORT for m in ("x", "y")}
        chosen = longer if draw.random() < 0.9 else ("y" if longer == "x" else "x")
        rows += both(f"q{n}", "A" if chosen == "x" else "B")
    plain = sum(v.winner == "A" for v in rows) / len(rows)
    assert plain > 0.68
    assert length_controlled(rows, answers)["x"] == pytest.approx(0.5, abs=0.07)


def test_length_control_leaves_a_win_that_is_merit() -> None:
    draw = random.Random(2)
    answers = {f"q{n}": {m: draw.choice((LONG, SHORT)) for m in ("x", "y")} for n in range(200)}
    rows = [v for n in range(200) for v in both(f"q{n}", "A" if draw.random() < 0.8 else "B")]
    assert length_controlled(rows, answers)["x"] == pytest.approx(0.8, abs=0.07)


def test_a_relative_is_favoured_beyond_the_other_judges() -> None:
    pair = {"a": "openai/gpt-9", "b": "mistral/large"}
    rows = [v for n in range(12) for v in both(f"q{n}", "A", judge="openai/gpt-judge", **pair)]
    rows += [v for n in range(12) for v in both(f"q{n}", "A" if n % 2 else "B", judge="z/claude", **pair)]
    found = one(biases(rows, {}), "own family")
    assert found.judge == "openai/gpt-judge" and found.value == pytest.approx(0.75)
    assert "50 points more win rate than judges of other families do" in found.sentence


def test_people_stand_in_for_other_judges() -> None:
    pair = {"a": "openai/gpt-9", "b": "mistral/large"}
    rows = [v for n in range(6) for v in both(f"q{n}", "A", judge="openai/gpt-judge", **pair)]
    alone = one(biases(rows, {}), "own family")
    assert alone.value is None and "label pairs" in alone.sentence
    labels = [Label(item=f"q{n}", model_a=pair["a"], model_b=pair["b"], winner="B") for n in range(6)]
    assert "100 points more win rate than people do" in one(biases(rows, {}, labels=labels), "own family").sentence


def test_filler_that_wins_is_verbosity() -> None:
    found = one(biases([], {}, examination={"padding_helped": 0.667, "padded": 3}), "verbosity")
    assert found.value == 0.667 and "2 of 3" in found.sentence
    assert one(biases([], {}, examination={}), "verbosity").value is None


def test_insight_puts_biases_and_labels_together(tmp_path: Path) -> None:
    record = {
        "trial_id": "t",
        "prompts": [{"id": f"q{n}", "prompt": "Say it."} for n in range(12)],
        "answers": [{"item": f"q{n}", "model": m, "text": m * 30} for n in range(12) for m in ("x", "y")],
        "verdicts": [v.model_dump() for n in range(12) for v in both(f"q{n}", "A")],
        "result": None,
    }
    assert insight(tmp_path, record).labels is None
    work = Labelling(tmp_path, record)
    for _ in range(3):
        pair = work.next_pair()
        assert pair is not None
        work.give(pair.key, "first" if pair.first.startswith("x") else "second")
    found = insight(tmp_path, record)
    assert found.labels is not None and found.labels.labels == 3
    said = " ".join(found.sentences())
    assert "Position:" in said and "equally long: x" in said and "corrected by 3 labelled prompts" in said


def test_length_control_needs_ten_pairs() -> None:
    answers = {f"q{n}": {"x": LONG, "y": SHORT} for n in range(5)}
    assert length_controlled([v for n in range(5) for v in both(f"q{n}", "A")], answers) == {}
