"""Words that count something at times: a page, a pair, how often; and fractions beside a number."""

from __future__ import annotations

import re
from typing import NamedTuple


class Loose(NamedTuple):
    """A value and the offsets of the words that may mean it."""

    value: float
    start: int
    end: int


# "A page", "a full page", "half-page", "a quarter of a page": the number ends where the page begins.
_OF_PAGE = tuple(
    (value, re.compile(rf"{words}(?=page\b{behind})"))
    for value, words, behind in (
        (1.5, r"\ban? ", r" and an? half\b"),
        (1.25, r"\ban? ", r" and an? quarter\b"),
        (0.25, r"\b(?:an? )?quarter(?:[ -]| of an? )", ""),
        (1 / 3, r"\b(?:a )?third(?:[ -]| of an? )", ""),
        (2 / 3, r"\btwo[ -]thirds of an? ", ""),
        (0.75, r"\bthree[ -]quarters of an? ", ""),
        (0.5, r"\bhalf[ -]", ""),
        (1.0, r"\ban? (?:(?:full|single|whole|good|short|typed|printed) )?", ""),
    )
)
_IN_A_PERIOD = r"(?= (?:a|an|per|every|each|in|im|pro|am|par|al?|por|ao)\b)"
_OFTEN = tuple(
    (value, re.compile(rf"\b(?:{words}){_IN_A_PERIOD}"))
    for value, words in (
        (1.0, "once|einmal|eenmaal|une fois|una vez|uma vez|una volta"),
        (2.0, "twice|zweimal|tweemaal|deux fois|dos veces|duas vezes|due volte"),
        (3.0, "thrice|dreimal|driemaal"),
    )
)
_PAIR = (2.0, re.compile(r"\b(?:a |the )?pair(?= of\b)|\bdual(?=[- ])"))


def loose_numbers(low: str) -> list[Loose]:
    """All such words of a folded text; of those that overlap the ones that say more."""
    found: list[Loose] = []
    for value, words in (*_OF_PAGE, *_OFTEN, _PAIR):
        for match in words.finditer(low):
            end = match.start() + len(match.group().rstrip(" -"))
            if not any(one.start < end and match.start() < one.end for one in found):
                found.append(Loose(value, match.start(), end))
    return found


_HALF = r"(?:y medi[ao]|et demie?|e mezz[ao]|e mei[ao])"
_IN_FRONT = re.compile(rf"\s(?:and an? (?:half|(?P<quarter>quarter))|{_HALF})(?=\s(?!dozen|million)[^\W\d_])")
_BEHIND = re.compile(rf"\s(?:pag|heure|hora|ora|minut)\w+\s{_HALF}\b")


def fraction_of(low: str, end: int) -> tuple[float, int] | None:
    """What is added to a number that ends at an offset, and where it ends with its fraction: "two and a half pages",
    "deux pages et demie"."""
    if _BEHIND.match(low, end):
        return 0.5, end
    more = _IN_FRONT.match(low, end)
    return (0.25 if more.group("quarter") else 0.5, more.end()) if more else None
