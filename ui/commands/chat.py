"""The conversation in a terminal: the same events as on the page."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.terminal import console, json_option, make_services, markdown, no_llm_option, print_json, table

if TYPE_CHECKING:
    from advisor.schema import Event, Question
    from advisor.session import Conversations, Session

HELP = "Describe your use case or ask a question. A number takes an offered answer; /help lists what else there is."


@click.command()
@click.option("--conversation", "conversation_id", help="Go on with an earlier conversation.")
@click.option("--say", "lines", multiple=True, help="Say this and leave; may be repeated. For scripts.")
@no_llm_option
@json_option
def chat(conversation_id: str | None, lines: tuple[str, ...], no_llm: bool, as_json: bool) -> None:
    """Talk to the advisor in the terminal.

    Example: advisor chat --say "Support desk in Spain, 50,000 tickets a month" --say "go on"
    """
    from advisor.session import Conversations

    conversations = Conversations(make_services(no_llm=no_llm))
    session = conversations.open(conversation_id)
    talk = Talk(conversations, session)
    if lines and as_json:
        said = [event.model_dump(mode="json") for line in lines for event in session.send(line)]
        return print_json({"conversation": session.id, "events": said})
    for line in lines:
        markdown(f"> {line}")
        talk.hear(line)
    if not lines:
        talk.hold()
    return None


class Talk:
    """One conversation in one terminal."""

    def __init__(self, conversations: Conversations, session: Session):
        self._conversations, self._session = conversations, session
        self._choices: list[str] = []

    def hold(self) -> None:
        """Talk until /quit or the end of input."""
        console().print(HELP, style="bold", highlight=False)
        for role, text in self._session.state().get("transcript", []):
            markdown(f"**{role}**: {text}")
        for line in _typed():
            self.hear(line)
        console().print(f"Go on later with: advisor chat --conversation {self._session.id}", highlight=False)

    def hear(self, line: str) -> None:
        """Obey a command, or hand on what was said."""
        name, _, rest = line.partition(" ")
        if name in COMMANDS:
            COMMANDS[name][0](self, rest.strip())
        elif line.startswith("/"):
            click.echo(f"There is no {name}: /help lists the commands.", err=True)
        else:
            picked = int(line) - 1 if line.isdecimal() else -1
            self.show(self._session.send(self._choices[picked] if 0 <= picked < len(self._choices) else line))

    def show(self, events: Iterator[Event]) -> None:
        """Print events as they come; status and progress go to stderr, and only to people."""
        self._choices = []
        for event in events:
            shown = SHOWN.get(event.kind)
            if shown:
                shown(self, event)

    # -- events

    def _status(self, event: Event) -> None:
        if sys.stderr.isatty():
            click.echo(f"… {event.text}", err=True)

    def _message(self, event: Event) -> None:
        markdown(event.text)

    def _question(self, event: Event) -> None:
        from advisor import wording

        asked: Question = event.data
        markdown(wording.question(asked))
        self._choices = asked.choices
        offered = [f"{number} {choice}" for number, choice in enumerate(asked.choices, 1)]
        if offered:
            console().print("  " + "  |  ".join(offered), markup=False, highlight=False)

    def _candidates(self, event: Event) -> None:
        from ui import render

        if event.data.candidates:
            table(*render.figures(event.data))

    def _progress(self, event: Event) -> None:
        if sys.stderr.isatty():
            p = event.data
            left = f", about {p.seconds_left:.0f} s left" if p.seconds_left else ""
            end = "\n" if p.done >= p.total else ""
            click.echo(f"\r\x1b[K{p.stage}: {p.done}/{p.total} calls{left}{end}", err=True, nl=False)

    # -- commands

    def _help(self, rest: str) -> None:
        table("", ["Command", "What it does"], [(name, text) for name, (_, text) in COMMANDS.items()])

    def _go(self, rest: str) -> None:
        self.show(self._session.send("go on"))

    def _facts(self, rest: str) -> None:
        from ui import render

        use_case = self._session.state().get("use_case")
        if use_case is None:
            return self._nothing("use case")
        table(*render.facts("Understood", use_case.facts.values()))
        table(*render.facts("Assumed", use_case.assumptions.values()))

    def _set(self, rest: str) -> None:
        field, _, value = rest.partition(" ")
        from advisor.errors import AdvisorError
        from ui.forms import fact_value

        try:
            self.show(self._session.edit(field, fact_value(field, value)))
        except AdvisorError as error:
            click.echo(f"Error: {error}", err=True)

    def _shortlist(self, rest: str) -> None:
        from ui import render

        found = self._session.state().get("shortlist")
        if found is None:
            return self._nothing("shortlist")
        table(*render.candidates(found))
        table(*render.figures(found))

    def _benchmarks(self, rest: str) -> None:
        from ui import render

        found = self._session.state().get("benchmarks")
        table(*render.benchmarks(found)) if found else self._nothing("list of benchmarks")

    def _trial(self, rest: str) -> None:
        from ui import render

        result = self._session.state().get("result")
        if result is None:
            return self._nothing("trial")
        table(*render.standings(result))
        console().print(result.statement, markup=False)

    def _report(self, rest: str) -> None:
        decision = self._session.state().get("decision")
        if decision is None:
            return self._nothing("report")
        if not rest:
            return markdown(decision["markdown"])
        import json

        file = Path(rest).expanduser()
        form = {".html": "html", ".json": "json"}.get(file.suffix, "markdown")
        text = decision[form] if form != "json" else json.dumps(decision["json"], ensure_ascii=False, indent=2)
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            return click.echo(f"{file} cannot be written: {error.strerror}.", err=True)
        console().print(f"Written to {file}", markup=False)

    def _history(self, rest: str) -> None:
        past = self._conversations.history()
        table("", ["When", "Number", "About"], [(c.updated[:16].replace("T", " "), c.id, c.title) for c in past])

    def _nothing(self, what: str) -> None:
        console().print(f"There is no {what} yet.", highlight=False)


SHOWN: dict[str, Callable[[Talk, Event], None]] = {
    "status": Talk._status,
    "message": Talk._message,
    "error": Talk._message,
    "question": Talk._question,
    "candidates": Talk._candidates,
    "trial_progress": Talk._progress,
}
COMMANDS: dict[str, tuple[Callable[[Talk, str], Any], str]] = {
    "/go": (Talk._go, "stop asking and show candidates"),
    "/facts": (Talk._facts, "what was understood, with your words, and what was assumed"),
    "/set": (Talk._set, "correct a fact: /set monthly_budget_usd 200; without a value remove it"),
    "/candidates": (Talk._shortlist, "the candidates with their figures and sources"),
    "/benchmarks": (Talk._benchmarks, "the benchmarks that fit, and their limits"),
    "/trial": (Talk._trial, "the standings of the trial"),
    "/report": (Talk._report, "the decision record; /report decision.html (.md, .json) writes it to a file"),
    "/history": (Talk._history, "earlier conversations"),
    "/help": (Talk._help, "this list"),
    "/quit": (lambda talk, rest: None, "leave; the conversation is kept"),
}


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
