"""A message prepared for rules: folded text of the same length, sentences and language."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from advisor.interview.folding import fold
from advisor.interview.vocabulary import stopwords

_END = re.compile(r"\n+|[!?;。！？；]+|[.…]+(?=[\s\"')\]]|$)|(?<=\s)\|\s|\s[—–]\s|\s->\s")
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:approx|ca|etc|no|nr|vs|e\.g|i\.e|z\.b|bzw|max|min|mio|tsd|sec|p\.ex|aprox|inkl|usw|incl|resp|mr|ms|dr"
    r"|pag|seg|std|tech|dept))$"
)
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("uk", re.compile(r"[іїєґ]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)


def detect_language(text: str, spoken: str = "en") -> str:
    """ISO 639-1 code of the language a message is written in; `spoken` where nothing points anywhere."""
    letters = sum(c.isalpha() for c in text) or 1
    for code, script in _SCRIPTS:
        hits = len(script.findall(text))
        if hits / letters > (0.02 if code == "uk" else 0.15 if code != "zh" else 0.25):
            return code
    words = re.findall(r"[^\W\d_]+", text.lower())
    scores = {code: sum(w in known for w in words) for code, known in stopwords().items()}
    best = max(scores, key=lambda code: (scores[code], code == "en"))
    others = sum(count > 0 for count in scores.values())
    enough = scores[best] >= 2 or (others == 1 and len(words) < 12)
    if scores[best] > scores.get("en", 0) and enough:
        return best
    return "en" if scores.get("en", 0) >= scores.get(spoken, 0) + 2 else spoken  # one short word is in many languages


@dataclass(frozen=True)
class Text:
    """A message: `raw` as written, `low` folded, both of the same length; offsets hold in both."""

    raw: str
    low: str
    language: str
    starts: tuple[int, ...] = field(default=(0,))

    @classmethod
    def of(cls, raw: str, language: str | None = None, spoken: str = "en") -> Text:
        """Prepare a message; `spoken` is the language of the conversation."""
        low = fold(raw)
        starts = [0]
        for match in _END.finditer(low):
            if not _ABBREVIATIONS.search(low[max(0, match.start() - 8) : match.start()]):
                starts.append(match.end())
        return cls(raw, low, language or detect_language(raw, spoken), tuple(starts))

    def sentence_span(self, at: int) -> tuple[int, int]:
        """Start and end of the sentence that holds the offset."""
        index = bisect_right(self.starts, at) - 1
        end = self.starts[index + 1] if index + 1 < len(self.starts) else len(self.low)
        return self.starts[index], end

    def sentence(self, at: int) -> str:
        """The folded sentence that holds the offset."""
        start, end = self.sentence_span(at)
        return self.low[start:end]

    def sentences(self) -> list[tuple[int, int]]:
        """Spans of all sentences that are not blank."""
        spans = zip(self.starts, (*self.starts[1:], len(self.low)), strict=True)
        return [(a, b) for a, b in spans if self.low[a:b].strip()]

    def before(self, at: int, width: int) -> str:
        """Folded text in front of the offset, within its sentence."""
        start, _ = self.sentence_span(at)
        return self.low[max(start, at - width) : at]

    def after(self, at: int, width: int) -> str:
        """Folded text behind the offset, within its sentence."""
        _, end = self.sentence_span(max(0, at - 1))
        return self.low[at : min(end, at + width)]

    def quote(self, start: int, end: int) -> str:
        """The user's own words between two offsets, without blanks at the ends."""
        return self.raw[start:end].strip()
