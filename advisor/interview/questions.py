"""The next question: the one whose answers would change the shortlist most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from advisor.interview.assume import assumptions
from advisor.interview.vocabulary import load
from advisor.schema import Fact, Question, Requirements, UseCase

Shortlist = Callable[[Requirements], list[str]]
LIMIT = 5
THRESHOLD = 0.05
_OWN_HARDWARE = ("self_hosted", "on_device")


def next_question(
    use_case: UseCase,
    shortlist: Shortlist,
    *,
    asked: Sequence[str],
    limit: int = LIMIT,
    threshold: float = THRESHOLD,
) -> Question | None:
    """The open question that is worth most, or None: nothing would change much, or enough was asked.

    `shortlist` gives model ids, best first, for requirements; it is called a few dozen times. The task comes
    first where it is unknown: without it no other answer can be weighed.
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
    fields = list(open_fields(use_case, asked))
    if "task" in fields and count == 1:
        return [question_for("task", use_case.language, 1.0)]
    changes = expected_changes(use_case, shortlist, fields)
    ranked = sorted(changes, key=lambda f: -changes[f])
    return [question_for(f, use_case.language, changes[f]) for f in ranked[:count] if changes[f] >= threshold]


def open_fields(use_case: UseCase, asked: Sequence[str]) -> Iterator[str]:
    """Fields that are unknown, not yet asked, and can matter given what is known."""
    closed = {*use_case.facts, *use_case.unknown, *asked}
    deployment = use_case.facts.get("deployment")
    own = deployment is not None and deployment.value in _OWN_HARDWARE
    for field in load("priors.toml"):
        if field in closed or (field == "gpu_memory_gb" and not own):
            continue
        if own and field in ("open_weights_required", "data_residency"):
            continue
        yield field


def expected_changes(use_case: UseCase, shortlist: Shortlist, fields: Sequence[str]) -> dict[str, float]:
    """For each field the expected share of the shortlist that its answer would replace, 0 to 1."""
    cache: dict[str, list[str]] = {}
    base = _ids(use_case, shortlist, cache)
    return {field: _expected_change(use_case, shortlist, field, base, cache) for field in fields}


def _expected_change(
    use_case: UseCase, shortlist: Shortlist, field: str, base: list[str], cache: dict[str, list[str]]
) -> float:
    total = 0.0
    for value, weight in load("priors.toml")[field]:
        total += weight * _share_replaced(base, _ids(_answered(use_case, field, value), shortlist, cache))
    return total


def _answered(use_case: UseCase, field: str, value: Any) -> UseCase:
    fact = {} if value == "" else {field: Fact(field=field, value=value, origin="computed")}
    return use_case.model_copy(update={"facts": use_case.facts | fact})


def _ids(use_case: UseCase, shortlist: Shortlist, cache: dict[str, list[str]]) -> list[str]:
    assumed = use_case.model_copy(update={"assumptions": assumptions(use_case)})
    requirements = assumed.requirements(with_assumptions=True)
    key = requirements.model_dump_json()
    if key not in cache:
        cache[key] = shortlist(requirements)
    return cache[key]


def _share_replaced(before: Sequence[str], after: Sequence[str]) -> float:
    """Share of a shortlist that is not in the other one; a new leader counts as half a change at least."""
    size = max(len(before), len(after))
    if not size:
        return 0.0
    replaced = 1 - len(set(before) & set(after)) / size
    return max(replaced, 0.5) if before[:1] != after[:1] else replaced


def question_for(field: str, language: str, change: float = 0.0) -> Question:
    """The question on a field in the user's language, English where there is no translation."""
    texts = load("questions.toml")[field]
    text = texts.get(language, texts["en"])
    return Question(
        field=field,
        question=text["question"],
        why=text["why"],
        choices=text["choices"],
        expected_change=round(change, 3),
    )
