# ruff: noqa: E501 - a pattern is read best on one line
"""Possible values of a numeric field with their evidence, and which of them holds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from advisor.interview.quantities import Quantity
from advisor.interview.text import Text
from advisor.interview.vocabulary import Terms, pattern


@dataclass(frozen=True)
class Candidate:
    """A possible value of a field with its evidence; the highest `score` wins, then the later one."""

    value: float
    start: int
    end: int
    score: float = 0.0
    note: str = ""


def cue(name: str) -> Terms:
    """A list of cues.toml as a pattern."""
    return pattern("cues.toml", name)


def choose(text: Text, candidates: Iterable[Candidate], floor: float = 0.0) -> Candidate | None:
    """The candidate that holds: what was corrected later wins, then the stronger evidence, then the first."""
    valid = [c for c in candidates if c.score >= floor]
    for cut in reversed(valid[1:]):
        if _corrects(text, valid, cut):
            later = [c for c in valid if c.start >= cut.start]
            return max(later, key=lambda c: (c.score, -c.start))
    return max(valid, key=lambda c: (c.score, -c.start), default=None)


def _corrects(text: Text, candidates: list[Candidate], candidate: Candidate) -> bool:
    before = max((c.end for c in candidates if c.end <= candidate.start), default=None)
    if before is None:
        return False
    start = text.sentence_span(candidate.start)[0]
    window = text.low[max(before, start - 12) : candidate.start]
    return bool(cue("correction").search(window) or _NO.search(window) or re.search(r"->|→|⇒|=>", window))


_SO = re.compile(r"\bso (?:about |roughly |some |now )?$")
_NO = re.compile(r"(?:^|[.…,;–—]\s*)(?:no|nein|non|nao|nee|nej|nei|нет|いや)[,.!]\s")


def adopt_corrections(text: Text, quantities: list[Quantity]) -> list[Quantity]:
    """Give a bare number in a correction ("no, 50") the unit and period of the quantity that it corrects."""
    out: list[Quantity] = []
    for quantity in quantities:
        base = _corrected(quantity, [q for q in out if q.kind != "count" or q.period])
        if base and base.period and quantity.kind == base.kind != "count" and not quantity.period:
            quantity = replace(quantity, period=base.period) if _is_correction(text, quantity) else quantity
        elif (
            base
            and quantity.kind == "count"
            and not quantity.period
            and not quantity.number.weak
            and _is_correction(text, quantity)
        ):
            quantity = _adopt(text, quantity, base)
        out.append(quantity)
    return out


def _corrected(quantity: Quantity, earlier: list[Quantity]) -> Quantity | None:
    """The earlier quantity that a bare number most likely replaces: of like size, recent."""
    if not earlier or not quantity.value:
        return None
    recent = earlier[-4:]
    size = [abs(math.log10(max(q.number.value, 1e-9) / quantity.number.value)) for q in recent]
    return min(zip(size, range(len(recent), 0, -1), recent, strict=True), key=lambda p: (round(p[0], 0), p[1]))[2]


def _adopt(text: Text, quantity: Quantity, base: Quantity) -> Quantity:
    behind = text.after(quantity.end, 24)
    if re.match(
        r"\s(?!on |in |is |was |please|per |a |an |at |now|not |instead|im |de |en |al |pro |par |por |nicht|and |each|so|total|max|as |it|mal|then|would|should|statt|al)[^\W\d_]{3,}",
        behind,
    ):
        return quantity
    unit = {} if base.kind == "count" else {"kind": base.kind, "unit": base.unit, "factor": base.factor}
    return replace(quantity, period=quantity.period or base.period, per=base.per, **unit)  # type: ignore[arg-type]


def _is_correction(text: Text, quantity: Quantity) -> bool:
    start = text.sentence_span(quantity.start)[0]
    window = text.low[max(0, start - 14, quantity.start - 40) : quantity.start]
    return bool(cue("correction").search(window) or _NO.search(window) or _SO.search(window))
