"""What a question is worth: the share of the shortlist that its answers are expected to replace."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

from advisor.interview.assume import defaults
from advisor.interview.conditions import OWN
from advisor.interview.vocabulary import load
from advisor.schema import Requirements, UseCase, values

Shortlist = Callable[[Requirements], list[str]]
Prior = list[tuple[Any, float]]
NEW_LEADER = 0.075  # what a new first candidate counts where the candidates stay the same
FACT = 0.006  # share of the shortlist below which a part of a question is not worth an answer
SURE = 0.03  # what settles in few worlds that a part is worth one
WORLDS = 36  # drawn at once: enough to tell which parts of one question matter
ROUGH = 12  # of them: enough to order a dozen questions
GUESS_WRONG = 0.4  # how often a task read from few words is another one
_ALONE = (  # they hardly act together with others, or change what quality means, which takes longer to compute
    "task", "domain", "languages", "priority", "commercial_license_required", "needs_fine_tuning",
)  # fmt: skip
_RELATIVE = ("input_tokens_per_request", "output_tokens_per_request")


Question = tuple[str, ...]  # the fields that it asks for


class Worth:
    """What not knowing some fields would cost, of the open `fields` of a use case.

    Plausible worlds are drawn, in which the user has answered everything; some fields are then left out. So a budget
    counts even where it binds only at a volume that is not known yet. Some fields are tried by themselves, all else as
    known or assumed. Each list is computed once.
    """

    def __init__(self, use_case: UseCase, shortlist: Shortlist, fields: Sequence[str]):
        self._lists = _Lists(use_case, shortlist)
        self._worlds = _worlds(self._lists, [field for field in fields if field not in _ALONE])
        self._kept: dict[tuple[frozenset[str], int], float] = {}

    def of(self, fields: Collection[str], worlds: int = WORLDS) -> float:
        """The expected share of the shortlist that is wrong where these fields alone stay open, 0 to 1, over the first
        `worlds` of the draws."""
        key = frozenset(fields), worlds
        if key not in self._kept:
            rest = key[0].difference(_ALONE)
            alone = sum(self._alone(field) for field in key[0].intersection(_ALONE))
            self._kept[key] = alone + (self._left_out(rest, worlds) if rest else 0.0)
        return self._kept[key]

    def trimmed(self, question: Question, worlds: int = WORLDS) -> tuple[Question, float]:
        """The fields of a question that are worth an answer, and what they are worth together: one after another is
        left out, the least first, while that costs less than `FACT` of the shortlist over `worlds` of the draws."""
        sure = [field for field in question if self.of([field], ROUGH) >= SURE]
        kept, lost = [field for field in question if field not in sure], 0.0
        while kept:
            out = [field for field in question if field not in (*sure, *kept)]
            worth, place = min((self.of([*out, field], worlds), -n) for n, field in enumerate(kept))
            if worth - lost > FACT:
                break
            lost = worth
            del kept[-place]
        return tuple(f for f in question if f in sure or f in kept), self.of(question, ROUGH if sure else worlds) - lost

    def _alone(self, field: str) -> float:
        """The share of the shortlist that an answer replaces, all else as known or assumed."""
        base, prior = self._lists.ids({}), self._lists.prior(field)
        return sum(weight * _share_replaced(base, self._lists.ids({field: value})) for value, weight in prior)

    def _left_out(self, fields: Collection[str], worlds: int) -> float:
        """The share of the shortlist that differs where these fields are open, over plausible worlds."""
        missed = 0.0
        for world in self._worlds[:worlds]:
            less = {field: value for field, value in world.items() if field not in fields}
            missed += _share_replaced(self._lists.ids(less), self._lists.ids(world)) / worlds
        return missed


def _worlds(lists: _Lists, fields: Sequence[str]) -> list[dict[str, Any]]:
    """Draws of all fields that spread evenly over the prior of each, the first `ROUGH` of them, too."""
    drawn = [[_at(lists.prior(field), quantile) for quantile in _quantiles(field)] for field in fields]
    return [dict(zip(fields, values, strict=True)) for values in zip(*drawn, strict=True)]


@lru_cache(maxsize=64)
def _quantiles(field: str) -> tuple[float, ...]:
    """Evenly spread probabilities in an order that is fixed for each field: the middle of each of `ROUGH` steps, then
    what lies around it."""
    shuffle, rounds = random.Random(field).shuffle, WORLDS // ROUGH
    found: list[float] = []
    for n in sorted(range(rounds), key=lambda n: abs(n - rounds // 2)):
        steps = [(step + (n + 0.5) / rounds) / ROUGH for step in range(ROUGH)]
        shuffle(steps)
        found += steps
    return tuple(found)


def _at(prior: Prior, quantile: float) -> Any:
    """The value of a prior below which `quantile` of its weight lies."""
    reached = list(accumulate(weight for _, weight in prior))
    return next(value for (value, _), up_to in zip(prior, reached, strict=True) if up_to > quantile * reached[-1])


class _Lists:
    """Shortlists of a use case with some more facts, each computed once."""

    def __init__(self, use_case: UseCase, shortlist: Shortlist):
        self.known = values(use_case.facts)
        self.language, self._shortlist = use_case.language, shortlist
        self._kept: dict[str, list[str]] = {}
        self._priors: dict[str, Prior] = {}

    def ids(self, told: dict[str, Any]) -> list[str]:
        """Model ids where the user has told this, too."""
        known = self.known | self._meant(told)
        facts = known | {field: value for field, (value, _) in defaults(known, self.language).items()}
        key = str(sorted(facts.items()))
        if key not in self._kept:
            self._kept[key] = self._shortlist(Requirements.model_validate(facts))
        return self._kept[key]

    def _meant(self, told: dict[str, Any]) -> dict[str, Any]:
        """What an answer tells: data that stay in the house tell where the model runs, too, and memory counts there
        alone; "" and a plain no set no constraint."""
        told = {field: value for field, value in told.items() if value != "" and value is not False}
        known = self.known | told
        if told.get("data_residency") == "on_prem" and known.get("deployment") not in OWN:
            told["deployment"] = known["deployment"] = "self_hosted"
        if known.get("deployment") not in OWN:
            told.pop("gpu_memory_gb", None)
        return told

    def prior(self, field: str) -> Prior:
        """Plausible values of a field with their weights."""
        if field not in self._priors:
            self._priors[field] = self._prior(field)
        return self._priors[field]

    def _prior(self, field: str) -> Prior:
        """Lengths are multiples of what is typical of the task, a guessed task is most likely right, and who said where
        the data must stay, elsewhere than in the house, hardly runs the model in the house."""
        name = "deployment_outside" if field == "deployment" and "data_residency" in self.known else field
        prior: Prior = [(value, weight) for value, weight in load("priors.toml")[name]]
        if field in _RELATIVE:
            typical = defaults(self.known, self.language)[field][0]
            return [(value * typical, weight) for value, weight in prior]
        if field == "task" and "task" in self.known:
            guess = self.known["task"]
            others = [(value, weight * GUESS_WRONG) for value, weight in prior if value != guess]
            return [(guess, 1 - GUESS_WRONG), *others]
        return prior


def _share_replaced(before: Sequence[str], after: Sequence[str]) -> float:
    """Share of a shortlist that is not in the other one; a new leader of the same candidates is a small change."""
    size = max(len(before), len(after))
    if not size:
        return 0.0
    replaced = 1 - len(set(before) & set(after)) / size
    return max(replaced, NEW_LEADER) if before[:1] != after[:1] else replaced
