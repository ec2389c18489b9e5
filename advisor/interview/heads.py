# ruff: noqa: E501 - a pattern is read best on one line
"""Those of whom each has what is counted: "each of our forty shops", "150 people, 20 questions each", "per lorry"."""

from __future__ import annotations

import re
from functools import lru_cache

from advisor.interview.candidates import cue
from advisor.interview.quantities import Quantity
from advisor.interview.text import Text
from advisor.interview.vocabulary import load


def heads_of(text: Text, quantity: Quantity, quantities: list[Quantity]) -> list[float]:
    """What a count is multiplied by, as so many have it each; of "8 schools, 60 teachers each" both."""
    heads = _heads(text, quantity, quantities)
    return [*_sites(text, heads, quantities), heads.number.value] if heads else []


# "each" that is no head: a period, the length or the time of one item, what happens to one item.
_LENGTHS = (
    r"(?:pages?|words?|seconds?|minutes?|hours?|tokens?|characters?|lines?|fields?|paginas?|palabras|minutos|segundos|horas|mots|"
    r"seiten|worter\w?|minuten|sekunden|pagine|parole|minuti|secondi|palavras)"
)
_EACH_OF_ELSE = re.compile(
    r"\beach (?:day|week|month|year|time|quarter|gets?|goes|within|into|one|has|with|takes|on|in|needs?|must|should|is|of (?:them|these|which))\b|"
    rf"\b{_LENGTHS} (?:each|cada un[oa]|cada um|chacune?|jeweils|ciascun[oa]|apiece)\b|"
    rf"\b(?:each|apiece|cada un[oa]|cada um|chacune?|je|jeweils|ciascun[oa]),? (?:[^\W_]+[ -]){{1,3}}{_LENGTHS}\b|"
    r"\beach (?:working day|weekday|night|session|shift|afternoon|morning)\b|\beach of \d+\b"
)
_EACH_BEFORE = re.compile(r"\b(?:je|jeweils|jeder|jede|chacun|chacune)\s(?:\w+\s)?$")


def _heads(text: Text, quantity: Quantity, quantities: list[Quantity]) -> Quantity | None:
    if shared := each_of(text, quantity, quantities):
        return shared
    near = text.before(quantity.start, 24) + text.low[quantity.start : quantity.end + 24].split(".")[0]
    near = _EACH_OF_ELSE.sub("", near)
    before = text.before(quantity.start, 20)
    if not (cue("each_head").search(near) or _EACH_BEFORE.search(before)):
        return None
    start, end = text.sentence_span(quantity.start)
    start = text.sentence_span(max(0, start - 1))[0]  # "We are 40 people. Each asks 20 questions a day."
    people = [q for q in quantities if q is not quantity and q.kind == "count" and not q.period and is_people(text, q)]
    people = [q for q in people if start <= q.start < end]
    people += [
        q
        for q in quantities
        if q is not quantity
        and q.kind == "count"
        and q.end <= quantity.start
        and q.period == quantity.period
        and is_people(text, q)
    ]
    return min(people, key=lambda q: abs(q.start - quantity.start), default=None)


def _sites(text: Text, heads: Quantity, quantities: list[Quantity]) -> list[float]:
    """Of "8 schools, 60 teachers each" the schools."""
    if not re.match(r"\s[^\W\d_]+\s(?:each|apiece|cada un[oa]|je)\b", text.low[heads.number.end :][:30]):
        return []
    near = [q for q in quantities if q.kind == "count" and not q.period and 0 < heads.start - q.end < 24]
    return [near[-1].number.value] if near and is_people(text, near[-1]) else []


