"""From verdicts to values by prompt: who beats whom, and which score. All that is said of one prompt is one value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean

from advisor.trial.inference import log_odds
from advisor.trial.schema import Verdict

Weights = Mapping[str, float]
Pair = tuple[str, str]


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
