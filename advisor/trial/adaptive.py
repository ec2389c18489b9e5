"""An adaptive trial: ask about the models that may still win, stop when one is left.

Every candidate has a capital (`betting.py`) that bets, prompt by prompt, against "this candidate is at least as
good as the rivals it meets". A candidate whose capital reaches 2 / (1 - confidence) is dropped; the last one left is
the winner. The truly best candidate is dropped, and so another one named, in at most half of 1 - confidence of
trials, however often one looks: no correction for the number of candidates is needed. Each prompt is used once, and
what is asked of it is fixed before its verdicts are seen; all verdicts of one prompt are one bet.

The other half of 1 - confidence is for one look at the end (`selection.py`): where several are left, the leader is
named if it is shown to be the best or within `margin` of the best, and the models are shown not to be all alike.

Where comparisons are capped a pair is shown in one order only, drawn by a coin, once the two orders have been seen
to agree; a further prompt then tells more than the second order. What agrees too little is asked in both.
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

from advisor.trial import selection, stats
from advisor.trial.betting import Capital
from advisor.trial.guesses import Orders, Strength
from advisor.trial.outcomes import pair_difference, pair_outcomes, prompt_of
from advisor.trial.schema import Standing, Verdict

OPTIMISM = 5.0
WARM_UP = 1
WIDTH = 3
SOON = 30
SAME = 1e-6


@dataclass(frozen=True, slots=True)
class Comparison:
    """One question to the judge: two models' answers to a prompt, in the order shown."""

    item: str
    model_a: str
    model_b: str
    order: Literal["ab", "ba"]


@dataclass(slots=True)
class Round:
    """What is asked of one prompt: `rivals` says who is measured against whom; `lead` is the leader before it with
    the weight of each rival in the evidence that the models are not all alike; `left` how many prompts may follow."""

    item: str
    rivals: dict[str, list[str]]
    lead: tuple[str, dict[str, float]]
    left: float
    outcomes: list[Verdict] = field(default_factory=list)


