"""Which benchmark does a text speak of? A linear reader that learns from the lines of the notes themselves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

RIDGE = 6.0
"""Added to the diagonal; from 3 to 30 it hardly matters (`docs/retrieval.md`)."""


class Recogniser:
    """Ridge regression from the vector of a line to the benchmark that its note is about, in closed form.

    Unlike the nearest line it weighs down what all notes share, such as "does the model ...". It is learnt when
    the store opens, from the shipped lines alone. Source: Hastie, Tibshirani, Friedman, The Elements of
    Statistical Learning (2009), sections 3.4.1 and 4.2.
    """

    def __init__(self, lines: NDArray[np.float32], labels: Sequence[str]) -> None:
        """`lines` are unit vectors, one a row, and `labels` say what each is about."""
        self.labels = sorted(set(labels))
        place = {label: number for number, label in enumerate(self.labels)}
        targets = np.zeros((len(labels), len(self.labels)), dtype=np.float32)
        targets[np.arange(len(labels)), [place[label] for label in labels]] = 1
        self._mean = lines.mean(axis=0)
        centred = lines - self._mean
        gram = centred.T @ centred + RIDGE * np.eye(lines.shape[1], dtype=np.float32)
        self._weights = np.linalg.solve(gram, centred.T @ (targets - targets.mean(axis=0)))

    def scores(self, query: NDArray[np.float32]) -> NDArray[np.float32]:
        """How much a text, given as its unit vector, looks like a line about each label."""
        return (query - self._mean) @ self._weights
