"""Which section of the topic notes answers a question, if any does?"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.interview.text import detect_language
from advisor.schema import Citation
from knowledge.store import LEXICAL_WEIGHT, standardised

if TYPE_CHECKING:
    from knowledge.store import Store

KEYWORDS = "keywords"
HEADING = ":heading"
WORD = 0.005
"""What a point of BM25 adds to a cosine: of the two together a sure answer needs so much."""
SURE_BENCHMARK = 0.88
SURE_TOPIC, SURE_TOPIC_ACROSS_LANGUAGES = 0.85, 0.825
OUTSTANDING = 3.0
"""Standard scores above the mean of all sections."""
_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+)\)")


class Section(NamedTuple):
    """A section of a topic note."""

    topic: str
    heading: str
    text: str

    def citations(self) -> list[Citation]:
        """The sources that the section links to."""
        return [Citation(source=name, url=url, title=name) for name, url in dict.fromkeys(_LINK.findall(self.text))]


class _Reading(NamedTuple):
    """How a text stands to the documents of one kind: relative to each other, and absolutely."""

    ids: list[str]
    relative: NDArray[np.float32]
    absolute: NDArray[np.float32]


def best_section(text: str, store: Store) -> Section | None:
    """The section that fits a question best; None where even that is unlikely to answer it."""
    return next(iter(best_sections(text, store, 1)), None)


def best_sections(text: str, store: Store, count: int = 2) -> list[Section]:
    """The sections of one topic note that fit a question best, the best first; none where it hardly answers it."""
    reading = _read(text, store, "topic")
    if not reading.ids:
        return []
    about = [store.metadata(doc_id) for doc_id in reading.ids]
    topic = about[int(np.argmax(reading.relative))]["group"]
    own = [n for n, fields in enumerate(about) if fields["group"] == topic]
    if max(reading.absolute[own]) < _needed(text) or max(reading.relative[own]) < OUTSTANDING:
        return []
    headings = defaultdict(list)
    for n in own:
        headings[about[n].get("facet", "")].append(n)
    headings.pop(KEYWORDS, None)
    ordered = sorted(headings.values(), key=lambda numbers: -float(np.mean(reading.relative[numbers])))
    bodies = (reading.ids[n] for numbers in ordered for n in numbers if not reading.ids[n].endswith(HEADING))
    return [_section(doc_id, store) for doc_id in islice(bodies, count)]


def fits_any_benchmark(text: str, store: Store) -> bool:
    """Does the text ask for something that any benchmark measures? Small talk and other trades do not."""
    return bool(np.max(_read(text, store, "benchmark").absolute, initial=0.0) >= SURE_BENCHMARK)


def _read(text: str, store: Store, kind: str) -> _Reading:
    ids, meaning = store.similarities(text, kind)
    words = store.word_scores(text, ids) if ids else meaning
    relative = standardised(meaning) + LEXICAL_WEIGHT * standardised(words) if ids else meaning
    return _Reading(ids, relative, meaning + WORD * words)


def _needed(text: str) -> float:
    """The notes are in English, and texts of two languages are never quite as near as texts of one."""
    return SURE_TOPIC if detect_language(text) == "en" and "¿" not in text else SURE_TOPIC_ACROSS_LANGUAGES


def _section(doc_id: str, store: Store) -> Section:
    about = store.metadata(doc_id)
    heading = about.get("facet", "")
    text = store.text(doc_id)
    return Section(about["title"], heading, text.split("\n", 1)[1].strip() if heading else text)
