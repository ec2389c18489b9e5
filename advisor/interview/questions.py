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
_AND = {"en": "and", "es": "y", "de": "und", "fr": "et", "pt": "e"}


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
    """Open fields, those of one question together."""
    left = list(open_fields(use_case, asked))
    for fields in _together():
        if group := tuple(f for f in fields if f in left):
            left = [f for f in left if f not in group]
            if group != ("gpu_memory_gb",) or is_own(use_case):
                yield group
    yield from ((field,) for field in left)


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
    return [group["fields"] for group in load("groups.toml").values()]


def question_for(fields: str | Sequence[str], language: str, change: float = 0.0) -> Question:
    """The question on one field, or on several that belong together, in the user's language, English where there is
    no translation."""
    names = [fields] if isinstance(fields, str) else list(fields)
    spoken = language if language in load("questions.toml")[names[0]] else "en"
    texts = [_text(field, spoken) for field in names]
    whole = next((g for g in load("groups.toml").values() if g["fields"] == names), None)
    asks = whole[spoken] if whole else {"question": _joined(texts, spoken), "choices": _paired(texts)}
    return Question(
        field=names[0],
        also=names[1:],
        question=asks["question"],
        why=texts[0]["why"],
        choices=[*asks["choices"], DONT_KNOW[spoken]],
        expected_change=round(change, 3),
    )


def _text(field: str, language: str) -> dict[str, Any]:
    texts: dict[str, Any] = load("questions.toml")[field]
    found: dict[str, Any] = texts.get(language, texts["en"])
    return found


def _joined(texts: Sequence[dict[str, Any]], language: str) -> str:
    """Several questions as one sentence."""
    if len(texts) == 1:
        return str(texts[0]["question"])
    clauses = [str(text.get("part") or text["question"]).strip("¿? ") for text in texts]
    first, *rest = [clause[:1].lower() + clause[1:] for clause in clauses]
    listed = f"{', '.join([first, *rest[:-1]])}, {_AND[language]} {rest[-1]}"
    opens, closes = ("¿" if language == "es" else ""), (" ?" if language == "fr" else "?")
    return f"{opens}{listed[:1].upper()}{listed[1:]}{closes}"


def _paired(texts: Sequence[dict[str, Any]]) -> list[str]:
    """Answers to all parts at once, one part of each in turn."""
    return [", ".join(dict.fromkeys(parts)) for parts in zip(*(text["choices"] for text in texts), strict=False)]


def answered(asked: Sequence[str], question: Question, reply: Extraction) -> list[str]:
    """Keys of the questions so far after the reply to the last of them: parts that it leaves out stay open."""
    spoken_of = {*(f.field for f in reply.facts), *reply.unknown, *reply.nothing}
    return [*asked[:-1], "+".join([question.field, *(f for f in question.also if f in spoken_of)])]
