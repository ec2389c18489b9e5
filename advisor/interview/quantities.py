# ruff: noqa: E501 - a pattern is read best on one line
"""Numbers with their units: money, times, lengths, memory, shares and counts, and the period they are for."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from advisor.interview.numbers import Number, find_numbers
from advisor.interview.text import Text
from advisor.interview.vocabulary import compile_terms, load, pattern, term_pattern

KINDS = ("money", "length", "memory", "time")
_PERCENT = re.compile(
    r"\s?(?:%|percent|per cent|por ciento|por cento|prozent|pour ?cent|per ?cento|procent|パーセント|퍼센트)"
)
_TIMES = re.compile(r"\s?(?:x|×|\*)\s?(?=[a-z\d])")


@dataclass(frozen=True)
class Quantity:
    """A number with its kind: money (US dollars), time (seconds), length (tokens), memory (GB), share, count.

    `period` names the period it is for, `per` says that it is the price or size of one request or head.
    """

    number: Number
    kind: str
    unit: str
    factor: float
    start: int
    end: int
    period: str | None = None
    per: str | None = None

    @property
    def value(self) -> float:
        """The number in base units."""
        return self.number.value * self.factor

    @property
    def top(self) -> float:
        """The upper end of a range, in base units."""
        return (self.number.top or self.number.value) * self.factor


@lru_cache(maxsize=8)
def _units(section: str) -> list[tuple[str, float, re.Pattern[str]]]:
    units: dict[str, Any] = load("units.toml")[section]
    return [
        (name, unit.get("factor", unit.get("rate")), compile_terms(unit["terms"], open_start=True).regex)
        for name, unit in units.items()
    ]


@lru_cache(maxsize=1)
def _currency_before() -> list[tuple[str, float, re.Pattern[str]]]:
    out = []
    for name, unit in load("units.toml")["currency"].items():
        body = "|".join(term_pattern(t) for t in sorted(unit["terms"], key=len, reverse=True))
        out.append((name, unit["rate"], re.compile(rf"(?:{body})\s?$")))
    return out


def find_quantities(text: Text) -> list[Quantity]:
    """All quantities of a message, in order; the names of cards are loose quantities of memory."""
    cards = _cards(text)
    numbers = [n for n in find_numbers(text) if not any(c.start <= n.start < c.end for c in cards)]
    found = [_quantity(text, n) for n in numbers]
    found = [_with_period(text, q, found[i - 1] if i else None) for i, q in enumerate(found)]
    return sorted(found + cards, key=lambda q: q.number.start)


def _cards(text: Text) -> list[Quantity]:
    """Cards that are named, with the memory that such a card has."""
    found: list[Quantity] = []
    for name, size, pattern_of in card_names():
        for match in pattern_of.finditer(text.low):
            if not any(q.start < match.end() and match.start() < q.end for q in found):
                number = Number(float(size), match.start(), match.end(), loose=True)
                found.append(Quantity(number, "memory", name, 1.0, match.start(), match.end()))
    return found


@lru_cache(maxsize=1)
def card_names() -> list[tuple[str, float, re.Pattern[str]]]:
    """Names of cards, longer ones first, with the gigabytes of each."""
    names = sorted(load("cues.toml")["gpus"].items(), key=lambda of: -len(of[0]))
    return [(name, size, re.compile(rf"(?<![a-z0-9]){name}(?:s|er)?(?![a-z0-9])")) for name, size in names]


def _quantity(text: Text, number: Number) -> Quantity:
    if match := _PERCENT.match(text.low, number.end):
        return Quantity(number, "share", "percent", 0.01, number.start, match.end())
    money = _money(text, number)
    if money:
        return money
    for section in ("length", "memory", "time"):
        for name, factor, terms in _units(section):
            if (end := _unit_end(text, number.end, terms, section)) and not _homograph(text, number.end, end):
                return Quantity(number, section, name, factor, number.start, end)
    return Quantity(number, "count", "", 1.0, number.start, number.end)


def _homograph(text: Text, start: int, end: int) -> bool:
    """Whether what stands behind a number is a word of the message's own language, not the unit of another one."""
    return text.low[start:end].split()[-1] in load("units.toml")["homographs"].get(text.language, ())


