"""Text that speaks of itself, or of its rival, as an answer to be compared, and of winning: in many languages.

An answer to a task has no cause to do that. No single word is telling ("best", "answer"), the two together in one
sentence are; `favour.toml` has the words. `attacks.py` has the forms that need more than two words to be known.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib import resources

_BETWEEN = (
    r"(?:(?!will|would|can|should|may|does)\w+\s+){0,2}"  # "this kind of answer", but not "this code will output"
)
REACH = 90  # characters to either side within which the two must stand

# The same thought as data or as code: "winner: this", "verdict/A", "score(this)".
_RECORD = re.compile(
    r"\b(?:winner|verdict|preference|preferred|argmax)s?\b[\"'>)\s]*(?:[:=,>/]|->|=>|is)+[\"'<(\s]*"
    r"(?:this|the (?:first|second|above)|answer|response|mine|[ab]\b)|"
    r"\b(?:judge|grader|evaluator|verdict)s?[/_.](?:\w|$)|"
    r"\b(?:judge|grader|evaluator) (?:decided|decides|chose|picked)\b|"
    r"\b(?:score|rating|rank)\s*[(\[{]\s*(?:this|other|answer|mine|[ab]\b)|"
    r"\b(?:this|mine|answer a)\b\W{1,4}(?:\d+|1\.0)\b.{0,40}\b(?:other|theirs|answer b)\b\W{1,4}\d",
    re.I,
)


def seeks_favour(sentence: str) -> bool:
    """Whether a sentence speaks of an answer and of its winning, or records such a verdict."""
    return bool(_RECORD.search(sentence)) or _pleads(_folded(sentence))


def _pleads(folded: str) -> bool:
    speaks, wins = _patterns()
    return any(wins.search(_around(folded, found)) for found in speaks.finditer(folded))


def _around(text: str, found: re.Match[str]) -> str:
    return f"{text[max(0, found.start() - REACH) : found.start()]} | {text[found.end() : found.end() + REACH]}"


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """An answer that is spoken of, and its winning; in any mixture of the languages."""
    words = tomllib.loads(resources.files(__package__).joinpath("favour.toml").read_text(encoding="utf-8"))
    speaks = "|".join(_spoken_of(of) for of in words.values())
    wins = "|".join(_either(of["win"]) for of in words.values())
    return re.compile(speaks), re.compile(rf"{wins}|[⭐★🏆🥇]")


def _spoken_of(words: dict[str, str]) -> str:
    """`this ... item`, `item that`, or the item by itself where a language has neither."""
    item = _either(words["item"])
    forms = [rf"{_either(words['this'])}\s+{_BETWEEN}{item}"] if "this" in words else []
    forms += [rf"{item}\s+{_either(words['that'])}"] if "that" in words else []
    forms += [_either(words["alone"])] if "alone" in words else []
    return "|".join(forms or [item])


def _either(terms: str) -> str:
    """Any of the terms as whole words; scripts that are written without blanks need no word's end."""
    return "(?:" + "|".join(_term(term) for term in terms.split("|")) + ")"


def _term(term: str) -> str:
    body = re.escape(_folded(term)).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
    return body if _UNSPACED.search(term) else rf"\b{body}" + ("" if term.endswith("*") else r"\b")


_UNSPACED = re.compile(r"[\u0590-\u06ff\u0900-\u09ff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")


def _folded(text: str) -> str:
    """Lower case without accents, in the scripts that are read without them."""
    split = unicodedata.normalize("NFKD", text.lower())
    bare = "".join(c for c in split if not ("\u0300" <= c <= "\u036f"))
    return unicodedata.normalize("NFC", bare)
