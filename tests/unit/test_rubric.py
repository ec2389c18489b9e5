"""The drafted rubric speaks of the task and can be edited in the plan."""

from __future__ import annotations

import pytest

from advisor.schema import Fact, UseCase
from advisor.trial.rubric import BY_TASK, draft_rubric


def use_case(**facts: object) -> UseCase:
    return UseCase(text="x", facts={k: Fact(field=k, value=v) for k, v in facts.items()})


def test_a_support_desk_is_judged_by_tone_and_next_step() -> None:
    names = [c.name for c in draft_rubric(use_case(task="customer_support", languages=["de"]))]
    assert names[:2] == ["on_task", "correct"]
    assert {"tone", "next_step", "language"} <= set(names)


def test_a_translation_has_no_criterion_of_language() -> None:
    assert "language" not in {c.name for c in draft_rubric(use_case(task="translation", languages=["de"]))}


@pytest.mark.parametrize("task", [*BY_TASK, "writing", None])
def test_every_criterion_has_both_anchors_and_its_own_name(task: str | None) -> None:
    found = draft_rubric(use_case(**({"task": task} if task else {})))
    assert all(c.worst and c.best and c.description for c in found)
    assert len({c.name for c in found}) == len(found)
