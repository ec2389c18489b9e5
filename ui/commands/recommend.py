"""Commands that advise: recommend, benchmarks, ask, rank, explain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ui.terminal import (
    batch_options,
    json_option,
    make_services,
    markdown,
    no_llm_option,
    print_json,
    run_batch,
    table,
    text_of,
)

weight_option = click.option(
    "--weight",
    "weights",
    multiple=True,
    metavar="BENCHMARK=W",
    help="Set a benchmark's relevance, 0 to 1; repeatable.",
)


@click.command()
@click.argument("text", nargs=-1)
@click.option("--file", type=click.Path(dir_okay=False, path_type=Path), help="Read the use case from this file.")
@weight_option
@no_llm_option
@json_option
def recommend(text: tuple[str, ...], file: Path | None, weights: tuple[str, ...], no_llm: bool, as_json: bool) -> None:
    """Candidate models for a use case.

    Example: advisor recommend "Support desk in Spain, 50,000 tickets a month, replies in Spanish, data stays in the EU"
    """
    from advisor.recommend import as_contract
    from advisor.recommend import recommend as run
    from advisor.relevance.task_weights import read_weights

    found = run(text_of(text, file), make_services(no_llm=no_llm), relevance=read_weights(weights))
    if as_json:
        return print_json(as_contract(found))
    from ui.render import recommendation_tables

    for title, columns, rows in recommendation_tables(found):
        table(title, columns, rows)


@click.command()
@click.argument("text", nargs=-1)
@click.option("-k", "count", default=5, show_default=True, type=click.IntRange(1, 50), help="How many.")
@batch_options
@json_option
def benchmarks(text: tuple[str, ...], count: int, source: Path | None, target: Path | None, as_json: bool) -> None:
    """Which benchmarks measure what a task needs, and their limits.

    Example: advisor benchmarks "does the model follow formatting instructions?"
    """
    from advisor.relevance.weighing import rank_benchmarks

    services = make_services(no_llm=True)

    def ranked(question: str, k: int) -> list[Any]:
        return rank_benchmarks(question, store=services.store, catalog=services.catalog, k=k)

    if source or target:
        fields = ("id", "question")
        run_batch(
            source,
            target,
            fields,
            lambda r: {"id": r["id"], "ranked": [b.name for b in ranked(r["question"], max(count, 10))]},
        )
        return None
    found = ranked(text_of(text), count)
    if as_json:
        return print_json({"ranked": [b.model_dump(mode="json", exclude={"relevance"}) for b in found]})
    from ui import render

    table(*render.benchmarks(found))
    return None


@click.command()
@click.argument("text", nargs=-1)
@batch_options
@no_llm_option
@json_option
def ask(text: tuple[str, ...], source: Path | None, target: Path | None, no_llm: bool, as_json: bool) -> None:
    """Answer a question on benchmarks, models or evaluation, with sources.

    A use case gets advice. In batch (--in, --out) rows {"id", "use_case"} give rows {"id", "answer"}.
    """
    services = make_services(no_llm=no_llm)
    if source or target:
        from advisor.advice.compose import advise

        run_batch(
            source, target, ("id", "use_case"), lambda r: {"id": r["id"], "answer": advise(r["use_case"], services)}
        )
        return None
    from advisor import wording
    from advisor.advice.compose import reply

    found = reply(text_of(text), services)
    if as_json:
        return print_json(found.model_dump(mode="json"))
    markdown(wording.answer(found))
    return None


@click.command()
@click.argument("text", nargs=-1)
@click.option("--exclude-source", "excluded", multiple=True, help="Leave a source's figures out. May be repeated.")
@weight_option
@click.option("-n", "count", default=20, show_default=True, help="How many to show in the table.")
@json_option
def rank(text: tuple[str, ...], excluded: tuple[str, ...], weights: tuple[str, ...], count: int, as_json: bool) -> None:
    """Every model of the catalogue with its estimate for a use case, best first."""
    from advisor.recommend import rank as run
    from advisor.relevance.task_weights import read_weights

    services, relevance = make_services(no_llm=True), read_weights(weights)
    found = run(text_of(text), services, exclude_sources=excluded, relevance=relevance)
    if as_json:
        return print_json({"models": [m.model_dump(mode="json") for m in found]})
    rows = [
        (m.rank, m.model_id, f"{m.mean:.3f}", f"{m.low:.3f} to {m.high:.3f}", m.measured or "none: by family and date")
        for m in found[:count]
    ]
    table(f"{len(found)} models", ["Rank", "Model", "Estimate", "Interval", "Boards"], rows)
    return None


@click.command()
@click.argument("model")
@click.argument("text", nargs=-1)
@weight_option
@json_option
def explain(model: str, text: tuple[str, ...], weights: tuple[str, ...], as_json: bool) -> None:
    """The way from a model's rows to its rank. TEXT is the use case; without it a general one."""
    from advisor.recommend import explain as run
    from advisor.relevance.task_weights import read_weights

    words, services = " ".join(text) or "a general assistant", make_services(no_llm=True)
    found = run(model, words, services, relevance=read_weights(weights))
    if as_json:
        return print_json(found)
    markdown(found["markdown"])
    return None
