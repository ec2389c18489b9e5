"""The next question: the one whose answers would change the shortlist most. Facts that belong together share one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from advisor.interview.conditions import DEPENDS, applies, is_settled
from advisor.interview.phrasing import question_for
from advisor.interview.vocabulary import load
from advisor.interview.worth import ROUGH, WORLDS, Shortlists, Worth
from advisor.schema import Question, UseCase

if TYPE_CHECKING:
    from advisor.interview.extract import Extraction

LIMIT = 5
THRESHOLD = 0.025
LAST = ("domain", "languages")  # each value takes an estimate of its own, and they rarely change the candidates


def next_question(
    use_case: UseCase,
    shortlists: Shortlists,
    *,
    asked: Sequence[str],
    limit: int = LIMIT,
    threshold: float = THRESHOLD,
) -> Question | None:
    """The open question that is worth most. None ends the interview: `limit` questions were asked, or no answer is
    expected to change `threshold` of the shortlist.

    `asked` holds the key of each question so far. `shortlists` gives the model ids for each of some requirements;
    it is asked for some hundred. The task comes first where it is unknown: without it no other answer can be weighed.
    """
    if len(asked) >= limit:
        return None
    return next(iter(best_questions(use_case, shortlists, asked=asked, threshold=threshold, count=1)), None)


def best_questions(
    use_case: UseCase,
    shortlists: Shortlists,
    *,
    asked: Sequence[str],
    threshold: float = THRESHOLD,
    count: int = 3,
) -> list[Question]:
    """The open questions above the threshold, the largest expected change of the shortlist first. The first of them,
    the one about to be asked, has lost the parts whose answers are expected to change next to nothing; where several
    are shown and none is put yet, a quicker look decides on that."""
    groups = list(open_groups(use_case, asked))
    if count == 1 and "task" not in use_case.facts:
        for fields in groups:
            if "task" in fields:
                return [question_for(fields, use_case.language, 1.0)]
    last = [fields for fields in groups if fields[0] in LAST]
    worth = Worth(use_case, shortlists, [field for fields in groups for field in fields])
    worlds = WORLDS if count == 1 else ROUGH
    found = _ranked(use_case, worth, [fields for fields in groups if fields not in last], threshold, worlds)
    if len(found) < count:
        found += _ranked(use_case, worth, last, threshold, worlds)
    return [question_for(fields, use_case.language, change) for fields, change in found[:count]]


def _ranked(
    use_case: UseCase, worth: Worth, groups: Sequence[tuple[str, ...]], threshold: float, worlds: int
) -> list[tuple[tuple[str, ...], float]]:
    """Questions that are worth asking, with the share of the shortlist that each may change: the best first."""
    changes = dict(zip(groups, worth.of_each(groups, ROUGH), strict=True))
    left = [fields for fields in sorted(groups, key=lambda g: -changes[g]) if changes[fields] >= threshold]
    while left:
        kept, change = worth.trimmed(left.pop(0), worlds)
        fields = _with_ground(use_case, kept)
        if fields and change >= threshold:
            return [(fields, change), *((other, changes[other]) for other in left)]
    return []


def open_groups(use_case: UseCase, asked: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Open fields: together where one question asks for them, else one by one."""
    left = list(open_fields(use_case, asked))
    for group in load("groups.toml").values():
        found = _with_ground(use_case, [f for f in group["fields"] if f in left])
        left = [f for f in left if f not in group["fields"]]
        if found:
            yield found
    yield from ((f,) for f in left)


def _with_ground(use_case: UseCase, fields: Sequence[str]) -> tuple[str, ...]:
    """The parts of a question without those that depend on a part which it does not ask for, where they are not known
    to apply."""
    return tuple(f for f in fields if applies(use_case, f) or set(DEPENDS.get(f, ())) & set(fields))


def open_fields(use_case: UseCase, asked: Sequence[str]) -> Iterator[str]:
    """Fields that are unknown, not yet asked, and can matter given what is known."""
    closed = {field for key in asked for field in key.split("+")}
    for field in load("priors.toml"):
        if field == "deployment_outside" or field in closed or is_settled(use_case, field):
            continue
        if field == "gpu_memory_gb" or applies(use_case, field):
            yield field


def answered(asked: Sequence[str], question: Question, reply: Extraction) -> list[str]:
    """Keys of the questions so far after the reply to the last of them: parts that it leaves out stay open."""
    spoken_of = {*(f.field for f in reply.facts), *reply.unknown, *reply.nothing}
    return [*asked[:-1], "+".join([question.field, *(f for f in question.also if f in spoken_of)])]
