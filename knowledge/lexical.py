"""Words of a text, and BM25 over them. Foreign words count as their English terms, by a glossary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

VOCABULARY = Path(__file__).parent / "vocabulary"
SHORTEST_COMPOUND_PART = 6

_WORD = re.compile(r"[a-z0-9]+(?:[#+]+)?")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
_STOP = frozenset(
    "a an and any are as at be but by can did do does for from had has have how i if in into is it its just like "
    "may me might more most must my need no not of on only or other our out over should so some such than that the "
    "their them then there these they this those to too us use used using want was we were what when where which "
    "who why will with without would you your model models llm llms ai test tests benchmark benchmarks "
    "leaderboard leaderboards board evaluate evaluation measure measures".split()
)


def fold(text: str) -> str:
    """Lower case, compatibility forms and accents removed; kana and ideographs stay as they are."""
    text = unicodedata.normalize("NFKC", text).lower()
    return "".join(_without_accent(char) for char in text)


def _without_accent(char: str) -> str:
    if char == "ß":
        return "ss"
    if char < "\u00c0" or char >= "\u0250":
        return char
    return "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))


def terms(text: str) -> list[str]:
    """Stemmed content words, with the English terms of the foreign words in them."""
    folded = fold(text)
    words = [word for word in _WORD.findall(folded) if word not in _STOP]
    return _stemmer().stemWords(words + english_terms(folded))


def english_terms(folded: str) -> list[str]:
    """English words for the foreign domain words of a folded text, in the order of the glossary."""
    found = [word for pattern, english in _glossary() if pattern.search(folded) for word in english.split()]
    return list(dict.fromkeys(found))


@cache
def _glossary() -> list[tuple[re.Pattern[str], str]]:
    import yaml

    entries = yaml.safe_load((VOCABULARY / "glossary.yaml").read_text(encoding="utf-8"))
    return [(_pattern(forms), english) for english, forms in entries.items()]


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(_form(fold(form)) for form in forms))


def _form(form: str) -> str:
    """A form ends anywhere in a word; it begins one, unless the script has no spaces or it may be part of a
    compound. `$` at the end asks for the whole word."""
    body = re.escape(form.rstrip("$"))
    if _WIDE.search(form):
        return body
    start = "" if len(form) >= SHORTEST_COMPOUND_PART and " " not in form else r"\b"
    return start + body + (r"\b" if form.endswith("$") else "")


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


class Lexical:
    """BM25 over documents in memory (Lucene's variant: k1 = 1.2, b = 0.75)."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        self._size = len(texts)
        self._index = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        self._index.index([terms(text) or [""] for text in texts], show_progress=False)

    def scores(self, query: str) -> NDArray[np.float32]:
        """A score for each document, 0 where no word is shared."""
        known = [term for term in terms(query) if term in self._index.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return self._index.get_scores(known)
