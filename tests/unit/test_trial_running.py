"""Standings while a trial runs: read once, by prompt, and seldom."""

from __future__ import annotations

import pytest

from advisor.trial import running
from advisor.trial.running import Running
from advisor.trial.schema import Verdict


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(running, "time", clock)
    return clock


def of(verdicts: list[Verdict], **weights: float) -> Running:
    return Running(["e/a", "e/b"], lambda: verdicts, weights=weights, confidence=0.95)


def pair(item: str, winner: str | None, order: str = "ab") -> Verdict:
    return Verdict.model_validate(
        {"item": item, "judge": "j", "model_a": "e/a", "model_b": "e/b", "order": order, "winner": winner}
    )


def test_pairs_count_by_prompt_and_both_ways(clock: Clock) -> None:
    verdicts = [pair("1", "A"), pair("1", "B", "ba"), pair("2", "A"), pair("3", "tie"), pair("4", None)]
    first, second = of(verdicts).standings()
    assert (first.model, first.n, first.unscored) == ("e/a", 3, 1)
    assert first.score == pytest.approx((0.5 + 1 + 0.5) / 3)
    assert second.score == pytest.approx(1 - (first.score or 0))
    assert first.low is not None and first.low < (first.score or 0) < (first.high or 0)


def test_probabilities_of_both_orders_are_one_verdict(clock: Clock) -> None:
    both = [pair("1", w, o).model_copy(update={"p_a": p}) for w, o, p in (("A", "ab", 0.8), ("B", "ba", 0.1))]
    first, second = of(both).standings()
    assert (first.model, first.score, second.score) == ("e/b", 1.0, 0.0)


def test_scores_are_means_with_weights(clock: Clock) -> None:
    rows = [Verdict(item=i, judge="j", model_a="e/b", score=s) for i, s in (("1", 1.0), ("2", 0.0))]
    first, second = of(rows, **{"1": 3.0, "2": 1.0}).standings()
    assert (first.model, first.score, second.score) == ("e/b", 0.75, None)


def test_samples_of_one_prompt_are_one_observation(clock: Clock) -> None:
    rows = [Verdict(item=i, judge="j", model_a="e/a", score=s) for i, s in (("1", 1.0), ("1#2", 0.0), ("2", 1.0))]
    assert [(s.n, s.score) for s in of(rows, **{"1": 1.0, "2": 1.0}).standings()] == [(2, 0.75), (0, None)]


def test_new_verdicts_show_after_a_second(clock: Clock) -> None:
    verdicts: list[Verdict] = []
    now = of(verdicts)
    assert now.standings() == []
    verdicts.append(pair("1", "A"))
    assert now.standings()[0].n == 1
    verdicts.append(pair("2", "A"))
    clock.now += 0.5
    assert now.standings()[0].n == 1
    clock.now += 0.6
    assert now.standings()[0].n == 2
    verdicts.append(pair("3", "A"))
    assert now.standings(fresh=True)[0].n == 3