def _unit_end(text: Text, at: int, terms: re.Pattern[str], section: str) -> int | None:
    gap = re.compile(r"\+?[ \t]?(?:-\s?|de |di )?(?:(?:din[ -]?)?a4[ -])?")
    start = gap.match(text.low, at).end()  # type: ignore[union-attr]
    if match := terms.match(text.low, start):
        return match.end()
    if section != "length":
        return None
    skip = re.match(r"\s(?:[^\W\d_]+\s){1,2}", text.low[at : at + 30])
    for width in (1, 2):
        skip = re.match(rf"\s(?:[^\W\d_]+\s){{{width}}}", text.low[at:])
        if skip and not _breaks(skip.group()) and (match := terms.match(text.low, at + skip.end())):
            return match.end()
    return None


def _breaks(words: str) -> bool:
    return bool(
        re.search(r"\b(?:per|a|of|with|and|de|con|avec|mit|und|y|et|in|x|each|or|e|to|into|pro|by|with)\b", words)
    )


def _money(text: Text, number: Number) -> Quantity | None:
    low, start = text.low, number.start
    head = low[max(0, start - 12) : start]
    best: tuple[int, Quantity] | None = None
    for name, rate, terms in _currency_before():
        match = terms.search(head)
        if match and (best is None or match.start() < best[0]):
            begin = start - len(head) + match.start()
            best = (match.start(), Quantity(number, "money", name, rate, begin, number.end))
    if best and not head[: best[0]].rstrip().endswith("-"):
        after = _currency_after(text, number)
        exact = after if after and best[1].unit in ("USD", "GBP", "JPY") and after.unit not in ("TRY",) else best[1]
        return replace(exact, start=best[1].start) if exact is after and exact else best[1]
    return _currency_after(text, number)


def _currency_after(text: Text, number: Number) -> Quantity | None:
    gap = re.match(r"\s?(?:de |d')?", text.low[number.end : number.end + 4])
    at = number.end + (gap.end() if gap else 0)
    for name, rate, terms in _units("currency"):
        if match := terms.match(text.low, at):
            return Quantity(number, "money", name, rate, number.start, match.end())
    return None


@lru_cache(maxsize=1)
def _period_patterns() -> list[tuple[str, re.Pattern[str], re.Pattern[str], re.Pattern[str]]]:
    per = "|".join(term_pattern(t) for t in sorted(load("cues.toml")["per"], key=len, reverse=True))
    adjective = "|".join(load("cues.toml")["per_adjective"])
    out = []
    for name, unit in load("units.toml")["period"].items():
        terms, each = compile_terms(unit["terms"]).pattern, compile_terms(unit["each"]).pattern
        joint = rf"(?:(?:{per})\s+(?:(?:{adjective})\s+)?|[/／]\s?|毎|每|\bp\.?/?\s?)(?:{terms})"
        terms_wide = _wide(unit["terms"])
        wide = rf"(?:[毎每1１一](?:{terms_wide})|(?:{terms_wide})(?:に|あたり|当たり|間|均)|(?:{terms_wide})(?=\D{{0,2}}$))"
        out.append(
            (
                name,
                re.compile(rf"{joint}|{each}"),
                re.compile(rf"(?:{each}|(?:{per})\s+(?:{terms})|{wide})"),
                compile_terms(unit["each"]).regex,
            )
        )
    return out


