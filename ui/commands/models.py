"""Commands on models: search, show, compare, resolve."""

from __future__ import annotations

from pathlib import Path

import click

from ui.terminal import json_option, make_services, markdown, print_json, table

NEAR = 25  # benchmarks that a use case may bring into a comparison


@click.group()
def models() -> None:
    """Search, show, compare and resolve models."""


@models.command()
@click.argument("words", nargs=-1, required=True)
@click.option("-n", "count", default=15, show_default=True, type=click.IntRange(1))
@json_option
def search(words: tuple[str, ...], count: int, as_json: bool) -> None:
    """Find models by name or maker."""
    found = make_services(no_llm=True).catalog.search_models(" ".join(words), limit=count)
    if as_json:
        return print_json({"models": [m.model_dump(mode="json") for m in found]})
    rows = [(m.id, m.name, m.maker, m.released or "", m.context_window or "") for m in found]
    table("Models", ["Id", "Name", "Maker", "Released", "Context window"], rows)
    return None


@models.command()
@click.argument("model")
@click.option("--all", "everything", is_flag=True, help="Also other configurations, means, and every offer.")
@json_option
def show(model: str, everything: bool, as_json: bool) -> None:
    """Basics, prices, every score with source and date, and limits of one model."""
    from advisor.answers.model_card import card
    from advisor.answers.model_card_text import card_markdown

    found = card(model, make_services(no_llm=True).catalog)
    if as_json:
        return print_json(found)
    markdown(card_markdown(found, everything=everything))
    return None


@models.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--for", "use_case", help="A use case in your words: only benchmarks near it, the nearest first.")
@json_option
def compare(names: tuple[str, ...], use_case: str | None, as_json: bool) -> None:
    """Models side by side, and what they differ in."""
    from advisor.answers.model_card import compare as run
    from advisor.answers.model_card_text import compare_markdown
    from advisor.errors import BadInput

    if len(names) < 2:
        raise BadInput("Name at least two models: advisor models compare MODEL MODEL.")
    services = make_services(no_llm=True)
    weights = None
    if use_case:
        from advisor.relevance.weighing import rank_benchmarks

        ranked = rank_benchmarks(use_case, store=services.store, catalog=services.catalog, k=NEAR)
        weights = {b.id: b.relevance for b in ranked}
    found = run(list(names), services.catalog, weights)
    if as_json:
        return print_json(found)
    markdown(compare_markdown(found))
    return None


@models.command()
@click.argument("name", required=False)
@click.option("--source", "board", default="", help="Which source uses this name.")
@click.option("--in", "source", type=click.Path(dir_okay=False, path_type=Path), help="CSV: source,raw_name.")
@click.option("--out", "target", type=click.Path(dir_okay=False, path_type=Path), help="CSV with canonical_id added.")
@json_option
def resolve(name: str | None, board: str, source: Path | None, target: Path | None, as_json: bool) -> None:
    """One real name for what sources call a model; unknown stays unknown.

    Ids are those of models.dev; the catalogue's own id stands beside them, also for models that models.dev does not
    list.
    """
    from advisor.answers.model_card import in_catalogue
    from advisor.errors import BadInput
    from knowledge.names import default_resolver, resolve_csv

    if source and target:
        try:
            done = resolve_csv(source, target)
        except (OSError, ValueError) as error:
            raise BadInput(f"{source}: {error}") from error
        return print_json({"rows": done, "out": str(target)}) if as_json else None
    if not name:
        raise BadInput("Give a name, or --in FILE.csv --out FILE.csv.")
    found = default_resolver().resolve(name, board)
    fields = ("canonical_id", "confidence", "config", "reason", "key")
    known = in_catalogue(found, make_services(no_llm=True).catalog)
    values = {**{f: getattr(found, f) for f in fields}, "catalogue_id": known}
    if as_json:
        return print_json(values)
    table("", ["Field", "Value"], [*values.items()])
    return None
