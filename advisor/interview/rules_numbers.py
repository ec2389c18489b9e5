"""Rules for the fields that are numbers; latency here, the others beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from advisor.interview.candidates import Candidate, adopt_corrections, choose, cue
from advisor.interview.number_roles import roles_of
from advisor.interview.number_values import Numbers, values_of
from advisor.interview.quantities import Quantity, find_quantities
from advisor.interview.rules_budget import budget_of
from advisor.interview.rules_lengths import lengths_of
from advisor.interview.rules_memory import memory_of
from advisor.interview.rules_volume import is_withdrawn, volume_of
from advisor.interview.text import Text
from advisor.schema import Fact

FIELDS = {
    "volume": "monthly_requests",
    "budget": "monthly_budget_usd",
    "latency": "max_latency_seconds",
    "input": "input_tokens_per_request",
    "output": "output_tokens_per_request",
    "window": "min_context_tokens",
    "memory": "gpu_memory_gb",
}


def numeric_facts(text: Text, task: str | None = None, *, read: bool = False) -> list[Fact]:
    """The numeric fields that a message states. The task tells whether a length is read or written. With `read` the
    reader of numbers has its say, too."""
    quantities = quantities_of(text)
    found = numbers_by_rule(text, quantities, task)
    if read and quantities:
        found = values_of(Numbers(text, quantities, roles_of(text, quantities, found, task), found, task))
    return [_fact(text, field, found[role]) for role, field in FIELDS.items() if role in found]


def quantities_of(text: Text) -> list[Quantity]:
    """All numbers of a message with their units, corrections with those of what they correct."""
    return adopt_corrections(text, find_quantities(text))


def numbers_by_rule(text: Text, quantities: Sequence[Quantity], task: str | None = None) -> dict[str, Candidate]:
    """What rules take for the value of each role."""
    firm = [q for q in quantities if not q.number.loose]
    volume = volume_of(text, firm)
    found = {
        "volume": volume,
        "budget": budget_of(text, firm, volume.value if volume else None),
        "latency": latency_of(text, firm),
        **lengths_of(text, firm, task),
        "memory": memory_of(text, firm),
    }
    return {role: best for role, best in found.items() if best}


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
