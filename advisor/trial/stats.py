"""Standings and decisions from verdicts. Prompts are the sampling unit: all that is said of one prompt is
one cluster. Nothing heavy is imported for scores; several models in pairs take numpy."""

from __future__ import annotations

import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean
from typing import Any

from advisor.trial.bradley_terry import field_rates
from advisor.trial.schema import Standing, Verdict

Weights = Mapping[str, float]
Pair = tuple[str, str]
BOOTSTRAPS = 200
FLIPS = 9_999
EXACT_PROMPTS = 12
NORMAL_PROMPTS = 200
POWER = 0.8
MAX_DESIGN_GAIN = 25.0


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


def pair_outcomes(verdicts: Iterable[Verdict], weights: Weights | None = None) -> dict[str, dict[Pair, float]]:
    """prompt -> (a, b) -> how far a beats b there: 1, 0, or between where orders, samples or judges differ."""
    cells: dict[tuple[str, Pair, str], list[Verdict]] = defaultdict(list)
    for v in verdicts:
        if v.model_b is not None and v.winner is not None:
            low, high = sorted((v.model_a, v.model_b))
            cells[v.item, (low, high), v.judge].append(v)
    merged: dict[str, dict[Pair, list[float]]] = defaultdict(lambda: defaultdict(list))
    for (item, pair, _), group in cells.items():
        merged[prompt_of(item, weights or {})][pair].append(outcome(group, pair[0]))
    return {prompt: {pair: fmean(v) for pair, v in pairs.items()} for prompt, pairs in merged.items()}


def outcome(verdicts: Sequence[Verdict], model: str) -> float:
    """How far `model` beats the other in one judge's verdicts on one prompt. Probabilities are averaged as
    log-odds over the orders, which cancels a constant pull to one position, and count by their sign."""
    if all(v.p_a is not None for v in verdicts):
        odds = fmean(log_odds(v.p_a if v.model_a == model else 1 - v.p_a) for v in verdicts if v.p_a is not None)
        return 0.5 if abs(odds) < 1e-9 else float(odds > 0)
    return fmean(0.5 if v.winner == "tie" else float((v.winner == "A") == (v.model_a == model)) for v in verdicts)


def prompt_scores(verdicts: Iterable[Verdict], weights: Weights | None = None) -> dict[str, dict[str, float]]:
    """prompt -> model -> mean score, 0 to 1, over samples and judges."""
    cells: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for v in verdicts:
        if v.score is not None:
            cells[prompt_of(v.item, weights or {})][v.model_a].append(v.score)
    return {prompt: {m: fmean(s) for m, s in models.items()} for prompt, models in cells.items()}


def prompt_of(item: str, weights: Weights) -> str:
    """The prompt that an item samples: "q1#2" is a sample of "q1"."""
    base, mark, sample = item.rpartition("#")
    return base if mark and sample.isdigit() and (base in weights or item not in weights) else item


