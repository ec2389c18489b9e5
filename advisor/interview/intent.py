# ruff: noqa: E501 - a pattern is read best on one line
"""What a message wants: a use case, a question, a change, or a word of consent."""

from __future__ import annotations

import re
from typing import Literal

from advisor.interview.extract import extract
from advisor.interview.text import Text
from advisor.interview.vocabulary import pattern

Intent = Literal["use_case", "question", "change", "go", "approve", "decline", "smalltalk"]
_SHORT = 6


def intent(message: str, *, has_question: bool) -> Intent:
    """The intent of a message. `has_question` says that an answer or a decision of the user is open."""
    text = Text.of(message.strip())
    if not text.low:
        return "smalltalk"
    if _only(text, "smalltalk"):
        return "smalltalk"
    short = _short_intent(text, has_question)
    if short:
        return short
    if _asks(text):
        return "question"
    facts = {f.field for f in extract(message, by_meaning=False).facts}
    if has_question or _has(text, "need") or len(facts) >= 3:
        return "change" if _starts(text, "change") and facts else "use_case"
    if _starts(text, "change"):
        return "change"
    return "use_case" if facts else "smalltalk" if len(text.low) < 25 else "use_case"


def _has(text: Text, name: str) -> bool:
    return bool(pattern("intents.toml", name).search(text.low))


def _starts(text: Text, name: str) -> bool:
    match = pattern("intents.toml", name).search(text.low)
    return bool(match) and match.start() < 40  # type: ignore[union-attr]


def _only(text: Text, name: str) -> bool:
    """True where the message is made of such words and little else."""
    rest, hits = pattern("intents.toml", name).subn(" ", text.low)
    return hits > 0 and not len(
        re.sub(
            r"[\W_]|\b(?:please|bitte|por favor|s'il vous plait|svp|you|so much|the|it|a|with|trial|test|prueba|versuch|essai|teste|prova)\b",
            "",
            rest,
        )
    )


def _short_intent(text: Text, has_question: bool) -> Intent | None:
    if _only(text, "go"):
        return "go"
    if _only(text, "approve"):
        return "approve"
    if _only(text, "decline"):
        return "decline"
    words = text.low.split()
    match = pattern("intents.toml", "go").match(text.low)
    if match and len(words) <= _SHORT and "?" not in text.low and len(text.low) - match.end() < 22:
        return "go"
    if (
        len(words) <= _SHORT
        and (not has_question or _has(text, "go"))
        and re.match(r"(?:yes|ja|si|oui|sim|はい|да)\b", text.low)
    ):
        return "go" if _has(text, "go") else "approve"
    return None


def _asks(text: Text) -> bool:
    """A question on benchmarks, models or methods, not the description of a use case."""
    if re.match(r"(?:what if|was ware wenn|y si|et si|e se|und wenn|que pasa si)\b", text.low):
        return False
    end = text.low.rstrip(" \n\"')")[-1:]
    marked = end in "?？؟" or bool(re.search(r"(?:ですか|ますか|吗|呢|까|か)[。.？?]?$", text.low.strip()))
    opening = pattern("intents.toml", "question_words").match(text.low.lstrip("¿¡ ")) or _wide_question(text)
    on_topic = _has(text, "topic")
    describes = _has(text, "need") or len(extract(text.raw, by_meaning=False).facts) >= 4
    if describes and not (opening and on_topic and marked and len(text.low) < 120):
        return False
    return bool(
        (marked and (opening or on_topic)) or (opening and on_topic) or (marked and not _starts(text, "change"))
    )


def _wide_question(text: Text) -> bool:
    return bool(re.search(r"とは|どの|どれ|教えて|違い|什么|哪个|哪些|为什么|区别|무엇|어떤|차이", text.low))
