"""Fits the capability model: what the scores say of every model, with uncertainty.

Two stages (an empirical-Bayes hierarchical factor model):

1. One factor. Each board b turns a model's capability t into a score x = mu_b + s_b t + noise (a two-parameter
   item-response model with a Gaussian link); capabilities have a prior mean from side information (release date,
   size, line, maker, openness, how many boards took it up), so a model that nobody measured still has a wide
   estimate. Fitted by alternating ridge regressions.
2. A Gaussian over all boards for each model, standardised by board: the factor and a deviation that related boards
   share. Related at the start means: of one family, or of like tasks in their notes; then the scores correct it
   (`board_covariance`). Its mean has a slope of its own for each board on date, size, reasoning and openness
   (`board_trends`); sources and figures that contradict all others about a model lose weight (`contradictions`).

A board of one source is a column of its own, as sources differ in protocol. Models that embed or transcribe and their
boards say nothing of language models, and stand apart. A use case is a weighted average of boards by relevance
(`advisor.evidence`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from advisor.capability.board_covariance import Residuals, learn, same_boards, solved
from advisor.capability.board_trends import board_trends, properties
from advisor.capability.contradictions import reconciled, without_outliers
from advisor.capability.fit import Fit
from advisor.capability.lineage import builds, siblings, variants
from advisor.capability.observations import TRUST, Observation, observations
from advisor.capability.one_factor import Table, one_factor
from advisor.capability.reliability import reliability
from advisor.capability.side_information import attention, board_kind, kind_of, side_information
from advisor.capability.surprises import surprise
from knowledge.benchmark_families import family_of, tasks_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray

    from knowledge.catalog import Catalog

    Vector = NDArray[np.float64]
    Index = NDArray[np.int64]

MIN_MODELS = 5  # a column with fewer models tells nothing about its scale
DEVIATES = 0.6  # share of a board's residual that other boards can explain; the rest is noise of its own
FAMILY, TASKS = 0.5, 0.3  # correlation at the start of deviations: in one family of boards, on the same tasks
# Deviations of the prior that a model starts lower whom nobody but their maker measured: boards take the strong.
UNKNOWN = 2.0
MISFIT = -3.0  # deviations that models of another kind stand lower in a use case
OWN_SHIFT = 0.04  # deviations that makers' own figures stand above independent ones: tests/bench/vendor_shift.py
# Variance that the scale of a column adds, times its models that other boards know too; a part of the doubt is in the
# noise that is learned. Without such models nothing ties the column to others.
SCALE_DOUBT, UNTIED = 0.7, 4.0


def fit(catalog: Catalog, *, exclude_sources: Collection[str] = (), exclude_roots: Collection[str] = ()) -> Fit:
    """Fit to the catalogue's scores, without the sources and boards named."""
    return fit_to(observations(catalog, exclude_sources=exclude_sources, exclude_roots=exclude_roots), catalog)


