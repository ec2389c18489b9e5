"""Linear readers of messages: the offline embedding, groups of letters and what rules say, each weighted for every
value of a field. `python -m advisor.interview.vocabulary.build_readers` fits them.
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
MOST_EVIDENCE = 6.0  # of rules that counts


class Field(NamedTuple):
    """How one field is read: its values, each with its place among the rows of all readers, and the weights of what
    rules say for each of `known`, (values, known)."""

    values: tuple[str, ...]
    rows: slice
    known: tuple[str, ...]
    by_rule: Vector


class Readers(NamedTuple):
    """Weights of each value of each field, one a row: of the embedding less `mean`, and of groups of letters (whole
    numbers of `step`), of which `rarity` is the inverse document frequency."""

    fields: Mapping[str, Field]
    mean: Vector
    by_vector: Vector
    place: Mapping[str, int]
    rarity: Vector
    by_group: NDArray[np.int8]
    step: Vector
    bias: Vector

    def scores(self, vector: Vector, folded: str) -> Vector:
        """Log-odds of every row for a message: its unit vector and its folded text, before what rules say."""
        return np.asarray(self.by_vector @ (vector - self.mean) + self.bias + self.by_letters(folded))

    def by_letters(self, folded: str) -> Vector:
        """What the groups of letters in a text add to every row."""
        places, values = self.groups(folded)
        return np.asarray(self.step * (self.by_group[:, places] @ values))

    def probabilities(self, field: str, scores: Vector, rules: Mapping[str, float]) -> dict[str, float]:
        """Probability of each value of a field, from the scores of a message and the evidence of rules for values. They
        add up to 1. Multinomial logistic regression."""
        known = self.fields[field]
        total = scores[known.rows] + known.by_rule @ evidence(known.known, rules)
        odds = np.exp(total - total.max())
        return dict(zip(known.values, (odds / odds.sum()).tolist(), strict=True))

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
        fields[name] = Field(tuple(values), slice(start, start + len(values)), tuple(known), raw.pop(f"{name}.by_rule"))
        start += len(values)
    place = {group: n for n, group in enumerate(raw.pop("groups").tolist())}
    return Readers(fields=fields, place=place, **raw)
