"""Fits the capability model: what the scores say of every model, with uncertainty.

Two stages (an empirical-Bayes hierarchical factor model):

1. One factor. Each board b turns a model's capability t into a score x = mu_b + s_b t + noise (a two-parameter
   item-response model with a Gaussian link); capabilities have a prior mean from side information (release date,
   size, maker, openness, how many boards took it up), so a model that nobody measured still has a wide estimate.
   Fitted by alternating ridge regressions.
2. A Gaussian over all boards for each model, standardised by board: the factor and a deviation that related boards
   share. Related at the start means: of one family, or of like tasks in their notes; then the scores correct it
   (`advisor.board_covariance`).

A use case is a weighted average of boards by relevance (`advisor.evidence`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.board_covariance import Residuals, learn, same_boards, solved
from advisor.lineage import release_dates
from advisor.observations import Observation, observations, root

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark, Model

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

ROUNDS = 25
MIN_MODELS = 5  # a board with fewer models tells nothing about its scale
EPOCH = 738_000  # ordinal of a day in 2021: keeps dates small
DEVIATES = 0.5  # share of a board's residual that other boards can explain; the rest is noise of its own
FAMILY, TASKS = 0.5, 0.3  # correlation at the start of deviations: in one family of boards, on the same tasks
KINDS = ("embedding_search", "speech")  # models of another kind: their boards say nothing of language models
MAKERS = 6  # a maker with this many models has its own level


class Boards(NamedTuple):
    """Scale of each board: x = mu + s t, noise deviation sigma. Arrays of length B."""

    mu: Vector
    s: Vector
    sigma: Vector


class Fit(NamedTuple):
    """All that scoring a use case needs. N observations of M models on B boards, sorted by model.

    `prior` (M) is the capability that side information expects, `loading` (B) what a unit of it adds to a board's
    standardised score; `covariance` (B, B) and `noise` (B) of standardised scores around that; `alpha` (N) the solved
    residuals and `blocks` the inverse covariance of each model's observations, one after the other, row by row;
    `general` (B) the weight of each board in a use case of which nothing is known; `spread` of the reference scale
    in log-odds.
    """

    models: list[str]
    boards: list[str]
    model_of: Index
    board_of: Index
    alpha: Vector
    blocks: NDArray[np.float32]
    prior: Vector
    loading: Vector
    covariance: Vector
    noise: Vector
    general: Vector
    measured: Index
    spread: float


def fit(catalog: Catalog, *, exclude_sources: Collection[str] = (), exclude_roots: Collection[str] = ()) -> Fit:
    """Fit to the catalogue's scores, without the sources and boards named."""
    data = _enough(observations(catalog, exclude_sources=exclude_sources, exclude_roots=exclude_roots))
    models, boards = sorted(catalog.models), sorted({o.benchmark_id for o in data})
    of_model = {m: i for i, m in enumerate(models)}
    of_board = {b: i for i, b in enumerate(boards)}
    a = np.array([of_model[o.model_id] for o in data], np.int64)
    b = np.array([of_board[o.benchmark_id] for o in data], np.int64)
    x, trust = np.array([o.x for o in data]), np.array([o.trust for o in data])
    roots = np.unique([root(i, catalog) for i in boards], return_inverse=True)[1]
    pairs = np.unique(np.stack([a, roots[b]]), axis=1)
    measured = np.bincount(pairs[0], minlength=len(models))
    features = np.column_stack([side_information([catalog.models[m] for m in models]), np.log1p(measured)])
    scale, prior, prior_sd = _one_factor(a, b, x, trust, roots, features, len(boards))
    prior = prior - prior_sd * _unknown_makers(models, measured, catalog)
    spread = np.hypot(scale.s, scale.sigma)
    loading, left = scale.s / spread, scale.sigma / spread
    residuals = _residuals(a, b, (x - scale.mu[b]) / spread[b] - loading[b] * prior[a], trust)
    like = _likeness([catalog.benchmarks[i] for i in boards], roots)
    start = prior_sd**2 * np.outer(loading, loading) * (like >= 0) + DEVIATES * np.outer(left, left) * like.clip(0)
    covariance, noise = learn(residuals, start, (1 - DEVIATES) * left**2)
    alpha, blocks = _solve(residuals, covariance, noise)
    general = 1 / np.bincount(roots)[roots]
    reference = float(spread[of_board["arena-text"]]) if "arena-text" in of_board else 0.8
    return Fit(
        models, boards, residuals.model, residuals.board, alpha, blocks, prior, loading, covariance, noise,
        general / general.sum(), measured, reference,
    )  # fmt: skip


