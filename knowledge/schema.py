"""Rows of the snapshot. One row, one fact with its source and date; nothing here does I/O."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Unit = Literal["percent", "fraction", "elo", "score", "seconds", "tokens_per_second", "usd", "minutes", "count"]
ScoreKind = Literal["independent", "vendor", "scaffold", "community"]
LicenceClass = Literal["permissive", "restricted", "non_commercial", "proprietary", "unknown"]


class Row(BaseModel):
    """Base of every snapshot row: immutable, and an unknown field is an error, not a silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Row):
    """Where rows come from.

    `redistributable` is false where the licence forbids shipping figures: such a source has a link and an
    adapter, and no rows in the snapshot. `sha256` maps each raw file that was read to its digest.
    """

    id: str
    name: str
    url: str
    licence: str
    redistributable: bool
    date: dt.date = Field(description="date of the data, not of the build")
    attribution: str = ""
    row_means: str = ""
    traps: str = ""
    refresh_url: str | None = None
    sha256: dict[str, str] = {}
    rows: int = 0


class Model(Row):
    """One real model, whatever its sources call it. `id` is the models.dev id where it lists the model.

    Sizes are in billions of parameters, windows in tokens, `training_tokens` in trillions. None is unknown.
    """

    id: str
    name: str
    maker: str
    family: str = ""
    official: bool = Field(True, description="published by the lab itself, not a community fine-tune or merge")
    base_model: str | None = Field(None, description="for a fine-tune: the model it was made from")
    open_weights: bool | None = None
    licence: str | None = None
    licence_class: LicenceClass = "unknown"
    released: dt.date | None = None
    knowledge_cutoff: str | None = None
    retired: dt.date | None = None
    deprecated: bool = False
    parameters_b: float | None = Field(None, gt=0)
    active_parameters_b: float | None = None
    training_tokens_t: float | None = None
    context_window: int | None = None
    max_output: int | None = None
    input_modalities: tuple[str, ...] = ("text",)
    output_modalities: tuple[str, ...] = ("text",)
    reasoning: bool | None = None
    tool_calling: bool | None = None
    structured_output: bool | None = None
    fine_tunable: bool | None = None
    weights_url: str | None = None
    source_id: str
    date: dt.date
    url: str = ""


class Offer(Row):
    """A provider that serves a model, at a price in US dollars per million tokens. None is unknown, 0 is free.

    `locator` finds the record of the prices in the raw file, as in `Score`.
    """

    model_id: str
    provider: str
    provider_model_id: str
    official: bool = Field(description="served by the model's own maker, or a cloud that the maker names")
    input_usd: float | None = None
    output_usd: float | None = None
    cache_read_usd: float | None = None
    cache_write_usd: float | None = None
    batch_input_usd: float | None = None
    batch_output_usd: float | None = None
    tiers: tuple[dict[str, float], ...] = ()
    context_window: int | None = None
    regions: tuple[str, ...] = Field((), description="eu, us, uk, ... where the provider states them")
    source_id: str
    date: dt.date
    url: str = ""
    locator: str = ""


class Score(Row):
    """One published figure. `value` has the digits and the unit that the source prints.

    `config` is the configuration of the model that was measured ("effort=high", "thinking", "FC", ...),
    `locator` finds the row in the raw file: `file#key=value;...@column`. `derived` marks a mean that the board
    shows and that is computed here from the figures of the row.
    """

    model_id: str
    benchmark_id: str
    value: float
    unit: Unit
    source_id: str
    date: dt.date
    raw_name: str
    config: str = ""
    kind: ScoreKind = "independent"
    stderr: float | None = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    derived: bool = False
    locator: str = ""
    url: str = ""


class Claim(Row):
    """A statement in a note and where it comes from."""

    text: str
    source: str


class Benchmark(Row):
    """What a benchmark measures and for what it is good; compiled from the front matter of its note.

    `floor` is chance level and `ceiling` the best possible value, both in `unit`. `tasks` maps a task of
    the use-case taxonomy to how closely the benchmark measures it, 0 to 1. `parent` names the benchmark
    of which this is a category or subset.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    category: str = ""
    measures: str = ""
    scoring: str = ""
    size: str = ""
    unit: Unit = "percent"
    floor: float | None = None
    ceiling: float | None = None
    higher_is_better: bool = True
    useful_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    tasks: dict[str, float] = {}
    domains: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    limits: tuple[Claim, ...] = ()
    instead: tuple[str, ...] = ()
    public_since: str | None = None
    leaderboard_url: str | None = None
    sources: tuple[str, ...] = ()
