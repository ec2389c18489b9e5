# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for the volume: requests a month, from counts with a period, people, items and one-off jobs."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from advisor.interview.candidates import Candidate, choose, cue
from advisor.interview.heads import each_of, heads_of, is_people
from advisor.interview.quantities import Quantity, period_factor
from advisor.interview.text import Text


def volume_of(text: Text, quantities: list[Quantity]) -> Candidate | None:
    """Requests a month."""
    found = [c for q in quantities if (c := _volume(text, q, quantities))]
    best = choose(text, found)
    return best or _one_off(text, quantities) or _labelled_volume(text, quantities)


def _volume(text: Text, quantity: Quantity, quantities: list[Quantity]) -> Candidate | None:
    if (
        quantity.period is None
        or quantity.number.weak
        and quantity.value < 2
        and quantity.number.end - quantity.number.start < 3
    ):
        return None
    if quantity.kind not in ("count", "length") or is_withdrawn(text, quantity) or is_label(text, quantity):
        return None
    behind = (q for q in quantities if q.period and 0 < q.start - quantity.start < _HEADS_REACH)
    if any(each_of(text, q, [quantity]) for q in behind):
        return None  # those of whom each has so many
    before = text.before(quantity.start, 40)
    if _SOLD.search(before) or _BUDGET_IS.search(before):  # products sold or money, not requests
        return None
    if quantity.kind == "length" and quantity.unit != "page":
        return None
    if _ONE_PERSON.search(before) or _PEOPLE_WORK.match(text.after(quantity.number.end, 24)):
        return None
    value, note = _per_month(text, quantity, quantities)
    people = cue("people").match(text.after(quantity.number.end, 20).lstrip())
    score = 2.0 - (quantity.kind == "length") - 0.5 * bool(people) - 0.2 * quantity.number.weak
    score += 0.5 * bool(cue("requests").search(text.after(quantity.number.end, 30))) - 0.3 * (quantity.period == "year")
    near = _clause(text, quantity, 26)
    score += 0.5 * bool(cue("average").search(near)) - bool(cue("peak").search(near))
    return Candidate(value, quantity.start, quantity.end, score, note)


_HEADS_REACH = 120  # characters from those who have something each to how much
# What one person manages, and working days, are no volume.
_ONE_PERSON = re.compile(
    r"\b(?:an?|one|eine?|une?|una?)\s(?:[\w-]+\s){1,2}(?:closes|handles|manages|does|reads|sees|types|processes|grades|schafft|bearbeitet|gestiona|atiende|traite|fait|gestisce)\s(?:about\s|some\s)?$"
)
_PEOPLE_WORK = re.compile(r"\s(?:working|business|week)\s?days\b")
_BUDGET_IS = re.compile(
    r"\b(?:budget|presupuesto|orcamento|budgetrahmen)\s?(?:is|of|was|von|ist|de|es|:)?\s?(?:max\.? |about |~)?$"
)
_SOLD = re.compile(r"\b(?:ship|sell|produce|build|manufacture|verkaufen|vendemos|vendons)s?\s(?:it\s)?(?:\w+\s){0,2}$")


def is_label(text: Text, quantity: Quantity) -> bool:
    """Whether a number is a measure of something else: kilometres, degrees, hours, languages."""
    tail = text.after(quantity.number.end, 24)
    return bool(
        re.match(
            r"\s?(?:°|km|kg|kwh?|mw|m2|m²|rpm|mhz|ghz|tps|(?:hours?|times|people work|days?|shifts?|languages|sprachen|idiomas|langues|lingue|talen)\b)",
            tail,
        )
    )


def _clause(text: Text, quantity: Quantity, width: int) -> str:
    """The words around a number, within its clause."""
    before = re.split(r"[,;(]\s", text.before(quantity.start, width))[-1]
    return before + " " + re.split(r"[,;)]\s", text.after(quantity.start, quantity.end - quantity.start + width))[0]


def is_withdrawn(text: Text, quantity: Quantity) -> bool:
    """Whether the message takes a figure back ("not 500")."""
    head = text.before(quantity.start, 18)
    return bool(re.search(rf"(?:{cue('withdrawn_before').pattern})(?:\s(?:the|die|de|like|about))?\s*$", head))


