"""Commands that start or look at the installation: ui, doctor."""

from __future__ import annotations

import click

from ui.terminal import json_option, print_json, table


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=7860, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--shared", is_flag=True, help="Many users: login, data apart, quotas (docs/security.md).")
@click.option("--open", "show", is_flag=True, help="Show the page in your browser, where there is a desktop.")
@click.option("--open-to-all", is_flag=True, help="Serve other machines without a login, on a network of your own.")
def ui(host: str, port: int, shared: bool, show: bool, open_to_all: bool) -> None:
    """Open the page: chat, candidates, trial, report.

    Example: advisor users add ana && advisor ui --shared --host 0.0.0.0
    """
    from advisor.settings import Settings
    from ui.server import serve

    settings = Settings(shared=True) if shared else Settings()
    serve(settings, host=host, port=port, open_to_all=open_to_all, on_start=_show_page if show else None)


def _show_page(url: str) -> None:
    """In a browser with windows: one that runs in the terminal would take it over."""
    import os
    import sys
    import webbrowser

    if sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(url)


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Find what is missing and print the fix."""
    from advisor.endpoints.doctor import checks
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
