"""Standings and decisions from verdicts. Prompts are the sampling unit: all that is said of one prompt is
one cluster. Nothing heavy is imported for scores; several models in pairs take numpy."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from advisor.trial.bradley_terry import field_rates
from advisor.trial.inference import detectable, interval, prompts_to_settle, sign_flip, weighted_mean
from advisor.trial.outcomes import Pair, Weights, pair_difference, pair_outcomes, prompt_scores
from advisor.trial.schema import Standing, Verdict

BOOTSTRAPS = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """What the verdicts allow to say. `tied` lists, best first, the models that can't be told from the best;
    `settle` is what it would take to tell them apart; `worst_case` is how far (0 to 1) the leader could at
    most be behind another model at the stated confidence."""

    winner: str | None
    tied: list[str]
    statement: str
    settle: str = ""
    worst_case: float | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Leader against one rival, paired by prompt: mean difference, its deviation over prompts, the number of
    prompts, and the one-sided probability of such a lead between equal models."""

    rival: str
    mean: float
    sd: float
    n: int
    p: float


def standings(
    verdicts: Iterable[Verdict],
    candidates: Sequence[str],
    *,
    weights: Weights | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> list[Standing]:
    """Places, best first. Scores: weighted mean over prompts. Pairs: win rate against the field by
    Bradley-Terry with a tie as half a win each. Intervals hold for new prompts of the same kind."""
    rows = list(verdicts)
    weights = weights or {}
    missing = _unscored(rows, candidates)
    scored = pair_outcomes(rows, weights)
    places = (
        _win_rates(scored, candidates, weights, confidence, seed)
        if scored
        else _mean_scores(prompt_scores(rows, weights), candidates, weights, confidence)
    )
    done = [s.model_copy(update={"unscored": missing[s.model]}) for s in places]
    return sorted(done, key=lambda s: (s.score is None, -(s.score or 0.0)))


def decide(
    places: Sequence[Standing],
    verdicts: Iterable[Verdict],
    *,
    weights: Weights | None = None,
    confidence: float = 0.95,
    seed: int = 0,
) -> Finding:
    """Names a winner only if the leader is ahead of every other model in a paired sign-flip test at
    (1 - confidence) / number of models; so equal models give a winner in at most 1 - confidence of trials."""
    ranked = [s.model for s in places if s.score is not None]
    if not ranked:
        return Finding(None, [], "Nothing could be scored, so nothing can be said.")
    if len(ranked) == 1:
        return Finding(None, ranked, f"Only {ranked[0]} was scored: there is nothing to compare it with.")
    gaps = compare(ranked[0], ranked[1:], list(verdicts), weights=weights, seed=seed)
    return _finding(ranked, gaps, confidence)


def compare(
    leader: str, rivals: Sequence[str], verdicts: Sequence[Verdict], *, weights: Weights | None = None, seed: int = 0
) -> list[Gap]:
    """The leader against each rival, paired by prompt, on all that both were measured by."""
    weights = weights or {}
    pairs = pair_outcomes(verdicts, weights)
    scores = prompt_scores(verdicts, weights)
    return [gap(rival, _differences(leader, rival, pairs, scores), weights, seed) for rival in rivals]


def gap(rival: str, differences: Mapping[str, float], weights: Weights, seed: int) -> Gap:
    """Summary of the differences (leader minus rival) by prompt."""
    values = [(d, weights.get(prompt, 1.0)) for prompt, d in differences.items()]
    if not values:
        return Gap(rival, 0.0, 0.0, 0, 1.0)
    mean, se = weighted_mean(values)
    return Gap(rival, mean, se * math.sqrt(len(values)), len(values), sign_flip(values, seed))


def win_matrix(
    verdicts: Iterable[Verdict], candidates: Sequence[str], *, weights: Weights | None = None
) -> dict[str, dict[str, float | None]]:
    """Share of prompts on which the row's model beats the column's; a tie is half. None: never compared."""
    seen: dict[Pair, list[float]] = defaultdict(list)
    for outcomes in pair_outcomes(verdicts, weights or {}).values():
        for (a, b), value in outcomes.items():
            seen[a, b].append(value)
            seen[b, a].append(1 - value)
    return {
        a: {b: round(fmean(seen[a, b]), 4) if seen.get((a, b)) else None for b in candidates if b != a}
        for a in candidates
    }


def settle_text(leader: str, rival: Gap, *, confidence: float, models: int) -> str:
    """In words, what would settle leader against rival, and what the present number of prompts can show."""
    if rival.n < 2 or rival.sd == 0:
        return f"{leader} and {rival.rival} share too few scored prompts: add prompts."
    need = prompts_to_settle(rival.mean, rival.sd, confidence=confidence, models=models)
    shown = detectable(rival.sd, rival.n, confidence=confidence, models=models)
    limit = f"With {rival.n} prompts only differences of {100 * shown:.0f} points or more show."
    if shown >= 1:
        limit = f"{rival.n} prompts are too few to show any difference."
    if need is None or need > 100 * rival.n:
        return f"{leader} and {rival.rival} are so close that no sensible number of prompts would settle it. {limit}"
    return (
        f"If the difference of {100 * rival.mean:.1f} points between {leader} and {rival.rival} is real, "
        f"about {max(need, rival.n + 1)} prompts in all would settle it (80% power). {limit}"
    )


def _finding(ranked: Sequence[str], gaps: Sequence[Gap], confidence: float) -> Finding:
    leader, level = ranked[0], (1 - confidence) / len(ranked)
    open_gaps = [g for g in gaps if g.p > level]
    behind = worst_case(gaps, confidence)
    if not open_gaps:
        least = min(gaps, key=lambda g: g.mean)
        text = (
            f"{leader} wins: it is ahead of every other candidate at {confidence:.0%} confidence, of {least.rival}, "
            f"the closest, by {100 * least.mean:.1f} points on {least.n} prompts."
        )
        return Finding(leader, [], text, worst_case=behind)
    tied = [leader, *(g.rival for g in open_gaps)]
    closest = max(open_gaps, key=lambda g: g.p)
    text = f"No winner at {confidence:.0%} confidence: {', '.join(tied)} can't be told apart."
    text += _worst_text(leader, behind)
    settle = settle_text(leader, closest, confidence=confidence, models=len(ranked))
    return Finding(None, tied, text, settle, behind)


def worst_case(gaps: Sequence[Gap], confidence: float) -> float | None:
    """How far the leader may at most be behind any rival (one-sided bounds, shared over the rivals). The
    differences, -1 to 1, are bounded as `interval` bounds a mean, so that few equal ones promise little."""
    if any(g.n < 2 for g in gaps):
        return None
    two_sided = 1 - 2 * (1 - confidence) / len(gaps)
    return max(0.0, *(1 - 2 * interval((g.mean + 1) / 2, g.sd / math.sqrt(g.n) / 2, g.n, two_sided)[0] for g in gaps))


def _worst_text(leader: str, behind: float | None) -> str:
    if behind is None:
        return ""
    return f" {leader} leads, and is at worst {100 * behind:.0f} points behind the best."


def _unscored(verdicts: Sequence[Verdict], candidates: Sequence[str]) -> dict[str, int]:
    count = dict.fromkeys(candidates, 0)
    for v in verdicts:
        if v.score is None and v.winner is None:
            for model in (v.model_a, v.model_b):
                if model in count:
                    count[model] += 1
    return count


def _differences(
    leader: str, rival: str, pairs: Mapping[str, Mapping[Pair, float]], scores: Mapping[str, Mapping[str, float]]
) -> dict[str, float]:
    if not pairs:
        both = {p: s for p, s in scores.items() if leader in s and rival in s}
        return {p: s[leader] - s[rival] for p, s in both.items()}
    found = {p: pair_difference(leader, rival, outcomes) for p, outcomes in pairs.items()}
    return {p: d for p, d in found.items() if d is not None}


def _mean_scores(
    scores: Mapping[str, Mapping[str, float]], candidates: Sequence[str], weights: Weights, confidence: float
) -> list[Standing]:
    places = []
    for model in candidates:
        values = [(s[model], weights.get(p, 1.0)) for p, s in scores.items() if model in s]
        places.append(_standing(model, values, confidence))
    return places


def _standing(model: str, values: Sequence[tuple[float, float]], confidence: float) -> Standing:
    if not values:
        return Standing(model=model, score=None, low=None, high=None, n=0)
    mean, se = weighted_mean(values)
    low, high = interval(mean, se, len(values), confidence)
    return Standing(model=model, score=mean, low=low, high=high, n=len(values))


def _win_rates(
    outcomes: Mapping[str, Mapping[Pair, float]],
    candidates: Sequence[str],
    weights: Weights,
    confidence: float,
    seed: int,
) -> list[Standing]:
    met = {m for pairs in outcomes.values() for pair in pairs for m in pair}
    known = [m for m in candidates if m in met]
    if len(known) == 2:
        return _two_models(outcomes, candidates, weights, confidence)
    rates, errors = bradley_terry(outcomes, known, weights, seed)
    prompts = {m: sum(any(m in pair for pair in pairs) for pairs in outcomes.values()) for m in candidates}
    places = []
    for model in candidates:
        if model not in rates:
            places.append(Standing(model=model, score=None, low=None, high=None, n=0))
            continue
        low, high = interval(rates[model], errors[model], prompts[model], confidence)
        places.append(Standing(model=model, score=rates[model], low=low, high=high, n=prompts[model]))
    return places


def _two_models(
    outcomes: Mapping[str, Mapping[Pair, float]], candidates: Sequence[str], weights: Weights, confidence: float
) -> list[Standing]:
    shares: dict[str, dict[str, float]] = {}
    for prompt, pairs in outcomes.items():
        for (a, b), value in pairs.items():
            shares[prompt] = {a: value, b: 1 - value}
    return _mean_scores(shares, candidates, weights, confidence)


def bradley_terry(
    outcomes: Mapping[str, Mapping[Pair, float]], models: Sequence[str], weights: Weights, seed: int
) -> tuple[dict[str, float], dict[str, float]]:
    """Win rate of each model against the field and its standard error by resampling prompts (seeded). A tie
    is half a win each."""
    import numpy as np

    rates, draws = strengths(outcomes, models, weights, seed)
    spread = np.std(draws, axis=0, ddof=1) * math.sqrt(len(outcomes) / max(len(outcomes) - 1, 1))
    return dict(zip(models, rates.tolist(), strict=True)), dict(zip(models, spread.tolist(), strict=True))


def strengths(
    outcomes: Mapping[str, Mapping[Pair, float]], models: Sequence[str], weights: Weights, seed: int
) -> tuple[Any, Any]:
    """Win rates against the field, one for each model, and BOOTSTRAPS rows of them from resampled prompts."""
    import numpy as np

    wins = _win_counts(outcomes, models)
    n = len(wins)
    mass = np.array([weights.get(p, 1.0) for p in outcomes])
    mass *= n / mass.sum()
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=BOOTSTRAPS)
    return field_rates(np.tensordot(mass, wins, 1)), field_rates(np.tensordot(draws * mass, wins, 1))


def _win_counts(outcomes: Mapping[str, Mapping[Pair, float]], models: Sequence[str]) -> Any:
    import numpy as np

    place = {m: i for i, m in enumerate(models)}
    wins = np.zeros((len(outcomes), len(models), len(models)))
    for row, pairs in enumerate(outcomes.values()):
        for (a, b), value in pairs.items():
            if a in place and b in place:
                wins[row, place[a], place[b]] = value
                wins[row, place[b], place[a]] = 1 - value
    return wins
