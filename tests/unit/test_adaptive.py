"""The adaptive design: it finds clear winners cheaply, keeps its error rate under peeking, and replays anything."""

from __future__ import annotations

import random
from itertools import combinations
from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.trial.adaptive import Adaptive, Comparison
from advisor.trial.replay import replay
from advisor.trial.schema import Side, Verdict

Strength = dict[str, float]


def answer(c: Comparison, strength: Strength, draw: random.Random) -> Verdict:
    a, b = strength[c.model_a], strength[c.model_b]
    winner: Side = "A" if draw.random() < a / (a + b) else "B"
    return Verdict(item=c.item, judge="j", model_a=c.model_a, model_b=c.model_b, order=c.order, winner=winner)


def play(race: Adaptive, strength: Strength, seed: int = 0, batch: int = 8) -> int:
    draw, calls = random.Random(seed), 0
    while not race.stop() and (asked := race.next_batch(batch)):
        assert len(asked) <= batch
        calls += len(asked)
        for comparison in asked:
            race.record(answer(comparison, strength, draw))
    return calls


def items(n: int) -> list[str]:
    return [f"q{i}" for i in range(n)]


def test_a_clear_winner_is_found_with_few_calls() -> None:
    strength = {"a": 9.0, "b": 1.0, "c": 1.0, "d": 1.0}
    race = Adaptive(list(strength), items(150), seed=1)
    calls = play(race, strength)
    assert race.winner == "a"
    assert race.tied == []
    assert calls < 0.15 * 150 * 6 * 2
    assert race.standings()[0].model == "a"
    assert all(p.dropped for p in race.standings()[1:])
    assert "only candidate" in (race.stop() or "")


def test_equal_models_rarely_get_a_winner_however_often_one_looks() -> None:
    strength = dict.fromkeys("abc", 1.0)
    named = 0
    for seed in range(150):
        race = Adaptive(list(strength), items(60), seed=seed)
        play(race, strength, seed=seed, batch=2)
        named += race.winner is not None
    assert named / 150 <= 0.05


def test_the_best_model_is_rarely_dropped() -> None:
    strength = {"a": 1.3, "b": 1.0, "c": 1.0}
    dropped = 0
    for seed in range(100):
        race = Adaptive(list(strength), items(80), seed=seed)
        play(race, strength, seed=seed)
        dropped += "a" in race.dropped
    assert dropped <= 5


def test_a_tie_says_so_and_what_it_would_take() -> None:
    strength = {"a": 1.05, "b": 1.0}
    race = Adaptive(list(strength), items(20), seed=3)
    play(race, strength, seed=3)
    assert race.winner is None
    assert sorted(race.tied) == ["a", "b"]
    assert "prompts" in race.settle
    assert f"{race.tied[0]} leads" in race.statement and "a, b" in race.statement.replace("b, a", "a, b")
    assert race.stop() == "every prompt is used"


def test_the_limit_is_kept() -> None:
    strength = {"a": 1.0, "b": 1.0, "c": 1.0}
    race = Adaptive(list(strength), items(100), seed=1, limit=30)
    assert play(race, strength) <= 30
    assert "cap" in (race.stop() or "")


def test_both_orders_of_a_pair_are_asked() -> None:
    race = Adaptive(["a", "b"], items(5), seed=0)
    batch = race.next_batch(4)
    assert {(c.item, c.order) for c in batch} == {(c.item, o) for c in batch for o in ("ab", "ba")}


def test_where_comparisons_are_capped_one_order_is_enough_once_the_orders_agree() -> None:
    strength = {"a": 30.0, "b": 1.0, "c": 1.0}
    race = Adaptive(list(strength), items(200), seed=2, limit=200)
    shown: dict[tuple[str, str, str], set[str]] = {}
    draw = random.Random(0)
    while not race.stop() and (batch := race.next_batch(4)):
        for c in batch:
            shown.setdefault((c.item, c.model_a, c.model_b), set()).add(c.order)
            race.record(answer(c, strength, draw))
    first, last = list(shown.values())[:3], list(shown.values())[-3:]
    assert all(len(orders) == 2 for orders in first)
    assert any(len(orders) == 1 for orders in last)
    assert {o for orders in shown.values() for o in orders} == {"ab", "ba"}


def test_a_judge_that_follows_the_position_is_always_asked_in_both_orders() -> None:
    race = Adaptive(["a", "b", "c"], items(100), seed=0, limit=150)
    asked: set[tuple[str, str, str, str]] = set()
    while not race.stop() and (batch := race.next_batch(4)):
        for c in batch:
            asked.add((c.item, c.model_a, c.model_b, c.order))
            first: Side = "A" if c.order == "ab" else "B"
            race.record(
                Verdict(item=c.item, judge="j", model_a=c.model_a, model_b=c.model_b, order=c.order, winner=first)
            )
    assert all((i, a, b, other) in asked for i, a, b, o in asked for other in ("ab", "ba"))


