"""The command that holds an old decision against today's data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ui.terminal import console, json_option, make_services, print_json, table

EXIT = {"stands": 0, "review": 0, "falls": 1}


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--strict", is_flag=True, help="Also end with exit code 1 where someone should look.")
@json_option
def recheck(file: Path, strict: bool, as_json: bool) -> None:
    """What changed since a decision, and whether it still stands. FILE is the JSON of a decision record.

    Exit code 1 where the decision falls. Example: advisor recheck decision.json
    """
    from advisor.report.recheck import recheck as run

    found = run(_document(file), make_services(no_llm=True))
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        console().print(f"{found.verdict.upper()}: {found.chosen} (data of {found.then}, now of {found.now})")
        for reason in found.reasons:
            console().print(f"- {reason}", markup=False)
        if found.changes:
            table("Changes", ["Kind", "What"], [(c.kind, c.what) for c in found.changes])
    if EXIT[found.verdict] or (strict and found.verdict == "review"):
        raise click.exceptions.Exit(1)


def _document(file: Path) -> Any:
    from advisor.errors import BadInput

    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadInput(f"{file} is not JSON: {error}.") from error
