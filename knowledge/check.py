"""Checks a snapshot: schema, digests, ranges, references, and every figure against its row in the raw files."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from knowledge.catalog import PRICE_FIELDS, Catalog
from knowledge.schema import Offer, Score
from knowledge.sources.locator import NotFound, find, load, number

PRICES = tuple(name for name in PRICE_FIELDS if name.endswith("_usd"))
LIMITS = {"percent": (-100.0, 200.0), "fraction": (0.0, 1.0), "elo": (0.0, 3000.0), "seconds": (0.0, 1e6)}
SCALES = (1.0, 1e6)
TOLERANCE = 1e-6
SHOWN_PROBLEMS = 20


class Report(BaseModel):
    """What was checked and what is wrong; `figures` counts those that were found again digit for digit."""

    rows: int = 0
    figures: int = 0
    problems: list[str] = []

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems

    def text(self) -> str:
        """The report in words: what was found, then at most twenty problems."""
        found = f"{self.rows} rows are in order" if self.ok else f"{len(self.problems)} problems in {self.rows} rows"
        figures = f"; {self.figures} figures found again in the raw files" if self.figures else ""
        return "\n".join([f"{found}{figures}.", *self.problems[:SHOWN_PROBLEMS]])


def check(catalog: Catalog, raw: Path | None = None, *, sample: int | None = None, seed: int = 0) -> Report:
    """Check `catalog`; with the raw folder also find figures again: all, or `sample` of them chosen by `seed`.

    A table that cannot be read ends the check with that one problem.
    """
    report = Report()
    try:
        report.problems += _digests(catalog)
        report.rows = sum(map(len, (catalog.models, catalog.offers, catalog.scores, catalog.benchmarks)))
        report.problems += [*_references(catalog), *_ranges(catalog)]
    except (OSError, EOFError, ValidationError, ValueError, KeyError) as error:
        report.problems.append(f"the snapshot cannot be read: {error}".split("\n")[0])
        return report
    if raw is not None:
        _check_figures(catalog, raw, report, sample, seed)
    return report


def _digests(catalog: Catalog) -> Iterator[str]:
    for name, entry in catalog.manifest["tables"].items():
        data = (catalog.folder / f"{name}.jsonl.gz").read_bytes()
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            yield f"{name}.jsonl.gz is not the file that the manifest names: rebuild or reinstall the snapshot"


def _references(catalog: Catalog) -> Iterator[str]:
    models, benchmarks, sources = set(catalog.models), set(catalog.benchmarks), set(catalog.sources)
    rows: list[Score | Offer] = [*catalog.scores, *catalog.offers]
    for row in rows:
        if row.model_id not in models:
            yield f"{row.source_id}: unknown model {row.model_id}"
        if row.source_id not in sources:
            yield f"unknown source {row.source_id}"
    yield from (f"unknown benchmark {b}" for b in {s.benchmark_id for s in catalog.scores} - benchmarks)
    shut = {s.id for s in catalog.sources.values() if not s.redistributable}
    shipped = {row.source_id for row in rows} & shut
    if catalog.manifest.get("private") is not True:
        yield from (f"{source}: figures must not be shipped" for source in shipped)


def _ranges(catalog: Catalog) -> Iterator[str]:
    for score in catalog.scores:
        low, high = LIMITS.get(score.unit, (float("-inf"), float("inf")))
        if not low <= score.value <= high:
            yield f"{score.source_id}: {score.raw_name} has {score.value} {score.unit} on {score.benchmark_id}"
    for offer in catalog.offers:
        if any((getattr(offer, name) or 0.0) < 0 for name in PRICES):
            yield f"{offer.source_id}: a price of {offer.provider_model_id} is negative"


def _check_figures(catalog: Catalog, raw: Path, report: Report, sample: int | None, seed: int) -> None:
    rows: list[Score | Offer] = [*catalog.scores, *catalog.offers]
    if sample is not None:
        rows = random.Random(seed).sample(rows, min(sample, len(rows)))
    for row in sorted(rows, key=lambda r: r.locator):
        problem = _problem(row, raw)
        report.figures += problem is None
        if problem:
            report.problems.append(f"{row.source_id}: {problem}")


def _problem(row: Score | Offer, raw: Path) -> str | None:
    try:
        if isinstance(row, Offer):
            return _price_problem(row, raw)
        expected = _derived(row, raw) if row.derived else number(find(raw, row.locator))
    except NotFound as error:
        return str(error)
    return None if expected == row.value else f"{row.locator} prints {expected}, the snapshot has {row.value}"


def _derived(score: Score, raw: Path) -> float | None:
    from knowledge.sources import livebench

    name = find(raw, score.locator)
    record = next(r for r in load(raw / livebench.TABLE) if r["model"] == name)
    return livebench.means(record, load(raw / livebench.CATEGORIES)).get(score.benchmark_id)


def _price_problem(offer: Offer, raw: Path) -> str | None:
    printed = {n for n in _numbers(_price_record(offer, raw)) if n}
    uplifts = {n for n in printed if 1 < n < 2} if offer.source_id == "litellm" else set()
    factors = [scale * uplift for scale in SCALES for uplift in (1.0, *uplifts)]
    for name in PRICES:
        price = getattr(offer, name)
        if price and not any(_same(price, n * factor) for n in printed for factor in factors):
            return f"{offer.locator} does not print {name} {price}"
    return None


def _price_record(offer: Offer, raw: Path) -> Any:
    if not offer.locator.startswith("genai-prices:"):
        return find(raw, offer.locator)
    from genai_prices.data import providers

    provider, _, rest = offer.locator.removeprefix("genai-prices:").partition("#")
    listed = (m for p in providers if p.id == provider for m in p.models if m.id == rest.removesuffix("@prices"))
    return repr(next(listed, None)).replace("'", " ").replace("$", " ").replace("/", " ").replace("(", " ").split()


def _numbers(value: Any) -> Iterable[float]:
    if isinstance(value, dict):
        return [n for item in value.values() for n in _numbers(item)]
    if isinstance(value, list):
        return [n for item in value for n in _numbers(item)]
    found = number(value)
    return [] if found is None else [found]


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= TOLERANCE * max(abs(a), abs(b))
