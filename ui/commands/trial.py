"""Commands on trials: plan, run, resume, show, export, replay; and judge."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ui.commands.label import label
from ui.terminal import console, json_option, print_json, table

if TYPE_CHECKING:
    from advisor.trial.schema import TrialProgress, TrialResult

FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def trial() -> None:
    """Plan, run, resume, label, show, export and replay judged trials."""


trial.add_command(label)


@trial.command()
@click.argument("file", type=FILE)
@click.option("--use-case", "use_case", default="", help="Draft a plan for this use case and write it to FILE.")
@json_option
def plan(file: Path, use_case: str, as_json: bool) -> None:
    """Check a plan and estimate its calls, money and time; with --use-case draft one first."""
    from advisor.settings import Settings
    from advisor.trial.estimate import estimate
    from advisor.trial.plan import load_plan

    if use_case:
        _draft(file, use_case)
    settings = Settings()
    found = load_plan(file)
    takes = estimate(found, settings=settings)
    if as_json:
        return print_json({"plan": found.model_dump(mode="json"), "estimate": takes.model_dump(mode="json")})
    rows = [(name.replace("_", " "), value) for name, value in takes.model_dump(exclude={"notes"}).items()]
    table(f"Estimate of {found.name}", ["What", "At most"], rows)
    for note in takes.notes:
        console().print(f"- {note}", markup=False)
    return None


def _draft(file: Path, use_case: str) -> None:
    import yaml

    from advisor.errors import BadInput
    from advisor.recommend import understand
    from advisor.trial.draft import draft_plan
    from ui.terminal import make_services

    if file.exists():
        raise BadInput(f"{file} exists already: name another file for the draft.")
    services = make_services()
    drafted, _ = draft_plan(understand(use_case, services), None, services)
    data = drafted.model_dump(mode="json", exclude_defaults=True)
    file.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")


@trial.command()
@click.argument("file", type=FILE)
@click.option("--engine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="Who calls.")
@click.option("--ray-address", help="An existing Ray cluster; without it one is started on this machine.")
@click.option("--workers", default=4, show_default=True, type=click.IntRange(1, 1000), help="Workers on Ray.")
@json_option
def run(file: Path, engine: str, ray_address: str | None, workers: int, as_json: bool) -> None:
    """Run a plan. What was paid for is journalled first, so a killed run goes on where it was.

    Example: advisor trial run plan.yaml --json
    """
    from advisor.trial.trial import run_file

    chosen = _engine(engine, ray_address, workers)
    _finish(run_file(file, settings=_settings(), on_progress=_watch(), engine=chosen, cancel=_on_signal()), as_json)


@trial.command()
@click.argument("file", type=FILE)
@json_option
def resume(file: Path, as_json: bool) -> None:
    """Go on with a trial that was stopped; no finished call is repeated. FILE is its plan, or its id."""
    from advisor.trial.trial import resume_trial

    _finish(resume_trial(str(file), settings=_settings(), on_progress=_watch()), as_json)


@trial.command()
@click.argument("trial_id", metavar="[FILE]", required=False)
@json_option
def show(trial_id: str | None, as_json: bool) -> None:
    """All trials, or one with its answers and verdicts. FILE is its plan, or its id."""
    from advisor.trial.insight import Insight
    from advisor.trial.plan import trial_named
    from advisor.trial.records import list_trials, trial_record

    home = _settings().home
    if trial_id is None:
        found = list_trials(home)
        if as_json:
            return print_json({"trials": found})
        table("Trials", ["Id", "Name", "State", "Started"], [_trial_row(t) for t in found])
        return None
    record = trial_record(home, trial_named(trial_id, _settings()))
    if as_json:
        return print_json(record)
    for verdict in record["verdicts"]:
        said = verdict.get("winner") if verdict.get("score") is None else f"{verdict['score']:.2f}"
        console().print(
            f"{verdict['item']}  {verdict['model_a']}  {verdict.get('model_b') or ''}  {said}  {verdict['reason']}",
            markup=False,
        )
    for sentence in Insight.model_validate(record["insight"]).sentences():
        console().print(sentence, markup=False)
    return None


def _trial_row(found: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(found.get(k, "") for k in ("trial_id", "name", "state", "started"))


@trial.command()
@click.argument("trial_id", metavar="FILE")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["markdown", "html", "pdf", "json", "csv", "promptfoo"]),
    default="markdown",
    show_default=True,
)
@click.option("--out", "target", type=FILE, help="Write to this file; otherwise to stdout.")
@json_option
def export(trial_id: str, kind: str, target: Path | None, as_json: bool) -> None:
    """A finished trial's decision record (Markdown, HTML, PDF), or its data (JSON, CSV, a promptfoo config).

    FILE is the trial's plan, or its id. Example: advisor trial export plan.yaml --format pdf --out decision.pdf
    """
    from advisor.errors import BadInput
    from advisor.trial.export import export_trial

    found = export_trial(_settings().home, trial_id, kind)
    raw: bytes = found if isinstance(found, bytes) else str(found).encode()
    if target:
        target.write_bytes(raw)
    elif isinstance(found, bytes) and (as_json or sys.stdout.isatty()):
        raise BadInput("A PDF is no text: name a file with --out.")
    if as_json:
        text = None if isinstance(found, bytes) else found
        print_json({"trial_id": trial_id, "format": kind, "out": str(target) if target else None, "text": text})
    elif not target:
        sys.stdout.buffer.write(raw if isinstance(found, bytes) else raw + b"\n")


@trial.command()
@click.option("--in", "source", type=FILE, required=True, help="Recorded verdicts, JSON Lines.")
@click.option("--seed", default=0, show_default=True)
@click.option(
    "--confidence", default=0.95, show_default=True, type=click.FloatRange(0.5, 1, min_open=True, max_open=True)
)
@json_option
def replay(source: Path, seed: int, confidence: float, as_json: bool) -> None:
    """Run the adaptive design on recorded verdicts: the recording answers instead of a judge."""
    from advisor.trial.replay import replay as run_replay
    from ui.terminal import read_rows

    rows = read_rows(source, "prompt_id", "model_a", "model_b", "verdict")
    found = run_replay(rows, seed=seed, confidence=confidence)
    if as_json:
        return print_json(found)
    places = [(s["model"], *(_share(s[k]) for k in ("score", "low", "high")), s["n"]) for s in found["standings"]]
    table(f"Winner: {found['winner'] or 'none'}", ["Model", "Score", "Low", "High", "n"], places)
    calls = found["calls"]
    used = f"{calls['judge']} of {calls['recorded']} recorded verdicts were asked for."
    console().print(" ".join(filter(None, [found["statement"], found["settle"], used])), markup=False, soft_wrap=True)
    return None


@click.command()
@click.option("--in", "source", type=FILE, required=True, help='Rows {"id", "prompt", "answer_a", "answer_b"}.')
@click.option("--out", "target", type=FILE, required=True, help="Verdicts, JSON Lines.")
@click.option("--judge", "model", help="endpoint/model; the embedded one by default.")
@click.option("--protocol", help="How the judge is asked; by default what suits the judge best.")
@json_option
def judge(source: Path, target: Path, model: str | None, protocol: str | None, as_json: bool) -> None:
    """Judge pairs of answers, in both orders."""
    from advisor.trial.pairs import judge_file

    found = judge_file(source, target, settings=_settings(), judge=model, protocol=protocol)
    if as_json:
        print_json(found)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _engine(name: str, address: str | None, workers: int) -> Any:
    if name == "local":
        return None
    from advisor.trial.engines.ray import RayEngine

    return RayEngine(address, workers)


def _on_signal() -> threading.Event:
    """Set when the process is asked to end (SIGTERM): calls in flight come home, and `resume` goes on later."""
    cancel = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: cancel.set())
    return cancel


def _settings() -> Any:
    from advisor.settings import Settings

    return Settings()


def _watch() -> Any:
    """Progress on stderr for people; nothing in pipes."""
    if not sys.stderr.isatty():
        return None

    def show_progress(p: TrialProgress) -> None:
        click.echo(f"\r{p.stage}: {p.done}/{p.total} calls, {p.seconds:.0f} s", err=True, nl=p.done >= p.total)

    return show_progress


def _finish(result: TrialResult, as_json: bool) -> None:
    if as_json:
        print_json(result.model_dump(mode="json"))
    else:
        _print_result(result)
    if result.stop_reason.startswith("cap"):
        raise click.exceptions.Exit(3)


def _print_result(result: TrialResult) -> None:
    from ui.render import standings

    table(*standings(result))
    for line in filter(None, [result.statement, result.settle, *result.warnings]):
        console().print(line, markup=False)
