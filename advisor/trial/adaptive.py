"""An adaptive trial: ask about the models that may still win, stop when one is left.

Every candidate has a capital that bets, prompt by prompt, against "this candidate is at least as good as the
rivals it meets". While that is true the capital is a supermartingale, so it reaches 1 / (1 - confidence) with
probability at most 1 - confidence, however often one looks (Ville's inequality; betting by Waudby-Smith and
Ramdas 2024, a uniform mixture over fixed stakes). A candidate whose capital reaches it is dropped; the last one
left is the winner. The truly best candidate is dropped, and so another one named, in at most 1 - confidence of
trials: no correction for the number of candidates is needed. Each prompt is used once, and what is asked of it is
fixed before its verdicts are seen; all verdicts of one prompt are one bet.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean
from typing import Literal

from advisor.trial import stats
from advisor.trial.schema import Standing, Verdict

STAKES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97)
OPTIMISM = 1.5
WARM_UP = 1
MIN_RIVALS = 2


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question to the judge: two models' answers to a prompt, in the order shown."""

    item: str
    model_a: str
    model_b: str
    order: Literal["ab", "ba"]


@dataclass(slots=True)
class Round:
    """What is asked of one prompt: `rivals` says who is measured against whom."""

    item: str
    rivals: dict[str, list[str]]
    outcomes: list[Verdict] = field(default_factory=list)


