"""What a question is worth: the share of the shortlist that its answers are expected to replace."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, chain, islice
from typing import Any

from advisor.interview.assume import defaults
from advisor.interview.conditions import OWN
from advisor.interview.vocabulary import load
from advisor.schema import Requirements, UseCase, values

Shortlists = Callable[[Sequence[Requirements]], list[list[str]]]
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

    def __init__(self, use_case: UseCase, shortlists: Shortlists, fields: Sequence[str]):
        self._lists = _Lists(use_case, shortlists)
        self._worlds = _worlds(self._lists, [field for field in fields if field not in _ALONE])
        self._kept: dict[tuple[Question, int], float] = {}

    def of(self, question: Question, worlds: int = WORLDS) -> float:
        """The expected share of the shortlist that is wrong where these fields alone stay open, 0 to 1, over the first
        `worlds` of the draws."""
        return self.of_each([question], worlds)[0]

    def of_each(self, questions: Sequence[Question], worlds: int = WORLDS) -> list[float]:
        """The same for several questions, whose lists are computed together, in a fraction of the time."""
        new = [question for question in dict.fromkeys(questions) if (question, worlds) not in self._kept]
        full, told = self._worlds[:worlds], [self._told(question, worlds) for question in new]
        lists = iter(self._lists.ids([{}, *full, *chain.from_iterable(told)]))
        base, whole = next(lists), list(islice(lists, len(full)))
        for question, answers in zip(new, told, strict=True):
            self._kept[question, worlds] = self._expected(question, base, whole, list(islice(lists, len(answers))))
        return [self._kept[question, worlds] for question in questions]

    def trimmed(self, question: Question, worlds: int = WORLDS) -> tuple[Question, float]:
        """The fields of a question that are worth an answer, and what they are worth together: one after another is
        left out, the least first, while that costs less than `FACT` of the shortlist over `worlds` of the draws."""
        alone = self.of_each([(field,) for field in question], ROUGH)
        sure = [field for field, worth in zip(question, alone, strict=True) if worth >= SURE]
        kept, lost = [field for field in question if field not in sure], 0.0
        while kept:
            out = tuple(field for field in question if field not in (*sure, *kept))
            worths = self.of_each([(*out, field) for field in kept], worlds)
            worth, place = min((worth, -n) for n, worth in enumerate(worths))
            if worth - lost > FACT:
                break
            lost = worth
            del kept[-place]
        return tuple(f for f in question if f in sure or f in kept), self.of(question, ROUGH if sure else worlds) - lost

    def _told(self, question: Question, worlds: int) -> list[dict[str, Any]]:
        """What the lists of a question stand on: each answer to the fields that are tried by themselves, and the worlds
        with the others left open."""
        told = [{field: value} for field in question if field in _ALONE for value, _ in self._lists.prior(field)]
        if not set(question).issubset(_ALONE):
            told += [{f: value for f, value in world.items() if f not in question} for world in self._worlds[:worlds]]
        return told

    def _expected(
        self, question: Question, base: list[str], whole: Sequence[list[str]], lists: Sequence[list[str]]
    ) -> float:
        """The share that the answers replace, all else as known or assumed, and the share that differs where the other
        fields stay open in worlds where all else is known."""
        prior = [weight for field in question if field in _ALONE for _, weight in self._lists.prior(field)]
        answers, less = lists[: len(prior)], lists[len(prior) :]
        alone = sum(weight * _share_replaced(base, ids) for weight, ids in zip(prior, answers, strict=True))
        pairs = zip(less, whole, strict=True) if less else ()
        return alone + sum(_share_replaced(before, after) / len(whole) for before, after in pairs)


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

    def __init__(self, use_case: UseCase, shortlists: Shortlists):
        self.known = values(use_case.facts)
        self.language, self._shortlists = use_case.language, shortlists
        self._kept: dict[str, list[str]] = {}
        self._priors: dict[str, Prior] = {}

    def ids(self, told: Sequence[dict[str, Any]]) -> list[list[str]]:
        """Model ids where the user has told each of these, too; those that are new are computed together."""
        facts = [self._facts(more) for more in told]
        keys = [str(sorted(known.items())) for known in facts]
        new = {key: known for key, known in zip(keys, facts, strict=True) if key not in self._kept}
        if new:
            wanted = [Requirements.model_validate(known) for known in new.values()]
            self._kept.update(zip(new, self._shortlists(wanted), strict=True))
        return [self._kept[key] for key in keys]

    def _facts(self, told: dict[str, Any]) -> dict[str, Any]:
        """All that is known where the user has told this, too, and what is assumed then."""
        known = self.known | self._meant(told)
        return known | {field: value for field, (value, _) in defaults(known, self.language).items()}

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
