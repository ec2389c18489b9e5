"""Capability posterior: how good each model is for a use case, with uncertainty. Pure, seeded by nothing, fast.

The fit (`advisor.capability.fitting`) is done once for a snapshot and kept in the data folder; scoring a use case is a
few vector operations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from advisor.capability import fitting
from advisor.capability.fit import Fit
from advisor.capability.fitting import MISFIT
from advisor.capability.side_information import CHAT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.catalog import Catalog

    Vector = NDArray[np.float64]

FORMAT = 17  # raised where code outside `advisor.capability` changes the fit
FAINT = 0.02  # relevance below this is the noise of the wording
# Boards differ in how far they tell weak models from strong ones: variance, times the square of the deviations that a
# model is expected to stand below the middle. So that 90% intervals hold on boards that are left out.
SPREAD_DOUBT = 0.05
# Deviations below its nearest siblings that a model without a figure is drawn to, and how far models that write are:
# set by the error of such models on boards that are left out (docs/method.md). Others are drawn there wholly.
BELOW, DRAWN = 0.25, 0.25
GENERAL = 1.0  # weight of general capability beside the relevant boards, in fully relevant boards
EXACT_PLACES, EVERY = 100, 16  # a model's place counts these best models one by one, of the others one in so many
Z90 = 1.645  # half-width of a 90% interval of a normal distribution
# The model that others are compared with: known to everybody, its builds measured everywhere.
REFERENCES = ("openai/gpt-4o", "openai/gpt-4o-2024-08-06", "openai/gpt-4o-mini")


class Quality(NamedTuple):
    """A model's estimate for one use case.

    `mean`, `low`, `high`: log-odds of winning against the reference model in a head-to-head comparison, 90%
    interval; `win_*` the same as a probability. `rank` 1 is best; `rank_low` to `rank_high` the places that the
    interval allows. `measured` counts the boards with a figure of this model.
    """

    model_id: str
    mean: float
    low: float
    high: float
    win_share: float
    win_low: float
    win_high: float
    rank: int
    rank_low: int
    rank_high: int
    of: int
    measured: int


class Posterior:
    """What the scores say. `rank` answers for one use case in a few milliseconds."""

    def __init__(self, fitted: Fit, reference: str | None = None):
        self.fitted = fitted
        known = set(fitted.models)
        self.reference = reference or next((r for r in REFERENCES if r in known), fitted.models[0])

    @property
    def meaning(self) -> str:
        """What the quality figures mean, in words."""
        return (
            f"estimated share of head-to-head comparisons on such tasks that it would win against {self.reference}, "
            "with a 90% interval"
        )

    @cached_property
    def _precision(self) -> Any:
        """All models' inverse covariances as one block-diagonal sparse matrix, N x N, folded: what stands above the
        diagonal is added to its twin below, which leaves quadratic forms as they are and halves their cost."""
        from scipy.sparse import csr_matrix, tril

        counts = np.bincount(self.fitted.model_of, minlength=len(self.fitted.models))
        counts = counts[counts > 0]
        start = np.repeat(np.r_[0, np.cumsum(counts)[:-1]], counts)
        width = np.repeat(counts, counts)
        columns = np.concatenate([np.arange(s, s + w) for s, w in zip(start, width, strict=True)]).astype(np.int32)
        whole = csr_matrix((self.fitted.blocks, columns, np.r_[0, np.cumsum(width)].astype(np.int32)))
        return csr_matrix(tril(whole) + tril(whole, -1))

    def estimate(self, weights: dict[str, float]) -> tuple[Vector, Vector]:
        """Mean and deviation of every model's score on a new board that measures the use case.

        `weights` is benchmark id to relevance, 0 to 1. The use case is the average of the boards by relevance, with
        the general average as a counterweight; the deviation includes what is particular to one board and the doubt
        how far it tells weak models from strong ones. Units are standard deviations of the models on a board. Of a
        model without a figure it is what a board that takes it up would find.
        """
        mean, left, _ = self._moments(weights)
        return self._drawn(mean), np.sqrt(left)

    def _moments(self, weights: dict[str, float]) -> tuple[Vector, Vector, Vector]:
        """Mean, the variance that is left open, and the variance that the figures explain, (M,) each."""
        f = self.fitted
        relevant = self._relevant(weights)
        share = np.stack([self._share(relevant, str(kind)) for kind in self._kinds])
        pull = share @ f.covariance
        general = share @ f.loading
        extra = f.extra * general[self._kind]
        k = pull.ravel()[self._cell] + extra[f.model_of] * self._loading
        needed = f.model_kind == self._needed(relevant)
        mean = f.expectation(share, self._kind) + np.bincount(f.model_of, k * f.alpha, minlength=len(f.models))
        mean = mean + np.where(needed, 0.0, MISFIT)
        explained = np.bincount(f.model_of, k * (self._precision @ k.astype(np.float32)), minlength=len(f.models))
        ability = np.sum(pull * share, axis=1)[self._kind] + extra * general[self._kind]
        whole = (share @ (np.diag(f.covariance) + f.noise))[self._kind] + extra * general[self._kind]
        middle = mean[seen].mean() if (seen := needed & (f.measured > 0)).any() else 0.0
        below = np.minimum(mean - middle, 0)
        left = np.maximum(whole - explained, 1e-4)
        left = left + SPREAD_DOUBT * (below**2 + np.maximum(ability - explained, 0))
        left = left * np.maximum(np.sqrt(share @ f.doubt**2), 1.0)[self._kind]
        return mean, left, np.asarray(explained, np.float64)

    @cached_property
    def _kinds(self) -> Any:
        """What models make: the kinds that there are, sorted."""
        return np.unique(self.fitted.model_kind)

    @cached_property
    def _kind(self) -> Any:
        """The number of each model's kind, (M,)."""
        return np.searchsorted(self._kinds, self.fitted.model_kind)

    @cached_property
    def _cell(self) -> Any:
        """Where each figure's column stands among the columns of all kinds, (N,)."""
        return self._kind[self.fitted.model_of] * len(self.fitted.boards) + self.fitted.board_of

    @cached_property
    def _loading(self) -> Vector:
        """The loading of each figure's column, (N,)."""
        return np.asarray(self.fitted.loading[self.fitted.board_of])

    def _drawn(self, mean: Vector) -> Vector:
        """The same with models without a figure nearer to their measured siblings, where these are weaker; a name
        without a date where its dated builds stand, as it is one of them."""
        level = self._level(mean)
        how_far = np.where(self.fitted.model_kind == CHAT, DRAWN, 1.0)
        drawn = mean - how_far * np.maximum(mean - (level - BELOW), 0)
        return np.where(np.isnan(level), mean, np.where(self.fitted.undated, level, drawn))

    def proven(self, odds: Vector) -> Vector:
        """Log-odds for a choice, (M,): models without a figure below their nearest measured siblings.

        Boards take up the strong, and most models without a figure no board has taken up: what they are is open, and
        a candidate has to have shown it. Names without a date stand where their builds do.
        """
        below = self._level(odds) - BELOW * self.fitted.spread
        return np.where(np.isnan(below) | self.fitted.undated, odds, np.minimum(odds, below))

    def _level(self, mean: Vector) -> Vector:
        """The mean of the nearest measured siblings of each model without a figure, (M,), NaN for others."""
        unmeasured, sibling = self.fitted.held.T
        of: Vector = np.asarray(np.bincount(unmeasured, minlength=len(mean)), np.float64)
        total = np.bincount(unmeasured, mean[sibling], minlength=len(mean))
        return np.where(of > 0, total / np.maximum(of, 1), np.nan)

    def _relevant(self, weights: dict[str, float]) -> Vector:
        """Relevance of the board of each column, less what is the noise of the wording."""
        return np.maximum([weights.get(board, 0.0) - FAINT for board in self.fitted.boards], 0.0)

    @cached_property
    def _sources(self) -> Vector:
        """How many sources publish the board of each column."""
        count = Counter(self.fitted.boards)
        return np.array([float(count[board]) for board in self.fitted.boards])

    def _needed(self, relevant: Vector) -> str:
        """What models have to make: what those of the most relevant board make."""
        return str(self.fitted.board_kind[np.argmax(relevant)]) if relevant.any() else CHAT

    def shares(self, weights: dict[str, float], model: int | None = None) -> Vector:
        """The share of each column in a use case for the models that it needs, or for `model`; they add up to one.

        A board's relevance is split among its sources. Only boards of one kind count, that of the most relevant
        board: a use case is done by models that write, embed or transcribe. Models of another kind stand lower, and
        are in the order that the boards of their own kind give them.
        """
        relevant = self._relevant(weights)
        kind = self._needed(relevant) if model is None else str(self.fitted.model_kind[model])
        return self._share(relevant, kind)

    def _share(self, relevant: Vector, kind: str) -> Vector:
        """The share of each column among the boards of a kind."""
        own = self.fitted.board_kind == kind
        own = own if own.any() else self.fitted.board_kind == self._needed(relevant)  # nobody measures this kind
        weight, general = relevant * own / self._sources, self.fitted.general * own
        return np.asarray((weight + GENERAL * general / max(general.sum(), 1e-9)) / (weight.sum() + GENERAL))

    def gains(self, model: int, share: Vector) -> Vector:
        """What one deviation more in each figure of a model adds to its estimate, in deviations."""
        rows = np.flatnonzero(self.fitted.model_of == model)
        f, boards = self.fitted, self.fitted.board_of[rows]
        k = (share @ f.covariance)[boards] + f.extra[model] * (share @ f.loading) * f.loading[boards]
        folded = self._precision[rows][:, rows]
        return np.asarray((folded + folded.T) @ k / 2)

    def left(self, model: int, weights: dict[str, float]) -> float:
        """Variance of a new board on a use case that a model's figures leave open, as a share of the whole."""
        _, left, explained = self._moments(weights)
        return float(left[model] / (left[model] + explained[model]))

    def odds(self, weights: dict[str, float]) -> tuple[Vector, Vector]:
        """Mean and deviation of every model's log-odds against the reference model, in the order of the fit."""
        mean, sd = self.estimate(weights)
        return (mean - mean[self.fitted.models.index(self.reference)]) * self.fitted.spread, sd * self.fitted.spread

    def rank(self, weights: dict[str, float]) -> list[Quality]:
        """Every model, best first."""
        f = self.fitted
        mean, sd = self.odds(weights)
        order = np.argsort(-mean, kind="stable")
        mean, sd = mean[order], sd[order]
        odds = np.stack([mean, mean - Z90 * sd, mean + Z90 * sd])
        first, last = _places(mean, sd)
        columns = [*odds.tolist(), *(1 / (1 + np.exp(-odds))).tolist()]
        places = [range(1, len(mean) + 1), first.astype(int).tolist(), last.astype(int).tolist()]
        named = ([f.models[i] for i in order], *columns, *places, [len(mean)] * len(mean), f.measured[order].tolist())
        return list(map(Quality._make, zip(*named, strict=True)))


