"""How scores on different boards go together, learned from the models that share boards.

Each model's scores are one draw of a Gaussian over all boards, of which a few are seen. Its covariance K is learned
by expectation-maximisation with an inverse-Wishart prior around a start (Schwaighofer, Tresp and Yu 2005, "Learning
Gaussian process kernels via hierarchical Bayes"): where boards share few models, K stays near the start.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

ROUNDS = 6
COVARIANCE_TRUST = 10.0  # models that the start of the covariance is worth
NOISE_TRUST = 10.0  # models that the start of a board's noise is worth
# Deviation that all of a maker's own figures of a model share: measured as the difference of what these say of a model
# and what independent figures say (tests/bench/vendor_shift.py), beyond the doubt of both.
OWN_SPREAD = 0.05


class Residuals(NamedTuple):
    """N standardised residuals, sorted by model and board: which model, which board, value, trust (0 to 2), and which
    share of it is the maker's own figures (0 to 1)."""

    model: Index
    board: Index
    value: Vector
    trust: Vector
    own: Vector


class Group(NamedTuple):
    """Models with the same boards: rows (models x boards) into the residuals, boards, noise, inverse covariance."""

    rows: Index
    boards: Index
    noise: Vector
    inverse: Vector


def learn(data: Residuals, covariance: Vector, noise: Vector) -> tuple[Vector, Vector]:
    """Covariance (B, B) and noise variance (B) of the boards, from their starts."""
    k, psi = covariance, noise
    patterns = same_boards(data)
    for _ in range(ROUNDS):
        k, psi = _round(data, patterns, (k, psi), (covariance, noise))
    return (k + k.T) / 2, psi


def _round(
    data: Residuals, patterns: list[Index], now: tuple[Vector, Vector], start: tuple[Vector, Vector]
) -> tuple[Vector, Vector]:
    """One step of expectation (each model's posterior) and maximisation (the parameters that fit it)."""
    k, psi = now
    gain, left, seen, models = np.zeros_like(k), np.zeros_like(psi), np.zeros_like(psi), 0
    for group in solved(data, patterns, k, psi):
        alpha, n = data.value[group.rows] @ group.inverse, len(group.rows)
        gain[np.ix_(group.boards, group.boards)] += alpha.T @ alpha - n * group.inverse
        error = n * (group.noise - group.noise**2 * np.diag(group.inverse)) + np.sum((group.noise * alpha) ** 2, axis=0)
        left[group.boards] += error * data.trust[group.rows[0]]
        seen[group.boards] += n
        models += n
    k = k + (k @ gain @ k + COVARIANCE_TRUST * (start[0] - k)) / (models + COVARIANCE_TRUST)
    return k, (left + NOISE_TRUST * start[1]) / (seen + NOISE_TRUST)


def solved(data: Residuals, patterns: list[Index], covariance: Vector, noise: Vector) -> Iterator[Group]:
    """Each group with the inverse covariance of its observations."""
    for rows in patterns:
        boards = data.board[rows[0]]
        doubt = noise[boards] / data.trust[rows[0]]
        own = OWN_SPREAD * data.own[rows[0]]
        inverse: Any = np.linalg.inv(covariance[np.ix_(boards, boards)] + np.diag(doubt) + np.outer(own, own))
        yield Group(rows, boards, doubt, inverse)


def same_boards(data: Residuals) -> list[Index]:
    """Rows of the models that have the same boards from the same hands: their covariance is inverted once."""
    if not len(data.model):
        return []
    starts = np.flatnonzero(np.r_[True, data.model[1:] != data.model[:-1]])
    found: dict[tuple[bytes, ...], list[Index]] = defaultdict(list)
    for start, stop in zip(starts, np.r_[starts[1:], len(data.model)], strict=True):
        rows = np.arange(start, stop)
        alike = data.board[rows], data.trust[rows].round(3), data.own[rows].round(3)
        found[tuple(part.tobytes() for part in alike)].append(rows)
    return [np.array(rows) for rows in found.values()]
