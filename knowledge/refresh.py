"""Refreshes one source from the network into the data folder. Nothing else in this package uses the network.

A refresh downloads the source's files (only what changed, resumable, bounded in size), reads them with the
source's adapter, and compares the rows with those in use. What fails a check is put into quarantine with a
report and the old data stays; what passes becomes a new snapshot, which takes the old one's place at once.

    HOME/raw/           downloaded files and their ETags
    HOME/quarantine/    refused files, each with report.json
    HOME/snapshot/      refreshed snapshots; `current` names the one in use
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import shutil
import statistics
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from knowledge.build import Tables, build, folder_of, renamed, write
from knowledge.catalog import Catalog, load_catalog
from knowledge.check import LIMITS, check
from knowledge.directory import adopt
from knowledge.download import MAX_BYTES, DownloadError, download
from knowledge.home import SHIPPED, default_home, refreshed_snapshot
from knowledge.schema import Offer, Row, Score
from knowledge.sources import ADAPTERS, Adapter, leaderboard_directory, load

LEAST_ROWS = 0.5
MOST_JUMPS = 0.25
JUMP = {"elo": 150.0, "percent": 25.0, "fraction": 0.25}
PRICE_FACTOR = 3.0
LONGEST_NAME = 200
HOSTILE = re.compile(r"<\s*/?\s*[a-z!]|javascript:|^\s*[=+@-][^()]*\(|[\x00-\x08\x0b\x0c\x0e-\x1f]", re.I)
KEPT_SNAPSHOTS = 2


class Outcome(Row):
    """What a refresh did. `outcome`: updated, unchanged, quarantined, unreachable or unsupported."""

    source: str
    outcome: Literal["updated", "unchanged", "quarantined", "unreachable", "unsupported"]
    message: str
    rows: int = 0
    report: Path | None = None

    @property
    def ok(self) -> bool:
        """Whether the source is as fresh as upstream now."""
        return self.outcome in ("updated", "unchanged")


def refresh_all(home: Path | None = None, sources: list[str] | None = None) -> list[Outcome]:
    """Refresh the named sources, or all that may be shipped and have a file to download, one after the other."""
    chosen = sources or [s for s in ADAPTERS if getattr(load(s), "FILES", None) and load(s).SOURCE.redistributable]
    return [refresh(s, home) if s in ADAPTERS else _unknown(s) for s in chosen]


def _unknown(source_id: str) -> Outcome:
    known = ", ".join(sorted(ADAPTERS))
    return Outcome(source=source_id, outcome="unsupported", message=f"No source is called so; there are: {known}")


def refresh(source_id: str, home: Path | None = None, *, base_url: str | None = None) -> Outcome:
    """Refresh one source below `home` (default: the data folder). `base_url` replaces the upstream's address
    up to the file name. Never raises for what upstream sends; raises KeyError for an unknown source."""
    adapter, home = load(source_id), home or default_home()
    files: dict[str, str] = getattr(adapter, "FILES", {})
    if not files:
        message = f"{adapter.SOURCE.name} has no file to download: see {adapter.SOURCE.url}"
        return Outcome(source=source_id, outcome="unsupported", message=message)
    try:
        changed = [_fetch(home, path, url, base_url) for path, url in _addresses(home, adapter)]
    except DownloadError as error:
        return Outcome(source=source_id, outcome="unreachable", message=f"{error}; the data in use is unchanged")
    if not any(changed) and not _is_waiting(home, adapter):
        return Outcome(source=source_id, outcome="unchanged", message=f"{adapter.SOURCE.name} has not changed upstream")
    return _adopt(source_id, adapter, home, list(files))


def _addresses(home: Path, adapter: Adapter) -> Iterator[tuple[str, str]]:
    """The files of a source, and those that its first ones lead to: further pages, listed submissions."""
    yield from getattr(adapter, "FILES", {}).items()
    follow = getattr(adapter, "follow", None)
    try:
        yield from follow(home / "incoming" / folder_of(adapter)) if follow else ()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DownloadError(f"{adapter.SOURCE.name} has changed its list of files ({_short(error)})") from error


def _fetch(home: Path, path: str, url: str, base_url: str | None) -> bool:
    address = f"{base_url.rstrip('/')}/{url.rsplit('/', 1)[-1]}" if base_url else url
    target = home / "incoming" / path
    changed = download(address, target, home / "raw" / "etags.json")
    if changed and path.endswith(".zip"):
        _unpack(target)
    return changed


def _unpack(archive: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            members = [m for m in packed.infolist() if m.filename.endswith(".csv")]
            if sum(m.file_size for m in members) > MAX_BYTES:
                raise DownloadError(f"{archive.name} unpacks to more than {MAX_BYTES >> 20} MB")
            for member in members:
                (archive.parent / Path(member.filename).name).write_bytes(packed.read(member))
    except zipfile.BadZipFile as error:
        raise DownloadError(f"{archive.name} is not a whole zip file") from error


def _is_waiting(home: Path, adapter: Adapter) -> bool:
    """Whether an earlier refresh was killed between the download and its use."""
    incoming = home / "incoming" / folder_of(adapter)
    return any((incoming / Path(path).name).is_file() for path in getattr(adapter, "FILES", {}))


def _adopt(source_id: str, adapter: Adapter, home: Path, files: list[str]) -> Outcome:
    staged = _staged(home, adapter)
    if source_id == leaderboard_directory.SOURCE.id:
        return _adopt_directory(adapter, home, staged)
    before = load_catalog(refreshed_snapshot(home) or SHIPPED)
    try:
        # Whatever an adapter trips over is a change of upstream, which must not break the advisor.
        tables = _read(source_id, staged, before)
        problem = next(_problems(source_id, tables, before), None)
    except Exception as error:
        problem, tables = f"{type(error).__name__}: {_short(error)}", Tables()
    if problem:
        return _quarantine(source_id, adapter, home, staged, problem)
    _swap(_combined(source_id, adapter, tables, before), home, before)
    _keep(staged, home / "raw" / folder_of(adapter), home)
    rows = len(tables.scores) + len(tables.offers)
    message = f"{adapter.SOURCE.name}: {rows} figures, up to date"
    return Outcome(source=source_id, outcome="updated", message=message, rows=rows)


def _adopt_directory(adapter: Adapter, home: Path, staged: Path) -> Outcome:
    """The directory of leaderboards has no figures: it is a file of its own beside the snapshots."""
    source_id = adapter.SOURCE.id
    try:
        count = adopt(staged, home)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        return _quarantine(source_id, adapter, home, staged, f"{type(error).__name__}: {_short(error)}")
    _keep(staged, home / "raw" / folder_of(adapter), home)
    message = f"{count} leaderboard Spaces with owner and last activity, up to date"
    return Outcome(source=source_id, outcome="updated", message=message, rows=count)


def _staged(home: Path, adapter: Adapter) -> Path:
    """A raw folder with the source's files as they would be: those in use, overlaid with what came in."""
    staged, name = home / "staged", folder_of(adapter)
    shutil.rmtree(staged, ignore_errors=True)
    for origin in (home / "raw" / name, home / "incoming" / name):
        if origin.is_dir():
            shutil.copytree(origin, staged / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.part", "*.zip"))
    return staged


def _read(source_id: str, staged: Path, before: Catalog) -> Tables:
    csv.field_size_limit(1 << 20)
    prepare = getattr(load(source_id), "prepare", None)
    if prepare:
        prepare(staged)
    aliases = before.manifest.get("aliases", {})
    tables = build(staged, only=[source_id], known={*before.models, *aliases}, private=True)
    tables.scores = [_dated(renamed(row, "model_id", aliases), source_id) for row in tables.scores]
    tables.offers = [_dated(renamed(row, "model_id", aliases), source_id) for row in tables.offers]
    return tables


def _dated(row: Any, source_id: str) -> Any:
    """A row that upstream does not date is of today, not of the day on which the shipped copy was made."""
    undated = row.date == load(source_id).SOURCE.date
    return row.model_copy(update={"date": dt.date.today()}) if undated else row


def _problems(source_id: str, tables: Tables, before: Catalog) -> Iterator[str]:
    rows: list[Score | Offer] = [*tables.scores, *tables.offers]
    old = sum(s.source_id == source_id for s in before.scores) + sum(o.source_id == source_id for o in before.offers)
    if not rows or len(rows) < LEAST_ROWS * old:
        yield f"{len(rows)} rows where {old} are in use: the file is truncated or its columns have changed"
    yield from (f"{text[:60]!r} is not a name" for text in _texts(rows, tables) if _is_hostile(text))
    yield from _out_of_range(rows)
    yield from _jumps(tables, before, source_id)


def _texts(rows: list[Score | Offer], tables: Tables) -> Iterator[str]:
    yield from tables.raw_names
    for row in rows:
        yield row.raw_name if isinstance(row, Score) else row.provider_model_id
        yield row.config if isinstance(row, Score) else row.provider
    for model in tables.models:
        yield from (model.name, model.id, model.licence or "")


def _is_hostile(text: str) -> bool:
    return len(text) > LONGEST_NAME or HOSTILE.search(text) is not None


def _out_of_range(rows: list[Score | Offer]) -> Iterator[str]:
    for row in rows:
        if isinstance(row, Score):
            low, high = LIMITS.get(row.unit, (float("-inf"), float("inf")))
            if not low <= row.value <= high:
                yield f"{row.raw_name} has {row.value} {row.unit} on {row.benchmark_id}"
        elif not 0 <= (row.input_usd or 0) <= 10_000:
            yield f"{row.provider_model_id} costs {row.input_usd} USD per million tokens"


def _jumps(tables: Tables, before: Catalog, source_id: str) -> Iterator[str]:
    """A quarter of the shared figures far from where they were means another scale, unit or column."""
    old = {_identity(s): s for s in before.scores if s.source_id == source_id}
    pairs = [(old[_identity(s)], s) for s in tables.scores if _identity(s) in old]
    jumps = [a.unit != b.unit or abs(a.value - b.value) > JUMP.get(a.unit, float("inf")) for a, b in pairs]
    if jumps and statistics.fmean(jumps) > MOST_JUMPS:
        yield f"{sum(jumps)} of {len(jumps)} known figures jumped: another scale or column"
    prices = {(o.provider, o.provider_model_id): o.input_usd for o in before.offers if o.source_id == source_id}
    ratios = [
        o.input_usd / known
        for o in tables.offers
        if o.input_usd and (known := prices.get((o.provider, o.provider_model_id)))
    ]
    far = [not 1 / PRICE_FACTOR < ratio < PRICE_FACTOR for ratio in ratios]
    if far and statistics.fmean(far) > MOST_JUMPS:
        yield f"{sum(far)} of {len(far)} known prices changed more than {PRICE_FACTOR:g} times: another unit"


def _identity(score: Score) -> tuple[str, str, str]:
    return score.model_id, score.benchmark_id, score.config


def _combined(source_id: str, adapter: Adapter, tables: Tables, before: Catalog) -> Tables:
    """The rows in use with those of one source exchanged; facts of known models stay, new models are added."""
    today = dt.date.today()
    known, aliases = dict(before.models), before.manifest.get("aliases", {})
    known.update({m.id: m for m in tables.models if m.id not in known and m.id not in aliases})
    fresh = [s.model_copy(update={"date": today}) for s in tables.sources]
    others = [s for s in before.sources.values() if s.id != source_id]
    return Tables(
        models=list(known.values()),
        offers=[o for o in before.offers if o.source_id != source_id] + tables.offers,
        scores=[s for s in before.scores if s.source_id != source_id] + tables.scores,
        benchmarks=list(before.benchmarks.values()),
        sources=others + fresh,
        dropped={s.id: before.manifest["sources"].get(s.id, {}).get("dropped", {}) for s in others} | tables.dropped,
        aliases=aliases,
    )


def _swap(tables: Tables, home: Path, before: Catalog) -> None:
    folder = home / "snapshot"
    fresh = folder / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S%f}"
    write(tables, fresh, private=True)
    report = check(Catalog(fresh))
    if not report.ok:
        shutil.rmtree(fresh)
        raise RuntimeError(report.problems[0])
    pointer = folder / "current.new"
    pointer.write_text(fresh.name, encoding="utf-8")
    os.replace(pointer, folder / "current")
    for stale in sorted(p for p in folder.iterdir() if p.is_dir())[:-KEPT_SNAPSHOTS]:
        shutil.rmtree(stale, ignore_errors=True)


def _keep(staged: Path, target: Path, home: Path) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(staged / target.name, target)
    shutil.rmtree(staged, ignore_errors=True)
    shutil.rmtree(home / "incoming" / target.name, ignore_errors=True)


def _quarantine(source_id: str, adapter: Adapter, home: Path, staged: Path, problem: str) -> Outcome:
    folder = home / "quarantine" / f"{source_id}-{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(staged, folder)
    report = folder / "report.json"
    report.write_text(
        json.dumps({"source": source_id, "problem": problem, "url": adapter.SOURCE.refresh_url}, indent=1)
    )
    shutil.rmtree(staged, ignore_errors=True)
    shutil.rmtree(home / "incoming" / folder_of(adapter), ignore_errors=True)
    (home / "raw" / "etags.json").unlink(missing_ok=True)
    message = f"{adapter.SOURCE.name} was refused ({problem}); the data in use is unchanged, see {report}"
    return Outcome(source=source_id, outcome="quarantined", message=message, report=report)


def _short(error: Any) -> str:
    return str(error).split("\n")[0][:200]