_EACH = (
    r"(?:each|every|per|chaque|par|chacune?|cada|por|je|jede[rnms]?|pro|ogni|ciascun[oa]?|elke?|iedere?|varje|kazd[ya])"
)
_ALONE = r"(?:each|every ?one|everybody|cada un[oa]|cada uma?|chacune?|jede[rs]?|ciascun[oa]|ieder|elk)"
_EACH_OF = re.compile(
    rf"\b{_ALONE}\s(?:of|de|des|del|der|di|delle|dei|van)?\s?"
    r"(?:our|the|these|my|their|nos|les|nuestr[oa]s|l[oa]s|unserer|unsere|der|nostr[ie]|onze|nossas?|nossos?)?\s?$"
)
_EACH_NEXT = re.compile(
    rf"[^.;\d]{{2,40}}?[,(—–]\s?(?:(?:and|und|y|et|e)\s)?(?:of (?:whom|which)\s)?"
    rf"(?!(?:per|par|por|pro)\b)(?:{_ALONE}|{_EACH})\s[^\d]{{0,60}}"
)
_EACH_BEHIND = re.compile(
    rf"[^.;\d]{{2,40}}?\b(?:{_ALONE}|apiece|jeweils)(?![^\W_]|\s(?:day|week|month|year|time|night|of)\b)"
)
_EACH_FIRST = re.compile(
    rf"\s*(?:(?:in|at|from|en|em|chez|bei|a|da)\s)?{_ALONE}\b(?! (?:day|week|month|year|time|night|of)\b)"
)


def each_of(text: Text, quantity: Quantity, quantities: list[Quantity]) -> Quantity | None:
    """The count of those of whom each has what is counted: "each of our forty shops", "26 clerks, each answering",
    "per lorry" where lorries are counted, "75 of them do two visits a day each". Their word need not be known."""
    start, end = text.sentence_span(quantity.start)
    for other in reversed(_counted_others(quantity, quantities)):
        if _shares(text, other, quantity, (start, end)):
            return other
    return None


_FAR = 600  # characters beyond which a count says nothing of another one


def _counted_others(quantity: Quantity, quantities: list[Quantity]) -> list[Quantity]:
    """Counts of two or more that have no period, or that of the quantity which stands behind them."""
    return [
        q
        for q in quantities
        if q is not quantity
        and q.kind == "count"
        and 2 <= q.number.value <= 1e6
        and abs(q.start - quantity.start) < _FAR
        and (not q.period or q.start < quantity.start < quantity.end <= q.end)
    ]


def _shares(text: Text, other: Quantity, quantity: Quantity, sentence: tuple[int, int]) -> bool:
    """Whether each of what `other` counts has the quantity."""
    start, end = sentence
    if _named_again(text, other, start, end):
        return True
    if start <= other.start < quantity.start:
        between = text.low[other.number.end : quantity.start]
        behind = text.low[quantity.number.end : min(end, max(quantity.end, quantity.number.end + 40) + 10)]
        near = len(between) < _NEAR_EACH and not re.search(r"[.;]", between)
        return bool(
            _EACH_OF.search(text.before(other.start, 24))
            or _EACH_NEXT.fullmatch(between)
            or (near and not _EACH_OF_ELSE.search(behind) and _EACH_BEHIND.match(behind))
        )
    before = text.sentence_span(max(0, start - 1))[0]  # "Seven offices. In each there are 40 a day."
    return before <= other.start < start and bool(_EACH_FIRST.match(text.low[start:end]))


_NEAR_EACH = 60  # characters between those who have something each and how much


def _named_again(text: Text, other: Quantity, start: int, end: int) -> bool:
    """Whether a sentence says "per" or "each" of what another number counts."""
    noun = re.match(r"\s([^\W\d_]{4,})", text.low[other.number.end : other.number.end + 24])
    if not noun:
        return False
    word = noun.group(1)
    if any((word.startswith(term) and len(word) - len(term) < 4) or term.startswith(word[:-1]) for term in _periods()):
        return False
    stem = word[: max(3, len(word) - 3)]
    again = re.compile(rf"\b{_EACH}\s(?:[^\W\d_]+\s)?{stem}[^\W\d_]{{0,3}}\b")
    return bool(again.search(text.low[start:end]))


@lru_cache(maxsize=1)
def _periods() -> tuple[str, ...]:
    """Words for days, weeks and the like: "per week" repeats no count of weeks."""
    return tuple(term for unit in load("units.toml")["period"].values() for term in unit["terms"] if len(term) > 2)


def is_people(text: Text, quantity: Quantity) -> bool:
    """Whether a number counts people or places where they work."""
    words = re.match(r"(?:[\s-]?[^\W\d_]+){1,4}|", text.low[quantity.number.end : quantity.number.end + 40])
    return bool(words and quantity.number.value > 1 and cue("people").search(words.group()))
