"""Trials from start to result: what the command line and the conversation call."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import BadInput, EndpointError
from advisor.trial.budget import Budget
from advisor.trial.client import Client
from advisor.trial.flow import Flow
from advisor.trial.gate import Gate
from advisor.trial.journal import Journal, only_one
from advisor.trial.judge import Judge
from advisor.trial.metrics import Scoreboard
from advisor.trial.plan import Setup, connect, load_plan, plan_of, prepare
from advisor.trial.progress import Watch, caps_bind
from advisor.trial.result import build_result
from advisor.trial.runner import Runner
from advisor.trial.schema import Plan, TrialProgress, TrialResult

if TYPE_CHECKING:
    from advisor.settings import Settings

OnProgress = Callable[[TrialProgress], None]


def run_file(
    path: Path | str,
    home: Path | None = None,
    *,
    settings: Settings | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
    concurrency: int | None = None,
    cancel: threading.Event | None = None,
) -> TrialResult:
    """Run the plan in a file, or go on with it: calls that are in the journal are not made again.

    Args:
        resume: insist that this trial was started before.
        concurrency: takes the place of the plan's bound on calls in flight.

    Raises:
        AdvisorError: see `run_plan`.
    """
    plan = load_plan(path)
    if concurrency is not None:
        plan = plan.model_copy(update={"limits": plan.limits.model_copy(update={"concurrency": concurrency})})
    return run_plan(plan, home, settings=settings, resume=resume, on_progress=on_progress, cancel=cancel)


def run_plan(
    plan: Plan,
    home: Path | None = None,
    *,
    settings: Settings | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
) -> TrialResult:
    """Run a plan and return its result, also where a cap or the user stopped it: `stop_reason` says so.

    Raises:
        BadInput: the plan cannot be run as it is, or another process runs it.
        NotAvailable: a key or a local model is missing.
        EndpointError: not one call was answered.
    """
    home = home or _home(settings)
    setup = prepare(plan, settings)
    with only_one(home, setup.trial_id), Journal(home) as journal:
        if resume and journal.trial(setup.trial_id) is None:
            raise BadInput(f"This plan was never started (trial {setup.trial_id}): run it.")
        try:
            connect(setup, settings)
            return asyncio.run(_run(setup, journal, on_progress, cancel))
        except BaseExceptionGroup as group:
            raise _first(group) from group
        finally:
            for stop in setup.stop_local:
                stop()


def resume_trial(
    name: str,
    home: Path | None = None,
    *,
    settings: Settings | None = None,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
) -> TrialResult:
    """Go on with a trial, named by its plan file or its id.

    Raises:
        BadInput: there is no such file and no such trial.
    """
    home = home or _home(settings)
    if Path(name).is_file():
        return run_file(name, home, settings=settings, resume=True, on_progress=on_progress, cancel=cancel)
    with Journal(home) as journal:
        known = journal.trial(name)
    if known is None:
        raise BadInput(f"There is no plan file and no trial {name!r}: `advisor trial show` lists the trials.")
    plan = plan_of_json(known[0])
    return run_plan(plan, home, settings=settings, resume=True, on_progress=on_progress, cancel=cancel)


def list_trials(home: Path) -> list[dict[str, Any]]:
    """Every trial of a data folder, the newest first: trial_id, name, state, started, updated (ISO 8601)."""
    import datetime as dt

    with Journal(home) as journal:
        rows = journal.trials()
    for row in rows:
        row["state"] = row.pop("status")
        for name in ("started", "updated"):
            row[name] = dt.datetime.fromtimestamp(row[name], dt.UTC).isoformat(timespec="seconds")
    return rows


def trial_record(home: Path, trial_id: str) -> dict[str, Any]:
    """Plan, result and every verdict of a trial.

    Raises:
        BadInput: there is no such trial.
    """
    with Journal(home) as journal:
        known = journal.trial(trial_id)
        if known is None:
            raise BadInput(f"There is no trial {trial_id!r}: `advisor trial show` lists the trials.")
        verdicts = [v.model_dump(mode="json") for v in journal.verdicts(trial_id)]
    plan = plan_of_json(known[0]).model_dump(mode="json")
    result = known[1].model_dump(mode="json") if known[1] else None
    return {"trial_id": trial_id, "plan": plan, "result": result, "verdicts": verdicts}


def plan_of_json(text: str) -> Plan:
    """A plan as the journal keeps it."""
    import json

    return plan_of(json.loads(text))


def _home(settings: Settings | None) -> Path:
    if settings is not None:
        return settings.home
    from advisor.settings import Settings as Made

    return Made().home


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    leaf: BaseException = group
    while isinstance(leaf, BaseExceptionGroup):
        leaf = leaf.exceptions[0]
    return leaf


async def _run(
    setup: Setup, journal: Journal, on_progress: OnProgress | None, cancel: threading.Event | None
) -> TrialResult:
    started = time.monotonic()
    plan, trial = setup.plan, setup.trial_id
    judge = Judge(plan.judge, plan.judge.models, use_case=plan.use_case, seed=plan.seed) if plan.judge.models else None
    board = Scoreboard(plan, setup.prompts, code_allowed=os.environ.get("ADVISOR_ALLOW_CODE") == "1")
    spent, _, _ = journal.spent(trial)
    journal.begin(trial, plan.name, plan.model_dump_json())
    limits = plan.limits
    gate = Gate(limits.concurrency, per_endpoint=limits.per_endpoint, per_model=limits.per_model)
    try:
        async with Client(timeout_s=limits.call_seconds) as client:
            watch = Watch(setup, judge, on_progress)
            runner = Runner(
                client, journal, gate, Budget(limits, spent), trial=trial, seed=plan.seed, on_reply=watch.count
            )
            flow = Flow(
                setup, runner, judge, board, lambda v: journal.verdict(trial, v), caps_bind(setup, judge, spent)
            )
            async with watch.watching(runner, cancel):
                await _work(flow)
    finally:
        board.close()
    journal.flush()
    return _finish(setup, journal, flow, started)


async def _work(flow: Flow) -> None:
    """Run the design. Freezing the start-up's objects spares the collector from walking them again and again."""
    gc.freeze()
    try:
        if flow.setup.plan.design == "adaptive" and flow.judge is not None:
            from advisor.trial.adaptive_flow import run_adaptive

            await run_adaptive(flow)
        else:
            await flow.full()
    finally:
        gc.unfreeze()


def _finish(setup: Setup, journal: Journal, flow: Flow, started: float) -> TrialResult:
    runner = flow.runner
    seconds = time.monotonic() - started
    if not runner.answered and not runner.reused and runner.last_error and not runner.stop_reason:
        raise EndpointError(f"No call was answered: {runner.last_error}.")
    result = build_result(setup, journal, flow, seconds)
    status = "complete" if not runner.stop_reason else runner.stop_reason.partition(":")[0]
    journal.finish(setup.trial_id, result, status=status, seconds=seconds, failed=runner.failed_requests)
    return result
