"""What a metric says of one answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measured:
    """One value. None is not measurable, and `reason` says why. `label` is what a classifier answered."""

    value: float | None
    reason: str = ""
    label: str = ""
