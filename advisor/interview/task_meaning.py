"""The task of a message by its meaning: a linear model over the offline embedding, beside the words that rules know.

`vocabulary/task_model.json` holds it; `python -m advisor.interview.vocabulary.build_task_model` makes it anew.
"""

from __future__ import annotations

import math
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.interview.text import Text
from advisor.interview.vocabulary import load

OPEN = "open"  # what the model says of messages that name no task
SURELY_OPEN = 0.5
LIKELY = 0.3  # probability from which on the meaning alone names a task
WEIGHT, LEAST = 0.7, -5.0  # of the log-probability in the evidence of the rules, and where it ends
MAX_SENTENCES = 6
FEWEST_LETTERS = 12


class Meaning:
    """What a message as a whole says of its task; read when it is first asked for."""

    def __init__(self, text: Text):
        self._text = text

    @cached_property
    def _chances(self) -> dict[str, float]:
        return dict(zip(_model().tasks, probabilities(self._text.raw).tolist(), strict=True))

    @property
    def evidence(self) -> dict[str, float]:
        """Of every task, in the units of the rules: the weighted log-probability."""
        return {t: WEIGHT * max(math.log(max(p, 1e-9)), LEAST) for t, p in self._chances.items() if t != OPEN}

    def likely(self, task: str) -> bool:
        """Whether the meaning alone would name this task."""
        return self._chances.get(task, 0.0) >= max(LIKELY, self._chances.get(OPEN, 0.0))

    @property
    def is_open(self) -> bool:
        """Whether the message most likely names no task, so that words of little weight name none either."""
        return self._chances.get(OPEN, 0.0) >= SURELY_OPEN

    @property
    def telling(self) -> str:
        """The sentence to quote: of the first ones that with the most letters, as figures tell of other facts."""
        sentences = [self._text.quote(start, end) for start, end in self._text.sentences()][:MAX_SENTENCES]
        return max(sentences, key=lambda s: sum(map(str.isalpha, s)))


class Model(NamedTuple):
    """Weights of one task a row, in the order of `tasks`; `mean` is taken off the embedding first."""

    tasks: tuple[str, ...]
    mean: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def meaning_of(text: Text) -> Meaning | None:
    """None for a text without a sentence, or of a word or two."""
    return Meaning(text) if len(text.raw.strip()) >= FEWEST_LETTERS and text.sentences() else None


def tasks() -> tuple[str, ...]:
    """What the model tells apart: the tasks, and OPEN."""
    return _model().tasks


def probabilities(message: str) -> NDArray[np.float32]:
    """Probability of each task, in the order of the model; they add up to 1."""
    from knowledge.embedding import embed_query
    from knowledge.lexical import spelled

    model = _model()
    scores = model.weights @ (embed_query(spelled(message)) - model.mean) + model.bias
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum(), dtype=np.float32)


@lru_cache(maxsize=1)
def _model() -> Model:
    stored = load("task_model.json")
    mean, weights, bias = (np.asarray(stored[key], dtype=np.float32) for key in ("mean", "weights", "bias"))
    return Model(tuple(stored["tasks"]), mean, weights, bias)
