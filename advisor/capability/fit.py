"""The fitted capability model: all that scoring a use case needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]


class Fit(NamedTuple):
    """All that scoring a use case needs. N observations of M models on B columns (board, source), sorted by model.

    `prior` (M) is the capability that side information expects, `extra` (M) the variance of it beyond that of other
    models (`surprises`), `loading` (B) what a unit of it adds to a board's standardised score; `known` (M, F)
    are properties of the models and `trends` (B, F) what they add on a board beside that; `covariance` (B, B) and
    `noise` (B) of standardised scores around their expectation;
    `residual` (N) scores less expectation, `alpha` (N) the same solved, and `blocks` the inverse covariance of each
    model's observations, one after the other, row by row; `general` (B) the weight of each board in a use case of
    which nothing is known; `centre` and `width` (B) the scale of a board's log-odds; `model_kind`, `board_kind` what
    models make; `spread` of the reference scale in log-odds; `held` (P, 2) pairs of a model without a figure and a
    measured sibling; `undated` (M) whether these siblings are the dated builds of its name; `doubt` (B) how far
    predictions of a left-out board were off (`reliability`).
    """

    models: list[str]
    boards: list[str]
    sources: list[str]
    model_of: Index
    board_of: Index
    residual: Vector
    alpha: Vector
    blocks: NDArray[np.float32]
    prior: Vector
    extra: Vector
    loading: Vector
    known: Vector
    trends: Vector
    covariance: Vector
    noise: Vector
    general: Vector
    centre: Vector
    width: Vector
    measured: Index
    model_kind: NDArray[np.str_]
    board_kind: NDArray[np.str_]
    spread: float
    held: Index
    undated: NDArray[np.bool_]
    doubt: Vector

    def expected(self, model: int) -> Vector:
        """What side information alone expects of a model on every board, (B,), standardised."""
        return self.prior[model] * self.loading + self.trends @ self.known[model]

    def expectation(self, share: Vector, row: Index) -> Vector:
        """The same for all models on a weighted average of boards, (M,): the weights of model m are `share[row[m]]`."""
        return self.prior * (share @ self.loading)[row] + np.sum(self.known * (share @ self.trends)[row], axis=1)
