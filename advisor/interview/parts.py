"""Reading a reply to a question that asks for several facts: part by part, or all of them in one sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from advisor.interview.answers import KINDS, NUMERIC, Answer, head_of, in_base, read_answer, reader, volunteered, words
from advisor.interview.conditions import DEPENDS
from advisor.interview.quantities import Quantity, find_quantities
from advisor.interview.rules_flags import BOOLEANS
from advisor.interview.text import Text
from advisor.schema import Fact, Requirements

_LENGTHS = ("input_tokens_per_request", "output_tokens_per_request")
_SILENT = (  # parts that people leave out where there is nothing to say
    "excluded_providers", "preferred_providers", "open_weights_required", "official_provider_only", "gpu_memory_gb",
    "batch_ok", "max_latency_seconds", "needs_tool_calling", "needs_structured_output", "needs_reasoning",
)  # fmt: skip
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_FREE = ("task", "domain", "languages", "input_modalities", "data_residency", "deployment")


def read_parts(text: Text, asked: Sequence[str], facts: list[Fact], known: Requirements, rules: Any) -> Answer:
    """The answers to the fields in `asked`. A reply with a line for each, or a sentence for each that answers it,
    is read one by one; `rules` finds the facts of one of them. Parts that are not answered are in none of the lists."""
    lines = [line for line in text.raw.splitlines() if line.strip()]
    if len(lines) == len(asked):
        return _merged([_line(line, text, f, known, rules) for line, f in zip(lines, asked, strict=True)], asked)
    sentences = _SENTENCE_END.split(text.raw.strip())
    firm = [f for f in asked if f not in DEPENDS]  # people pass over a part that is not for them
    for pieces, fields in ((sentences, asked), (lines, firm), (sentences, firm)):
        if len(pieces) == len(fields) > 1 and not {f.field for f in facts} & (set(asked) - set(fields)):
            answers = [_line(said, text, f, known, rules) for said, f in zip(pieces, fields, strict=True)]
            if all(map(_answers, answers, pieces)):
                return _merged(answers, fields)
    return _one_sentence(text, asked, facts, known)


def _answers(answer: Answer, said: str) -> bool:
    return bool(answer.facts or answer.nothing or words("unknown").search(said.lower()))


def _line(line: str, text: Text, asked: str, known: Requirements, rules: Any) -> Answer:
    part = Text.of(line, text.language)
    return read_answer(part, asked, rules(part, known), known)


def _merged(answers: list[Answer], asked: Sequence[str]) -> Answer:
    """The answer of each line to its own field, and what lines volunteer on other fields; the later line wins."""
    own = {f.field: f for a, name in zip(answers, asked, strict=True) for f in a.facts if f.field == name}
    other = {f.field: f for a in answers for f in a.facts if f.field not in asked}
    changed = {f.field: f for a, name in zip(answers, asked, strict=True) for f in a.facts if f.field != name}
    late = {name: fact for name, fact in changed.items() if name in asked and name not in own}
    return Answer(
        facts=[*(own | other | late).values()],
        unknown=[name for a in answers for name in a.unknown if name not in late],
        nothing=[name for a in answers for name in a.nothing if name not in late],
    )


def _one_sentence(text: Text, asked: Sequence[str], facts: list[Fact], known: Requirements) -> Answer:
    head = head_of(text)
    stated = {f.field: f for f in facts if f.field in asked}
    answer = Answer([f for f in facts if f.field not in asked and volunteered(text, f)] + list(stated.values()))
    open_ = [f for f in asked if f not in stated]
    for field, value in _found(head, open_, stated, known).items():
        answer.facts.append(Fact(field=field, value=value, quote=text.raw.strip()[:200], origin="answered"))
        open_.remove(field)
    if words("unknown").search(head.low):
        answer.unknown += open_
    elif len(open_) < len(asked):
        answer.nothing += [f for f in open_ if f in _SILENT]
    elif words("no").search(head.low) or words("none_at_all").search(head.low):
        answer.nothing += open_
    return answer


def _found(head: Text, asked: Sequence[str], stated: dict[str, Fact], known: Requirements) -> dict[str, Any]:
    found: dict[str, Any] = _numbers(head, asked, stated)
    for field in asked:
        if field in _FREE and (value := reader(field)(head, None, known)):
            found[field] = value
    flags = [f for f in asked if f in BOOLEANS]
    if len(flags) == 1 and (value := _flag(head)) is not None:
        found[flags[0]] = value
    return found


def _flag(head: Text) -> bool | None:
    """Yes or no in a piece without a number, such as "no waiting" or "yes, they may"."""
    pieces = [p for p in re.split(r"[.,;]", head.low) if not any(c.isdigit() for c in p)]
    said = [p for p in pieces if not words("unknown").search(p)]
    found = {bool(words("yes").search(p)) for p in said if words("yes").search(p) or words("no").search(p)}
    return found.pop() if len(found) == 1 else None


def _numbers(head: Text, asked: Sequence[str], stated: dict[str, Fact]) -> dict[str, float]:
    """Numbers by their units; of two lengths the first is what goes in, the second what comes out."""
    quantities = [q for q in find_quantities(head) if q.kind != "share"]
    found = {}
    for field in (f for f in asked if f in NUMERIC and f not in _LENGTHS):
        if fitting := [q for q in quantities if q.kind == KINDS.get(field, "length") and _firm(q)]:
            found[field] = in_base(field, fitting[-1])
    lengths = [q.value for q in quantities if q.kind == "length" and not q.period]
    sides = [f for f in _LENGTHS if f in asked or f in stated]
    for field, value in zip(sides, lengths, strict=False):
        if field in asked:
            found[field] = round(value, 4)
    return found


def _firm(q: Quantity) -> bool:
    return not (q.kind == "count" and q.number.weak and not q.period)
