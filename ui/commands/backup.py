"""Commands that keep a data folder safe: backup, restore."""

from __future__ import annotations

from pathlib import Path

import click

from ui.terminal import json_option, print_json

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write the data folder into one file (.tar.gz); a running server may go on.

    Example: advisor backup monday.tar.gz
    """
    from advisor.backup import backup as run
    from advisor.settings import Settings

    count = run(Settings().home, file)
    if as_json:
        return print_json({"file": str(file), "files": count})
    click.echo(f"{count} files are in {file}. It holds what users wrote: keep it where only you can read it.", err=True)
    return None


@click.command()
@click.argument("file", type=FILE)
@json_option
def restore(file: Path, as_json: bool) -> None:
    """Put a backup in the place of the data folder; what was there is kept beside it. Stop the server first."""
    from advisor.backup import restore as run
    from advisor.settings import Settings

    home = Settings().home
    count = run(file, home)
    if as_json:
        return print_json({"home": str(home), "files": count})
    click.echo(f"{count} files are back in {home}; what was there stands beside it.", err=True)
    return None