def fit_to(data: list[Observation], catalog: Catalog) -> Fit:
    """Fit to these observations of the catalogue's models."""
    models = sorted(catalog.models)
    table = _table(data, models, catalog)
    tasks = [tasks_of(b, catalog) for b in table.boards]
    kinds = np.array([board_kind(t) for t in tasks])
    made = _made(models, table, kinds, catalog)
    side, measured = side_information(catalog, models), _measured(table, len(models))
    taken = _measured(_independent(table), len(models))
    features = np.column_stack([side.features, attention(taken, side.years), _dummies(made)])
    scale, able = one_factor(table, features)
    unknown = _unknown_makers(models, taken, catalog)
    prior = able.prior - UNKNOWN * able.prior_sd * unknown
    rows, seen = [catalog.models[m] for m in models], set(np.flatnonzero(measured).tolist())
    for variant, bases in variants(rows, seen).items():
        prior[variant] = able.t[bases].mean()
    width = np.hypot(scale.s, scale.sigma)
    loading, left = scale.s / width, scale.sigma / width
    residuals = _residuals(table, (table.x - scale.mu[table.b]) / width[table.b] - loading[table.b] * prior[table.a])
    known = properties(side)
    residuals, trends = _detrended(residuals, known, loading, able.t - prior)
    alike = _alike(tasks)
    like = _likeness(alike, table.roots, kinds)
    start = able.prior_sd**2 * np.outer(loading, loading) * (like >= 0) + DEVIATES * np.outer(left, left) * like.clip(0)
    covariance, noise = learn(residuals, start, (1 - DEVIATES) * left**2)
    spreads = covariance, noise + _scale_doubt(table, measured)
    source = _numbered(table.sources)
    alpha, blocks, extra = _solve(residuals, spreads, loading, source, table.roots, ~unknown)
    held = [(m, s) for m, of in sorted(siblings(rows, seen, made.tolist()).items()) for s in of]
    undated = np.isin(np.arange(len(models)), list(builds(rows, seen)))
    general = 1 / np.bincount(table.roots)[table.roots]
    reference = float(width[table.boards.index("arena-text")]) if "arena-text" in table.boards else 0.8
    fitted = Fit(
        models, table.boards, table.sources, residuals.model, residuals.board, residuals.value, alpha, blocks, prior,
        extra, loading, known, trends, covariance, noise, general, scale.mu, width, measured, made, kinds, reference,
        np.array(held, np.int64).reshape(-1, 2), undated, np.ones(len(table.boards)),
    )  # fmt: skip
    return fitted._replace(doubt=reliability(fitted, table.roots, alike))


def _table(data: list[Observation], models: list[str], catalog: Catalog) -> Table:
    """A column for each board of each source with enough models; sources too small for one share a column."""
    count = Counter((o.benchmark_id, o.source_id) for o in data)
    columns = [(o.benchmark_id, o.source_id if count[o[1:3]] >= MIN_MODELS else "") for o in data]
    enough = {c for c, n in Counter(columns).items() if n >= MIN_MODELS}
    kept = sorted((o.model_id, c, o.x, o.trust) for o, c in zip(data, columns, strict=True) if c in enough)
    used = sorted(enough)
    of_model, of_column = {m: i for i, m in enumerate(models)}, {c: i for i, c in enumerate(used)}
    roots = np.unique([family_of(b, catalog) for b, _ in used], return_inverse=True)[1]
    return Table(
        [b for b, _ in used], [s for _, s in used], roots,
        np.array([of_model[row[0]] for row in kept], np.int64), np.array([of_column[row[1]] for row in kept], np.int64),
        np.array([row[2] for row in kept]), np.array([row[3] for row in kept]),
    )  # fmt: skip


def _measured(table: Table, models: int) -> Index:
    """On how many families of boards each model is, (M,)."""
    pairs = np.unique(np.stack([table.a, table.roots[table.b]]), axis=1)
    return np.bincount(pairs[0], minlength=models)


def _independent(table: Table) -> Table:
    """The figures that are not the makers' own."""
    kept = table.trust != TRUST["vendor"]
    return table._replace(a=table.a[kept], b=table.b[kept], x=table.x[kept], trust=table.trust[kept])


def _scale_doubt(table: Table, measured: Index) -> Vector:
    """Variance that is added to the scores of each column, as its scale is known from few models, (B,)."""
    linked = np.bincount(table.b, measured[table.a] > 1, minlength=len(table.boards))
    return np.where(linked > 0, SCALE_DOUBT / np.maximum(linked, 1), UNTIED)


def _made(models: list[str], table: Table, kinds: NDArray[np.str_], catalog: Catalog) -> NDArray[np.str_]:
    """What each model makes: chat, embedding or transcription."""
    seen: dict[int, Counter[str]] = defaultdict(Counter)
    for a, b in zip(table.a.tolist(), table.b.tolist(), strict=True):
        seen[a][str(kinds[b])] += 1
    return np.array([kind_of(catalog.models[m], seen[i]) for i, m in enumerate(models)])


