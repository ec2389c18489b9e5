"""Word lists of the extractor, in many languages, and their compilation to patterns.

A term is plain text in folded form. `*` stands for the rest of a word, a blank for blanks or hyphens, ` ~ `
for up to forty characters of the same sentence.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from advisor.interview.folding import fold

_REST = "[a-zßæ0-9]*"
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


@lru_cache(maxsize=32)
def load(name: str) -> dict[str, Any]:
    """A word list by file name."""
    text = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else tomllib.loads(text)


@lru_cache(maxsize=1)
def stopwords() -> dict[str, frozenset[str]]:
    """Frequent words of each language, to tell languages apart."""
    return {code: frozenset(words.split()) for code, words in load("stopwords.toml").items()}


def term_pattern(term: str, open_start: bool = False) -> str:
    """The regular expression of one term, over folded text; `open_start` lets it follow a digit directly."""
    parts = [_piece(part) for part in fold(term.strip()).split(" ~ ")]
    body = r"[^.!?;\n]{0,40}?".join(parts)
    head = (
        ""
        if open_start or _WIDE.match(term) or not re.match(r"\w", term)
        else (r"(?<![a-zßæ0-9])" if term[0].isascii() else r"(?<![^\W_])")
    )
    if re.match(r"[\u0600-\u06ff]", term):
        head += "[وبلفك]{0,2}"
    tail = (
        ""
        if _WIDE.search(term[-1]) or not re.search(r"\w$", term)
        else (r"(?![a-zßæ0-9])" if term[-1].isascii() else r"(?![^\W_])")
    )
    return f"{head}{body}{tail}"


def _piece(text: str) -> str:
    words = (re.escape(word).replace(r"\*", _REST if word.isascii() else r"[^\W_]*") for word in text.split())
    return r"[\s\-_]*".join(words) if _WIDE.search(text) else r"[\s\-_]+".join(words)


@dataclass(frozen=True)
class Terms:
    """Terms as one regular expression. A text that holds the stem of none of them is not searched: nearly all texts
    hold none, and looking for plain stems is faster."""

    regex: re.Pattern[str]
    stems: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """The source of the expression, to build others from."""
        return self.regex.pattern

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """As of the expression."""
        return self.regex.finditer(text) if self._may_match(text) else iter(())

    def search(self, text: str) -> re.Match[str] | None:
        """As of the expression."""
        return self.regex.search(text) if self._may_match(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        """As of the expression."""
        return self.regex.match(text)

    def subn(self, into: str, text: str) -> tuple[str, int]:
        """As of the expression."""
        return self.regex.subn(into, text)

    def _may_match(self, text: str) -> bool:
        return any(stem in text for stem in self.stems)


def compile_terms(terms: Iterable[str], open_start: bool = False) -> Terms:
    """All terms, longest first."""
    ordered = sorted(set(terms), key=lambda term: (-len(term), term))
    regex = re.compile("|".join(term_pattern(term, open_start) for term in ordered) or r"(?!)")
    return Terms(regex, tuple(dict.fromkeys(map(_stem, ordered))))


def _stem(term: str) -> str:
    """The longest piece of a term that stands in each text which the term matches."""
    return max(re.split(r"[\s*~]+", fold(term)), key=len)


@lru_cache(maxsize=1024)
def pattern(file: str, *path: str) -> Terms:
    """The compiled terms at a path inside a word list, e.g. pattern("flags.toml", "batch_ok", "yes")."""
    node: Any = load(file)
    for key in path:
        node = node.get(key, [])
    return compile_terms(_flatten(node))


def _flatten(node: Any) -> list[str]:
    if isinstance(node, dict):
        return [term for value in node.values() for term in _flatten(value)]
    return list(node)
