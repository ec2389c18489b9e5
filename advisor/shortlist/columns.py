"""The catalogue as arrays, built once: constraints and costs then judge all models in one go."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from knowledge.makers import maker_of
from knowledge.schema import Offer, Score

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from knowledge.catalog import Catalog
    from knowledge.schema import Model

    Mask = NDArray[np.bool_]
    Floats = NDArray[np.float64]
    Rows = NDArray[np.intp]

REGIONS = ("eu", "us", "uk")
MODALITIES = ("image", "pdf", "audio", "video")
FEATURES = ("tool_calling", "structured_output", "reasoning", "fine_tunable")
LEAST_FIGURES = 2
NOTICE = dt.timedelta(days=90)  # a model that retires sooner is no choice for something new
SPEED_BOARDS = ("bfcl-latency", "aider-polyglot-seconds")  # the first compares models, the others only inform
EMBEDS = re.compile(r"embed|rerank|retriever|-e5-|bge-")  # where a source lists no output modality


class Columns:
    """Models by row, in the catalogue's order, and their offers by row; NaN is unknown.

    Where sources disagree on the price of the same served model, the most trusted source counts.
    """

    def __init__(self, catalog: Catalog, models: Iterable[Model] | None = None):
        self.models: list[Model] = list(catalog.models.values() if models is None else models)
        self.row = {m.id: i for i, m in enumerate(self.models)}
        self._places: tuple[Sequence[str], Rows] | None = None
        self._of_kind: dict[str, Mask] = {}
        self.soon = catalog.snapshot_date + NOTICE
        self._of_models(catalog)
        self.offers: list[Offer] = [o for m in self.models for o in _trusted(catalog.offers_of(m.id))]
        self._of_offers()

    def _of_models(self, catalog: Catalog) -> None:
        models = self.models
        self.maker = np.array([m.maker.lower() for m in models], dtype=object)
        self.kind = np.array([model_kind(m) for m in models], dtype=object)
        self.runs_anywhere = np.isin(self.kind.astype(str), ("embedding", "transcription"))
        self.official = np.array([m.official for m in models])
        self.rolling = np.array(["~" in m.id or m.id.endswith("-latest") for m in models])
        self.gone = np.array([m.deprecated or (m.retired is not None and m.retired <= self.soon) for m in models])
        self.open = np.array([m.open_weights is True for m in models])
        self.licence = np.array([m.licence_class for m in models], dtype=object)
        self.licensed = np.array([m.licence_class != "unknown" for m in models], dtype=bool)
        self.reasons = np.array([m.reasoning is True for m in models])
        self.window = _floats([m.context_window for m in models])
        self.size = _floats([m.parameters_b for m in models])
        self.active = _floats([m.active_parameters_b or m.parameters_b for m in models])
        self.reads = {k: np.array([_reads(m, k) for m in models]) for k in MODALITIES}
        self.lacks = {f: np.array([getattr(m, f) is False for m in models]) for f in FEATURES}
        scores = [catalog.scores_of(m.id) for m in models]
        self.seconds = _floats([_fastest(rows) for rows in scores])
        self.thin = np.array([len({(s.benchmark_id, s.source_id) for s in rows}) < LEAST_FIGURES for rows in scores])
        self.unchecked = np.array([all(s.kind != "independent" for s in rows) for rows in scores])

    def _of_offers(self) -> None:
        offers = self.offers
        self.model_of = np.array([self.row[o.model_id] for o in offers], dtype=np.intp)
        self.provider = np.array([o.provider.lower() for o in offers], dtype=object)
        self.own = np.array([maker_of(o.provider) == self.maker[self.row[o.model_id]] for o in offers], dtype=bool)
        self.first_party = np.array([o.official for o in offers], dtype=bool)
        self.within = {r: np.array([r in o.regions for o in offers], dtype=bool) for r in REGIONS}
        self.input = _floats([o.input_usd for o in offers])
        self.output = _floats([o.output_usd for o in offers])
        self.batch_input = _floats([o.batch_input_usd for o in offers])
        self.batch_output = _floats([o.batch_output_usd for o in offers])
        self.in_batch = (np.nan_to_num(self.batch_input) > 0) & (np.nan_to_num(self.batch_output) > 0)
        self.tier_from = _floats([min((t["above_tokens"] for t in o.tiers), default=math.inf) for o in offers])
        self.provider_order = np.unique(self.provider.astype(str), return_inverse=True)[1]
        self.priced = np.nan_to_num(self.input) > 0  # an offer for nothing is a trial, not a price
        self.distance = 2.0 * ~self.first_party + ~self.own  # the maker itself, a cloud that it names, others

    def places(self, ids: Sequence[str]) -> Rows:
        """The row of each id, -1 where there is none; kept for the last list, as that of an estimate never changes."""
        if self._places is None or self._places[0] is not ids:
            self._places = ids, np.array([self.row.get(name, -1) for name in ids], dtype=np.intp)
        return self._places[1]

    def of_kind(self, kind: str) -> Mask:
        """Models of a kind; kept, as comparing words is slow."""
        if kind not in self._of_kind:
            self._of_kind[kind] = np.asarray(self.kind == kind)
        return self._of_kind[kind]

    def any_offer(self, offers: Mask) -> Mask:
        """Models that have at least one of these offers."""
        found = np.zeros(len(self.models), dtype=bool)
        found[self.model_of[offers]] = True
        return found


@lru_cache(maxsize=2)
def columns_of(catalog: Catalog) -> Columns:
    """The arrays of a catalogue, built on first use (a quarter of a second) and kept."""
    return Columns(catalog)


@lru_cache(maxsize=2)
def eligible_columns(catalog: Catalog) -> Columns:
    """The arrays of the models that some use case could choose: for trying out many use cases quickly."""
    c = columns_of(catalog)
    never = ~c.official | (c.gone & ~c.open) | c.rolling | c.thin | c.unchecked
    return Columns(catalog, [m for m, out in zip(c.models, never.tolist(), strict=True) if not out])


def model_kind(model: Model) -> str:
    """chat, embedding, transcription, or what else a model makes."""
    if "embedding" in model.output_modalities or EMBEDS.search(model.id.lower()):
        return "embedding"
    if "text" not in model.output_modalities:
        return " and ".join(model.output_modalities) or "something else"
    only_audio = set(model.input_modalities) == {"audio"}
    return "transcription" if only_audio else "chat"


def _reads(model: Model, kind: str) -> bool:
    """A page of a PDF can be sent as a picture."""
    return kind in model.input_modalities or (kind == "pdf" and "image" in model.input_modalities)


def _fastest(scores: Iterable[Score]) -> float | None:
    """Seconds that the model took on the board that compares speeds, with its fastest settings; None: not timed."""
    return min((s.value for s in scores if s.benchmark_id == SPEED_BOARDS[0]), default=None)


def _trusted(offers: list[Offer]) -> list[Offer]:
    first: dict[tuple[str, str, tuple[str, ...]], Offer] = {}
    for offer in offers:
        if offer.input_usd is not None:
            first.setdefault((offer.provider, offer.provider_model_id, offer.regions), offer)
    return list(first.values())


def _floats(values: list[Any]) -> Floats:
    return np.array([math.nan if v is None else v for v in values], dtype=np.float64)
