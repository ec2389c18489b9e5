"""The lines of all benchmark notes, laid out so that values of lines become values of benchmarks in one step."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float32]


class Lines:
    """Which lines belong to which benchmark.

    `groups` maps a benchmark to the places of its lines, 0 to n - 1; the methods take one value for each line and
    give one for each of `order`, 0 for a benchmark without lines.
    """

    def __init__(self, groups: Mapping[str, Sequence[int]], order: Sequence[str]):
        self.order = list(order)
        longest = max((len(groups.get(b, ())) for b in self.order), default=0) or 1
        self._places = np.zeros((len(self.order), longest), dtype=np.int64)
        self._used = np.zeros((len(self.order), longest), dtype=bool)
        for row, benchmark in enumerate(self.order):
            places = groups.get(benchmark, ())
            self._places[row, : len(places)] = places
            self._used[row, : len(places)] = True
        self._count = self._used.sum(axis=1)

    def mean_of_best_two(self, values: Values) -> Values:
        """The mean of the two highest values, or the only one."""
        best = np.sort(np.where(self._used, values[self._places], -np.inf), axis=1)[:, -2:]
        alone = self._count[:, None] * np.ones(best.shape[1]) <= np.arange(best.shape[1])[::-1]
        sums = np.where(alone, 0.0, best).sum(axis=1)
        return np.asarray(sums / np.clip(self._count, 1, 2), dtype=np.float32)

    def total(self, values: Values) -> Values:
        """The sum of the values."""
        return np.asarray(np.where(self._used, values[self._places], 0.0).sum(axis=1), dtype=np.float32)

    def best_place(self, values: Values) -> dict[str, int]:
        """The place of the highest value of each benchmark that has lines; the first of equals."""
        columns = np.where(self._used, values[self._places], -np.inf).argmax(axis=1)
        places = self._places[np.arange(len(self.order)), columns].tolist()
        return {b: place for b, place, count in zip(self.order, places, self._count, strict=True) if count}


def grouped(groups: Sequence[str], keep: Sequence[bool]) -> dict[str, list[int]]:
    """The places of each group's lines, of those that are kept."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, (group, kept) in enumerate(zip(groups, keep, strict=True)):
        if kept:
            found[group].append(place)
    return found