class Adaptive:
    """Chooses comparisons, takes verdicts, drops candidates, says when to stop.

    `limit` caps the comparisons (each order is one). `possible` tells whether two models can be compared on
    an item; where the leader and a rival can't, both meet a third. `prior` (expected win rate, 0 to 1, by
    model) counts as `prior_prompts` prompts when choosing whom to ask about; it is never evidence for a winner.
    """

    def __init__(
        self,
        candidates: Sequence[str],
        items: Sequence[str],
        *,
        confidence: float = 0.95,
        seed: int = 0,
        weights: Mapping[str, float] | None = None,
        limit: int | None = None,
        possible: Callable[[str, str, str], bool] | None = None,
        prior: Mapping[str, float] | None = None,
        prior_prompts: float = 4.0,
    ) -> None:
        self.candidates = list(candidates)
        self.confidence = confidence
        self.seed = seed
        self.weights = dict(weights or {})
        self.limit = limit
        self.verdicts: list[Verdict] = []
        self.dropped: dict[str, str] = {}
        self._possible = possible or (lambda item, a, b: True)
        self._random = random.Random(seed)
        self._heaviest = max(self.weights.values(), default=1.0)
        self._items = self._random.sample(list(items), len(items))
        self._width = self._rivals_per_prompt(len(items))
        self._capital = {m: [0.0] * len(STAKES) for m in self.candidates}
        self._wins: dict[tuple[str, str], float] = defaultdict(float)
        self._met: dict[str, int] = defaultdict(int)
        self._known: dict[str, float] | None = None
        self._rounds: dict[str, Round] = {}
        self._queue: list[Comparison] = []
        self._asked = 0
        self._prompts = 0
        self._expect(prior or {}, prior_prompts)

    @property
    def live(self) -> list[str]:
        """Candidates that may still win, most likely first."""
        strength = self._strength()
        return sorted((m for m in self.candidates if m not in self.dropped), key=lambda m: -strength[m])

    @property
    def winner(self) -> str | None:
        """The one candidate left, if there is one."""
        return self.live[0] if len(self.live) == 1 < len(self.candidates) else None

    @property
    def tied(self) -> list[str]:
        """Candidates that could not be told apart, best first; empty when there is a winner."""
        return [] if self.winner else self.live

    @property
    def statement(self) -> str:
        """What can be said now: the winner, or who leads and who can still be the best."""
        sure = f"at {self.confidence:.0%} confidence"
        if self.winner:
            return f"{self.winner} is the best {sure}, after {self._prompts} prompts."
        places = {p.model: p for p in self.standings()}
        leader = places[self.live[0]]
        if leader.score is None or leader.low is None or leader.high is None:
            return f"No winner {sure}: nothing has been compared yet."
        return (
            f"No winner {sure}: {leader.model} leads with a win rate of {leader.score:.0%} ({leader.low:.0%} to "
            f"{leader.high:.0%}) after {self._prompts} prompts, and {', '.join(self.live)} can all still be the best."
        )

    @property
    def settle(self) -> str:
        """What it would take to tell the two best apart; empty when there is a winner."""
        if len(self.live) < 2:
            return ""
        leader, rivals = self.live[0], self.live[1:]
        gaps = stats.compare(leader, rivals, self.verdicts, weights=self.weights, seed=self.seed)
        met = [g for g in gaps if g.n] or gaps
        closest = min(met, key=lambda g: g.mean)
        return stats.settle_text(leader, closest, confidence=self.confidence, models=2)

    def next_batch(self, n: int) -> list[Comparison]:
        """At most n comparisons that can be asked at the same time; [] when there is nothing left to ask.
        Call it when the verdicts of the batch before are recorded."""
        if not self._queue:
            self._settle()
            while len(self._queue) < n and self._open() and self._pose():
                pass
        batch, self._queue = self._queue[:n], self._queue[n:]
        return batch

    def record(self, verdict: Verdict) -> None:
        """Take a verdict; an unscored one is kept for the count and changes nothing."""
        self.verdicts.append(verdict)
        found = self._rounds.get(stats.prompt_of(verdict.item, self.weights))
        if found:
            found.outcomes.append(verdict)

    def stop(self) -> str | None:
        """Why the trial is over, in words; None while there is more to ask. Call it between batches."""
        if not self._queue:
            self._settle()
        if self.winner:
            return f"{self.winner} is the only candidate that can still win at {self.confidence:.0%} confidence"
        if not self._items and not self._queue:
            return "every prompt is used"
        if self._spent() and not self._queue:
            return f"the cap of {self.limit} comparisons is reached"
        return None

    def standings(self) -> list[Standing]:
        """Places so far, best first, by Bradley-Terry on all verdicts."""
        places = stats.standings(
            self.verdicts, self.candidates, weights=self.weights, confidence=self.confidence, seed=self.seed
        )
        return [p.model_copy(update={"dropped": self.dropped.get(p.model, "")}) for p in places]

    def capital(self, model: str) -> float:
        """Evidence (an e-value) against the claim that `model` is the best: 20 is enough at 95% confidence."""
        return fmean(math.exp(c) for c in self._capital[model])

    def _rivals_per_prompt(self, items: int) -> int:
        most = max(len(self.candidates) - 1, 1)
        if self.limit is None:
            return most
        return min(most, max(MIN_RIVALS, math.ceil(self.limit / (2 * max(items, 1)))))

    def _expect(self, prior: Mapping[str, float], prompts: float) -> None:
        for a, b in combinations(sorted(prior), 2):
            share = min(max(0.5 + prior[a] - prior[b], 0.05), 0.95)
            self._wins[a, b] += prompts * share
            self._wins[b, a] += prompts * (1 - share)

    def _open(self) -> bool:
        return len(self.dropped) < len(self.candidates) - 1 and bool(self._items) and not self._spent()

    def _spent(self) -> bool:
        return self.limit is not None and self._asked + 2 > self.limit

    def _pose(self) -> bool:
        """Fix what is asked of the next prompt; False when nothing can be."""
        while self._items:
            item = self._items.pop()
            rivals = self._choose()
            asked, pairs = self._plan(item, rivals)
            if asked:
                self._rounds[item] = Round(item, asked)
                self._queue += [Comparison(item, a, b, order) for a, b in pairs for order in _ORDERS]
                self._asked += 2 * len(pairs)
                for model in asked:
                    self._met[model] += 1
                return True
        return False

    def _choose(self) -> list[tuple[str, str]]:
        """Who is measured against whom on the next prompt: everyone a little first, then the leader against
        those who may overtake it."""
        live = self.live
        if min(self._met[m] for m in live) < WARM_UP:
            fresh = sorted(live, key=lambda m: (self._met[m], self._random.random()))
            return list(combinations(fresh[: min(3, self._width + 1)], 2))
        leader, rivals = live[0], live[1:]
        strength = self._strength()
        rivals.sort(key=lambda m: -(strength[m] + OPTIMISM / math.sqrt(self._met[m] + 1)))
        return [(leader, rival) for rival in rivals[: self._width]]

    def _plan(self, item: str, wanted: Sequence[tuple[str, str]]) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
        rivals: dict[str, list[str]] = defaultdict(list)
        pairs: dict[tuple[str, str], None] = {}
        for a, b in wanted:
            needed = dict.fromkeys([*pairs, *self._ways(item, a, b)])
            if len(needed) == len(pairs) and b not in rivals[a] and not self._ways(item, a, b):
                continue
            if self.limit is not None and self._asked + 2 * len(needed) > self.limit:
                break
            pairs = needed
            rivals[a].append(b)
            rivals[b].append(a)
        return {m: r for m, r in rivals.items() if r}, list(pairs)

    def _ways(self, item: str, a: str, b: str) -> list[tuple[str, str]]:
        """The comparison of a and b on this prompt, or the two with a third model that both can meet."""
        if self._possible(item, a, b):
            return [_sorted(a, b)]
        for other in self.candidates:
            if other not in (a, b) and self._possible(item, a, other) and self._possible(item, b, other):
                return [_sorted(a, other), _sorted(b, other)]
        return []

    def _settle(self) -> None:
        """Bet on every prompt whose verdicts are in, in the order posed."""
        for found in list(self._rounds.values()):
            del self._rounds[found.item]
            self._bet(found)

    def _bet(self, found: Round) -> None:
        self._prompts += 1
        self._known = None
        outcomes = next(iter(stats.pair_outcomes(found.outcomes, self.weights).values()), {})
        for (a, b), value in outcomes.items():
            self._wins[a, b] += value
            self._wins[b, a] += 1 - value
        for model, rivals in found.rivals.items():
            ahead = [d for d in (stats.pair_difference(model, r, outcomes) for r in rivals) if d is not None]
            if ahead:
                loss = -fmean(ahead) * self.weights.get(found.item, 1.0) / self._heaviest
                self._capital[model] = [
                    c + math.log1p(s * loss) for c, s in zip(self._capital[model], STAKES, strict=True)
                ]
        self._drop()

    def _drop(self) -> None:
        """Drop whoever's capital says that it can't be the best, the surest loser first; never the last one."""
        for model in sorted(self._capital, key=self.capital, reverse=True):
            over = self.capital(model) >= 1 / (1 - self.confidence)
            if over and model not in self.dropped and len(self.dropped) < len(self.candidates) - 1:
                self.dropped[model] = (
                    f"can't be the best at {self.confidence:.0%} confidence, after {self._prompts} prompts"
                )

    def _strength(self) -> dict[str, float]:
        if self._known is None:
            self._known = self._fitted()
        return self._known

    def _fitted(self) -> dict[str, float]:
        """Log-odds of each candidate's win rate against the field by Bradley-Terry on what is known so far."""
        import numpy as np

        wins = np.array([[self._wins[a, b] if a != b else 0.0 for b in self.candidates] for a in self.candidates])
        if len(self.candidates) < 2:
            return dict.fromkeys(self.candidates, 0.0)
        return {
            m: math.log(r / (1 - r)) for m, r in zip(self.candidates, stats.field_rates(wins).tolist(), strict=True)
        }


_ORDERS: tuple[Literal["ab"], Literal["ba"]] = ("ab", "ba")


def _sorted(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)
