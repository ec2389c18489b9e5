"""Which of several ids of one model a name means: by kind of weights, by date, and by who lists it."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from knowledge.names import words as w
from knowledge.names.dates import Date
from knowledge.names.grammar import Parsed, is_size
from knowledge.names.table import VENDOR, NameRow

Choice = tuple[NameRow | None, str]
"""The id, or None, and the reason."""


def choose(rows: list[NameRow], parsed: Parsed) -> Choice:
    """The id of a model that fits the date and the kind of weights of a name, and how it was chosen."""
    kind = [r for r in rows if r.base == parsed.base]
    if not kind:
        return None, "base weights are not in the catalogue" if parsed.base else "only base weights are listed"
    if parsed.date is None:
        return _undated(kind, parsed)
    hits = [r for r in kind if r.date and r.date.matches(parsed.date)]
    if date_is_version(parsed.tokens, parsed.date):
        hits = hits or _same_month(kind, parsed.date) or _released_then(kind, parsed.tokens, parsed.date)
        return (best(hits, parsed.date, parsed), "same name and date") if hits else (None, "another dated version")
    if hits and _dated_id_wins(hits, kind, parsed):
        return best(hits, parsed.date, parsed), "same name and date"
    return _snapshot(kind, parsed, parsed.date)


def date_is_version(tokens: frozenset[str], date: Date | None) -> bool:
    """True where another date is another model (Mistral, Command R, DeepSeek, Kimi, Qwen's YYMM)."""
    rolling = tokens & w.ROLLING and not any(c.isdigit() for t in tokens for c in t)
    if rolling or any(family <= tokens for family in w.DATE_IS_VERSION):
        return True
    if tokens & w.DATE_IS_SNAPSHOT:
        return False
    if "qwen" in tokens:
        return date is None or date.day is None or not tokens & w.QWEN_HOSTED
    return True


def best(rows: list[NameRow], date: Date | None, parsed: Parsed) -> NameRow:
    """Lab before vendor before OpenRouter before resellers; among resellers the commonest spelling."""
    spelling = Counter(_words(r.id) for r in rows)
    return min(
        rows,
        key=lambda r: (
            r.rank,
            r.variants,
            len((r.tokens ^ parsed.tokens) & w.NAMING),
            r.order,
            (r.date is None) != (date is None),
            not r.id.startswith("alibaba-cn/"),
            -spelling[_words(r.id)],
            len(r.id),
            r.id,
        ),
    )


def _undated(rows: list[NameRow], parsed: Parsed) -> Choice:
    if not date_is_version(parsed.tokens, None):
        return best(rows, None, parsed), "same name"
    own = [r for r in rows if r.rank <= VENDOR]
    if own and _one_date(own):
        return best(own, None, parsed), "the maker's only dated version"
    plain = [r for r in rows if r.date is None]
    if plain:
        return best(plain, None, parsed), "same name"
    if "qwen" in parsed.tokens or any(family <= parsed.tokens for family in w.DATE_IS_VERSION):
        return None, "only a dated version is listed"
    if _one_date(rows):
        return best(rows, None, parsed), "the only dated version"
    return None, "several dated versions"


def _one_date(rows: list[NameRow]) -> bool:
    return len({r.date for r in rows}) == 1 and rows[0].date is not None


def _dated_id_wins(hits: list[NameRow], rows: list[NameRow], parsed: Parsed) -> bool:
    """A dated id wins over the version's own id if a maker lists it, or if it is a build of its own."""
    version_is_listed = any(r.date is None and r.rank <= VENDOR for r in rows)
    return min(r.rank for r in hits) <= VENDOR or not version_is_listed or _is_old_build(parsed, parsed.date)


def _snapshot(rows: list[NameRow], parsed: Parsed, date: Date) -> Choice:
    """The version of which an unlisted date is a snapshot; a date of the same month is the same release."""
    month = _same_month(rows, date)
    if month and (min(r.rank for r in month) <= VENDOR or _is_old_build(parsed, month[0].date)):
        return best(month, date, parsed), "a release of the same month"
    if _is_old_build(parsed, date) and any(r.date for r in rows):
        return None, "another dated version"
    own = [r for r in rows if r.rank <= VENDOR] or month or rows
    plain = [r for r in own if r.date is None]
    if plain:
        return best(plain, None, parsed), "a snapshot of the version"
    return (best(own, None, parsed), "the only dated version") if _one_date(own) else (None, "another dated version")


def _same_month(rows: list[NameRow], date: Date) -> list[NameRow]:
    """Ids of the one dated build that a month and year can mean."""
    found = [r for r in rows if r.date and r.date.agrees(date)]
    return found if len({(r.date.month, r.date.day) for r in found if r.date and r.date.day}) == 1 else []


def _released_then(rows: list[NameRow], tokens: frozenset[str], date: Date) -> list[NameRow]:
    """Ids of a numbered version that was released in that month; an id without a number is a rolling alias."""
    numbered = any(any(c.isdigit() for c in t) and not is_size(t) for t in tokens)
    then = numbered and any(r.released and r.released.same_month(date) for r in rows)
    return [r for r in rows if r.date is None] if then else []


def _is_old_build(parsed: Parsed, date: Date | None) -> bool:
    """GPT-3.5 and GPT-4 builds are told apart by month and day alone (0314, 1106)."""
    return "gpt" in parsed.tokens and date is not None and date.year is None


@lru_cache(maxsize=1 << 14)
def _words(name: str) -> str:
    return " ".join(sorted(re.findall(r"[a-z]+|\d+", name.lower().rpartition("/")[2])))
