"""A linear reader of messages: the offline embedding, groups of letters and the evidence of known words, each weighted
for every label. `python -m advisor.interview.vocabulary.build_readers` fits them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.interview import vocabulary

Vector = NDArray[np.float32]
LETTERS = 4
MOST_EVIDENCE = 6.0  # of known words that counts


class Reader(NamedTuple):
    """Weights of one label a row, in the order of `labels`: of the embedding less `mean`, of groups of letters (whole
    numbers of `step`, with their inverse document frequency `rarity`) and of the words known for each of `known`."""

    labels: tuple[str, ...]
    mean: Vector
    by_vector: Vector
    place: Mapping[str, int]
    rarity: Vector
    by_group: NDArray[np.int8]
    step: float
    known: tuple[str, ...]
    by_word: Vector
    bias: Vector

    def probabilities(self, vector: Vector, folded: str, words: Mapping[str, float]) -> dict[str, float]:
        """Probability of each label for a message: its unit vector, its folded text, and the evidence of words for
        each label (`rules_topic`). They add up to 1. Multinomial logistic regression."""
        scores = self.by_vector @ (vector - self.mean) + self.bias
        places, values = self.groups(folded)
        scores = scores + self.by_group[:, places] @ (values * self.step)
        if self.known:
            scores = scores + self.by_word @ evidence(self.known, words)
        odds = np.exp(scores - scores.max())
        return dict(zip(self.labels, (odds / odds.sum()).tolist(), strict=True))

    def groups(self, folded: str) -> tuple[NDArray[np.intp], Vector]:
        """Places and values of the groups of letters in a text: (1 + ln count) x rarity, of length one together."""
        count = Counter(group for group in letter_groups(folded) if group in self.place)
        places = np.array([self.place[group] for group in count], dtype=np.intp)
        values = np.array([1 + math.log(n) for n in count.values()], dtype=np.float32) * self.rarity[places]
        return places, np.asarray(values / max(float(np.linalg.norm(values)), 1e-9), dtype=np.float32)


def letter_groups(folded: str) -> Iterator[str]:
    """Each four letters in a row of every word, with a blank for its start and its end; shorter words as a whole."""
    for word in folded.split():
        padded = f" {word} "
        yield from (padded[n : n + LETTERS] for n in range(max(len(padded) - LETTERS, 0) + 1))


def evidence(known: tuple[str, ...], words: Mapping[str, float]) -> Vector:
    """Evidence of words for each label in a row, 0 to 1."""
    return np.array([min(words.get(label, 0.0), MOST_EVIDENCE) / MOST_EVIDENCE for label in known], dtype=np.float32)


@lru_cache(maxsize=4)
def load_reader(name: str) -> Reader:
    """The reader of a field as it is shipped."""
    with resources.files(vocabulary).joinpath(f"{name}_reader.npz").open("rb") as file, np.load(file) as data:
        raw = {key: data[key] for key in data.files}
    place = {group: n for n, group in enumerate(raw.pop("groups").tolist())}
    labels, known = tuple(raw.pop("labels").tolist()), tuple(raw.pop("known").tolist())
    return Reader(labels=labels, known=known, place=place, step=float(raw.pop("step")), **raw)
