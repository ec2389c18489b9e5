"""How far what is said of a board that is left out is off: the doubt of use cases that boards like it tell of.

Some boards measure something of their own, as whether a summary adds anything. Nothing tells before their first score.
But once they are known, they tell of others: each board is predicted from the boards of other families on like tasks,
as if it were a use case, and the errors are compared with the variance that was claimed. A use case whose relevant
boards were off gets a wider interval.

Leaving figures out needs no second fit: with `A` the inverse covariance of a model's figures, that of all but a family
`F` is `A - A_F A_FF^-1 A_F'` (the rows of F become zero).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from advisor.capability.fit import Fit

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

ALIKE = 0.5  # cosine of the tasks of two boards above which one tells of the other
COUNTERWEIGHT = 1.0  # weight of the average of all boards beside the alike ones, in fully alike boards
TRUST = 10.0  # models that the start of a board's ratio, one, is worth
FEWEST = 5  # models that a ratio needs


class Guess(NamedTuple):
    """What boards of other families say of each column: weights (B, B), covariance with all columns (B, B), loading
    (B), slopes (B, F) and variance of a new board (B)."""

    share: Vector
    pull: Vector
    loading: Vector
    trends: Vector
    whole: Vector


def reliability(fitted: Fit, roots: Index, alike: Vector) -> Vector:
    """Mean square of the errors of a left-out board in units of the variance claimed, one where that is right, (B,).

    `roots` (B) numbers the families, `alike` (B, B) is the cosine of the boards' tasks. Level and spread of a new
    board are arbitrary: its scores are given those of the prediction, as in the validation.
    """
    guess = _guess(fitted, roots, alike)
    predicted, variance = np.zeros(len(fitted.residual)), np.ones(len(fitted.residual))
    for model, rows, inverse in _models(fitted):
        predicted[rows], variance[rows] = _left_out(fitted, guess, roots, model, rows, inverse)
    return _ratio(fitted, predicted, variance)


def _guess(f: Fit, roots: Index, alike: Vector) -> Guess:
    tells = (f.board_kind[:, None] == f.board_kind[None, :]) & (roots[:, None] != roots[None, :])
    names = np.unique(f.boards, return_inverse=True)[1]
    weight = ((alike - ALIKE) / (1 - ALIKE)).clip(0) ** 2 * tells / np.bincount(names)[names]
    general = f.general * tells
    general = COUNTERWEIGHT * general / np.maximum(general.sum(1, keepdims=True), 1e-9)
    share = (weight + general) / (weight.sum(1, keepdims=True) + COUNTERWEIGHT)
    whole = share @ (np.diag(f.covariance) + f.noise)
    return Guess(share, share @ f.covariance, share @ f.loading, share @ f.trends, whole)


def _models(f: Fit) -> Iterator[tuple[int, slice, Vector]]:
    """Each model with its rows and the inverse covariance of its figures."""
    edges = np.flatnonzero(np.diff(f.model_of)) + 1
    at = 0
    for start, stop in zip(np.r_[0, edges].tolist(), [*edges.tolist(), len(f.model_of)], strict=True):
        n = stop - start
        if n:
            yield int(f.model_of[start]), slice(start, stop), f.blocks[at : at + n * n].reshape(n, n).astype(float)
        at += n * n


def _left_out(f: Fit, guess: Guess, roots: Index, model: int, rows: slice, inverse: Vector) -> tuple[Vector, Vector]:
    """Prediction and variance of a model's score on each of its boards without the figures of the board's family."""
    boards, alpha = f.board_of[rows], f.alpha[rows]
    family, own = roots[boards], f.extra[model] * guess.loading[boards]
    k = guess.pull[boards[:, None], boards] + np.outer(own, f.loading[boards])
    gain = k @ inverse
    learned, explained = k @ alpha, np.einsum("ij,ij->i", gain, k)
    for one in np.unique(family):
        out = np.flatnonzero(family == one)
        lost = gain[np.ix_(out, out)]
        again = np.linalg.solve(inverse[np.ix_(out, out)], lost.T) if len(out) > 1 else lost / inverse[out, out]
        learned[out] -= again.T @ alpha[out]
        explained[out] -= np.einsum("ij,ji->i", lost, again)
    expected = f.prior[model] * guess.loading[boards] + guess.trends[boards] @ f.known[model]
    return expected + learned, np.maximum(guess.whole[boards] + own * guess.loading[boards] - explained, 1e-3)


def _ratio(f: Fit, predicted: Vector, variance: Vector) -> Vector:
    b, size = f.board_of, len(f.boards)
    n = np.maximum(np.bincount(b, minlength=size), 1)

    def mean(values: Vector) -> Vector:
        return np.asarray(np.bincount(b, values, minlength=size) / n)

    score = f.residual + f.prior[f.model_of] * f.loading[b] + np.sum(f.known[f.model_of] * f.trends[b], axis=1)
    score, predicted = score - mean(score)[b], predicted - mean(predicted)[b]
    spread = np.sqrt(mean(predicted**2) + mean(variance)) / np.sqrt(np.maximum(mean(score**2), 1e-9))
    ratio = mean((score * spread[b] - predicted) ** 2 / variance)
    # A board that nothing else of its kind tells of is predicted by nothing: no error to measure.
    known = (n >= FEWEST) & (mean(predicted**2) > 1e-3)
    return np.where(known, (n * ratio + TRUST) / (n + TRUST), 1.0)
