"""Blind labelling in the terminal: two answers without names, one key a pair."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ui.terminal import json_option, print_json

if TYPE_CHECKING:
    from advisor.trial.labelling import Labelling
    from advisor.trial.labels import BlindPair

KEYS = {"a": "first", "b": "second", "t": "tie", "s": "skip"}
HELP = "a: first, b: second, t: tie, s: skip, u: take the last one back, q: stop (go on later)"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--pairs", default=20, show_default=True, type=click.IntRange(1), help="How many pairs to label.")
@json_option
def label(file: str, pairs: int, as_json: bool) -> None:
    """Label pairs of a finished trial blind. FILE is its plan, or its id.

    One key a pair: a, b, t (tie), s (skip), u (undo), q (stop). Every choice is kept at once; the same command
    goes on where it was left. Keys may be piped in. Ends with what the labels say of the judge.
    """
    from advisor.settings import Settings
    from advisor.trial.labelling import Labelling
    from advisor.trial.records import trial_record
    from advisor.trial.trial import id_of

    settings = Settings()
    work = Labelling(settings.home, trial_record(settings.home, id_of(file, settings)), count=pairs)
    _ask_all(work)
    found = work.report()
    if as_json:
        return print_json(found.model_dump(mode="json"))
    click.echo(f"{found.labels} labelled, {found.skipped} skipped, {work.total - work.done} of {work.total} left.")
    for sentence in found.sentences:
        click.echo(sentence)
    return None


def _ask_all(work: Labelling) -> None:
    if (pair := work.next_pair()) is not None:
        click.echo(HELP, err=True)
    while pair is not None:
        _show(pair, work)
        key = _key()
        if key == "q":
            return
        if key == "u":
            work.undo()
        elif key in KEYS:
            work.give(pair.key, KEYS[key])
        else:
            click.echo(f"No such key. {HELP}", err=True)
        pair = work.next_pair()


def _show(pair: BlindPair, work: Labelling) -> None:
    """On stderr: stdout is for the result alone."""
    from rich.console import Console

    out = Console(stderr=True, soft_wrap=not sys.stderr.isatty())
    out.rule(f"{work.done + 1} of {work.total}")
    for title, text in (("Task", pair.prompt), ("a", pair.first), ("b", pair.second)):
        out.print(f"{title}:", style="bold")
        out.print(text, markup=False, highlight=False)
        out.print()


def _key() -> str:
    """One key of the keyboard, or the next character of a pipe; "q" at its end."""
    if sys.stdin.isatty():
        try:
            return click.getchar().lower()
        except (KeyboardInterrupt, EOFError):
            return "q"
    while (char := sys.stdin.read(1)).isspace():
        pass
    return char.lower() or "q"
