"""Standings of a trial under way: cheap, without a fit. The result's own statistics take their place at the end."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from advisor.trial import stats
from advisor.trial.schema import Standing, Verdict

EVERY_S = 1.0
MOST_OF_TIME = 0.05
WON = {"A": 1.0, "tie": 0.5, "B": 0.0}


class Running:
    """Mean score, or share of comparisons won, of each candidate so far, with an interval clustered by prompt.

    `verdicts` gives the growing list; each verdict is read once. Standings are worked out again at most once
    a second, and never take more than a twentieth of the time.
    """

    def __init__(
        self,
        candidates: Sequence[str],
        verdicts: Callable[[], Sequence[Verdict]],
        *,
        weights: Mapping[str, float],
        confidence: float,
    ):
        self._verdicts, self._weights, self._confidence = verdicts, weights, confidence
        self._sums: dict[str, dict[str, list[float]]] = {m: defaultdict(lambda: [0.0, 0]) for m in candidates}
        self._unscored = dict.fromkeys(candidates, 0)
        self._read = 0
        self._places: list[Standing] = []
        self._next = 0.0

    def standings(self) -> list[Standing]:
        """Places so far, best first; at most a second old. Empty before the first verdict."""
        started = time.monotonic()
        if started >= self._next and len(self._verdicts()) > self._read:
            self._take()
            self._places = sorted(map(self._place, self._sums), key=lambda s: (s.score is None, -(s.score or 0.0)))
            ended = time.monotonic()
            self._next = ended + max(EVERY_S, (ended - started) / MOST_OF_TIME)
        return self._places

    def _take(self) -> None:
        known = self._verdicts()
        for place in range(self._read, len(known)):
            self._count(known[place])
        self._read = len(known)

    def _count(self, v: Verdict) -> None:
        value = v.score if v.model_b is None else None if v.winner is None else WON[v.winner]
        prompt = stats.prompt_of(v.item, self._weights)
        for model, won in ((v.model_a, value), (v.model_b, None if value is None else 1 - value)):
            if model not in self._sums:
                continue
            if won is None:
                self._unscored[model] += 1
                continue
            cell = self._sums[model][prompt]
            cell[0] += won
            cell[1] += 1

    def _place(self, model: str) -> Standing:
        values = [(total / n, self._weights.get(p, 1.0)) for p, (total, n) in self._sums[model].items()]
        if not values:
            return Standing(model=model, score=None, low=None, high=None, n=0, unscored=self._unscored[model])
        mean, se = stats.weighted_mean(values)
        low, high = stats.interval(mean, se, len(values), self._confidence)
        n = len(values)
        return Standing(model=model, score=mean, low=low, high=high, n=n, unscored=self._unscored[model])
