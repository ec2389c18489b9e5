"""Commands on the interview: extract, simulate."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ui.terminal import json_option, make_services, no_llm_option, print_json

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--in", "source", type=FILE, required=True, help='JSON Lines, rows {"id", "message"}.')
@click.option("--out", "target", type=FILE, required=True, help='JSON Lines, rows {"id", "requirements"}.')
@no_llm_option
@json_option
def extract(source: Path, target: Path, no_llm: bool, as_json: bool) -> None:
    """Requirements that messages state, each kept only with the words that it came from."""
    from advisor.interview import extract_file

    done = extract_file(source, target, speaker=make_services(no_llm=no_llm).speaker)
    if as_json:
        print_json({"rows": done, "out": str(target)})


@click.command()
@click.option("--in", "source", type=FILE, required=True, help="JSON, a list of personas.")
@click.option("--out", "target", type=FILE, required=True, help="JSON Lines, a row a persona.")
@no_llm_option
@json_option
def simulate(source: Path, target: Path, no_llm: bool, as_json: bool) -> None:
    """Play interviews against scripted answers."""
    from advisor.errors import BadInput
    from advisor.recommend import play
    from ui.terminal import write_rows

    try:
        personas = json.loads(source.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise BadInput(f"{source} cannot be read as JSON: {error}. A list of personas is needed.") from error
    done = write_rows(target, play(personas, make_services(no_llm=no_llm)))
    if as_json:
        print_json({"rows": done, "out": str(target)})
