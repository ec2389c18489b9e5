"""Cards of which only a part is for the model: "four cards, one is kept for the fraud team", "so 3 for the model"."""

from __future__ import annotations

import re
from functools import lru_cache

from advisor.interview.candidates import cue
from advisor.interview.text import Text
from advisor.interview.vocabulary import load

REACH = 140  # characters behind a card in which its sharing is told
BEFORE = 40  # characters in front of a card in which a part of the cards is named
_OF = (
    r"(?:out )?of(?: (?:our|the|these|my|all))?|from (?:our|the)|unserer|der|von(?: (?:unseren|den))?|"
    r"de (?:nos|nuestr[oa]s|l[oa]s|noss[oa]s)|des|d[oa]s(?: noss[oa]s)?|de[il](?: nostri)?|delle(?: nostre)?"
)
_USED = re.compile(r"\b(?:use|get|have|spare|claim|nutzen|haben|bekommen|usar|tenemos|utiliser|avons|usare|abbiamo)\b")
_GIVEN = re.compile(
    r"s?(?: gpus?| cards?| karten)?(?: already| schon)? (?:are|belong|go|run|serve|gehoren|sind|laufen|pertenecen|son|"
    r"appartiennent|sont|pertencem|sao|appartengono|sono)\b"
)
_LEFT = re.compile(r"(\d+)\s?(?:gb\s)?$")
# Whoever has one half, the other half is left.
_HALF = re.compile(
    r"(?<![^\W_])(?:half(?! (?:an?|past|the time)\b)|(?:die |der )?halfte|halb|la mitad|la moitie|(?:a )?metade|"
    r"(?:la )?meta|helften|polow[aey])\b"
)


def left_for_model(text: Text, end: int, size: float) -> float | None:
    """Gigabytes that a message says are left for the model, behind the size of the whole card."""
    behind = text.after(end, REACH)
    found = (_LEFT.search(behind[: match.start()]) for match in cue("left_for_model").finditer(behind))
    left = next((float(match.group(1)) for match in found if match), None)
    return size / 2 if left is None and _HALF.search(text.low[end : end + REACH]) else left


def cards_for_model(text: Text, end: int, cards: float) -> float | None:
    """How many of several cards are for the model; None where the message does not say so behind them."""
    behind = text.low[end : end + REACH]
    if (part := part_of_cards(text, end, cards)) is not None:
        return part
    if ours := _counted("cards_for_us").search(behind):
        return min(_numbers()[ours.group(1)], cards)
    if taken := _counted("cards_taken").search(behind):
        return max(cards - _numbers()[taken.group(1)], 1.0)
    return None


def part_of_cards(text: Text, end: int, cards: float) -> float | None:
    """Of "two of our four L40S are the renderers'" the two that are left, of "we may use two of the four" the two."""
    start = max(0, end - BEFORE)
    found = next((m for m in _partitive().finditer(text.low[start:end]) if _numbers()[m.group(2)] == cards), None)
    if found is None or (part := _numbers()[found.group(1)]) >= cards:
        return None
    clause = re.split(r"[.;,]", text.low[end : end + REACH])[0]
    if cue("cards_for_us").search(clause) or _USED.search(text.before(start + found.start(), BEFORE)):
        return part
    return cards - part if _GIVEN.match(clause) else None


@lru_cache(maxsize=1)
def _partitive() -> re.Pattern[str]:
    """A number of a number of cards."""
    number = "|".join(_numbers())
    return re.compile(rf"\b({number}) (?:{_OF}) ({number})\b")


@lru_cache(maxsize=2)
def _counted(words: str) -> re.Pattern[str]:
    """A number of cards, at most four words, and what they are for."""
    return re.compile(rf"\b({'|'.join(_numbers())})\b(?:[\s,]+[^\W\d_]+){{0,4}}?[\s,]+(?:{cue(words).pattern})")


@lru_cache(maxsize=1)
def _numbers() -> dict[str, float]:
    """Numbers up to a dozen, in digits and in the words of all languages."""
    lists = (values for code, values in load("numerals.toml").items() if code != "scales")
    words = {word: float(n) for values in lists for word, n in values["values"].items() if 1 <= n <= 12}
    return words | {str(n): float(n) for n in range(1, 13)}