def _unknown_makers(models: list[str], measured: Index, catalog: Catalog) -> NDArray[np.bool_]:
    """Models of makers of whom no board took up anything: the strong are measured."""
    makers = np.unique([catalog.models[m].maker for m in models], return_inverse=True)[1]
    return np.bincount(makers, measured > 0)[makers] == 0


def _enough(data: list[Observation]) -> list[Observation]:
    """Only boards with enough models, ordered by model."""
    count: dict[str, int] = {}
    for o in data:
        count[o.benchmark_id] = count.get(o.benchmark_id, 0) + 1
    return sorted(o for o in data if count[o.benchmark_id] >= MIN_MODELS)


def side_information(models: Sequence[Model]) -> Vector:
    """What is known of a model before any score: release date and size as hinges, maker, openness. Shape (M, F)."""
    dates = release_dates(models)
    when = np.array([_years(dates.get(m.id)) for m in models])
    size = np.array([math.log(m.parameters_b) if m.parameters_b and m.parameters_b > 0 else math.nan for m in models])
    makers = [m.maker for m in models]
    big = sorted(k for k in set(makers) if makers.count(k) >= MAKERS)
    columns = [*_hinges(when), *_hinges(size)]
    columns += [np.array([float(bool(m.reasoning)) for m in models])]
    columns += [np.array([float(m.open_weights is not False) for m in models])]
    columns += [np.array([float(m.official) for m in models])]
    columns += [np.array([float(k == maker) for k in makers]) for maker in big]
    return np.column_stack(columns)


def _years(day: dt.date | None) -> float:
    return math.nan if day is None else (day.toordinal() - EPOCH) / 365.25


def _hinges(values: Vector) -> list[Vector]:
    """A piecewise line with bends at the thirds, and whether the value is missing."""
    missing = np.isnan(values)
    if missing.all():
        return [missing.astype(float)]
    filled = np.where(missing, np.nanmedian(values), values)
    bends = np.nanpercentile(values, [33, 66])
    return [filled, *(np.maximum(filled - bend, 0) for bend in bends), missing.astype(float)]


def _one_factor(
    a: Index, b: Index, x: Vector, trust: Vector, roots: Index, features: Vector, boards: int
) -> tuple[Boards, Vector, float]:
    """Alternate between the boards' scales, the models' capabilities and the prior mean. Returns scale, prior, sd."""
    _, inverse, counts = np.unique(np.stack([a, roots[b]]), axis=1, return_inverse=True, return_counts=True)
    weight = trust / np.sqrt(counts[inverse.ravel()])
    models = len(features)
    seen = np.bincount(a, minlength=models) > 0
    scale = _first_scale(b, x, boards)
    spread = scale.s.copy()
    prior, sd = np.zeros(models), 1.0
    for _ in range(ROUNDS):
        precision = weight * (scale.s[b] / scale.sigma[b]) ** 2
        told: Vector = np.asarray(np.bincount(a, precision, minlength=models), np.float64)
        total = told + sd**-2
        z = (x - scale.mu[b]) / scale.s[b]
        t = (np.bincount(a, precision * z, minlength=models) + prior / sd**2) / total
        prior, sd = _prior(features, t, told, seen)
        centre, width = t[seen].mean(), t[seen].std()
        t, prior, sd = (t - centre) / width, (prior - centre) / width, sd / width
        scale = _scale(b, x, weight, t[a], width**2 / total[a], spread, boards)
    return scale, prior, sd


