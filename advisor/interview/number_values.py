"""Values of the numeric fields from what the reader of numbers takes each number for, beside what rules found."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from advisor.interview.candidates import Candidate
from advisor.interview.number_roles import Chances
from advisor.interview.number_signs import is_of
from advisor.interview.number_volume import volume_read
from advisor.interview.quantities import Quantity
from advisor.interview.rules_budget import monthly_money
from advisor.interview.shared_cards import part_of_cards
from advisor.interview.text import Text

LEAST = 0.4  # probability from which on a number has a role
SURE = 0.65  # probability from which on a number multiplies a volume that a rule takes as it is
CERTAIN = 0.9  # probability from which on a count without a period is that of a whole job
LEFT = 0.1  # probability from which on a number has a role when its likelier one is gone
DOUBTED = 0.3  # probability below which a rule's number is not believed
LENGTHS = ("input", "output", "window")
Fits = Callable[[Quantity], bool]


class Numbers(NamedTuple):
    """The numbers of a message, with the probability of each role of each, and what rules took for a role."""

    text: Text
    quantities: Sequence[Quantity]
    chances: Sequence[Chances]
    by_rule: Mapping[str, Candidate]
    task: str | None = None

    def best(self, role: str, fits: Fits) -> Quantity | None:
        """The number that has a role most likely, where one has it at all."""
        found = [(c[role], q) for q, c in self.pairs() if fits(q)]
        chance, quantity = max(found, key=lambda pair: pair[0], default=(0.0, None))
        return quantity if chance >= LEAST else None

    def ruled(self, role: str, fits: Fits) -> Quantity | None:
        """The number that a rule took for a role, unless it is doubted: rules know which of several was corrected."""
        found = (q for q, c in self.pairs() if fits(q) and self.rule_on(role, q) and c[role] >= DOUBTED)
        return next(found, None)

    def all(self, role: str, least: float = LEAST) -> list[Quantity]:
        """All numbers that have a role."""
        return [q for q, c in self.pairs() if c[role] >= least]

    def rule_on(self, role: str, quantity: Quantity) -> Candidate | None:
        """What a rule took for a role, where it took this number."""
        rule = self.by_rule.get(role)
        return rule if rule and is_of(rule, quantity) else None

    def believed(self, role: str) -> Candidate | None:
        """What a rule took for a role, unless the reader takes its number for something else. An input that is read in
        one go is a window, too."""
        same = ("window", "input") if role == "window" else (role,)
        own = [sum(map(c.__getitem__, same)) for q, c in self.pairs() if self.rule_on(role, q)]
        return self.by_rule.get(role) if not own or max(own) >= DOUBTED else None

    def pairs(self) -> Iterator[tuple[Quantity, Chances]]:
        """Each number with its chances."""
        return zip(self.quantities, self.chances, strict=True)


def values_of(numbers: Numbers) -> dict[str, Candidate]:
    """The value of each role that the message states."""
    found: dict[str, Candidate | None] = {role: _length(numbers, role) for role in LENGTHS}
    if numbers.task == "translation" and not found["input"]:  # what is translated is as long as what comes back
        found["input"], found["output"] = found["output"], None
    found["latency"] = _latency(numbers)
    found["volume"] = volume = _volume(numbers)
    found["budget"] = _budget(numbers, volume.value if volume else None)
    found["memory"] = _memory(numbers)
    return {role: value for role, value in found.items() if value}


def _length(numbers: Numbers, role: str) -> Candidate | None:
    best = numbers.best(role, _may_be_length) or _other_side(numbers, role)
    if best is None:
        return numbers.believed(role)
    if rule := numbers.rule_on(role, best):
        return rule
    unit = best if best.kind == "length" else _unit_beside(numbers.quantities, best)
    value = (best.number.top if role == "window" else None) or best.number.value
    note = "" if unit.unit in ("token", "") else f"{round(value, 2):g} {unit.unit}s x {unit.factor:g} tokens"
    return Candidate(value * unit.factor, best.start, best.end, note=note)


OTHER = {"input": "output", "output": "input"}


def _may_be_length(quantity: Quantity) -> bool:
    return not quantity.period and (quantity.kind == "length" or _bare(quantity))


def _other_side(numbers: Numbers, role: str) -> Quantity | None:
    """A message has one input and one output: what is most likely the one, but has lost to a likelier number, is the
    other."""
    if role not in OTHER:
        return None
    other = OTHER[role]
    taken = numbers.best(other, _may_be_length)
    lost = [(c[role], q) for q, c in numbers.pairs() if _may_be_length(q) and q is not taken and c[other] >= LEAST]
    chance, quantity = max(lost, key=lambda pair: pair[0], default=(0.0, None))
    return quantity if chance >= LEFT else None


def _unit_beside(quantities: Sequence[Quantity], bare: Quantity) -> Quantity:
    """The length whose unit a bare number has, too: the one in front of it, else the one behind it; else tokens."""
    lengths = [q for q in quantities if q.kind == "length"]
    before = [q for q in lengths if q.start < bare.start]
    return (before or [*reversed(lengths)] or [bare])[-1]


def _latency(numbers: Numbers) -> Candidate | None:
    best = numbers.best("latency", lambda q: q.kind == "time" and not q.period)
    if best is None:
        return numbers.believed("latency")
    return numbers.rule_on("latency", best) or Candidate(best.top, best.start, best.end)


def _volume(numbers: Numbers) -> Candidate | None:
    best = numbers.ruled("volume", _countable) or numbers.best("volume", _countable)
    if best is None:
        return numbers.believed("volume")
    rule = numbers.rule_on("volume", best)
    times = [q for q in numbers.all("times", SURE if rule else LEAST) if q is not best]
    if rule and not times:
        return rule
    whole = best in numbers.all("volume", CERTAIN)
    return volume_read(numbers.text, best, times, numbers.quantities, whole=whole)


def _countable(quantity: Quantity) -> bool:
    return quantity.kind in ("count", "time") or (quantity.kind == "length" and quantity.unit == "page")


def _budget(numbers: Numbers, volume: float | None) -> Candidate | None:
    best = numbers.ruled("budget", _is_money) or numbers.best("budget", _is_money)
    if best is None:
        return numbers.believed("budget")
    value, note = monthly_money(numbers.text, best, numbers.quantities, volume)
    return Candidate(value, best.start, best.end, note=note) if value else None


def _is_money(quantity: Quantity) -> bool:
    return quantity.kind == "money"


def _memory(numbers: Numbers) -> Candidate | None:
    """The memory of one card that is for the model, times the cards less those that others use."""
    gigabytes = any(q.kind == "memory" for q in numbers.quantities)
    best = numbers.best("memory", lambda q: not q.period and (q.kind == "memory" or (gigabytes and _bare(q))))
    if best is None:
        return numbers.believed("memory")
    cards = [q.number.value for q in numbers.all("cards") if q.kind == "count" and q.number.value > 1]
    taken = sum(q.number.value for q in numbers.all("taken") if q.kind in ("count", "memory"))
    rule = numbers.rule_on("memory", best)
    beside = _count_beside(numbers, best)
    if part := part_of_cards(numbers.text, best.end, beside):
        cards, taken = [part], 0.0
    elif not cards and (0 < taken < beside or (rule is None and best.number.loose and beside > 1)):
        cards = [beside]
    if rule and not taken and not part and not (best.number.loose and cards):
        return rule
    if not cards and 0 < taken < best.value:
        return Candidate(best.value - taken, best.start, best.end, note=f"{best.value:g} - {taken:g} GB")
    count = max(math.prod(cards) - taken, 1.0)
    named = "memory of the named card" if best.number.loose else ""
    note = f"{count:g} cards x {best.value:g} GB" if count > 1 else named
    return Candidate(best.value * count, best.start, best.end, note=note)


BESIDE = 24  # characters between a count of cards and what tells the memory of one, or its name


def _count_beside(numbers: Numbers, memory: Quantity) -> float:
    """The count right in front of a memory, as in "eight A100 80GB"; zero where there is none."""
    before = [q for q in numbers.quantities if q.end <= memory.start]
    near = [q for q in before[-1:] if q.kind == "count" and not q.period and memory.start - q.end <= BESIDE]
    return near[0].number.value if near else 0.0


FEWEST = 5  # a bare number that is smaller is rarely a length or a memory


def _bare(quantity: Quantity) -> bool:
    """Whether a number has no unit, and may have that of another one."""
    number = quantity.number
    return quantity.kind == "count" and number.value >= FEWEST and not (number.weak or number.loose)
