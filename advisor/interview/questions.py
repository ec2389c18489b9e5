"""The next question: the one whose answers would change the shortlist most. Facts that belong together share one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from advisor.interview.vocabulary import load
from advisor.interview.worth import Shortlist, expected_changes, is_own, is_settled
from advisor.schema import Question, UseCase

if TYPE_CHECKING:
    from advisor.interview.extract import Extraction

LIMIT = 5
THRESHOLD = 0.03
DONT_KNOW = {
    "en": "I don't know", "es": "No lo sé", "de": "Weiß ich nicht", "fr": "Je ne sais pas", "pt": "Não sei",
}  # fmt: skip


def next_question(
    use_case: UseCase,
    shortlist: Shortlist,
    *,
    asked: Sequence[str],
    limit: int = LIMIT,
    threshold: float = THRESHOLD,
) -> Question | None:
    """The open question that is worth most. None ends the interview: `limit` questions were asked, or no answer is
    expected to change `threshold` of the shortlist.

    `asked` holds the key of each question so far. `shortlist` gives model ids for requirements; it is called about a
    hundred times. The task comes first where it is unknown: without it no other answer can be weighed.
    """
    if len(asked) >= limit:
        return None
    return next(iter(best_questions(use_case, shortlist, asked=asked, threshold=threshold, count=1)), None)


def best_questions(
    use_case: UseCase,
    shortlist: Shortlist,
    *,
    asked: Sequence[str],
    threshold: float = THRESHOLD,
    count: int = 3,
) -> list[Question]:
    """The open questions above the threshold, the largest expected change of the shortlist first."""
    groups = list(open_groups(use_case, asked))
    if count == 1 and "task" not in use_case.facts:
        for fields in groups:
            if "task" in fields:
                return [question_for(fields, use_case.language, 1.0)]
    changes = expected_changes(use_case, shortlist, groups)
    ranked = sorted(changes, key=lambda fields: -changes[fields])
    return [question_for(g, use_case.language, changes[g]) for g in ranked[:count] if changes[g] >= threshold]


def open_groups(use_case: UseCase, asked: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Open fields: together where a question asks for them and all of them are open, else one by one."""
    left = list(open_fields(use_case, asked))
    for fields in _together():
        if set(fields) <= set(left):
            left = [f for f in left if f not in fields]
            yield tuple(fields)
    yield from ((f,) for f in left if f != "gpu_memory_gb" or is_own(use_case))


def open_fields(use_case: UseCase, asked: Sequence[str]) -> Iterator[str]:
    """Fields that are unknown, not yet asked, and can matter given what is known."""
    closed = {field for key in asked for field in key.split("+")}
    own = is_own(use_case)
    for field in load("priors.toml"):
        if field == "deployment_outside" or field in closed or is_settled(use_case, field):
            continue
        if own and field in ("open_weights_required", "data_residency", "deployment"):
            continue
        yield field


def _together() -> list[list[str]]:
    return [group["fields"] for group in _groups()]


def _groups() -> list[dict[str, Any]]:
    return list(load("groups.toml").values())


def question_for(fields: str | Sequence[str], language: str, change: float = 0.0) -> Question:
    """The question on one field, or on those of a group of `groups.toml`, in the user's language, English where there
    is no translation."""
    names = [fields] if isinstance(fields, str) else list(fields)
    first = _text(names[0], language)
    asks = first if len(names) == 1 else _spoken(next(g for g in _groups() if g["fields"] == names), language)
    return Question(
        field=names[0],
        also=names[1:],
        question=asks["question"],
        why=first["why"],
        choices=[*asks["choices"], DONT_KNOW[language if language in DONT_KNOW else "en"]],
        expected_change=round(change, 3),
    )


def _text(field: str, language: str) -> dict[str, Any]:
    return _spoken(load("questions.toml")[field], language)


def _spoken(texts: dict[str, Any], language: str) -> dict[str, Any]:
    found: dict[str, Any] = texts.get(language, texts["en"])
    return found


def answered(asked: Sequence[str], question: Question, reply: Extraction) -> list[str]:
    """Keys of the questions so far after the reply to the last of them: parts that it leaves out stay open."""
    spoken_of = {*(f.field for f in reply.facts), *reply.unknown, *reply.nothing}
    return [*asked[:-1], "+".join([question.field, *(f for f in question.also if f in spoken_of)])]
