"""What else than merit may have moved the judge on the user's data: place, length, format, own family, filler.

Shares are over the verdicts of a trial, with prompts as clusters. A share alone is no proof: a longer answer may
win because it is better. The examination's padded answers, which add words and nothing else, are the test.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from pydantic import BaseModel

from advisor.trial.family import family
from advisor.trial.inference import interval, weighted_mean
from advisor.trial.labels import Label
from advisor.trial.outcomes import pair_outcomes, prompt_of
from advisor.trial.schema import Verdict

Kind = Literal["position", "length", "verbosity", "format", "own family"]
Answers = Mapping[str, Mapping[str, str]]
Measure = Callable[[str], float]

CONFIDENCE = 0.95
LONGER = 1.1  # an answer counts as longer from a tenth more characters
RIDGE = 0.1
MIN_DUELS = 10  # with fewer, one pair decides what length is said to do
MARKUP = re.compile(r"^\s{0,3}(?:#{1,6}\s|[-*+]\s|\d{1,3}[.)]\s|>|\|)|\*\*[^*\n]+\*\*|```", re.M)


class Bias(BaseModel):
    """One measured pull. `value` is a share 0 to 1 with its 95% interval over prompts, `fair` what a judge without
    this pull would show; None where it could not be measured, and `sentence` says why."""

    kind: Kind
    judge: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    fair: float | None = None
    n: int = 0
    sentence: str


@dataclass(frozen=True, slots=True)
class Duel:
    """Two answers to one prompt and how far the first won: 0 to 1."""

    prompt: str
    model_a: str
    model_b: str
    text_a: str
    text_b: str
    won: float


def biases(
    verdicts: Sequence[Verdict],
    answers: Answers,
    *,
    examination: Mapping[str, Any] | None = None,
    labels: Sequence[Label] = (),
) -> list[Bias]:
    """Every bias that the verdicts, answers, labels and the examination of a trial can show."""
    duels = list(_duels(verdicts, answers))
    found = [_position(verdicts), _length(duels), _verbosity(examination or {}), _format(duels)]
    return [*found, *_own_family(verdicts, labels)]


def length_controlled(verdicts: Sequence[Verdict], answers: Answers) -> dict[str, float]:
    """Each model's win rate against the field if all answers were equally long.

    Bradley-Terry with one more term for the difference in length, as in length-controlled AlpacaEval (Dubois et al.
    2024): logit P(a beats b) = s_a - s_b + c tanh(d), d the log ratio of the lengths over its deviation. A weak
    ridge (0.1) keeps it finite. Empty with fewer than ten pairs whose answers are known."""
    duels = list(_duels(verdicts, answers))
    models = sorted({m for d in duels for m in (d.model_a, d.model_b)})
    if len(duels) < MIN_DUELS:
        return {}
    strength = dict(zip(models, _fit(duels, models), strict=False))
    return {m: round(fmean(_logistic(strength[m] - strength[o]) for o in models if o != m), 4) for m in models}


def _fit(duels: Sequence[Duel], models: Sequence[str]) -> list[float]:
    """Strengths of the models, then the weight of the length."""
    import numpy as np
    from scipy.optimize import minimize

    place = {m: n for n, m in enumerate(models)}
    ratio = np.array([math.log((len(d.text_a) + 1) / (len(d.text_b) + 1)) for d in duels])
    rows = np.zeros((len(duels), len(models) + 1))
    for n, d in enumerate(duels):
        rows[n, place[d.model_a]], rows[n, place[d.model_b]] = 1, -1
    rows[:, -1] = np.tanh(ratio / (float(np.sqrt((ratio**2).mean())) or 1.0))
    won = np.array([d.won for d in duels])

    def loss(w: Any) -> tuple[float, Any]:
        z = rows @ w
        value = np.logaddexp(0, z).sum() - won @ z + RIDGE / 2 * (w @ w)
        return float(value), rows.T @ (1 / (1 + np.exp(-z)) - won) + RIDGE * w

    return [float(x) for x in minimize(loss, np.zeros(rows.shape[1]), jac=True).x]


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _duels(verdicts: Sequence[Verdict], answers: Answers) -> Iterator[Duel]:
    for item, outcomes in pair_outcomes(verdicts).items():
        texts = answers.get(item, {})
        for (a, b), won in outcomes.items():
            if a in texts and b in texts:
                yield Duel(item, a, b, texts[a], texts[b], won)


def _position(verdicts: Sequence[Verdict]) -> Bias:
    rows = [
        (prompt_of(v.item, {}), float((v.winner == "A") == (v.order == "ab")))
        for v in verdicts
        if v.winner in ("A", "B") and v.order != "single"
    ]
    if not rows:
        return Bias(kind="position", sentence="Position: answers were not judged in pairs, so place had no part.")
    text = "Position: the answer shown first won {value} of verdicts{between}; both orders are asked, which {cancels}."
    cancels = "cancels a constant pull to one place but leaves fewer clear verdicts"
    return _shared("position", rows, 0.5, text.replace("{cancels}", cancels))


def _length(duels: Sequence[Duel]) -> Bias:
    text = "Length: the longer answer won {value} of decided pairs{between}; length may decide, or go with what does."
    return _preferred("length", duels, lambda answer: float(len(answer)), LONGER, text)


def _format(duels: Sequence[Duel]) -> Bias:
    text = "Format: the answer with more headings, lists and bold text won {value} of decided pairs{between}."
    return _preferred("format", duels, lambda answer: float(len(MARKUP.findall(answer))), 1.0, text)


def _preferred(kind: Kind, duels: Sequence[Duel], measure: Measure, factor: float, text: str) -> Bias:
    """How often the answer with more of something won, where one has more and one won."""
    rows = []
    for d in duels:
        a, b = measure(d.text_a), measure(d.text_b)
        if d.won != 0.5 and max(a, b) > factor * min(a, b):
            rows.append((d.prompt, float((a > b) == (d.won > 0.5))))
    if not rows:
        return Bias(kind=kind, sentence=f"{kind.capitalize()}: no decided pair differs in it, so it had no part.")
    return _shared(kind, rows, 0.5, text)


def _verbosity(examination: Mapping[str, Any]) -> Bias:
    """Filler added to an answer is no merit: how often it won in the examination."""
    value, n = examination.get("padding_helped"), examination.get("padded", 0)
    if value is None:
        text = "Verbosity: not measured, because no padded answers were planted in the judge's examination."
        return Bias(kind="verbosity", sentence=text)
    won = f"{round(value * n)} of {n} planted pairs"
    text = f"Verbosity: an answer padded with filler beat the same answer without it in {won}."
    return Bias(kind="verbosity", value=value, fair=0.0, n=n, sentence=text)


def _own_family(verdicts: Sequence[Verdict], labels: Sequence[Label]) -> Iterator[Bias]:
    """For each judge and each candidate of its own family: its wins by this judge against those by others."""
    by_judge: dict[str, list[Verdict]] = defaultdict(list)
    for v in verdicts:
        by_judge[v.judge].append(v)
    models = sorted({m for v in verdicts for m in (v.model_a, v.model_b) if m})
    for judge, own in sorted(by_judge.items()):
        others = [v for name, rows in by_judge.items() if family(name) != family(judge) for v in rows]
        for model in models:
            if family(judge) and family(model) == family(judge):
                yield _favoured(judge, model, own, others, labels)


def _favoured(
    judge: str, model: str, own: Sequence[Verdict], others: Sequence[Verdict], labels: Sequence[Label]
) -> Bias:
    mine = _wins(model, pair_outcomes(own))
    theirs = _wins(model, pair_outcomes(others)) or _wins(model, _labelled(labels))
    who = "judges of other families" if _wins(model, pair_outcomes(others)) else "people"
    rows = [(p, (1 + mine[p] - theirs[p]) / 2) for p in mine if p in theirs]
    if not rows:
        text = (
            f"Own family: {judge} judges {model}, a relative, and nobody else judged it: label pairs to measure this."
        )
        return Bias(kind="own family", judge=judge, n=len(mine), sentence=text)
    gain = fmean(mine[p] - theirs[p] for p, _ in rows)
    points = f"{abs(gain) * 100:.0f} points {'less' if gain < 0 else 'more'} win rate than {who} do"
    text = f"Own family: {judge} gives its relative {model} {points}."
    return _shared("own family", rows, 0.5, text).model_copy(update={"judge": judge})


def _wins(model: str, outcomes: Mapping[str, Mapping[tuple[str, str], float]]) -> dict[str, float]:
    """prompt -> mean win of `model` there."""
    found = {}
    for prompt, pairs in outcomes.items():
        won = [v if a == model else 1 - v for (a, b), v in pairs.items() if model in (a, b)]
        if won:
            found[prompt] = fmean(won)
    return found


def _labelled(labels: Iterable[Label]) -> dict[str, dict[tuple[str, str], float]]:
    found: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    for label in labels:
        value = {"A": 1.0, "tie": 0.5, "B": 0.0}[label.winner]
        found[prompt_of(label.item, {})][label.model_a, label.model_b] = value
    return found


def _shared(kind: Kind, rows: Sequence[tuple[str, float]], fair: float, text: str) -> Bias:
    """A share over rows of (prompt, 0 to 1), a prompt's rows one cluster."""
    clusters: dict[str, list[float]] = defaultdict(list)
    for prompt, value in rows:
        clusters[prompt].append(value)
    mean, se = weighted_mean([(fmean(v), float(len(v))) for v in clusters.values()])
    low, high = interval(mean, se, len(clusters), CONFIDENCE)
    sentence = text.format(value=f"{mean:.0%}", between=f" ({low:.0%} to {high:.0%})")
    verdict = " That is more than chance explains." if not low <= fair <= high else ""
    return Bias(
        kind=kind, value=round(mean, 4), low=round(low, 4), high=round(high, 4), fair=fair, n=len(rows),
        sentence=sentence + verdict,
    )  # fmt: skip
