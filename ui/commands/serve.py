"""Commands that start or look at the installation: ui, doctor."""

from __future__ import annotations

import click

from ui.terminal import json_option, print_json, table


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=7860, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
def ui(host: str, port: int) -> None:
    """Open the page: chat, candidates, trial, report."""
    from advisor.settings import Settings
    from ui.web import serve

    serve(Settings(), host=host, port=port)


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Find what is missing and print the fix."""
    from advisor.doctor import checks
    from advisor.settings import Settings

    found = checks(Settings())
    healthy = all(c.ok for c in found)
    if as_json:
        print_json({"ok": healthy, "checks": [c.model_dump(mode="json") for c in found]})
    else:
        rows = [("ok" if c.ok else "MISSING", c.name, c.detail, "" if c.ok else c.fix) for c in found]
        table("Doctor", ["", "What", "Found", "Fix"], rows)
    if not healthy:
        raise click.exceptions.Exit(1)