def test_of_two_good_models_one_is_named_as_within_the_margin_but_of_equal_models_none() -> None:
    named = equal = 0
    for seed in range(12):
        good = Adaptive(list("abcd"), items(400), seed=seed, margin=0.15)
        play(good, {"a": 4.0, "b": 3.6, "c": 1.0, "d": 1.0}, seed=seed)
        good.conclude()
        named += good.winner in ("a", "b")
        if good.near:
            assert good.tied == [] and "within 15 points of the best" in good.statement
        alike = Adaptive(list("abcd"), items(100), seed=seed, margin=0.15)
        play(alike, dict.fromkeys("abcd", 1.0), seed=seed)
        alike.conclude()
        equal += alike.winner is not None
    assert named >= 9
    assert equal <= 1


def test_without_a_margin_only_the_best_is_named() -> None:
    race = Adaptive(["a", "b", "c"], items(60), seed=0, margin=0.0)
    play(race, {"a": 3.0, "b": 3.0, "c": 1.0})
    race.conclude()
    assert race.near is None


def test_the_same_seed_asks_the_same() -> None:
    first, second = (Adaptive(list("abc"), items(9), seed=4).next_batch(12) for _ in range(2))
    assert first == second


def test_unscored_verdicts_change_nothing_and_are_counted() -> None:
    race = Adaptive(["a", "b"], items(4), seed=0)
    while batch := race.next_batch(8):
        for c in batch:
            race.record(Verdict(item=c.item, judge="j", model_a=c.model_a, model_b=c.model_b, order=c.order))
    assert race.winner is None
    assert "nothing has been compared" in race.statement
    assert race.capital("a") == race.capital("b") == 1.0
    assert race.standings()[0].unscored == 8


def test_a_prior_steers_but_does_not_decide() -> None:
    race = Adaptive(["a", "b", "c"], items(40), seed=0, prior={"a": 0.9, "b": 0.5, "c": 0.1})
    assert race.live[0] == "a"
    assert race.winner is None
    play(race, {"a": 1.0, "b": 8.0, "c": 1.0}, seed=1)
    assert race.winner == "b"


def recording(
    strength: Strength, prompts: int, seed: int, orders: tuple[str, ...] = ("ab", "ba")
) -> list[dict[str, Any]]:
    draw, rows = random.Random(seed), []
    for n in range(prompts):
        for a, b in combinations(strength, 2):
            p = strength[a] / (strength[a] + strength[b])
            for order in orders:
                verdict = "A" if draw.random() < p else "B"
                rows.append(
                    {"prompt_id": n, "model_a": a, "model_b": b, "order": order, "judge": "g", "verdict": verdict}
                )
    return rows


def test_replay_names_the_best_within_a_tenth_of_the_calls() -> None:
    rows = recording({"a": 8.0, "b": 2.0, "c": 1.0, "d": 1.0, "e": 1.0}, 150, seed=0)
    for seed in range(5):
        found = replay(rows, seed=seed)
        assert found["winner"] == "a"
        assert found["calls"]["judge"] <= len(rows) / 10
        assert found["standings"][0]["model"] == "a"


def test_replay_is_deterministic() -> None:
    rows = recording({"a": 2.0, "b": 1.0, "c": 1.0}, 40, seed=0)
    assert replay(rows, seed=3) == replay(rows, seed=3)


@pytest.mark.parametrize("orders", [("rand",), ("ab",), ("ab", "ba")])
def test_replay_takes_any_order(orders: tuple[str, ...]) -> None:
    rows = recording({"a": 9.0, "b": 1.0}, 150, seed=0, orders=orders)
    found = replay(rows, seed=0, limit=len(rows))
    assert found["winner"] == "a"


def test_replay_does_not_care_which_model_a_row_calls_a() -> None:
    rows = recording({"a": 9.0, "b": 1.0}, 100, seed=0)
    swap, order = {"A": "B", "B": "A"}, {"ab": "ba", "ba": "ab"}
    turned = [
        {
            **r,
            "model_a": r["model_b"],
            "model_b": r["model_a"],
            "verdict": swap[r["verdict"]],
            "order": order[r["order"]],
        }
        for r in rows
    ]
    assert replay(rows, limit=100) == replay(turned, limit=100)


def test_replay_with_one_common_opponent_compares_through_it() -> None:
    rows = [
        r for r in recording({"a": 9.0, "base": 2.0, "c": 0.2}, 120, seed=0) if "base" in (r["model_a"], r["model_b"])
    ]
    assert replay(rows, seed=0, limit=len(rows))["winner"] == "a"


def test_replay_takes_unparsable_verdicts_and_several_judges() -> None:
    rows = recording({"a": 9.0, "b": 1.0}, 100, seed=0)
    rows += [{**r, "judge": "h"} for r in recording({"a": 9.0, "b": 1.0}, 100, seed=1)]
    rows = [{**r, "verdict": None} if i % 10 == 0 else r for i, r in enumerate(rows)]
    found = replay(rows, seed=0, limit=len(rows))
    assert found["winner"] == "a"
    assert found["standings"][0]["unscored"] > 0


def test_replay_of_nothing_says_what_is_wrong() -> None:
    with pytest.raises(BadInput, match="no two models"):
        replay([])
    with pytest.raises(BadInput, match="prompt_id"):
        replay([{"model_a": "a", "model_b": "b", "verdict": "A"}])
