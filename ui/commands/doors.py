"""Commands that open the advisor to other programs: mcp, openapi, completion."""

from __future__ import annotations

from typing import Any

import click

from ui.terminal import no_llm_option, print_json

MISSING = "The MCP server needs one more package: pip install 'llm-advisor[mcp]'."


@click.command()
@click.option("--http", is_flag=True, help="Serve over HTTP (streamable) instead of standard input and output.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on with --http.")
@click.option("--port", default=7861, show_default=True, type=click.IntRange(1, 65535))
@no_llm_option
def mcp(http: bool, host: str, port: int, no_llm: bool) -> None:
    """Serve the advisor to other programs by the Model Context Protocol.

    Tools: recommend, benchmarks, ask, search_models, show_model, compare_models, rank_models, trials, trial_status.

    Example: claude mcp add llm-advisor -- advisor mcp
    """
    from advisor.api import Advisor
    from advisor.errors import BadInput, NotAvailable
    from advisor.services import Services

    if http and host not in ("127.0.0.1", "localhost", "::1"):
        raise BadInput("The MCP server has no login, so it listens on this machine only: leave --host out.")
    try:
        from ui.mcp import build

        server = build(Advisor(services=Services(use_llm=not no_llm)))
    except ModuleNotFoundError as error:
        raise NotAvailable(MISSING) from error
    if http:
        click.echo(f"MCP over HTTP on http://{host}:{port}/mcp", err=True)
        server.run("streamable-http", host=host, port=port)
    else:
        server.run("stdio")


@click.command()
def openapi() -> None:
    """The OpenAPI description of the HTTP interface, which the page's server offers below /v1."""
    from advisor.api import Advisor
    from ui.rest import build

    print_json(build(Advisor(use_llm=False)).openapi())


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> Any:
    """Shell completion.

    Example: eval "$(advisor completion bash)"
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None  # the choices above are the shells that click knows
    click.echo(made(ctx.find_root().command, {}, "advisor", "_ADVISOR_COMPLETE").source())
