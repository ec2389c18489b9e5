"""Commands on the users of a shared server: add, list, remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from ui.terminal import json_option, print_json

if TYPE_CHECKING:
    from advisor.users.accounts import Accounts


@click.group()
def users() -> None:
    """Who may log in to `advisor ui --shared`."""


@users.command()
@click.argument("name")
@click.password_option(help="Asked for where it is not given; give it only where others cannot see it.")
def add(name: str, password: str) -> None:
    """Add a user, or give one a new password.

    Example: advisor users add ana
    """
    _accounts().add(name, password)
    click.echo(f"{name} may log in.", err=True)


@users.command(name="list")
@json_option
def list_users(as_json: bool) -> None:
    """Everybody who may log in."""
    names = _accounts().names()
    if as_json:
        return print_json({"users": names})
    for name in names:
        click.echo(name)
    return None


@users.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take a user out at once; what belongs to the user stays in the data folder."""
    _accounts().remove(name)
    click.echo(f"{name} may not log in any more.", err=True)


def _accounts() -> Accounts:
    from advisor.settings import Settings
    from advisor.users.accounts import Accounts

    return Accounts(Settings().home)