def _first_scale(b: Index, x: Vector, boards: int) -> Boards:
    n = np.bincount(b, minlength=boards)
    mu = np.bincount(b, x, minlength=boards) / n
    sd = np.sqrt(np.bincount(b, (x - mu[b]) ** 2, minlength=boards) / n) + 1e-6
    return Boards(mu, sd, 0.6 * sd)


def _prior(features: Vector, t: Vector, precision: Vector, seen: NDArray[np.bool_]) -> tuple[Vector, float]:
    """Ridge regression of capability on side information, well-measured models counting more."""
    from sklearn.linear_model import Ridge

    weight = np.minimum(precision[seen], 5) + 0.1
    model = Ridge(alpha=3.0).fit(features[seen], t[seen], sample_weight=weight)
    prior = np.asarray(model.predict(features), float)
    return prior, max(float(np.sqrt(np.mean((t[seen] - prior[seen]) ** 2))), 0.2)


def _scale(b: Index, x: Vector, weight: Vector, t: Vector, doubt: Vector, spread: Vector, boards: int) -> Boards:
    """Regress each board's scores on capability; slopes shrink towards the board's own spread."""
    total = np.bincount(b, weight, minlength=boards) + 1e-9
    t_mean = np.bincount(b, weight * t, minlength=boards) / total
    x_mean = np.bincount(b, weight * x, minlength=boards) / total
    both = np.bincount(b, weight * (t - t_mean[b]) * (x - x_mean[b]), minlength=boards)
    own = np.bincount(b, weight * ((t - t_mean[b]) ** 2 + doubt), minlength=boards)
    s = np.maximum((both + 0.8 * spread) / (own + 1.0), 0.05 * spread)
    mu = x_mean - s * t_mean
    n = np.bincount(b, minlength=boards)
    left = np.bincount(b, weight * (x - mu[b] - s[b] * t) ** 2, minlength=boards) / total
    return Boards(mu, s, np.sqrt((left * n + 4 * (0.5 * spread) ** 2) / (n + 4)))


def _residuals(a: Index, b: Index, value: Vector, trust: Vector) -> Residuals:
    """One residual for a model on a board: the average of its sources by trust."""
    width = int(b.max(initial=0)) + 1
    keys, inverse = np.unique(a * width + b, return_inverse=True)
    total: Vector = np.asarray(np.bincount(inverse, trust), np.float64)
    return Residuals(keys // width, keys % width, np.bincount(inverse, trust * value) / total, total)


def _likeness(boards: Sequence[Benchmark], roots: Index) -> Vector:
    """Correlation of deviations that notes and families suggest, 0 to 1; -1 between boards of other kinds."""
    tasks = sorted({task for board in boards for task in board.tasks})
    fit = np.array([[board.tasks.get(task, 0.0) for task in tasks] for board in boards])
    fit = fit / np.maximum(np.linalg.norm(fit, axis=1, keepdims=True), 1e-9)
    like = FAMILY * (roots[:, None] == roots[None, :]) + TASKS * (fit @ fit.T)
    np.fill_diagonal(like, 1.0)
    kinds = np.array([_kind(board) for board in boards])
    return np.where(kinds[:, None] == kinds[None, :], like, -1.0)


def _kind(board: Benchmark) -> str:
    main = max(board.tasks, key=lambda task: board.tasks[task], default="")
    return main if main in KINDS else ""


def _solve(data: Residuals, covariance: Vector, noise: Vector) -> tuple[Vector, NDArray[np.float32]]:
    """C^-1 r for every residual, and each model's C^-1, flattened."""
    alpha = np.zeros(len(data.value))
    blocks: dict[int, NDArray[np.float32]] = {}
    for group in solved(data, same_boards(data), covariance, noise):
        alpha[group.rows] = data.value[group.rows] @ group.inverse
        blocks |= {int(rows[0]): group.inverse.astype(np.float32).ravel() for rows in group.rows}
    return alpha, np.concatenate([blocks[i] for i in sorted(blocks)]) if blocks else np.zeros(0, np.float32)
