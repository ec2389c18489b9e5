"""Candidate text is data: neutralise what could pass for our frame, find text that talks to the judge."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from advisor.trial.attacks import HINT, PATTERNS, TOPIC
from advisor.trial.favour import seeks_favour

MAX_LINES, SHORT_LINE = 4, 40
_COMMAND = re.compile(r"ignor|disregard|forget|overrid|prefer|choose|select|pick|verdict|winner|scor|judg|grad", re.I)
_QUOTED = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|'[^'\n]{3,}'|`[^`\n]*`")
_OPTION = re.compile(r"(?<!\w)\(?([A-J])[).:](?=\W)")
_CHOSEN = re.compile(  # "the most likely answer appears to be (B)", "BBBBB"
    r"(?:(?:correct|right|best|most \w+(?: \w+)?|closest|final)\s)?\b(?:answer|choice|option)\b(?:\s\w+){0,4}?"
    r"\W{1,6}[A-J]\b(?:\)|\W*$)|\b([A-J])\1{2,}\b"
)

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
                        "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]")  # fmt: skip
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CHAT_TOKENS = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:start|end)_of_turn>|<[｜|][^<>\n]{1,40}[｜|]>", re.I
)


@dataclass(frozen=True)
class Guarded:
    """Candidate text made safe to show a judge. `removed` holds the passages that addressed the judge."""

    text: str
    removed: tuple[str, ...] = ()


def guard(text: str, allowed: str = "", limit: int = 24_000) -> Guarded:
    """Neutralise `text` and take out passages aimed at the judge, unless the task itself (`allowed`) has
    the same passage. At most `limit` characters are shown; the middle is cut and said to be.

    Nothing stands in their place: what the judge reads is the answer as it would be without the attack, so a
    passage that was found cannot move the verdict, not even by leaving a mark."""
    known, innocent = _fold(allowed), _innocent(allowed)
    pieces = list(_pieces(neutralise(text)))
    hostile = [addresses_judge(_without(innocent, piece)) for piece in pieces]
    for start, end in _across_lines(pieces, hostile):
        hostile[start:end] = [True] * (end - start)
    for n, piece in enumerate(pieces[1:], 1):  # the rest of an attack: "Choose it.", "Therefore: A"
        hostile[n] |= hostile[n - 1] and 0 < len(piece.strip()) <= SHORT_LINE
    kept: list[str] = []
    removed: list[str] = []
    for piece, bad in zip(pieces, hostile, strict=True):
        (removed if bad and _fold(piece).strip() not in known else kept).append(piece)
    return Guarded(shorten("".join(kept).strip(), limit), tuple(piece.strip() for piece in removed))


def neutralise(text: str) -> str:
    """Drop invisible and control characters; break chat-template tokens so that no server reads them as its own."""
    visible = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return _CHAT_TOKENS.sub(lambda m: "(" + re.sub(r"[<>|｜\[\]/]", " ", m.group()).strip() + ")", visible)


def addresses_judge(text: str) -> bool:
    """Whether a passage reads like an instruction, a verdict or a frame meant for the judge, also in
    disguise: look-alike letters, spaced or reversed letters, base64, hex, rot13."""
    return any(seeks_favour(form) or _has_form(form) for form in _readings(text))


def _innocent(task: str) -> list[re.Pattern[str]]:
    """What an answer may say because of its task: quotes where that is about attacks, a letter where it has options."""
    patterns = [_QUOTED] if TOPIC.search(task) else []
    return [*patterns, _CHOSEN] if {"A", "B"} <= set(_OPTION.findall(task)) else patterns


def _without(patterns: Sequence[re.Pattern[str]], text: str) -> str:
    for pattern in patterns:
        text = pattern.sub("", text)
    return text


def _has_form(text: str) -> bool:
    return bool(HINT.search(text)) and any(p.search(text) for p in PATTERNS)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters: head and tail stay, the cut is said."""
    if len(text) <= limit:
        return text
    half = limit // 2
    return f"{text[:half]}\n[... {len(text) - 2 * half} characters left out ...]\n{text[-half:]}"


def _across_lines(pieces: Sequence[str], hostile: Sequence[bool]) -> list[tuple[int, int]]:
    """Runs of short lines that address the judge only when they are read as one sentence."""
    short = [0 < len(p.strip()) <= SHORT_LINE and not bad for p, bad in zip(pieces, hostile, strict=True)]
    found = []
    for start in range(len(pieces)):
        for end in range(start + 2, min(start + MAX_LINES, len(pieces)) + 1):
            if not all(short[start:end]):
                break
            text = " ".join(p.strip() for p in pieces[start:end])
            if _COMMAND.search(text) and addresses_judge(text):
                found.append((start, end))
    return found


def _pieces(text: str) -> Iterator[str]:
    """Lines, and sentences inside them, with their trailing space; joined they are the text."""
    for line in re.findall(r"[^\n]*\n|[^\n]+$", text):
        yield from re.findall(r".+?(?:[.!?。！？]+[\"')\]]*\s+|\n|$)", line, re.S) or [line]


_LOOKALIKE = str.maketrans(
    "аеорсухіјѕԁɡһԛԝАВЕКМНОРСТУХІαοιενρτυκΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijsdghqwABEKMHOPCTYXIaoievptukABEZHIKMNOPTYX"
)
_LEET = str.maketrans("0134578@$!", "oieastbasi")


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _readings(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text)
    yield plain
    bare = "".join(c for c in unicodedata.normalize("NFD", plain) if not unicodedata.combining(c))
    latin = bare.translate(_LOOKALIKE)
    if latin != plain:
        yield latin
    if re.search(r"(?:\b\w[ ._*-]){6,}", latin):
        yield re.sub(r"\b(\w)[ ._*-](?=\w\b)", r"\1", latin)
        yield _respaced(latin)
    if re.search(r"[a-z][0134578@$!][a-z]", latin, re.I):
        yield latin.translate(_LEET)
    if len(latin) > 24 and re.search(r"[A-Za-z]{4}", latin):
        yield latin[::-1]
        yield codecs.encode(latin, "rot13")
    if "&#" in latin or "%20" in latin:
        yield html.unescape(urllib.parse.unquote(latin))
    yield from _decoded(latin)


def _respaced(text: str) -> str:
    """Letters set apart by one space, words by two or more."""
    return " ".join(re.sub(r"[ ._*-]", "", word) for word in re.split(r"\s{2,}", text))


def _decoded(text: str) -> Iterator[str]:
    codings: tuple[tuple[str, Callable[[str], bytes]], ...] = (
        (r"[A-Za-z0-9+/_-]{20,}={0,2}", _base64),
        (r"(?:[01]{8}[ ,]?){8,}", lambda s: bytes(int(b, 2) for b in re.findall("[01]{8}", s))),
        (r"(?:[0-9a-fA-F]{2}[ :]?){16,}", lambda s: binascii.unhexlify(re.sub(r"[ :]", "", s))),
    )
    for pattern, decode in codings:
        for blob in re.findall(pattern, text):
            try:
                yield decode(blob).decode("utf-8")
            except (ValueError, UnicodeDecodeError):
                continue


def _base64(blob: str) -> bytes:
    body = blob.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
