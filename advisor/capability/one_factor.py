"""One capability a model, and what each board makes of it: the first stage of the capability model.

An item-response model with a Gaussian link, `x = mu_b + s_b t_m + noise`. The capability `t` has a prior mean by ridge
regression on what is known before any score. All is fitted by expectation-maximisation: the models' capabilities with
their variance, then the prior, then the boards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

ROUNDS = 30
RIDGE = 3.0  # models of usual weight that the start of an effect, zero, is worth
MOST, LEAST = 5.0, 0.1  # weight of a model in the prior: its precision, at most and beside it
MOST_LEVER = 0.7  # a model's own share of its prediction that is corrected for: of a maker's only model it is near one
LEAST_SD = 0.2  # deviation of capability from its prior


class Boards(NamedTuple):
    """Scale of each board: x = mu + s t, noise deviation sigma. Arrays of length B."""

    mu: Vector
    s: Vector
    sigma: Vector


class Table(NamedTuple):
    """N observations: model `a`, column `b`, value `x`, `trust`; `roots` (B) numbers the family of each column."""

    boards: list[str]
    sources: list[str]
    roots: Index
    a: Index
    b: Index
    x: Vector
    trust: Vector


class Abilities(NamedTuple):
    """Capability of each model: posterior mean `t`, what side information expects, (M,) each, and the deviation from
    that."""

    t: Vector
    prior: Vector
    prior_sd: float


def one_factor(table: Table, features: Vector) -> tuple[Boards, Abilities]:
    """Scales of the columns and capabilities of the models, standardised over the models with figures.

    `features` (M, F) predict capability.
    """
    a, b, x, boards = table.a, table.b, table.x, len(table.boards)
    weight, models = _weights(table), len(features)
    seen = np.bincount(a, minlength=models) > 0
    scale = _first_scale(b, x, boards)
    spread = scale.s.copy()
    t, prior, sd = np.zeros(models), np.zeros(models), 1.0
    for _ in range(ROUNDS):
        precision = weight * (scale.s[b] / scale.sigma[b]) ** 2
        told: Vector = np.asarray(np.bincount(a, precision, minlength=models), np.float64)
        doubt = 1 / (told + sd**-2)
        z = (x - scale.mu[b]) / scale.s[b]
        t = (np.bincount(a, precision * z, minlength=models) + prior / sd**2) * doubt
        prior, sd = _prior(features, t, doubt, np.minimum(told, MOST) + LEAST, seen)
        centre, width = t[seen].mean(), t[seen].std()
        t, prior, sd, doubt = (t - centre) / width, (prior - centre) / width, sd / width, doubt / width**2
        scale = _scale(b, x, weight, t[a], doubt[a], spread)
    return scale, Abilities(t, prior, sd)


def _weights(table: Table) -> Vector:
    """How much each figure counts: trust against that of its column, whose noise is learned; a family has one say."""
    trust = table.trust * (np.bincount(table.b) / np.bincount(table.b, table.trust))[table.b]
    families = np.stack([table.a, table.roots[table.b]])
    _, inverse, counts = np.unique(families, axis=1, return_inverse=True, return_counts=True)
    return np.asarray(trust / np.sqrt(counts[inverse.ravel()]))


def _first_scale(b: Index, x: Vector, boards: int) -> Boards:
    n = np.bincount(b, minlength=boards)
    mu = np.bincount(b, x, minlength=boards) / n
    sd = np.sqrt(np.bincount(b, (x - mu[b]) ** 2, minlength=boards) / n) + 1e-6
    return Boards(mu, sd, 0.6 * sd)


def _prior(features: Vector, t: Vector, doubt: Vector, weight: Vector, seen: NDArray[np.bool_]) -> tuple[Vector, float]:
    """Ridge regression of capability on side information, and the deviation from it.

    The deviation is that of models left out (residual / (1 - leverage)) with the doubt of each capability, so that
    many features do not pass for knowledge.
    """
    x, y, w = features[seen], t[seen], weight[seen]
    centre, level = np.average(x, axis=0, weights=w), np.average(y, weights=w)
    x = x - centre
    inverse = np.linalg.inv(x.T @ (w[:, None] * x) + RIDGE * np.eye(x.shape[1]))
    prior = np.asarray(level + (features - centre) @ (inverse @ (x.T @ (w * (y - level)))))
    lever = w * (np.einsum("ij,ij->i", x @ inverse, x) + 1 / w.sum())
    left = (y - prior[seen]) / (1 - np.minimum(lever, MOST_LEVER))
    return prior, max(float(np.sqrt(np.mean(left**2 + doubt[seen]))), LEAST_SD)


def _scale(b: Index, x: Vector, weight: Vector, t: Vector, doubt: Vector, spread: Vector) -> Boards:
    """Regress each board's scores on capability; slopes shrink towards the board's own spread."""
    boards = len(spread)
    total = np.bincount(b, weight, minlength=boards) + 1e-9
    t_mean = np.bincount(b, weight * t, minlength=boards) / total
    x_mean = np.bincount(b, weight * x, minlength=boards) / total
    both = np.bincount(b, weight * (t - t_mean[b]) * (x - x_mean[b]), minlength=boards)
    own = np.bincount(b, weight * ((t - t_mean[b]) ** 2 + doubt), minlength=boards)
    s = np.maximum((both + 0.8 * spread) / (own + 1.0), 0.05 * spread)
    mu = x_mean - s * t_mean
    n = np.bincount(b, minlength=boards)
    error = (x - mu[b] - s[b] * t) ** 2 + s[b] ** 2 * doubt
    left = np.bincount(b, weight * error, minlength=boards) / total
    return Boards(mu, s, np.sqrt((left * n + 4 * (0.5 * spread) ** 2) / (n + 4)))