def _per_month(text: Text, quantity: Quantity, quantities: list[Quantity]) -> tuple[float, str]:
    assert quantity.period
    factor, label = month_factor(text, quantity, quantities)
    shown = f"{quantity.number.value:g} a {quantity.period} x {label}" if factor != 1 else ""
    value, times = quantity.number.value, multipliers(text, quantity, quantities)
    if times:
        shown = " x ".join([*(f"{t:g}" for t in times), f"{value:g} a {quantity.period} x {label}"])
    return value * factor * math.prod(times), shown


def multipliers(text: Text, quantity: Quantity, quantities: list[Quantity]) -> list[float]:
    """What the count of a period is multiplied by: "20 shops x 3 x", "150 people, each", "500 answers per wave"."""
    if chain := _chain(text, quantity, quantities):
        return chain
    if heads := heads_of(text, quantity, quantities):
        return heads
    inner = _inner(text, quantity, quantities)
    return [inner.number.value] if inner else []


def _chain(text: Text, quantity: Quantity, quantities: list[Quantity]) -> list[float]:
    """Counts in front that a sign multiplies with, the first one first."""
    found: list[float] = []
    start = quantity.start
    for other in sorted(quantities, key=lambda q: -q.start):
        between = text.low[other.number.end : start]
        if other.start < start and other.kind == "count" and _TIMES_SIGN.fullmatch(between):
            found.insert(0, other.number.value)
            start = other.start
    return found


_TIMES_SIGN = re.compile(r"\s?(?:[^\W\d_]+\s?){0,3}[x×*]\s*")


def _inner(text: Text, quantity: Quantity, quantities: list[Quantity]) -> Quantity | None:
    """How many there are in each of what is counted: "60k answers per wave" for "4 waves a year"."""
    noun = re.match(r"\s([^\W\d_]{4,})", text.low[quantity.number.end : quantity.number.end + 24])
    if not noun:
        return None
    each = re.compile(rf"\s(?:[^\W\d_]+\s){{1,3}}(?:per|each|every|pro|por|par|cada)\s{noun.group(1).rstrip('sn')}")
    others = (q for q in quantities if q.kind == "count" and not q.period and q is not quantity and q.value >= 1)
    return next((q for q in others if each.match(text.low[q.number.end : q.number.end + 48])), None)


_DAYS_OF_MONTH = range(18, 24)  # so many days are the working days of a month
_DAYS = re.compile(
    r"such days\b|(?:days|tage|dias|jours|giorni|dagen)(?:\)|,? (?:a|per|each|im|pro|al|par|por|in de) (?:month|monat|mes|mois|mese|maand))"
)


def month_factor(text: Text, quantity: Quantity, quantities: Sequence[Quantity]) -> tuple[float, str]:
    """By what the count of a period is multiplied for a month, and how that is said."""
    if quantity.period == "day":
        for other in quantities:
            behind = text.low[other.number.end :].lstrip()[:24]
            if other is not quantity and other.number.value in _DAYS_OF_MONTH and _DAYS.match(behind):
                return other.number.value, f"{other.number.value:g} days"
            if other is not quantity and cue("workdays").match(behind):
                if 15 <= other.number.value <= 31:
                    return other.number.value, f"{other.number.value:g} working days"
                if other.number.value < 8 and other.period == "week":
                    return other.number.value * 30 / 7, f"{other.number.value:g} days a week x 30/7"
    labels = {"week": "30/7", "quarter": "1/3", "year": "1/12", "day": "30"}
    period = quantity.period or "month"
    return period_factor(period), labels.get(period, f"{period_factor(period):g}")


def _one_off(text: Text, quantities: list[Quantity]) -> Candidate | None:
    if not cue("one_off").search(text.low):
        return None
    counts = [
        q for q in quantities if q.kind == "count" and not q.number.weak and q.value >= 20 and not is_people(text, q)
    ]
    best = max(counts, key=lambda q: q.value, default=None)
    return Candidate(best.value, best.start, best.end, note="a one-off job, counted whole") if best else None


_VOLUME_LABEL = re.compile(
    r"(?:volume|volumen|volumi|requests?|traffic|load|throughput|menge|aufkommen|anfragen|volumetria|件数|量|requests_per_month|monthly_requests|calls)[^.\n\d]{0,16}[:|=：]\s*[~≈]?\s*$"
)


def _labelled_volume(text: Text, quantities: list[Quantity]) -> Candidate | None:
    for q in quantities:
        if q.kind == "count" and q.value >= 10 and _VOLUME_LABEL.search(text.low[max(0, q.start - 40) : q.start]):
            return Candidate(q.value, q.start, q.end, note="read as a month")
    return None
