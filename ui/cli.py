"""The command line. The root loads a command's module only when it runs, so `advisor --help` answers fast."""

from __future__ import annotations

import importlib
import sys

import click

# name -> (module:function, one line of help); the help stands here so that --help imports no command
COMMANDS: dict[str, tuple[str, str]] = {
    "ui": ("ui.commands.serve:ui", "Open the page: chat, candidates, trial, report."),
    "users": ("ui.commands.users:users", "Who may log in to a shared page."),
    "backup": ("ui.commands.backup:backup", "Write the data folder into one file."),
    "restore": ("ui.commands.backup:restore", "Put a backup in the place of the data folder."),
    "chat": ("ui.commands.chat:chat", "Talk to the advisor in the terminal."),
    "doctor": ("ui.commands.serve:doctor", "Find what is missing and print the fix."),
    "recommend": ("ui.commands.recommend:recommend", "Candidate models for a use case, with sourced figures."),
    "benchmarks": ("ui.commands.recommend:benchmarks", "Which benchmarks measure what a task needs."),
    "ask": ("ui.commands.recommend:ask", "Answer a question on benchmarks, models or evaluation, with sources."),
    "rank": ("ui.commands.recommend:rank", "Every model of the catalogue, best first for a use case."),
    "explain": ("ui.commands.recommend:explain", "The way from a model's rows to its rank for a use case."),
    "extract": ("ui.commands.interview:extract", "Requirements that messages state."),
    "simulate": ("ui.commands.interview:simulate", "Play interviews against scripted answers."),
    "models": ("ui.commands.models:models", "Search, show, compare and resolve models."),
    "judge": ("ui.commands.trial:judge", "Judge pairs of answers."),
    "trial": ("ui.commands.trial:trial", "Plan, run, resume, show, export and replay judged trials."),
    "recheck": ("ui.commands.recheck:recheck", "What changed since a decision, and whether it still stands."),
    "mcp": ("ui.commands.doors:mcp", "Serve the advisor to other programs by the Model Context Protocol."),
    "openapi": ("ui.commands.doors:openapi", "The OpenAPI description of the HTTP interface."),
    "completion": ("ui.commands.doors:completion", "Shell completion for bash, zsh or fish."),
    "knowledge": ("ui.commands.knowledge:knowledge", "Status, build, refresh and check of the data."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module, function = COMMANDS[name][0].split(":")
        command: click.Command = getattr(importlib.import_module(module), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="llm-advisor", prog_name="advisor")
def cli() -> None:
    """Choose a language model for a business use case, and prove the choice on your own task.

    Every command takes --json and then prints one JSON document on stdout.
    """


def main() -> None:
    """Entry point: errors that users see are one sentence on stderr and an exit code, never a traceback."""
    try:
        code = cli(standalone_mode=False)  # an Exit that a command raises comes back as its code
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2 if isinstance(error, click.UsageError) else error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        sys.exit(_exit_code(error))


def _exit_code(error: Exception) -> int:
    from advisor.errors import AdvisorError

    if not isinstance(error, AdvisorError):
        raise error
    click.echo(f"Error: {error}", err=True)
    return error.exit_code
