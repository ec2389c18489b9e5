"""Commands on the data: status, build, refresh, check."""

from __future__ import annotations

from pathlib import Path

import click

from ui.terminal import console, json_option, make_services, print_json, table


@click.group()
def knowledge() -> None:
    """Status, build, refresh and check of the data."""


@knowledge.command()
@json_option
def status(as_json: bool) -> None:
    """Age and rows of each source."""
    import datetime as dt

    catalog = make_services(no_llm=True).catalog
    today = dt.date.today()
    sources = sorted(catalog.sources.values(), key=lambda s: (-s.rows, s.id))
    if as_json:
        return print_json(
            {
                "snapshot_date": catalog.snapshot_date.isoformat(),
                "models": len(catalog.models),
                "benchmarks": len(catalog.benchmarks),
                "sources": [s.model_dump(mode="json") | {"age_days": (today - s.date).days} for s in sources],
            }
        )
    rows = [
        (s.name, s.rows if s.redistributable else "link only", s.date, f"{(today - s.date).days} days", s.licence)
        for s in sources
    ]
    title = f"{len(catalog.models)} models, {len(catalog.benchmarks)} benchmarks, snapshot of {catalog.snapshot_date}"
    table(title, ["Source", "Rows", "Date", "Age", "Licence"], rows)
    return None


@knowledge.command()
@click.option("--raw", type=click.Path(file_okay=False, path_type=Path), help="Rebuild the snapshot from raw files.")
@json_option
def build(raw: Path | None, as_json: bool) -> None:
    """Build the store that searches use; with --raw also the snapshot itself."""
    import time

    if raw is not None:
        from knowledge.build import build_snapshot

        build_snapshot(raw)
    start = time.perf_counter()
    store = make_services(no_llm=True).store
    found = {"documents": len(store), "seconds": round(time.perf_counter() - start, 2)}
    if as_json:
        return print_json(found)
    console().print(f"The store has {found['documents']} documents, ready in {found['seconds']} s.")
    return None


@knowledge.command()
@click.option("--source", "names", multiple=True, help="Only this source. May be repeated.")
@json_option
def refresh(names: tuple[str, ...], as_json: bool) -> None:
    """Fetch newer data from the sources. This is the only command that goes to their sites."""
    from advisor.settings import Settings
    from knowledge.refresh import refresh_all

    reports = refresh_all(Settings().home, list(names) or None)
    if as_json:
        return print_json({"sources": [r.model_dump(mode="json") for r in reports]})
    table("Refresh", ["Source", "Outcome", "What"], [(r.source, r.outcome, r.message) for r in reports])
    return None


@knowledge.command()
@click.option("--raw", type=click.Path(file_okay=False, path_type=Path), help="Compare with these raw files.")
@click.option("--sample", type=click.IntRange(1), help="Only so many figures, drawn with a fixed seed.")
@json_option
def check(raw: Path | None, sample: int | None, as_json: bool) -> None:
    """Find every figure's source row, digit for digit."""
    from knowledge.check import check as run

    report = run(make_services(no_llm=True).catalog, raw, sample=sample)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        console().print(report.text())
    if not report.ok:
        raise click.exceptions.Exit(1)
