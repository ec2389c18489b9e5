"""What stands around a number: the signs by which the reader of numbers tells what each of them is for."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from advisor.interview.candidates import Candidate, cue
from advisor.interview.quantities import Quantity
from advisor.interview.rules_volume import multipliers
from advisor.interview.text import Text

Signs = dict[str, float]
REACH, NEAR = 9, 3  # words on each side that count, and that count by their place
STEM = 5  # letters of a longer word that stand for all its forms
WIDTH = 60  # characters on each side in which cues of rules count
FADES = 4  # words after which a word counts half
MOST = 4  # numbers of a kind that are told apart
CUES = (
    "input", "output", "window", "budget", "not_budget", "latency", "clip", "memory", "not_memory", "others_machines",
    "our_machine", "free_memory", "requests", "people", "each_head", "average", "peak", "one_off", "cards_for_us",
    "cards_taken", "left_for_model", "workdays", "priced", "limit",
)  # fmt: skip
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\d_\u3040-\u30ff\u3400-\u9fff]+|[^\w\s]|\d+")
_CLAUSE, _STOP = re.compile(r"[,;:()]"), frozenset(".!?;。！？")


class _Word(NamedTuple):
    """A word, or the kind of a number in its place, and where it starts."""

    start: int
    word: str


def signs_of(
    text: Text, quantities: Sequence[Quantity], by_rule: Mapping[str, Candidate], task: str | None
) -> list[Signs]:
    """The signs of each number with their weights; `by_rule` is what rules take for each role, `task` that of the
    message. Each sign comes twice, as it is and for the kind of number alone."""
    words = _words(text, quantities)
    starts = [word.start for word in words]
    cues = _cue_spans(text)
    chosen, multiplied = [_chosen(q, by_rule) for q in quantities], _multiplied(text, quantities, by_rule)
    found = []
    for n, quantity in enumerate(quantities):
        signs = _around(words, bisect_left(starts, quantity.number.start))
        signs |= _sentence(text, words, quantity) | _own(quantity, quantities) | _cues(text, quantity, cues)
        signs |= _rules(chosen, n, by_rule) | {f"t{task}": 0.7}
        if multiplied is not None and quantity.kind == "count":
            signs[f"m{quantity.number.value in multiplied}"] = 1.5
        found.append(signs | {f"{quantity.kind}:{sign}": weight for sign, weight in signs.items()})
    return found


def _words(text: Text, quantities: Sequence[Quantity]) -> list[_Word]:
    """The words of a message with numbers as their kinds, in order."""
    found, at = [], 0
    for q in sorted(quantities, key=lambda q: q.number.start):
        found += [_Word(at + m.start(), m.group()) for m in _WORD.finditer(text.low[at : q.number.start])]
        found.append(_Word(q.number.start, f"<{q.kind}>"))
        at = max(at, q.number.end)
    return found + [_Word(at + m.start(), m.group()) for m in _WORD.finditer(text.low[at:])]


def _around(words: Sequence[_Word], at: int) -> Signs:
    """Words on both sides of a place, near ones with their distance, and each two in a row."""
    signs: Signs = {}
    sides = {"-": words[max(0, at - REACH) : at][::-1], "+": words[at + 1 : at + 1 + REACH]}
    for side, of in sides.items():
        beyond = ""  # a mark of words in another sentence
        for n, (_, word) in enumerate(of):
            weight = 1 / (1 + n / FADES)
            signs[f"{side}{beyond}{word}"] = signs.get(f"{side}{beyond}{word}", 0.0) + weight
            if n < NEAR:
                signs[f"{side}{beyond}{n}{word}"] = 1.0
            if len(word) > STEM:
                stem = f"{side}{beyond}~{word[:STEM]}"
                signs[stem] = signs.get(stem, 0.0) + weight
            if n + 1 < len(of) and n <= FADES:
                signs[f"{side}{beyond}{word}_{of[n + 1].word}"] = 1.0
            beyond = "|" if word in _STOP else beyond
    return signs


def _sentence(text: Text, words: Sequence[_Word], quantity: Quantity) -> Signs:
    start, end = text.sentence_span(quantity.start)
    return {f"s{word}": 0.3 for at, word in words if start <= at < end}


def _own(quantity: Quantity, quantities: Sequence[Quantity]) -> Signs:
    """Kind, unit, period and size of a number, and its place among those of its kind."""
    value, same = max(quantity.number.value, 1e-3), [q for q in quantities if q.kind == quantity.kind]
    size = math.floor(2 * math.log10(value))
    names = (
        f"k{quantity.kind}", f"u{quantity.unit or quantity.kind}", f"p{quantity.period}", f"v{size}",
        f"w{quantity.number.weak}", f"l{quantity.number.loose}", "whole" if value == int(value) else "part",
        f"n{min(same.index(quantity), MOST - 1)}", f"of{min(len(same), MOST)}",
    )  # fmt: skip
    return dict.fromkeys(names, 1.0)


def _cue_spans(text: Text) -> dict[str, list[tuple[int, int]]]:
    """Where the cues of rules stand."""
    return {name: [m.span() for m in cue(name).finditer(text.low)] for name in CUES}


def _cues(text: Text, quantity: Quantity, cues: Mapping[str, list[tuple[int, int]]]) -> Signs:
    """Cues of rules in the sentence on both sides, and in the clause."""
    number = quantity.number
    before, after = text.before(number.start, WIDTH), text.after(number.end, WIDTH)
    near_before = len(before) if not (cut := list(_CLAUSE.finditer(before))) else len(before) - cut[-1].end()
    near_after = len(after) if not (stop := _CLAUSE.search(after)) else stop.start()
    sides = {
        "-": (number.start - len(before), number.start),
        "--": (number.start - near_before, number.start),
        "+": (number.end, number.end + len(after)),
        "++": (number.end, number.end + near_after),
    }
    return {
        f"c{side}{name}": 0.7
        for name, spans in cues.items()
        for side, (start, end) in sides.items()
        if any(start <= a and b <= end for a, b in spans)
    }


def _chosen(quantity: Quantity, by_rule: Mapping[str, Candidate]) -> list[str]:
    """The roles in which rules take a number."""
    return [role for role, c in by_rule.items() if is_of(c, quantity)]


def _multiplied(text: Text, quantities: Sequence[Quantity], by_rule: Mapping[str, Candidate]) -> list[float] | None:
    """Numbers by which rules multiply the volume that they found; None where they found none."""
    firm = [q for q in quantities if not q.number.loose]
    volume = next((q for q in firm if "volume" in by_rule and is_of(by_rule["volume"], q)), None)
    return None if volume is None else multipliers(text, volume, firm)


def is_of(candidate: Candidate, quantity: Quantity) -> bool:
    """Whether a candidate of a rule stands on a number."""
    return candidate.start <= quantity.number.start < candidate.end or candidate.start == quantity.start


def _rules(chosen: Sequence[Sequence[str]], at: int, by_rule: Mapping[str, Candidate]) -> Signs:
    """What rules take a number and its neighbours for, and which roles they found at all."""
    before, behind = chosen[max(at - 1, 0) : at], chosen[at + 1 : at + 2]
    signs = {f"R{role}": 0.3 for role in by_rule} | {f"r{role}": 1.5 for role in chosen[at] or ("none",)}
    signs |= {f"<{role}": 0.5 for roles in before for role in roles}
    return signs | {f">{role}": 0.5 for roles in behind for role in roles}
