"""Linear readers of messages: the offline embedding, the pieces of which a message is made (groups of letters, words,
pairs of words), what its sentences say one by one, and what rules say, each weighted for every value of a field.
`python -m advisor.interview.vocabulary.build_readers` fits them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.interview import vocabulary

Vector = NDArray[np.float32]
LETTERS = 4
MOST_EVIDENCE = 6.0  # of rules that counts
MOST_SAID = 8.0  # log-odds of a sentence that count
# Chinese and Japanese put no blanks between words, each of their signs counts as one.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")

PARTS = ("by_rule", "by_saying")  # arrays that each field has


class Field(NamedTuple):
    """How one field is read: its values, each with its place among the rows of all readers, and the weights of what
    rules say for each of `known`, (values, known), and of what the most telling sentence says, (values, values)."""

    values: tuple[str, ...]
    rows: slice
    known: tuple[str, ...]
    by_rule: Vector
    by_saying: Vector


class Weights(NamedTuple):
    """Weights of pieces for the values of all fields: (pieces, rows) whole numbers of a `step`, (rows,)."""

    of: NDArray[np.int8]
    step: Vector

    def added(self, places: NDArray[np.intp], values: Vector, starts: Sequence[int]) -> Vector:
        """The sums over pieces that begin at each of `starts`, (starts, rows)."""
        return np.asarray(np.add.reduceat(self.of[places] * values[:, None], starts) * self.step)


class Readers(NamedTuple):
    """Weights of each value of each field, one a row: of the embedding less `mean`, of the pieces of the message, and
    of the pieces of a sentence, which with `base` are its log-odds for a value against the one that says nothing.
    `rarity` is the inverse document frequency of pieces."""

    fields: Mapping[str, Field]
    mean: Vector
    by_vector: Vector
    place: Mapping[str, int]
    rarity: Vector
    whole: Weights
    bias: Vector
    sentence: Weights
    base: Vector

    def scores(self, vector: Vector, sentences: Sequence[str]) -> Vector:
        """Log-odds of every row for a message, before what rules say: from its unit vector and its folded sentences."""
        counts = [self.counted(sentence) for sentence in sentences]
        places, values = self.weighed(sum(counts, Counter()))
        total = self.by_vector @ (vector - self.mean) + self.bias
        if len(places):
            total = total + self.whole.added(places, values, [0])[0]
        most = self._said(counts).max(axis=0)
        for field in self.fields.values():
            total[field.rows] += field.by_saying @ most[field.rows]
        return np.asarray(total)

    def said(self, sentences: Iterable[str]) -> Vector:
        """Log-odds of every row for each folded sentence, (sentences, rows), against the value that says nothing."""
        return self._said([self.counted(sentence) for sentence in sentences])

    def _said(self, counts: Sequence[Counter[int]]) -> Vector:
        found = np.tile(self.base, (len(counts), 1))
        known = [n for n, count in enumerate(counts) if count]
        if known:
            weighed = [self.weighed(counts[n]) for n in known]
            starts = np.cumsum([0, *(len(places) for places, _ in weighed[:-1])])
            places, values = (np.concatenate(parts) for parts in zip(*weighed, strict=True))
            found[known] += self.sentence.added(places, values, starts.tolist())
        return np.asarray(found.clip(-MOST_SAID, MOST_SAID))

    def probabilities(self, field: str, scores: Vector, rules: Mapping[str, float]) -> dict[str, float]:
        """Probability of each value of a field, from the scores of a message and the evidence of rules for values. They
        add up to 1. Multinomial logistic regression."""
        known = self.fields[field]
        total = scores[known.rows] + known.by_rule @ evidence(known.known, rules)
        odds = np.exp(total - total.max())
        return dict(zip(known.values, (odds / odds.sum()).tolist(), strict=True))

    def counted(self, folded: str) -> Counter[int]:
        """How often each known piece is in a text, by its place."""
        return Counter(self.place[piece] for piece in pieces(folded) if piece in self.place)

    def weighed(self, count: Counter[int]) -> tuple[NDArray[np.intp], Vector]:
        """Places and values of pieces: (1 + ln count) x rarity, of length one together."""
        places = np.fromiter(count, dtype=np.intp, count=len(count))
        values = np.array([1 + math.log(n) for n in count.values()], dtype=np.float32) * self.rarity[places]
        return places, np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), dtype=np.float32)


def pieces(folded: str) -> Iterator[str]:
    """What a text is made of: each four letters in a row of every word, with a blank for its start and its end (shorter
    words as a whole), and with a mark in front the words and each two in a row."""
    for word in folded.split():
        padded = f" {word} "
        yield from (padded[n : n + LETTERS] for n in range(max(len(padded) - LETTERS, 0) + 1))
    words = _WORD.findall(folded)
    yield from (f"#{word}" for word in words)
    yield from (f"#{one} {two}" for one, two in pairwise(words))


def evidence(known: tuple[str, ...], rules: Mapping[str, float]) -> Vector:
    """Evidence of rules for each value in a row, 0 to 1."""
    return np.array([min(rules.get(value, 0.0), MOST_EVIDENCE) / MOST_EVIDENCE for value in known], dtype=np.float32)


@lru_cache(maxsize=1)
def load_readers() -> Readers:
    """The readers as they are shipped."""
    with resources.files(vocabulary).joinpath("readers.npz").open("rb") as file, np.load(file) as data:
        raw = {key: data[key] for key in data.files}
    fields, start = {}, 0
    for name in raw.pop("fields").tolist():
        values, known = raw.pop(f"{name}.values").tolist(), raw.pop(f"{name}.known").tolist()
        rows, start = slice(start, start + len(values)), start + len(values)
        fields[name] = Field(tuple(values), rows, tuple(known), *(raw.pop(f"{name}.{part}") for part in PARTS))
    place = {piece: n for n, piece in enumerate(raw.pop("pieces").tobytes().decode().split("\n"))}
    whole, sentence = (Weights(raw.pop(f"{kind}.of"), raw.pop(f"{kind}.step")) for kind in ("whole", "sentence"))
    return Readers(fields=fields, place=place, whole=whole, sentence=sentence, **raw)