def _wide(terms: list[str]) -> str:
    wide = [re.escape(t) for t in terms if re.match(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]", t)]
    return "|".join(wide) or r"(?!)"


def period_factor(period: str) -> float:
    """How many of a period make a month."""
    return float(load("units.toml")["period"][period]["factor"])


def _with_period(text: Text, quantity: Quantity, last: Quantity | None) -> Quantity:
    if quantity.kind in ("share", "memory") or (quantity.kind == "length" and quantity.number.loose):
        return quantity  # the quarter of "a page and a quarter" is no period
    period, end = _period_behind(text, quantity)
    if period is None and quantity.kind in ("count", "money"):
        period = _period_ahead(text, quantity, last)
    per = _per_what(text, quantity) if quantity.kind == "money" and period != "hour" else None
    return replace(quantity, period=period, end=end, per=per)


def _period_behind(text: Text, quantity: Quantity) -> tuple[str | None, int]:
    window = text.after(quantity.end, 60)
    stop = re.search(r"\d|[,;(](?=\D.*\d)", window)
    limit = stop.start() if stop and not re.match(r"\s?/?\s?1?[日天]", window) else len(window)
    best: tuple[int, str, int] | None = None
    for name, after, _, _ in _period_patterns():
        match = after.search(window[:limit])
        if match and (best is None or match.start() < best[0]):
            best = (match.start(), name, match.end())
    if best is None or (quantity.kind != "count" and best[0] > 26) or _foreign(window[: best[0]]):
        return None, quantity.end
    if best[0] > NEAR and _NUMBER_NEXT.match(window[best[2] :]):
        return None, quantity.end
    return best[1], quantity.end + best[2]


NEAR = 16  # characters from a number to a period that is its own even where another number follows
_NUMBER_NEXT = re.compile(r"\s(?:[^\W\d_]+\s){0,2}\d")


def _foreign(between: str) -> bool:
    return bool(re.search(r"\b(?:until|within|by|before|after|and then|but|because|from|at one)\b", between))


def _period_ahead(text: Text, quantity: Quantity, last: Quantity | None) -> str | None:
    floor = last.end if last and not (last.number.value == 1 and last.unit in ("day", "month", "year", "week")) else 0
    window = text.before(quantity.start, 34)
    window = window[max(0, len(window) - (quantity.start - floor)) :] if floor else window
    best: tuple[int, str] | None = None
    for name, _, before, _ in _period_patterns():
        for match in before.finditer(window):
            if best is None or match.end() > best[0]:
                best = (match.end(), name)
    if best and not re.search(r"[,;]\s|\b(?:and|by|until)\s", window[best[0] :]):
        return best[1]
    return None


def period_near(text: Text, quantity: Quantity) -> str | None:
    """The period that a sentence names nearest to a number that has none of its own, else that of the message."""
    for start, end in (text.sentence_span(quantity.start), (0, len(text.low))):
        found = [
            (abs(start + match.start() - quantity.start), name)
            for name, joint, *_ in _period_patterns()
            for match in joint.finditer(text.low[start:end])
        ]
        if found:
            return min(found)[1]
    return None


_EACH_COSTS = re.compile(r"(?:每(?:条|次|个|件|篇|单|笔)|(?:1|一)?件(?:あたり|につき)|1回あたり|건당)[^\d]{0,10}$")


def _per_what(text: Text, quantity: Quantity) -> str | None:
    if _EACH_COSTS.search(text.before(quantity.start, 16)):
        return "request"
    window = text.after(quantity.end, 28)
    if re.match(
        r"\s?(?:per|/|a|an|por|pro|je|par|al|for each|for every|each|cada)?\s?(?:1k|1,?000|million|mtok|1m|thousand|token)",
        window,
    ):
        return "tokens"
    match = re.match(rf"\s?(?:/\s?|(?:{_per_words()})\s+)([^\W\d_]+)", window)
    if not match or any(after.match(window.lstrip()) for _, after, _, _ in _period_patterns()):
        return None
    if pattern("cues.toml", "people").match(match.group(1)) or re.match(
        r"(?:user|seat|head|employee|agent|person|kopf|nutzer|mitarbeiter|usuario|utilisateur|utente|developer|dev|lawyer)",
        match.group(1),
    ):
        return "head"
    if re.match(
        r"(?:max|limit|least|budget|ceiling|cap|first|whole|team|project|pilot|year|most|todo|total)", match.group(1)
    ):
        return None
    return "request"


def _per_words() -> str:
    return "per|a|an|each|every|por|pro|je|par|la|le|al|ao|cada|ogni|a|chaque|for each|for every|for one|pour chaque|fur jede[ns]?"
