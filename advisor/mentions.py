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
_PARENTHESIS = re.compile(r"\(.*?\)")
_APART = re.compile(r"[^A-Za-z0-9+]+")
_INNER_CAPITAL = re.compile(r"[A-Za-z0-9]\w*[A-Z0-9]")


class Name(NamedTuple):
    """A way to write a benchmark's name: `pattern` finds it, in the original text if `exact`."""

    pattern: re.Pattern[str]
    exact: bool
    benchmark_id: str
    length: int


def mentioned(text: str, benchmarks: Mapping[str, Benchmark]) -> list[str]:
    """Ids of the benchmarks that the text names, in the order of the text. The longest name wins where
    names overlap: "MMLU-Pro" does not name MMLU."""
    found: dict[int, str] = {}
    written = _spaced(text)
    taken: list[tuple[int, int]] = []
    for name in _names(tuple((b.id, b.name, b.aliases) for b in benchmarks.values())):
        for hit in name.pattern.finditer(written if name.exact else written.lower()):
            if not _overlaps(hit.span(), taken):
                taken.append(hit.span())
                found[hit.start()] = name.benchmark_id
    return list(dict.fromkeys(found[start] for start in sorted(found)))


def doubts(text: str) -> bool:
    """Does the text ask whether something is enough, or what is better?"""
    folded = fold(text)
    return any(re.search(rf"(?<![a-z]){re.escape(word)}", folded) for word in word_list("doubt"))


def preferred(named: Iterable[str], benchmarks: Mapping[str, Benchmark]) -> list[str]:
    """Of benchmarks that are named together, those that are meant to replace another one of them."""
    named = list(named)
    return [one for one in named if any(one in benchmarks[other].instead for other in named if other != one)]


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)


def _spaced(text: str) -> str:
    """Letters and digits without accents, one space between words; its lower case has the same length."""
    return " " + _APART.sub(" ", unaccented(text).replace("τ", "tau")) + " "


@lru_cache(maxsize=4)
def _names(benchmarks: tuple[tuple[str, str, tuple[str, ...]], ...]) -> list[Name]:
    names = [name for bench_id, full, aliases in benchmarks for name in _names_of(bench_id, full, aliases)]
    return sorted(names, key=lambda name: -name.length)


def _names_of(benchmark_id: str, full: str, aliases: tuple[str, ...]) -> Iterator[Name]:
    short = _PARENTHESIS.sub("", full).strip()
    for form in {_spaced(one).strip() for one in (full, short, *filter(_is_proper, aliases))}:
        exact = form.lower() in word_list("ordinary")
        if len(form) >= SHORTEST_NAME:
            pattern = re.compile(rf"(?<= ){re.escape(form if exact else form.lower())}(?= )")
            yield Name(pattern, exact, benchmark_id, len(form))


def _is_proper(alias: str) -> bool:
    """A name, not a description: `MMLU`, `Human Eval`, `tau2-bench`, but not `human votes`."""
    words = alias.split()
    titled = len(words) > 1 and all(word[0].isupper() for word in words)
    return not has_wide(alias) and (titled or bool(_INNER_CAPITAL.search(alias)))
