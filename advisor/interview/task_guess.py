"""The task of a message by its meaning: a linear model over the offline embedding, for what the rules leave open.

`vocabulary/task_model.json` holds it; `python -m advisor.interview.vocabulary.build_task_model` makes it anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.interview.text import Text
from advisor.interview.vocabulary import load

THRESHOLD = 0.4  # right in 19 of 22 messages of sets that the model had not seen; docs/interview.md
MAX_SENTENCES = 6


class Model(NamedTuple):
    """Weights of one task a row, in the order of `tasks`; `mean` is taken off the embedding first."""

    tasks: tuple[str, ...]
    mean: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]


def guess(text: Text) -> tuple[str, str] | None:
    """Task and the sentence that speaks for it most; None where no task has a probability of `THRESHOLD`."""
    chances = probabilities(text.raw)
    best = int(chances.argmax())
    if chances[best] < THRESHOLD:
        return None
    sentences = [text.quote(start, end) for start, end in text.sentences()][:MAX_SENTENCES]
    if not sentences:
        return None
    telling = max(sentences, key=lambda s: float(probabilities(s)[best])) if len(sentences) > 1 else sentences[0]
    return _model().tasks[best], telling


@lru_cache(maxsize=256)
def probabilities(message: str) -> NDArray[np.float32]:
    """Probability of each task, in the order of the model; they add up to 1."""
    from knowledge.embedding import embed_query

    model = _model()
    scores = model.weights @ (embed_query(message) - model.mean) + model.bias
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum(), dtype=np.float32)


@lru_cache(maxsize=1)
def _model() -> Model:
    stored = load("task_model.json")
    mean, weights, bias = (np.asarray(stored[key], dtype=np.float32) for key in ("mean", "weights", "bias"))
    return Model(tuple(stored["tasks"]), mean, weights, bias)
