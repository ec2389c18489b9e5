"""Standings of a trial under way: cheap, without a fit. The result's own statistics take their place at the end."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from advisor.trial import inference, outcomes
from advisor.trial.schema import Standing, Verdict

EVERY_S = 1.0
MOST_OF_TIME = 0.05
SAME = 1e-9
WON = {"A": 1.0, "tie": 0.5, "B": 0.0}


@dataclass(slots=True)
class Cell:
    """What is known of one candidate on one prompt."""

    n: int = 0
    total: float = 0.0
    known_odds: int = 0
    odds: float = 0.0

    @property
    def value(self) -> float:
        """Mean score; the side that the probabilities of both orders together take, where all have one."""
        if self.known_odds < self.n:
            return self.total / self.n
        return 0.5 if abs(self.odds) < SAME else float(self.odds > 0)


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
        self._cells: dict[str, dict[str, Cell]] = {m: defaultdict(Cell) for m in candidates}
        self._unscored = dict.fromkeys(candidates, 0)
        self._read = 0
        self._places: list[Standing] = []
        self._next = 0.0

    def standings(self, *, fresh: bool = False) -> list[Standing]:
        """Places so far, best first; at most about a second old. Empty before the first verdict."""
        started = time.monotonic()
        if (fresh or started >= self._next) and len(self._verdicts()) > self._read:
            self._take()
            self._places = sorted(map(self._place, self._cells), key=lambda s: (s.score is None, -(s.score or 0.0)))
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
        odds = None if v.p_a is None else inference.log_odds(v.p_a)
        self._add(v.model_a, v.item, value, odds)
        if v.model_b is not None:
            self._add(v.model_b, v.item, None if value is None else 1 - value, None if odds is None else -odds)

    def _add(self, model: str, item: str, value: float | None, odds: float | None) -> None:
        if model not in self._cells:
            return
        if value is None:
            self._unscored[model] += 1
            return
        cell = self._cells[model][outcomes.prompt_of(item, self._weights)]
        cell.n += 1
        cell.total += value
        cell.known_odds += odds is not None
        cell.odds += odds or 0.0

    def _place(self, model: str) -> Standing:
        values = [(cell.value, self._weights.get(p, 1.0)) for p, cell in self._cells[model].items()]
        if not values:
            return Standing(model=model, score=None, low=None, high=None, n=0, unscored=self._unscored[model])
        mean, se = inference.weighted_mean(values)
        n = len(values)
        low, high = inference.interval(mean, se, n, self._confidence)
        return Standing(model=model, score=mean, low=low, high=high, n=n, unscored=self._unscored[model])
