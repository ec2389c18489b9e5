"""The conversation in a terminal: the same events as on the page."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from ui.terminal import console, json_option, make_services, markdown, no_llm_option, print_json

if TYPE_CHECKING:
    from advisor.schema import Event
    from advisor.session import Session

HELP = "Describe your use case or ask a question. /go to stop questions, /history, /quit."


@click.command()
@click.option("--conversation", "conversation_id", help="Go on with an earlier conversation.")
@click.option("--say", "lines", multiple=True, help="Say this and leave; may be repeated. For scripts.")
@no_llm_option
@json_option
def chat(conversation_id: str | None, lines: tuple[str, ...], no_llm: bool, as_json: bool) -> None:
    """Talk to the advisor in the terminal."""
    from advisor.session import Conversations

    conversations = Conversations(make_services(no_llm=no_llm))
    session = conversations.open(conversation_id)
    if lines:
        return _scripted(session, lines, as_json)
    console().print(f"[bold]{HELP}[/bold]")
    for turn in session.state().get("transcript", []):
        markdown(f"**{turn[0]}**: {turn[1]}")
    for line in _typed():
        if line == "/history":
            for past in conversations.history():
                console().print(f"{past.updated}  {past.id}  {past.title}", markup=False)
        else:
            show(session.send("go on" if line == "/go" else line))
    console().print(f"Go on later with: advisor chat --conversation {session.id}")
    return None


def _scripted(session: Session, lines: tuple[str, ...], as_json: bool) -> None:
    events = []
    for line in lines:
        if as_json:
            events += [e.model_dump(mode="json") for e in session.send(line)]
        else:
            markdown(f"> {line}")
            show(session.send(line))
    if as_json:
        print_json({"conversation": session.id, "events": events})


def _typed() -> Iterator[str]:
    """Lines that the user types, until /quit or the end of input."""
    while True:
        try:
            line = click.prompt("you", prompt_suffix="> ", default="", show_default=False).strip()
        except (click.Abort, EOFError):
            return
        if line in ("/quit", "/exit"):
            return
        if line:
            yield line


def show(events: Iterator[Event]) -> None:
    """Print events as they come; status lines go to stderr."""
    for event in events:
        if event.kind == "status":
            click.echo(f"… {event.text}", err=True)
        elif event.kind in ("message", "error"):
            markdown(event.text)
        elif event.kind == "question":
            from advisor import wording

            markdown(wording.question(event.data))
            if event.data.choices:
                console().print("  " + "  |  ".join(event.data.choices), markup=False)
        elif event.kind == "trial_progress" and sys.stderr.isatty():
            p = event.data
            click.echo(f"\r{p.stage}: {p.done}/{p.total}", err=True, nl=p.done >= p.total)
