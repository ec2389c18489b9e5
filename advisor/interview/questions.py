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
NEW_LEADER = 0.15
_OWN = ("self_hosted", "on_device")
_RELATIVE = ("input_tokens_per_request", "output_tokens_per_request")
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

    `shortlist` gives model ids for requirements; it is called a few dozen times. The task comes first where it
    is unknown: without it no other answer can be weighed.
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
    known = {name: fact.value for name, fact in use_case.facts.items()}
    own = known.get("deployment") in _OWN or known.get("data_residency") == "on_prem"
    for field in load("priors.toml"):
        if field in (*closed, "deployment_outside") or (field == "gpu_memory_gb" and not own):
            continue
        if own and field in ("open_weights_required", "data_residency", "deployment"):
            continue
        yield field


def expected_changes(use_case: UseCase, shortlist: Shortlist, fields: Sequence[str]) -> dict[str, float]:
    """For each field the expected share of the shortlist that its answer would replace, 0 to 1, over the plausible
    answers with their prior weights, all else as known or assumed."""
    cache: dict[str, list[str]] = {}
    base = _ids(use_case, {}, shortlist, cache)
    return {
        field: sum(
            weight * _share_replaced(base, _ids(use_case, _told(use_case, field, value), shortlist, cache))
            for value, weight in _prior(use_case, field)
        )
        for field in fields
    }


def _prior(use_case: UseCase, field: str) -> list[tuple[Any, float]]:
    """Plausible answers; lengths are multiples of what is typical of the task, and who said where the data must stay,
    elsewhere than in the house, hardly runs the model in the house."""
    prior: list[tuple[Any, float]] = load("priors.toml")[field]
    if field in _RELATIVE:
        typical = assumptions(use_case)[field].value
        return [(value * typical, weight) for value, weight in prior]
    if field == "deployment" and "data_residency" in use_case.facts:
        return load("priors.toml")["deployment_outside"]
    return prior


def _told(use_case: UseCase, field: str, value: Any) -> dict[str, Any]:
    """What one answer tells: data that stay in the house tell where the model runs, too."""
    if value == "":
        return {}
    implied = {"deployment": "self_hosted"} if value == "on_prem" and "deployment" not in use_case.facts else {}
    return {field: value} | implied


def _ids(use_case: UseCase, told: dict[str, Any], shortlist: Shortlist, cache: dict[str, list[str]]) -> list[str]:
    facts = {field: Fact(field=field, value=value, origin="computed") for field, value in told.items()}
    answered = use_case.model_copy(update={"facts": use_case.facts | facts})
    answered = answered.model_copy(update={"assumptions": assumptions(answered)})
    requirements = answered.requirements(with_assumptions=True)
    key = requirements.model_dump_json()
    if key not in cache:
        cache[key] = shortlist(requirements)
    return cache[key]


def _share_replaced(before: Sequence[str], after: Sequence[str]) -> float:
    """Share of a shortlist that is not in the other one; a new leader of the same candidates is a small change."""
    size = max(len(before), len(after))
    if not size:
        return 0.0
    replaced = 1 - len(set(before) & set(after)) / size
    return max(replaced, NEW_LEADER) if before[:1] != after[:1] else replaced


def question_for(field: str, language: str, change: float = 0.0) -> Question:
    """The question on a field in the user's language, English where there is no translation."""
    texts = load("questions.toml")[field]
    text = texts.get(language, texts["en"])
    return Question(
        field=field,
        question=text["question"],
        why=text["why"],
        choices=[*text["choices"], DONT_KNOW.get(language if language in texts else "en", DONT_KNOW["en"])],
        expected_change=round(change, 3),
    )
