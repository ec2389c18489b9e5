"""What each number of a message is for, by a linear reader of the words around it and of what rules take it for.
`python -m advisor.interview.vocabulary.build_number_roles` fits it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import NamedTuple

import numpy as np

from advisor.interview import vocabulary
from advisor.interview.candidates import Candidate
from advisor.interview.linear_reader import Vector, Weights
from advisor.interview.number_signs import signs_of
from advisor.interview.quantities import Quantity
from advisor.interview.text import Text

# `times` multiplies the volume, `cards` the memory of one card; `taken` are cards that others use.
ROLES = (
    "volume", "times", "input", "output", "window", "budget", "latency", "memory", "cards", "taken", "none",
)  # fmt: skip
Chances = dict[str, float]


class NumberReader(NamedTuple):
    """Weights of each sign for each of `ROLES`, and a bias of each role."""

    place: Mapping[str, int]
    weights: Weights
    bias: Vector

    def chances(self, signs: Sequence[Mapping[str, float]]) -> list[Chances]:
        """Probability of each role of each number, by its signs. Multinomial logistic regression."""
        return [self._chances({self.place[s]: w for s, w in of.items() if s in self.place}) for of in signs]

    def _chances(self, known: Mapping[int, float]) -> Chances:
        places, values = np.array([*known], dtype=np.intp), np.array([*known.values()], dtype=np.float32)
        total = self.bias + (self.weights.added(places, values, [0])[0] if known else 0.0)
        odds = np.exp(total - total.max())
        return dict(zip(ROLES, (odds / odds.sum()).tolist(), strict=True))


def roles_of(
    text: Text, quantities: Sequence[Quantity], by_rule: Mapping[str, Candidate], task: str | None
) -> list[Chances]:
    """Probability of each role of each number; `by_rule` is what rules take for a role, `task` that of the message."""
    return load_number_reader().chances(signs_of(text, quantities, by_rule, task))


@lru_cache(maxsize=1)
def load_number_reader() -> NumberReader:
    """The reader as it is shipped."""
    with resources.files(vocabulary).joinpath("number_roles.npz").open("rb") as file, np.load(file) as data:
        place = {sign: n for n, sign in enumerate(data["signs"].tobytes().decode().split("\n"))}
        return NumberReader(place, Weights(data["of"], data["step"]), data["bias"])
