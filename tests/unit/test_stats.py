"""Standings and decisions: checked against known values, scipy, and simulated trials."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from advisor.trial import inference, outcomes, stats
from advisor.trial.schema import Side, Verdict


def scores(model: str, values: list[float]) -> list[Verdict]:
    return [Verdict(item=f"q{i}", judge="j", model_a=model, score=v) for i, v in enumerate(values)]


def pair(item: str, a: str, b: str, winner: Side | None, order: str = "ab", **more: object) -> Verdict:
    return Verdict.model_validate(
        {"item": item, "judge": "j", "model_a": a, "model_b": b, "winner": winner, "order": order, **more}
    )


def both_orders(item: str, a: str, b: str, winner: Side) -> list[Verdict]:
    return [pair(item, a, b, winner, "ab"), pair(item, a, b, winner, "ba")]


def test_scores_are_averaged_by_prompt_and_ranked() -> None:
    rows = scores("x", [0.9, 0.8, 1.0]) + scores("y", [0.2, 0.4, 0.3])
    first, second = stats.standings(rows, ["y", "x"])
    assert (first.model, second.model) == ("x", "y")
    assert first.score == pytest.approx(0.9)
    assert first.low is not None and first.high is not None and first.low < 0.9 < first.high
    assert first.n == 3


def test_weights_move_the_mean() -> None:
    rows = scores("x", [1.0, 0.0])
    place = stats.standings(rows, ["x"], weights={"q0": 3.0, "q1": 1.0})[0]
    assert place.score == pytest.approx(0.75)


def test_samples_of_a_prompt_are_one_cluster() -> None:
    one = [Verdict(item=f"q1#{n}", judge="j", model_a="x", score=1.0) for n in range(2, 30)]
    rows = [*one, Verdict(item="q1", judge="j", model_a="x", score=1.0)]
    place = stats.standings(rows, ["x"], weights={"q1": 1.0})[0]
    assert place.n == 1
    assert (place.low, place.high) == (0.0, 1.0)


def test_an_unscored_verdict_counts_as_unscored_and_never_as_zero() -> None:
    rows = [*scores("x", [1.0, 1.0]), Verdict(item="q9", judge="j", model_a="x", reason="no JSON")]
    place = stats.standings(rows, ["x"])[0]
    assert place.score == 1.0
    assert place.unscored == 1


def test_a_model_without_scores_has_none() -> None:
    place = stats.standings(scores("x", [0.5]), ["x", "z"])[-1]
    assert (place.model, place.score, place.low) == ("z", None, None)


def test_disagreeing_orders_are_half_a_win() -> None:
    rows = [pair("q", "a", "b", "A", "ab"), pair("q", "a", "b", "B", "ba")]
    assert outcomes.pair_outcomes(rows) == {"q": {("a", "b"): 0.5}}


def test_outcomes_do_not_depend_on_which_model_is_called_a() -> None:
    straight = outcomes.pair_outcomes([pair("q", "a", "b", "A")])
    turned = outcomes.pair_outcomes([pair("q", "b", "a", "B")])
    assert straight == turned == {"q": {("a", "b"): 1.0}}


def test_probabilities_cancel_a_pull_to_the_first_place() -> None:
    """First place takes +3 in log-odds; the better answer +0.5. Each order alone says 'first'."""
    up, down = 0.9707, 0.0759
    rows = [pair("q", "a", "b", "A", "ab", p_a=up), pair("q", "a", "b", "B", "ba", p_a=down)]
    assert outcomes.outcome(rows, "a") == 1.0
    assert outcomes.outcome(rows, "b") == 0.0


def test_bradley_terry_recovers_known_strengths() -> None:
    strength = {"a": 4.0, "b": 2.0, "c": 1.0, "d": 1.0}
    draw = random.Random(1)
    rows = []
    for n in range(400):
        for x, y in combinations(strength, 2):
            rows.append(pair(f"q{n}", x, y, "A" if draw.random() < strength[x] / (strength[x] + strength[y]) else "B"))
    places = {p.model: p for p in stats.standings(rows, list(strength))}
    truth = {m: sum(s / (s + t) for o, t in strength.items() if o != m) / 3 for m, s in strength.items()}
    for model, rate in truth.items():
        place = places[model]
        assert place.score == pytest.approx(rate, abs=0.03)
        assert place.low is not None and place.high is not None
        assert place.low < rate < place.high
        assert place.high - place.low < 0.1


def test_an_undefeated_model_has_a_finite_rate_below_one() -> None:
    rows = [pair(f"q{n}", "a", other, "A") for n in range(20) for other in ("b", "c")]
    best = stats.standings(rows, ["a", "b", "c"])[0]
    assert best.model == "a"
    assert best.score is not None and 0.9 < best.score < 1
    assert best.low is not None and best.low < best.score


def test_the_bootstrap_is_seeded() -> None:
    draw = random.Random(2)
    rows = [pair(f"q{n}", x, y, draw.choice(["A", "B", "tie"])) for n in range(30) for x, y in combinations("abc", 2)]
    assert stats.standings(rows, list("abc"), seed=5) == stats.standings(rows, list("abc"), seed=5)


@pytest.mark.parametrize("df", [1, 2, 3, 5, 10, 40])
@pytest.mark.parametrize("p", [0.9, 0.975, 0.995])
def test_t_quantiles_agree_with_scipy(df: int, p: float) -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    assert inference.t_quantile(p, df) == pytest.approx(scipy_stats.t.ppf(p, df), rel=0.04)


def test_sign_flip_is_exact_for_few_prompts() -> None:
    assert inference.sign_flip([(1.0, 1.0)] * 5, 0) == pytest.approx(1 / 32)
    assert inference.sign_flip([(1.0, 1.0)] * 4 + [(-1.0, 1.0)], 0) == pytest.approx(6 / 32)


def test_sign_flip_forms_agree_where_they_meet() -> None:
    draw = random.Random(3)
    values = [(draw.gauss(0.1, 1), 1.0) for _ in range(200)]
    drawn = inference.sign_flip(values, 0)
    limit = inference.sign_flip(values + [(1e-9, 1.0)], 0)
    assert drawn == pytest.approx(limit, abs=0.02)


def test_three_perfect_prompts_do_not_make_a_winner() -> None:
    rows = scores("x", [1.0] * 3) + scores("y", [0.0] * 3)
    found = stats.decide(stats.standings(rows, ["x", "y"]), rows)
    assert found.winner is None
    assert found.tied == ["x", "y"]


def test_a_clear_lead_is_a_win_and_says_by_how_much() -> None:
    draw = random.Random(4)
    rows = scores("x", [0.8 + 0.1 * draw.random() for _ in range(30)])
    rows += scores("y", [0.6 + 0.1 * draw.random() for _ in range(30)])
    found = stats.decide(stats.standings(rows, ["x", "y"]), rows)
    assert found.winner == "x"
    assert found.tied == []
    assert "x wins" in found.statement and "19.9 points" in found.statement


def test_a_tie_says_what_would_settle_it() -> None:
    draw = random.Random(6)
    rows = scores("x", [0.52 + 0.3 * draw.random() for _ in range(12)])
    rows += scores("y", [0.50 + 0.3 * draw.random() for _ in range(12)])
    found = stats.decide(stats.standings(rows, ["x", "y"]), rows)
    assert found.winner is None
    assert "prompts" in found.settle
    assert found.worst_case is not None and 0 <= found.worst_case < 0.3


def test_nothing_scored_is_said() -> None:
    rows = [Verdict(item="q", judge="j", model_a="x", reason="no")]
    found = stats.decide(stats.standings(rows, ["x", "y"]), rows)
    assert found.winner is None
    assert "Nothing could be scored" in found.statement


@pytest.mark.parametrize("models", [2, 4])
def test_equal_models_rarely_get_a_winner(models: int) -> None:
    """At 95% confidence at most 5% of trials between equals name a winner (here 7% with the error of 150 runs)."""
    names = [f"m{i}" for i in range(models)]
    named = 0
    for seed in range(150):
        draw = random.Random(seed)
        rows = [v for m in names for v in scores(m, [draw.random() for _ in range(11)])]
        named += stats.decide(stats.standings(rows, names), rows, seed=seed).winner is not None
    assert named / 150 <= 0.08


def test_intervals_cover_the_truth() -> None:
    hits = 0
    for seed in range(300):
        draw = random.Random(seed)
        values = [float(draw.random() < 0.7) for _ in range(10)]
        place = stats.standings(scores("x", values), ["x"])[0]
        assert place.low is not None and place.high is not None
        hits += place.low <= 0.7 <= place.high
    assert hits / 300 >= 0.93


def test_prompts_to_settle_is_the_textbook_number() -> None:
    assert inference.prompts_to_settle(0.5, 1.0, confidence=0.95) == 32
    assert inference.prompts_to_settle(0.0, 1.0, confidence=0.95) is None
    shown = inference.detectable(1.0, 32, confidence=0.95)
    assert shown == pytest.approx(0.5, abs=0.01)


def test_rivals_that_never_met_are_compared_through_a_common_one() -> None:
    rows = []
    for n in range(20):
        rows += both_orders(f"q{n}", "x", "base", "A") + both_orders(f"q{n}", "y", "base", "B")
    found = stats.decide(stats.standings(rows, ["x", "y", "base"]), rows)
    assert found.winner == "x"


def test_win_matrix_mirrors_itself() -> None:
    rows = [pair("q1", "a", "b", "A"), pair("q2", "a", "b", "tie"), pair("q1", "a", "c", "B")]
    matrix = stats.win_matrix(rows, ["a", "b", "c"])
    assert matrix["a"] == {"b": 0.75, "c": 0.0}
    assert matrix["b"] == {"a": 0.25, "c": None}


def test_three_equal_verdicts_promise_little() -> None:
    few, many = (stats.gap("e/b", {str(n): 1.0 for n in range(count)}, {}, seed=0) for count in (3, 60))
    assert (stats.worst_case([few], 0.95) or 0) > 0.2, "three prompts do not show that nobody is better"
    assert stats.worst_case([many], 0.95) == 0.0
    assert stats.worst_case([stats.gap("e/b", {"1": 1.0}, {}, seed=0)], 0.95) is None


@pytest.mark.parametrize("n", range(2, 40))
def test_a_mean_at_the_edge_lies_in_its_interval(n: int) -> None:
    for mean in (0.0, 1.0):
        low, high = inference.interval(mean, 0.0, n, 0.95)
        assert low <= mean <= high


def test_too_few_prompts_show_no_difference_at_all() -> None:
    few = stats.settle_text("a", stats.Gap("b", 0.5, 0.9, 4, 0.4), confidence=0.95, models=2)
    assert few.endswith("4 prompts are too few to show any difference.")
    many = stats.settle_text("a", stats.Gap("b", 0.1, 0.6, 100, 0.4), confidence=0.95, models=2)
    assert "only differences of" in many