class Adaptive:
    """Chooses comparisons, takes verdicts, drops candidates, says when to stop.

    `limit` caps the comparisons (each order is one). `possible` tells whether two models can be compared on
    an item; where the leader and a rival can't, both meet a third. `prior` (expected win rate, 0 to 1, by
    model) counts as `prior_prompts` prompts when choosing whom to ask about; it is never evidence for a winner.
    `margin` is how far (win rate, 0 to 1) the model named at the end may be behind the best; 0 allows only the best.
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
        margin: float = 0.05,
    ) -> None:
        self.candidates = list(candidates)
        self.confidence, self.seed, self.limit, self.margin = confidence, seed, limit, margin
        self.weights = dict(weights or {})
        self.verdicts: list[Verdict] = []
        self.dropped: dict[str, str] = {}
        self.near: str | None = None
        self._possible = possible or (lambda item, a, b: True)
        self._random = random.Random(seed)
        self._heaviest = max(self.weights.values(), default=1.0)
        self._items = self._random.sample(list(items), len(items))
        self._surely = 2 / (1 - confidence)
        self._capital = {m: Capital(self._surely) for m in self.candidates}
        self._unlike, self._differ = Capital(1 / (1 - confidence)), False
        self._standing_of: Strength = Strength(self.candidates, prior or {}, prior_prompts)
        self._orders = Orders()
        self._rounds: dict[str, Round] = {}
        self._queue: list[Comparison] = []
        self._asked = self._prompts = 0

    @property
    def live(self) -> list[str]:
        """Candidates that may still win, most likely first."""
        strength = self._standing_of.fitted()
        return sorted((m for m in self.candidates if m not in self.dropped), key=lambda m: -strength[m])

    @property
    def winner(self) -> str | None:
        """The one candidate left, or the one that `conclude` found to be near enough to the best."""
        return self.live[0] if len(self.live) == 1 < len(self.candidates) else self.near

    @property
    def tied(self) -> list[str]:
        """Candidates that could not be told apart, best first; empty when there is a winner."""
        return [] if self.winner else self.live

    @property
    def statement(self) -> str:
        """What can be said now: the winner, or who leads and who can still be the best."""
        sure = f"at {self.confidence:.0%} confidence"
        if self.near:
            return (
                f"{self.near} is the best or within {100 * self.margin:.0f} points of the best {sure}, after "
                f"{self._prompts} prompts; {', '.join(m for m in self.live if m != self.near)} may be as good."
            )
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
        """What it would take to tell the two best apart; empty when there is one candidate left."""
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
        found = self._rounds.get(prompt_of(verdict.item, self.weights))
        if found:
            found.outcomes.append(verdict)

    def stop(self) -> str | None:
        """Why the trial is over, in words; None while there is more to ask. Call it between batches."""
        if not self._queue:
            self._settle()
        if self.winner and not self.near:
            return f"{self.winner} is the only candidate that can still win at {self.confidence:.0%} confidence"
        if not self._items and not self._queue:
            return "every prompt is used"
        if self._spent() and not self._queue:
            return f"the cap of {self.limit} comparisons is reached"
        return None

    def conclude(self) -> None:
        """The one look at the end, when prompts or cap are used up: see `selection.py`. Calling it earlier, or again
        after more comparisons, would break its error rate."""
        self._settle()
        if self.winner or not self.margin or not self._differ:
            return
        leader, *rivals = self.live
        level = (1 - self.confidence) / 2
        ahead = selection.furthest_ahead(
            leader, rivals, self.verdicts, level=level, weights=self.weights, seed=self.seed
        )
        self.near = leader if ahead <= self.margin else None

    def standings(self) -> list[Standing]:
        """Places so far, best first, by Bradley-Terry on all verdicts."""
        places = stats.standings(
            self.verdicts, self.candidates, weights=self.weights, confidence=self.confidence, seed=self.seed
        )
        return [p.model_copy(update={"dropped": self.dropped.get(p.model, "")}) for p in places]

    def capital(self, model: str) -> float:
        """Evidence (an e-value) against the claim that `model` is the best."""
        return self._capital[model].value

    def _open(self) -> bool:
        return len(self.dropped) < len(self.candidates) - 1 and bool(self._items) and not self._spent()

    def _spent(self) -> bool:
        return self.limit is not None and self._asked + self._orders.fewest > self.limit

    def _room(self) -> float:
        """Comparisons that each prompt left may take if they are to last for all."""
        return math.inf if self.limit is None else (self.limit - self._asked) / max(len(self._items), 1)

    def _pose(self) -> bool:
        """Fix what is asked of the next prompt; False when nothing can be."""
        while self._items:
            room = self._room()
            item = self._items.pop()
            wanted = self._choose(room)
            asked, questions = self._plan(item, wanted, room)
            if asked:
                self._rounds[item] = Round(item, asked, self._lead(), self._prompts_left(len(questions)))
                self._queue += questions
                self._asked += len(questions)
                self._standing_of.meet(asked)
                return True
        return False

    def _lead(self) -> tuple[str, dict[str, float]]:
        strength, leader = self._standing_of.fitted(), self.live[0]
        return leader, {m: max(strength[leader] - s, 0.0) + SAME for m, s in strength.items() if m != leader}

    def _prompts_left(self, questions: int) -> float:
        if self.limit is None:
            return len(self._items)
        return min(len(self._items), (self.limit - self._asked) / max(questions, 1))

    def _choose(self, room: float) -> list[tuple[str, str]]:
        """Who is measured against whom on the next prompt: everyone a little first, then the leader against
        those who may overtake it."""
        live, met = self.live, self._standing_of.met
        width = len(live) - 1 if room == math.inf else max(WIDTH, math.ceil(room / self._orders.fewest))
        if min(met[m] for m in live) < WARM_UP:
            fresh = sorted(live, key=lambda m: (met[m], self._random.random()))
            return list(combinations(fresh[: min(3, width + 1)], 2))
        strength = self._standing_of.fitted()
        leader, rivals = live[0], live[1:]
        rivals.sort(key=lambda m: -(strength[m] + OPTIMISM / math.sqrt(met[m] + 1)))
        return [(leader, rival) for rival in rivals[:width]]

    def _plan(
        self, item: str, wanted: Sequence[tuple[str, str]], room: float
    ) -> tuple[dict[str, list[str]], list[Comparison]]:
        """Who is measured by whom, and the comparisons that this takes, as far as the cap allows."""
        both = self._orders.both(room, len(wanted), self._random)
        rivals: dict[str, list[str]] = defaultdict(list)
        pairs: dict[tuple[str, str], None] = {}
        for a, b in wanted:
            ways = self._ways(item, a, b)
            needed = dict.fromkeys([*pairs, *ways])
            if not ways:
                continue
            if self.limit is not None and self._asked + (1 + both) * len(needed) > self.limit:
                break
            pairs = needed
            rivals[a].append(b)
            rivals[b].append(a)
        orders = {pair: _ORDERS if both else (self._random.choice(_ORDERS),) for pair in pairs}
        return dict(rivals), [Comparison(item, a, b, o) for (a, b), shown in orders.items() for o in shown]

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
        self._orders.note(found.outcomes)
        outcomes = next(iter(pair_outcomes(found.outcomes, self.weights).values()), {})
        self._standing_of.add(outcomes)
        heavy = self.weights.get(found.item, 1.0) / self._heaviest
        leader, worth = found.lead
        for model, rivals in found.rivals.items():
            ahead = {r: d for r in rivals if (d := pair_difference(model, r, outcomes)) is not None}
            if not ahead:
                continue
            self._capital[model].bet(-fmean(ahead.values()) * heavy, self._bets_left(model, found))
            if model == leader:
                self._tell_apart({r: (d * heavy, worth[r]) for r, d in ahead.items()}, found.left)
        self._drop()

    def _tell_apart(self, ahead: Mapping[str, tuple[float, float]], left: float) -> None:
        """Bet against "all models are alike" on the leader's (lead, weight) over each rival. The rivals that show the
        difference best are dropped soon, so the bets aim at a near end."""
        total = sum(weight for _, weight in ahead.values())
        self._unlike.bet(sum(lead * weight for lead, weight in ahead.values()) / total, min(left, SOON))
        self._differ = self._differ or self._unlike.value >= 1 / (1 - self.confidence)

    def _bets_left(self, model: str, found: Round) -> float:
        """The leader bets on every prompt; the others share those that the leader meets."""
        others = max(len(self.candidates) - len(self.dropped) - 1, 1)
        share = 1.0 if model == found.lead[0] else min(1.0, len(found.rivals) / others)
        return found.left * share

    def _drop(self) -> None:
        """Drop whoever's capital says that it can't be the best, the surest loser first; never the last one."""
        for model in sorted(self._capital, key=self.capital, reverse=True):
            over = self.capital(model) >= self._surely
            if over and model not in self.dropped and len(self.dropped) < len(self.candidates) - 1:
                self.dropped[model] = (
                    f"can't be the best at {self.confidence:.0%} confidence, after {self._prompts} prompts"
                )


_ORDERS: tuple[Literal["ab"], Literal["ba"]] = ("ab", "ba")


def _sorted(a: str, b: str) -> tuple[str, str]:
    return (a, b) if a < b else (b, a)