def weighted_mean(values: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Mean of (value, weight) and its standard error over clusters, with the n / (n - 1) correction; inf for n = 1."""
    total = sum(w for _, w in values)
    mean = sum(x * w for x, w in values) / total
    n = len(values)
    if n < 2:
        return mean, math.inf
    spread = sum((w * (x - mean)) ** 2 for x, w in values) * n / (n - 1)
    return mean, math.sqrt(spread) / total


def interval(mean: float, se: float, n: int, confidence: float) -> tuple[float, float]:
    """Interval of a mean of values in 0..1 from n clusters: Wilson's, with the design-effect-adjusted sample
    size mean (1 - mean) / se^2 and Student's t (Korn and Graubard 1998; Dean and Pagano 2015)."""
    if n < 2 or math.isinf(se):
        return 0.0, 1.0
    spread = mean * (1 - mean)
    size = min(spread / se**2, MAX_DESIGN_GAIN * n) if se > 0 and spread > 0 else float(n)
    t2 = t_quantile(0.5 + confidence / 2, n - 1) ** 2
    centre = (mean + t2 / (2 * size)) / (1 + t2 / size)
    half = math.sqrt(t2) / (1 + t2 / size) * math.sqrt(spread / size + t2 / (4 * size * size))
    # rounding must not put the mean outside its own interval
    return min(mean, max(0.0, centre - half)), max(mean, min(1.0, centre + half))


def t_quantile(p: float, df: int) -> float:
    """Quantile of Student's t. Exact for one and two degrees of freedom, else the expansion of Abramowitz
    and Stegun 26.7.5 (error below 1% at p = .975 and df = 3, vanishing with df)."""
    if df == 1:
        return math.tan(math.pi * (p - 0.5))
    if df == 2:
        return (2 * p - 1) * math.sqrt(2 / (4 * p * (1 - p)))
    z = NormalDist().inv_cdf(p)
    g1 = (z**3 + z) / 4
    g2 = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    g3 = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    g4 = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + g1 / df + g2 / df**2 + g3 / df**3 + g4 / df**4


def sign_flip(values: Sequence[tuple[float, float]], seed: int) -> float:
    """One-sided probability of a weighted sum this large if each prompt's difference were as likely to have
    the other sign: exact for few prompts, by seeded draws for more, by its normal limit for many. Where Hoeffding's
    bound on it is below what the draws can resolve, the bound is the answer."""
    terms = [x * w for x, w in values if x]
    observed = sum(terms) - 1e-12
    if observed <= 0:
        return 1.0
    bound = math.exp(-observed * observed / (2 * sum(t * t for t in terms)))
    if len(terms) > EXACT_PROMPTS and bound < 1 / FLIPS:
        return bound
    if len(terms) > NORMAL_PROMPTS:
        return 1 - NormalDist().cdf(observed / math.sqrt(sum(t * t for t in terms)))
    if len(terms) <= EXACT_PROMPTS:
        flips = itertools.product((1, -1), repeat=len(terms))
        return sum(sum(s * t for s, t in zip(f, terms, strict=True)) >= observed for f in flips) / 2 ** len(terms)
    draw, tables = random.Random(seed), [_signed_sums(terms[i : i + 8]) for i in range(0, len(terms), 8)]
    hits = sum(_flipped(tables, draw.randbytes(len(tables))) >= observed for _ in range(FLIPS))
    return (hits + 1) / (FLIPS + 1)


def prompts_to_settle(mean: float, sd: float, *, confidence: float, models: int = 2) -> int | None:
    """Prompts at which a true difference `mean` with deviation `sd` over prompts is found with 80% power;
    None where there is no difference to find."""
    if mean <= 0 or sd <= 0:
        return None
    return math.ceil(((_critical(confidence, models) + NormalDist().inv_cdf(POWER)) * sd / mean) ** 2)


def detectable(sd: float, n: int, *, confidence: float, models: int = 2) -> float:
    """The smallest true difference that n prompts find with 80% power."""
    return (_critical(confidence, models) + NormalDist().inv_cdf(POWER)) * sd / math.sqrt(max(n, 1))


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


def _critical(confidence: float, models: int) -> float:
    return NormalDist().inv_cdf(1 - (1 - confidence) / models)


def _signed_sums(terms: Sequence[float]) -> list[float]:
    """The sum of up to eight terms for each choice of their signs (one bit a term)."""
    return [sum(t if bits >> i & 1 else -t for i, t in enumerate(terms)) for bits in range(256)]


def _flipped(tables: Sequence[Sequence[float]], signs: bytes) -> float:
    return sum(table[byte] for table, byte in zip(tables, signs, strict=True))


def logistic(x: float) -> float:
    """The probability whose log-odds are x."""
    return 1 / (1 + math.exp(-x))


def log_odds(p: float) -> float:
    """log(p / (1 - p)), kept finite."""
    p = min(max(p, 1e-9), 1 - 1e-9)
    return math.log(p / (1 - p))


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


def pair_difference(leader: str, rival: str, outcomes: Mapping[Pair, float]) -> float | None:
    """Difference of the two models' win rates over the opponents that both met on this prompt, each other included."""
    own, other = _against(leader, outcomes), _against(rival, outcomes)
    common = (own.keys() & other.keys()) - {leader, rival}
    terms = [own[c] - other[c] for c in common]
    if rival in own:
        terms.append(2 * own[rival] - 1)
    return fmean(terms) if terms else None


def _against(model: str, outcomes: Mapping[Pair, float]) -> dict[str, float]:
    wins = {b: v for (a, b), v in outcomes.items() if a == model}
    return wins | {a: 1 - v for (a, b), v in outcomes.items() if b == model}


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
