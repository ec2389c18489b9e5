"""Which benchmarks does a text name, and does it doubt them?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from knowledge.lexical import fold, has_wide, unaccented, word_list

if TYPE_CHECKING:
    from knowledge.schema import Benchmark

SHORTEST_NAME = 3
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_PARENTHESIS = re.compile(r"\(.*?\)")
_HANGUL = re.compile(r"[\uac00-\ud7af]")
_APART = re.compile(r"[^A-Za-z0-9+]+")
_INNER_CAPITAL = re.compile(r"[A-Za-z0-9]\w*[A-Z0-9]")


class Names(NamedTuple):
    """Ways to write the names of all benchmarks. `any_case` is looked up in lower case, `exact` as written."""

    any_case: re.Pattern[str]
    exact: re.Pattern[str]
    owners: Mapping[str, str]


def mentioned(text: str, benchmarks: Mapping[str, Benchmark]) -> list[str]:
    """Ids of the benchmarks that the text names, in the order of the text. The longest name wins where
    names overlap: "MMLU-Pro" does not name MMLU."""
    names = _names(tuple((b.id, b.name, b.aliases) for b in benchmarks.values()))
    written = _spaced(text)
    hits = [*names.any_case.finditer(written.lower()), *names.exact.finditer(written)]
    found: dict[int, str] = {}
    reached = 0
    for hit in sorted(hits, key=lambda h: (h.start(), -h.end())):
        if hit.start() >= reached:
            reached = hit.end()
            found[hit.start()] = names.owners[hit.group()]
    return list(dict.fromkeys(found.values()))


def doubts(text: str) -> bool:
    """Does the text ask whether something is enough, or what is better?"""
    folded = fold(text)
    return any(re.search(rf"(?<![a-z]){re.escape(word)}", folded) for word in word_list("doubt"))


def preferred(named: Iterable[str], benchmarks: Mapping[str, Benchmark]) -> list[str]:
    """Of benchmarks that are named together, those that are meant to replace another one of them."""
    named = list(named)
    return [one for one in named if any(one in benchmarks[other].instead for other in named if other != one)]


def _spaced(text: str) -> str:
    """Letters and digits without accents, one space between words; its lower case has the same length."""
    return " " + _APART.sub(" ", unaccented(text).replace("τ", "tau")) + " "


@lru_cache(maxsize=4)
def _names(benchmarks: tuple[tuple[str, str, tuple[str, ...]], ...]) -> Names:
    owners: dict[str, str] = {}
    for bench_id, name, aliases in benchmarks:
        for form in _forms(name, aliases):
            owners.setdefault(form, bench_id)
    ordinary = word_list("ordinary")
    exact = [form for form in owners if form.lower() in ordinary]
    any_case = {form.lower(): owner for form, owner in owners.items() if form.lower() not in ordinary}
    return Names(_any_of(any_case), _any_of(exact), any_case | {form: owners[form] for form in exact})


def _any_of(forms: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile(rf"(?<= )(?:{'|'.join(map(re.escape, longest_first)) or '(?!)'})(?= )")


def _forms(name: str, aliases: tuple[str, ...]) -> Iterator[str]:
    for written in (name, _PARENTHESIS.sub("", name).strip(), *filter(_is_proper, aliases)):
        form = _spaced(written).strip()
        if len(form) >= SHORTEST_NAME:
            yield form


def _is_proper(alias: str) -> bool:
    """A name, not a description: `MMLU`, `Human Eval`, `tau2-bench`, but not `human votes`."""
    words = alias.split()
    titled = len(words) > 1 and all(word[0].isupper() for word in words)
    return not has_wide(alias) and not _HANGUL.search(alias) and (titled or bool(_INNER_CAPITAL.search(alias)))


def figures_of(text: str) -> set[str]:
    """The figures in a text, without thousands separators."""
    return {figure.replace(",", "") for figure in _FIGURE.findall(text)}
