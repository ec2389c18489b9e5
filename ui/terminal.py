"""What all commands share: options, JSON on stdout, progress on stderr, rich tables."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

    from advisor.services import Services

F = TypeVar("F", bound=Callable[..., Any])


def json_option(command: F) -> F:
    """`--json`: one JSON document on stdout and nothing else there."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")(command)


def no_llm_option(command: F) -> F:
    """`--no-llm`: rules only, no language model is asked."""
    return click.option("--no-llm", is_flag=True, help="Ask no language model: rules only.")(command)


def batch_options(command: F) -> F:
    """`--in FILE --out FILE`, JSON Lines both."""
    command = click.option(
        "--out", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write JSON Lines to this file."
    )(command)
    return click.option(
        "--in", "source", type=click.Path(dir_okay=False, path_type=Path), help="Read JSON Lines from this file."
    )(command)


def console() -> Console:
    """Where people read. Without a terminal the tables come out plain."""
    from rich.console import Console

    return Console(soft_wrap=not sys.stdout.isatty())


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def make_services(*, no_llm: bool = False) -> Services:
    """Services with a progress bar on stderr for the first build of the store."""
    from advisor.services import Services

    return Services(use_llm=not no_llm, progress=_progress if sys.stderr.isatty() else None)


def _progress(what: str, done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    click.echo(f"\r{what}: {done}/{total}{end}", err=True, nl=False)


def text_of(words: tuple[str, ...], file: Path | None = None) -> str:
    """The text of a command: its words, or a file, or `-` for standard input."""
    from advisor.errors import BadInput

    if file is not None:
        return _read(file)
    text = " ".join(words).strip()
    if text == "-":
        text = sys.stdin.read().strip()
    if not text:
        raise BadInput("No text was given: put it in quotes after the command, or name a file.")
    return text


def _read(file: Path) -> str:
    from advisor.errors import BadInput

    try:
        return file.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}. Name a text file.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not UTF-8 text: save it as UTF-8 and try again.") from error


def read_rows(file: Path, *fields: str) -> list[dict[str, Any]]:
    """Rows of a JSON Lines file. A bad row stops the command before anything is done, naming its line."""
    from advisor.errors import BadInput

    rows = []
    for number, line in enumerate(_read(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadInput(
                f"{file}, line {number}: not JSON ({error.msg}). One JSON object a line is needed."
            ) from error
        missing = [f for f in fields if not isinstance(row, dict) or f not in row]
        if missing:
            raise BadInput(f"{file}, line {number}: the field '{missing[0]}' is missing. Needed: {', '.join(fields)}.")
        rows.append(row)
    return rows


def write_rows(file: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Write JSON Lines, row by row, so that what is done is kept when a later row fails."""
    count = 0
    with file.open("w", encoding="utf-8") as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
            out.flush()
            count += 1
    return count


def run_batch(
    source: Path | None, target: Path | None, fields: tuple[str, ...], work: Callable[[dict[str, Any]], dict[str, Any]]
) -> int:
    """Read rows, work on each with a counter on stderr, write rows. Returns how many."""
    from advisor.errors import BadInput

    if source is None or target is None:
        raise BadInput("A batch needs both --in FILE and --out FILE.")
    rows = read_rows(source, *fields)

    def results() -> Iterator[dict[str, Any]]:
        for done, row in enumerate(rows, 1):
            yield work(row)
            if sys.stderr.isatty():
                _progress("rows", done, len(rows))

    return write_rows(target, results())


def table(title: str, columns: list[str], rows: Iterable[Iterable[Any]]) -> None:
    """A rich table of plain text: markup in the data is shown, not obeyed."""
    from rich.markup import escape
    from rich.table import Table

    made = Table(title=title or None, title_justify="left", header_style="bold", show_lines=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(escape(str(cell)) for cell in row))
    console().print(made)


def markdown(text: str) -> None:
    """Markdown for the terminal."""
    from rich.markdown import Markdown

    console().print(Markdown(text))
