"""What is known of a model before any score: date, size, tier and line of its name, maker, openness, kind."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from advisor.capability.lineage import line, release_dates
from advisor.shortlist.columns import model_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from knowledge.catalog import Catalog
    from knowledge.schema import Model

    Vector = NDArray[np.float64]

EPOCH = 738_000  # ordinal of a day in 2021: keeps dates small
MAKERS, LINE = 6, 4  # a maker, a line of models with this many members has its own level
LINE_SCALE = 0.7  # below one: the level of a line is held closer to zero than other effects
SEASON = 0.12  # years: how far apart models compete for the attention of boards
TIERS = (
    re.compile(r"mini|nano|lite|flash|small|tiny|haiku|air|fast|micro|edge|turbo"),
    re.compile(r"max|ultra|opus|large|plus|pro(?![a-z])|heavy"),
    re.compile(r"code|codex|devstral"),
    re.compile(r"base|-pt$"),
)
CHAT, EMBEDDING, SPEECH = "chat", "embedding", "transcription"
BOARD_KINDS = {"embedding_search": EMBEDDING, "speech": SPEECH}


class Side(NamedTuple):
    """`features` (M, F) predict capability. Single ones, (M,): `years` since 2021 are nan where no date is known or
    guessed, `size` is the log of billions of parameters or nan, `reasoning` and `open_weights` are 0 or 1."""

    features: Vector
    years: Vector
    size: Vector
    reasoning: Vector
    open_weights: Vector


def side_information(catalog: Catalog, models: Sequence[str]) -> Side:
    """What the catalogue says of `models` beside their scores."""
    rows = [catalog.models[m] for m in models]
    dates = release_dates(rows)
    years = np.array([(d.toordinal() - EPOCH) / 365.25 if (d := dates.get(m.id)) else math.nan for m in rows])
    size = np.array([math.log(m.parameters_b) if m.parameters_b else math.nan for m in rows])
    flags = np.array([[bool(m.reasoning), m.open_weights is not False, m.official] for m in rows], float)
    tiers = np.array([[bool(t.search(m.split("/")[-1].lower())) for t in TIERS] for m in models], float)
    levels = [_levels([m.maker for m in rows], MAKERS), LINE_SCALE * _levels([line(m) for m in rows], LINE)]
    features = np.column_stack([*_hinges(years), *_hinges(size), flags, tiers, *levels])
    return Side(features, years, size, flags[:, 0], flags[:, 1])


def attention(measured: NDArray[np.int64], years: Vector) -> Vector:
    """How many boards took a model up, against the models of its season: log ratio, (M,)."""
    count, dated = np.log1p(measured), ~np.isnan(years)
    usual = np.full(len(count), count[(measured > 0) & ~dated].mean() if (~dated & (measured > 0)).any() else 0.0)
    near = np.exp(-0.5 * ((years[dated, None] - years[None, dated]) / SEASON) ** 2) * (measured[dated] > 0)
    usual[dated] = (near @ count[dated]) / np.maximum(near.sum(1), 1e-9)
    return np.asarray(count - usual)


def board_kind(tasks: dict[str, float]) -> str:
    """What the models of a board with these tasks make: chat, embedding or transcription."""
    return BOARD_KINDS.get(max(tasks, key=lambda task: tasks[task], default=""), CHAT)


def kind_of(model: Model, kinds_of_boards: Counter[str]) -> str:
    """What a model makes: by the boards that have it, else by what its row says."""
    if kinds_of_boards:
        return kinds_of_boards.most_common(1)[0][0]
    stated = model_kind(model)
    return stated if stated in (EMBEDDING, SPEECH) else CHAT


def _levels(names: Sequence[object], least: int) -> Vector:
    """One column for each name that occurs often enough."""
    often = [name for name, n in sorted(Counter(names).items(), key=str) if n >= least]
    at = {name: i for i, name in enumerate(often)}
    found = np.zeros((len(names), len(often)))
    for row, name in enumerate(names):
        if name in at:
            found[row, at[name]] = 1.0
    return found


def _hinges(values: Vector) -> list[Vector]:
    """A piecewise line with bends at the thirds, and whether the value is missing."""
    missing = np.isnan(values)
    if missing.all():
        return [missing.astype(float)]
    filled = np.where(missing, np.nanmedian(values), values)
    bends = np.nanpercentile(values, [33, 66])
    return [filled, *(np.maximum(filled - bend, 0) for bend in bends), missing.astype(float)]
