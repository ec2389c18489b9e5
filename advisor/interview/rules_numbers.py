"""Rules for the fields that are numbers; latency here, the others beside it."""

from __future__ import annotations

import re

from advisor.interview.candidates import Candidate, adopt_corrections, choose, cue
from advisor.interview.quantities import Quantity, find_quantities
from advisor.interview.rules_budget import budget_of
from advisor.interview.rules_lengths import lengths_of
from advisor.interview.rules_memory import memory_of
from advisor.interview.rules_volume import is_withdrawn, volume_of
from advisor.interview.text import Text
from advisor.schema import Fact


def numeric_facts(text: Text, task: str | None = None) -> list[Fact]:
    """The numeric fields that a message states. The task tells whether a length is read or written."""
    every = adopt_corrections(text, find_quantities(text))
    quantities = [q for q in every if not q.number.loose]
    volume = volume_of(text, quantities)
    found = {
        "monthly_requests": volume,
        "monthly_budget_usd": budget_of(text, quantities, volume.value if volume else None),
        "max_latency_seconds": latency_of(text, quantities),
        **lengths_of(text, quantities, task),
        "gpu_memory_gb": memory_of(text, quantities),
    }
    return [_fact(text, field, best) for field, best in found.items() if best]


def _fact(text: Text, field: str, best: Candidate) -> Fact:
    value = round(best.value, 4)
    return Fact(field=field, value=value, quote=text.quote(best.start, best.end), note=best.note)


def latency_of(text: Text, quantities: list[Quantity]) -> Candidate | None:
    """Seconds that an answer may take."""
    found = [c for q in quantities if (c := _latency(text, q))]
    return choose(text, found, floor=1.0)


def _latency(text: Text, q: Quantity) -> Candidate | None:
    if q.kind != "time" or q.period or q.unit in ("day", "week", "month", "year") or is_withdrawn(text, q):
        return None
    before, behind = text.before(q.start, 34), text.after(q.end, 26)
    clause = re.split(r"[,;(]", before)[-1] + " | " + re.split(r"[,;)]", behind)[0]
    cued = bool(cue("latency").search(clause)) or bool(re.search(r"[<≤]\s*$", before))
    clip = bool(cue("clip").search(clause)) or bool(
        re.match(r"-", text.low[q.start + len(str(q.number.value)) - 2 :][:1])
    )
    short = q.unit in ("millisecond", "second")
    score = (
        1.2 * short
        + 1.2 * cued
        - 1.6 * clip
        - 0.2 * (q.unit == "hour")
        + 0.4 * bool(re.search(r"latenc|respon|antwort|repon|respuesta|応答|响应", before))
    )
    return Candidate(q.top, q.start, q.end, score)
