"""Which facts can still matter given others: an own machine, or a short wait, leaves some nothing to say."""

from __future__ import annotations

from advisor.interview.meaning import OWN
from advisor.interview.rules_topic import is_guess
from advisor.schema import UseCase

PATIENT = 3600.0  # seconds of waiting from which a batch will do
# Parts of a question that are asked "if": only some answers to the part that comes before leave them open.
DEPENDS = {"gpu_memory_gb": ("data_residency", "deployment"), "batch_ok": ("max_latency_seconds",)}
_TOLD_BY_OWN = ("data_residency", "deployment", "open_weights_required")


def is_own(use_case: UseCase) -> bool:
    """Whether the model is said to run on hardware that the user controls."""
    known = {name: fact.value for name, fact in use_case.facts.items()}
    return known.get("deployment") in OWN or known.get("data_residency") == "on_prem"


def is_settled(use_case: UseCase, field: str) -> bool:
    """Whether the user spoke of a field: a task that was guessed from few words is still open."""
    return (field in use_case.facts and not is_guess(use_case.facts[field])) or field in use_case.unknown


def applies(use_case: UseCase, field: str) -> bool:
    """Whether a part of a question is for a user who has said this much: GPU memory is for those with machines of their
    own, who have said with that where the data stay, where the model runs and that its weights are open; and who
    must have an answer within the hour cannot wait for a batch."""
    if field == "gpu_memory_gb":
        return is_own(use_case)
    if field == "batch_ok":
        wait = use_case.facts.get("max_latency_seconds")
        return wait is None or wait.value >= PATIENT
    return not (field in _TOLD_BY_OWN and is_own(use_case))
