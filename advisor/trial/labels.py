"""Human labels: which pairs to label, blind; how well the judge agrees; win rates corrected for its error.

The correction is prediction-powered inference (Angelopoulos et al. 2023, with the tuned weight of PPI++): the
judge's verdicts on all prompts, plus the mean error that the labelled prompts show. It is unbiased whatever the
judge's quality; the better the judge, the narrower the interval.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import fmean
from typing import Literal

from pydantic import BaseModel

from advisor.trial.inference import interval, weighted_mean
from advisor.trial.outcomes import pair_outcomes, prompt_of
from advisor.trial.schema import Prompt, Side, Verdict

BOOTSTRAPS = 2_000


class Label(BaseModel):
    """A person's verdict on two answers to a prompt; `winner` speaks of model_a and model_b."""

    item: str
    model_a: str
    model_b: str
    winner: Side
    labeller: str = "user"


class BlindPair(BaseModel):
    """What a person sees: two answers without names, in a random order. `key` finds the models again."""

    key: str
    item: str
    prompt: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How judge and person agree on `n` pairs: shares and Cohen's kappa with 95% intervals over prompts."""

    n: int
    agreement: float
    agreement_low: float
    agreement_high: float
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None
    sentence: str


@dataclass(frozen=True, slots=True)
class Corrected:
    """Win rate of model_a against model_b: by the judge alone, by the labels alone, and corrected."""

    model_a: str
    model_b: str
    judged: float
    prompts: int
    labelled: float
    labels: int
    corrected: float
    low: float
    high: float
    weight: float
    sentence: str


def blind_pairs(
    prompts: Sequence[Prompt], answers: Mapping[str, Mapping[str, str]], *, count: int, seed: int = 0
) -> list[BlindPair]:
    """Pairs to label, drawn at random over prompts and models (labels must be a random sample for the
    correction to hold), each prompt once before any comes twice, the sides shuffled."""
    draw = random.Random(seed)
    by_prompt = [
        [_blind(p, a, b, answers[p.id], draw, seed) for a, b in draw.sample(pairs, len(pairs))]
        for p in draw.sample(list(prompts), len(prompts))
        if (pairs := list(combinations(sorted(answers.get(p.id, {})), 2)))
    ]
    rounds = max(map(len, by_prompt), default=0)
    spread = [pairs[n] for n in range(rounds) for pairs in by_prompt if n < len(pairs)]
    return spread[:count]


def unblind(
    pair: BlindPair, choice: Literal["first", "second", "tie"], answers: Mapping[str, str], *, seed: int = 0
) -> Label:
    """The label that a choice on a blind pair means."""
    for a, b in combinations(sorted(answers), 2):
        for first, second in ((a, b), (b, a)):
            if _key(pair.item, first, second, seed) == pair.key:
                chosen = {"first": first, "second": second, "tie": ""}[choice]
                winner: Side = "tie" if not chosen else "A" if chosen == a else "B"
                return Label(item=pair.item, model_a=a, model_b=b, winner=winner)
    raise KeyError(pair.key)


