"""What a question is worth: the share of the shortlist that its answers are expected to replace."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import Any

from advisor.interview.assume import defaults
from advisor.interview.rules_topic import is_guess
from advisor.interview.vocabulary import load
from advisor.schema import Requirements, UseCase, values

Shortlist = Callable[[Requirements], list[str]]
Prior = list[tuple[Any, float]]
NEW_LEADER = 0.1  # what a new first candidate counts where the candidates stay the same
WORLDS = 12  # drawn at once: enough to order a dozen questions
GUESS_WRONG = 0.4  # how often a task read from few words is another one
OWN = ("self_hosted", "on_device")
_ALONE = (  # they hardly act together with others, or change what quality means, which takes longer to compute
    "task", "domain", "languages", "priority", "commercial_license_required", "needs_fine_tuning",
)  # fmt: skip
_RELATIVE = ("input_tokens_per_request", "output_tokens_per_request")


Question = tuple[str, ...]  # the fields that it asks for


def expected_changes(use_case: UseCase, shortlist: Shortlist, questions: Sequence[Question]) -> dict[Question, float]:
    """For each question the expected share of the shortlist that is wrong where it alone stays open, 0 to 1.

    A dozen plausible worlds are drawn, in which the user has answered everything; one question after another is then
    left out. So a budget counts even where it binds only at a volume that is not known yet. Some fields are tried by
    themselves, all else as known or assumed.
    """
    lists = _Lists(use_case, shortlist)
    found = {q: _alone(lists, q) for q in questions if set(q) & set(_ALONE)}
    rest = [q for q in questions if q not in found]
    return found | dict(zip(rest, _left_out(lists, rest), strict=True))


def _alone(lists: _Lists, question: Question) -> float:
    """The share of the shortlist that an answer replaces, all else as known or assumed."""
    base = lists.ids({})
    if len(question) == 1:
        tried = [({question[0]: value}, weight) for value, weight in lists.prior(question[0])]
    else:
        tried = [(world, 1 / WORLDS) for world in _worlds(lists, question)]
    return sum(weight * _share_replaced(base, lists.ids(told)) for told, weight in tried)


def _left_out(lists: _Lists, questions: Sequence[Question]) -> list[float]:
    """The share of the shortlist that differs where only this question is open, over plausible worlds."""
    missed = [0.0] * len(questions)
    for world in _worlds(lists, [field for question in questions for field in question]):
        whole = lists.ids(world)
        for n, question in enumerate(questions):
            less = {field: value for field, value in world.items() if field not in question}
            missed[n] += _share_replaced(lists.ids(less), whole) / WORLDS
    return missed


def _worlds(lists: _Lists, fields: Sequence[str]) -> list[dict[str, Any]]:
    """Draws of all fields that spread evenly over the prior of each."""
    drawn = [[_at(lists.prior(field), quantile) for quantile in _quantiles(field)] for field in fields]
    return [dict(zip(fields, values, strict=True)) for values in zip(*drawn, strict=True)]


@lru_cache(maxsize=64)
def _quantiles(field: str) -> tuple[float, ...]:
    """Evenly spread probabilities in an order that is fixed for each field."""
    order = list(range(WORLDS))
    random.Random(field).shuffle(order)
    return tuple((n + 0.5) / WORLDS for n in order)


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


def is_own(use_case: UseCase) -> bool:
    """Whether the model is said to run on hardware that the user controls."""
    known = {name: fact.value for name, fact in use_case.facts.items()}
    return known.get("deployment") in OWN or known.get("data_residency") == "on_prem"


def is_settled(use_case: UseCase, field: str) -> bool:
    """Whether the user spoke of a field: a task that was guessed from few words is still open."""
    return (field in use_case.facts and not is_guess(use_case.facts[field])) or field in use_case.unknown