def _places(mean: Vector, sd: Vector) -> tuple[Vector, Vector]:
    """The 90% interval of each model's rank, models best first.

    The number of better models is a sum of independent chances, each by the logistic approximation of the normal
    distribution (Bowling et al. 2009).
    """
    size = len(mean)
    rivals = np.r_[np.arange(min(EXACT_PLACES, size)), np.arange(EXACT_PLACES + EVERY // 2, size, EVERY)]
    count = np.where(rivals < EXACT_PLACES, 1, EVERY).astype(np.float32)
    m, v = mean.astype(np.float32), (sd**2).astype(np.float32)
    z = (m[None, rivals] - m[:, None]) / np.sqrt(v[None, rivals] + v[:, None])
    beats = 1 / (1 + np.exp(np.clip(-1.702 * z, -30, 30)))
    expected, spread = beats @ count + 0.5, Z90 * np.sqrt((beats * (1 - beats)) @ count)
    place = np.arange(1, size + 1)
    low, high = np.floor(expected - spread), np.ceil(expected + spread)
    return np.minimum(place, np.maximum(low, 1)), np.maximum(place, np.minimum(high, size))


def load_posterior(catalog: Catalog, *, exclude_sources: Collection[str] = (), home: Path | None = None) -> Posterior:
    """The posterior of a catalogue; fitted on first use and kept in `home`, keyed by snapshot and code."""
    if exclude_sources or home is None:
        return Posterior(fitting.fit(catalog, exclude_sources=exclude_sources))
    file = home / "posterior" / f"{_digest(catalog)}-{FORMAT}.npz"
    kept = _read(file)
    if kept is None:
        kept = fitting.fit(catalog)
        _write(file, kept)
    return Posterior(kept)


def _digest(catalog: Catalog) -> str:
    """Names the snapshot and the code of the fit: whoever changes a constant there gets a new fit."""
    import hashlib
    import json

    found = hashlib.sha256(json.dumps(catalog.manifest, sort_keys=True, default=str).encode())
    for file in sorted(Path(fitting.__file__).parent.glob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _read(file: Path) -> Fit | None:
    """A kept fit; None where there is none or it is damaged."""
    from zipfile import BadZipFile
    from zlib import error

    try:
        with np.load(file, allow_pickle=False) as data:
            raw = {name: data[name] for name in Fit._fields}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile, error):
        return None
    lists = {name: raw[name].tolist() for name in ("models", "boards", "sources")}
    numbers = {name: float(raw[name]) for name in ("spread",)}
    return Fit(**(raw | lists | numbers))


def _write(file: Path, fitted: Fit) -> None:
    """Write beside and swap, so that another process never reads a half-written file."""
    import os

    file.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {k: np.asarray(v) for k, v in fitted._asdict().items()}
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    with part.open("wb") as out:
        np.savez(out, allow_pickle=False, **arrays)
    os.replace(part, file)