def agreement(verdicts: Sequence[Verdict], labels: Sequence[Label], *, seed: int = 0) -> Agreement | None:
    """How far the judge agrees with the labels, on the pairs that both judged; None where there is none."""
    judged = pair_outcomes(verdicts)
    rows = [
        (prompt_of(label.item, {}), _class(value), _class(_truth(label)))
        for label in labels
        if (value := _judged(judged, label)) is not None
    ]
    if not rows:
        return None
    by_prompt: dict[str, list[float]] = {}
    for prompt, judge, human in rows:
        by_prompt.setdefault(prompt, []).append(float(judge == human))
    mean, se = weighted_mean([(fmean(v), float(len(v))) for v in by_prompt.values()])
    low, high = interval(mean, se, len(by_prompt), 0.95)
    value = kappa([(j, h) for _, j, h in rows])
    bounds = _kappa_bounds(rows, seed)
    return Agreement(len(rows), mean, low, high, value, *bounds, _agreement_text(len(rows), mean, low, high, value))


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa: agreement beyond chance, 1 at most; None where both always say the same one thing."""
    n = len(pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(first[c] * second[c] for c in first) / n**2
    return None if by_chance == 1 else (sum(a == b for a, b in pairs) / n - by_chance) / (1 - by_chance)


def corrected(
    verdicts: Sequence[Verdict],
    labels: Sequence[Label],
    model_a: str,
    model_b: str,
    *,
    confidence: float = 0.95,
) -> Corrected | None:
    """The judge's win rate of model_a over model_b, corrected by the labels (prediction-powered, prompts as
    clusters). None with fewer than two labelled prompts that the judge judged too."""
    judge = {p: v for p, o in pair_outcomes(verdicts).items() if (v := _of(o, model_a, model_b)) is not None}
    human = _human(labels, model_a, model_b)
    both = [p for p in human if p in judge]
    if len(both) < 2:
        return None
    weight = _tuned(judge, human, both)
    others = [judge[p] for p in judge if p not in human] or list(judge.values())
    errors = [human[p] - weight * judge[p] for p in both]
    value = weight * fmean(others) + fmean(errors)
    se = math.sqrt(weight**2 * _variance(others) / len(others) + _variance(errors) / len(errors))
    value = min(max(value, 0.0), 1.0)
    low, high = interval(value, se, len(both), confidence)
    judged, labelled = fmean(judge.values()), fmean(human[p] for p in both)
    text = _corrected_text(model_a, model_b, judged, len(judge), value, low, high, len(both))
    return Corrected(model_a, model_b, judged, len(judge), labelled, len(both), value, low, high, weight, text)


def _blind(prompt: Prompt, a: str, b: str, answers: Mapping[str, str], draw: random.Random, seed: int) -> BlindPair:
    first, second = draw.sample([a, b], 2)
    text = prompt.prompt or "\n".join(f"{m.role}: {m.content}" for m in prompt.messages)
    key = _key(prompt.id, first, second, seed)
    return BlindPair(key=key, item=prompt.id, prompt=text, first=answers[first], second=answers[second])


def _key(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def _of(outcomes: Mapping[tuple[str, str], float], model_a: str, model_b: str) -> float | None:
    if (model_a, model_b) in outcomes:
        return outcomes[model_a, model_b]
    turned = outcomes.get((model_b, model_a))
    return None if turned is None else 1 - turned


def _judged(judged: Mapping[str, Mapping[tuple[str, str], float]], label: Label) -> float | None:
    return _of(judged.get(prompt_of(label.item, {}), {}), label.model_a, label.model_b)


def _truth(label: Label) -> float:
    return {"A": 1.0, "tie": 0.5, "B": 0.0}[label.winner]


def _class(value: float) -> str:
    return "tie" if value == 0.5 else "A" if value > 0.5 else "B"


def _human(labels: Sequence[Label], model_a: str, model_b: str) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for label in labels:
        if {label.model_a, label.model_b} == {model_a, model_b}:
            value = _truth(label) if label.model_a == model_a else 1 - _truth(label)
            found.setdefault(prompt_of(label.item, {}), []).append(value)
    return {p: fmean(v) for p, v in found.items()}


def _variance(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.0
    mean = fmean(values)
    return sum((v - mean) ** 2 for v in values) / (len(values) - 1)


def _tuned(judge: Mapping[str, float], human: Mapping[str, float], both: Sequence[str]) -> float:
    """The weight of the judge that makes the interval shortest (PPI++), 0 to 1."""
    spread = _variance([judge[p] for p in both])
    if spread == 0:
        return 0.0
    mj, mh = fmean(judge[p] for p in both), fmean(human[p] for p in both)
    together = sum((judge[p] - mj) * (human[p] - mh) for p in both) / (len(both) - 1)
    unlabelled = max(len(judge) - len(both), 1)
    return min(max(together / (spread * (1 + len(both) / unlabelled)), 0.0), 1.0)


def _kappa_bounds(rows: Sequence[tuple[str, str, str]], seed: int) -> tuple[float | None, float | None]:
    """95% interval of kappa by resampling prompts."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for prompt, judge, human in rows:
        groups.setdefault(prompt, []).append((judge, human))
    draw, clusters = random.Random(seed), list(groups.values())
    samples = ([pair for c in draw.choices(clusters, k=len(clusters)) for pair in c] for _ in range(BOOTSTRAPS))
    values = sorted(k for s in samples if (k := kappa(s)) is not None)
    if len(clusters) < 2 or len(values) < BOOTSTRAPS // 2:
        return None, None
    return values[int(0.025 * len(values))], values[int(0.975 * len(values))]


def _agreement_text(n: int, mean: float, low: float, high: float, value: float | None) -> str:
    beyond = "" if value is None else f"; kappa, agreement beyond chance, is {value:.2f}"
    warning = ""
    if _coin_at_most(round(mean * n), n) < 0.05:
        warning = " Do not decide by this judge: it agrees with people less than a coin would."
    elif low <= 0.5:
        warning = " So few labels do not tell whether the judge is better than a coin: label more pairs."
    return f"Judge and labels agree on {mean:.0%} of {n} pairs ({low:.0%} to {high:.0%}){beyond}.{warning}"


def _coin_at_most(agreed: int, n: int) -> float:
    """Probability that a coin agrees with people in at most so many of n pairs."""
    return sum(math.comb(n, k) for k in range(agreed + 1)) / 2**n


def _corrected_text(
    a: str, b: str, judged: float, prompts: int, value: float, low: float, high: float, labels: int
) -> str:
    return (
        f"The judge has {a} ahead of {b} in {judged:.0%} of {prompts} prompts; "
        f"corrected by {labels} labelled prompts that is {value:.0%} ({low:.0%} to {high:.0%})."
    )
