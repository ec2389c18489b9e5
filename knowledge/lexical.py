"""Words of a text, and BM25 over them. Foreign words count as their English terms, by a glossary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

VOCABULARY = Path(__file__).parent / "vocabulary"
SHORTEST_COMPOUND_PART = 6

LONG = "understand a very long document of hundreds of pages"

_MANY_PAGES = re.compile(r"\d{2,}\W{0,2}(?:pages?|pagin\w*|paginas|seit\w*|ページ|頁)")
_WORD = re.compile(r"[a-z0-9]+(?:[#+]+)?")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
_HIRAGANA = re.compile(r"[\u3040-\u309f]+")


def fold(text: str) -> str:
    """Lower case, compatibility forms and accents removed; kana and ideographs stay as they are."""
    return unaccented(text).lower()


def unaccented(text: str) -> str:
    """As `fold`, with the capitals kept."""
    return "".join(_without_accent(char) for char in unicodedata.normalize("NFKC", text))


def _without_accent(char: str) -> str:
    if char == "ß":
        return "ss"
    if char < "\u00c0" or char >= "\u0250":
        return char
    return "".join(part for part in unicodedata.normalize("NFD", char) if not unicodedata.combining(part))


def terms(text: str) -> list[str]:
    """Stemmed content words, with the English terms of the foreign and trade words in them."""
    folded = fold(text)
    words = _WORD.findall(" ".join([folded, *readings(folded)]))
    stems = _stemmer().stemWords([word for word in words if word not in _function_words()])
    return [*stems, *_pairs(folded)]


def _pairs(folded: str) -> list[str]:
    """Neighbouring characters of Japanese, which has no spaces; pairs of hiragana alone carry no content."""
    runs = _WIDE.findall(folded)
    return [pair for run in runs for pair in map("".join, pairwise(run)) if not _HIRAGANA.fullmatch(pair)]


@cache
def _function_words() -> frozenset[str]:
    return word_list("english") | word_list("foreign")


def has_wide(text: str) -> bool:
    """Does it hold kana or ideographs?"""
    return bool(_WIDE.search(text))


def spelled(text: str) -> str:
    """The text with its trade words and large numbers of pages in the terms of the notes, to be read by its meaning."""
    folded = fold(text)
    return " ".join([text, *readings(folded), *([LONG] if _MANY_PAGES.search(folded) else [])])


def readings(folded: str) -> list[str]:
    """What the words of a folded text stand for in the English terms of the notes."""
    english = [] if _is_english(folded) else _matches("glossary", folded)
    return list(dict.fromkeys(english + _matches("synonyms", " ".join([folded, *english]))))


def _is_english(folded: str) -> bool:
    """Enough to tell whether foreign words are to be looked up: which function words prevail?"""
    words = re.findall(r"[a-z]+", folded)
    english = sum(word in word_list("english") for word in words)
    return not has_wide(folded) and english >= sum(word in word_list("foreign") for word in words)


@cache
def word_list(group: str) -> frozenset[str]:
    """A list of words of `vocabulary/function_words.yaml`."""
    return frozenset(_load("function_words")[group].split())


class _Entry(NamedTuple):
    """English terms, and how texts say them: what must stand in the text, and the pattern that decides."""

    english: str
    stems: tuple[str, ...]
    pattern: re.Pattern[str]

    def matches(self, folded: str) -> bool:
        """Looking for the plain stems first spares nearly all of the searches, which are far slower."""
        return any(stem in folded for stem in self.stems) and self.pattern.search(folded) is not None


def _matches(vocabulary: str, folded: str) -> list[str]:
    return [entry.english for entry in _entries(vocabulary) if entry.matches(folded)]


@cache
def _entries(vocabulary: str) -> list[_Entry]:
    compounds = vocabulary == "glossary"
    return [_entry(english, [fold(f) for f in forms], compounds) for english, forms in _load(vocabulary).items()]


def _load(vocabulary: str) -> Any:
    import yaml

    return yaml.safe_load((VOCABULARY / f"{vocabulary}.yaml").read_text(encoding="utf-8"))


def _entry(english: str, forms: Sequence[str], compounds: bool) -> _Entry:
    pattern = re.compile("|".join(_form(form, compounds) for form in forms))
    return _Entry(english, tuple(form.rstrip("$") for form in forms), pattern)


def _form(form: str, compounds: bool) -> str:
    """A form ends anywhere in a word, unless `$` asks for its end. It begins one, unless the script has no
    spaces or it may be part of a compound."""
    body = re.escape(form.rstrip("$"))
    if _WIDE.search(form):
        return body
    inside = compounds and len(form) >= SHORTEST_COMPOUND_PART and " " not in form
    return ("" if inside else r"(?<!\w)") + body + (r"(?!\w)" if form.endswith("$") else "")


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


class Lexical:
    """BM25 over documents in memory (Lucene's variant: k1 = 1.2, b = 0.75)."""

    def __init__(self, documents: Sequence[list[str]]) -> None:
        """An index of documents given as their `terms`."""
        import bm25s

        self._size = len(documents)
        self._index = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
        self._index.index([words or [""] for words in documents], show_progress=False)

    def scores(self, query: str) -> NDArray[np.float32]:
        """A score for each document, 0 where no word is shared."""
        known = [term for term in terms(query) if term in self._index.vocab_dict]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        return self._index.get_scores(known)