def _dummies(names: NDArray[np.str_]) -> Vector:
    return np.asarray(names[:, None] == np.unique(names)[None, :], float)


def _unknown_makers(models: list[str], taken: Index, catalog: Catalog) -> NDArray[np.bool_]:
    """Models of makers of whom nobody else measured anything: the strong are measured."""
    makers = np.unique([catalog.models[m].maker for m in models], return_inverse=True)[1]
    return np.bincount(makers, taken > 0)[makers] == 0


def _residuals(table: Table, value: Vector) -> Residuals:
    """One residual for a model on a column: the average of its figures by trust, its maker's own without the shift."""
    a, b, trust, width = table.a, table.b, table.trust, len(table.boards)
    keys, inverse = np.unique(a * width + b, return_inverse=True)
    total: Vector = np.asarray(np.bincount(inverse, trust), np.float64)
    own = np.bincount(inverse, trust * (trust == TRUST["vendor"])) / total
    mean = np.bincount(inverse, trust * value) / total - OWN_SHIFT * own
    return Residuals(keys // width, keys % width, mean, total, own)


def _alike(of_board: Sequence[dict[str, float]]) -> Vector:
    """Cosine of the tasks that the notes of boards name, (B, B)."""
    tasks = sorted({task for board in of_board for task in board})
    fit = np.array([[board.get(task, 0.0) for task in tasks] for board in of_board])
    fit = fit / np.maximum(np.linalg.norm(fit, axis=1, keepdims=True), 1e-9)
    return np.asarray(fit @ fit.T)


def _likeness(alike: Vector, roots: Index, kinds: NDArray[np.str_]) -> Vector:
    """Correlation of deviations that notes and families suggest, 0 to 1; -1 between boards of other kinds."""
    like = FAMILY * (roots[:, None] == roots[None, :]) + TASKS * alike
    np.fill_diagonal(like, 1.0)
    return np.where(kinds[:, None] == kinds[None, :], like, -1.0)


def _detrended(data: Residuals, known: Vector, loading: Vector, ability: Vector) -> tuple[Residuals, Vector]:
    """The residuals without the slopes of each board, and the slopes (B, F); `ability` (M) beyond its prior."""
    left = data.value - loading[data.board] * ability[data.model]
    trends = board_trends(known, left, data.model, data.board, len(loading))
    return data._replace(value=data.value - np.einsum("nf,nf->n", known[data.model], trends[data.board])), trends


def _numbered(sources: Sequence[str]) -> Index:
    """The number of the source of each column, (B,); columns that several small sources share count as one each."""
    names = [source or f"column {i}" for i, source in enumerate(sources)]
    return np.asarray(np.unique(names, return_inverse=True)[1], np.int64)


def _solve(
    data: Residuals,
    spreads: tuple[Vector, Vector],
    loading: Vector,
    source: Index,
    family: Index,
    vouched: NDArray[np.bool_],
) -> tuple[Vector, NDArray[np.float32], Vector]:
    """C^-1 r for every residual, each model's C^-1, flattened, and the variance that surprises add to models (M,);
    `spreads` are covariance and noise, `loading`, `source` and `family` (B) those of the columns, and `vouched` (M)
    tells the models of makers whom somebody else measured."""
    alpha, extra = np.zeros(len(data.value)), np.zeros(len(vouched))
    blocks: dict[int, NDArray[np.float32]] = {}
    for group in solved(data, same_boards(data), *spreads):
        for rows in group.rows:
            residual = data.value[rows]
            inverse = without_outliers(reconciled(group.inverse, residual, source[group.boards]), residual)
            if vouched[model := int(data.model[rows[0]])]:  # what a maker alone says proves no surprise
                inverse, extra[model] = surprise(inverse, residual, loading[group.boards], family[group.boards])
            alpha[rows] = inverse @ residual
            blocks[int(rows[0])] = inverse.astype(np.float32).ravel()
    flat = np.concatenate([blocks[i] for i in sorted(blocks)]) if blocks else np.zeros(0, np.float32)
    return alpha, flat, extra
