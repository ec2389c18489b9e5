"""What an adaptive trial guesses from its verdicts in order to choose what to ask next. None of it is evidence."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from advisor.trial.bradley_terry import field_rates
from advisor.trial.schema import Verdict

FEWEST_PAIRS = 6
AGREE_TIMES = 2


class Strength:
    """How good each candidate seems: log-odds of its win rate against the field, by Bradley-Terry on all outcomes.

    `prior` (expected win rate by model) counts as `prior_prompts` prompts.
    """

    def __init__(self, candidates: Sequence[str], prior: Mapping[str, float], prior_prompts: float) -> None:
        self.met: dict[str, int] = dict.fromkeys(candidates, 0)
        self._candidates = list(candidates)
        self._wins: dict[tuple[str, str], float] = defaultdict(float)
        self._known: dict[str, float] | None = None
        for a, b in combinations(sorted(prior), 2):
            share = min(max(0.5 + prior[a] - prior[b], 0.05), 0.95)
            self.add({(a, b): share}, prior_prompts)

    def meet(self, models: Iterable[str]) -> None:
        """Note that these are compared on one more prompt."""
        for model in models:
            self.met[model] += 1

    def add(self, outcomes: Mapping[tuple[str, str], float], times: float = 1.0) -> None:
        """Take the outcomes of a prompt: how far a beats b, 0 to 1."""
        self._known = None
        for (a, b), value in outcomes.items():
            self._wins[a, b] += times * value
            self._wins[b, a] += times * (1 - value)

    def fitted(self) -> dict[str, float]:
        """Log-odds by candidate."""
        if self._known is None:
            self._known = self._fit()
        return self._known

    def _fit(self) -> dict[str, float]:
        import numpy as np

        names = self._candidates
        if len(names) < 2:
            return dict.fromkeys(names, 0.0)
        wins = np.array([[self._wins[a, b] if a != b else 0.0 for b in names] for a in names])
        rates = field_rates(wins).tolist()
        return {m: math.log(r / (1 - r)) for m, r in zip(names, rates, strict=True)}


class Orders:
    """Whether a pair must be shown in both orders. One is enough when the two orders of the pairs seen so far gave
    the same side at least AGREE_TIMES as often as opposite sides; a judge that follows the position never does."""

    def __init__(self) -> None:
        self._same = self._opposite = 0

    @property
    def fewest(self) -> int:
        """The least number of comparisons that a pair takes."""
        seen = self._same + self._opposite
        return 1 if seen >= FEWEST_PAIRS and self._same >= AGREE_TIMES * self._opposite else 2

    def both(self, room: float, pairs: int, draw: random.Random) -> bool:
        """Whether to ask this prompt's pairs in both orders, where `room` comparisons are there for them: always if
        one order is not enough, else so often that the comparisons and the prompts are used up together."""
        return self.fewest == 2 or draw.random() < room / max(pairs, 1) - 1

    def note(self, verdicts: Iterable[Verdict]) -> None:
        """Take the verdicts of one prompt."""
        shown: dict[tuple[str, str, str | None], dict[str, str]] = defaultdict(dict)
        for v in verdicts:
            if v.winner in ("A", "B"):
                shown[v.judge, v.model_a, v.model_b][v.order] = v.winner
        for sides in shown.values():
            if len(sides) == 2:
                same = len(set(sides.values())) == 1
                self._same += same
                self._opposite += not same
