"""Trials from start to result: what the command line and the conversation call."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor import tracing
from advisor.errors import BadInput, EndpointError
from advisor.trial.budget import Budget
from advisor.trial.engines import Engine, Local
from advisor.trial.estimate import caps_bind, planned_work
from advisor.trial.flow import Flow
from advisor.trial.gate import Gate
from advisor.trial.journal import Journal
from advisor.trial.journals import open_journal
from advisor.trial.judge import Judge
from advisor.trial.metrics import Scoreboard
from advisor.trial.plan import Setup, connect, load_plan, prepare
from advisor.trial.progress import Watch
from advisor.trial.records import plan_of_json, settings_of
from advisor.trial.result import build_result
from advisor.trial.runner import Runner
from advisor.trial.schema import Plan, TrialProgress, TrialResult
from advisor.users.strangers import trusted_places

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
    engine: Engine | None = None,
) -> TrialResult:
    """Run the plan in a file, or go on with it: calls that are in the journal are not made again.

    Args:
        resume: insist that this trial was started before.
        concurrency: takes the place of the plan's bound on calls in flight.
        engine: where the calls are made; in this process by default.

    Raises:
        AdvisorError: see `run_plan`.
    """
    plan = load_plan(path)
    if concurrency is not None:
        plan = plan.model_copy(update={"limits": plan.limits.model_copy(update={"concurrency": concurrency})})
    return run_plan(plan, home, settings=settings, resume=resume, on_progress=on_progress, cancel=cancel, engine=engine)


def run_plan(
    plan: Plan,
    home: Path | None = None,
    *,
    settings: Settings | None = None,
    resume: bool = False,
    on_progress: OnProgress | None = None,
    cancel: threading.Event | None = None,
    engine: Engine | None = None,
) -> TrialResult:
    """Run a plan and return its result, also where a cap or the user stopped it: `stop_reason` says so.

    Raises:
        BadInput: the plan cannot be run as it is, or another process runs it.
        NotAvailable: a key or a local model is missing.
        EndpointError: not one call was answered.
    """
    settings = settings_of(settings, home)
    home = settings.home
    tracing.start(settings)
    setup = prepare(plan, settings)
    with open_journal(settings) as journal, journal.hold(setup.trial_id):
        if resume and journal.trial(setup.trial_id) is None:
            raise BadInput(f"This plan was never started (trial {setup.trial_id}): run it.")
        try:
            connect(setup, settings)
            return asyncio.run(_run(setup, journal, settings, on_progress, cancel, engine or Local()))
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
    settings = settings_of(settings, home)
    home = settings.home
    if Path(name).is_file():
        return run_file(name, home, settings=settings, resume=True, on_progress=on_progress, cancel=cancel)
    with open_journal(settings) as journal:
        known = journal.trial(name)
    if known is None:
        raise BadInput(f"There is no plan file and no trial {name!r}: `advisor trial show` lists the trials.")
    plan = plan_of_json(known[0])
    return run_plan(plan, home, settings=settings, resume=True, on_progress=on_progress, cancel=cancel)


def id_of(name: str, settings: Settings) -> str:
    """The id of a trial that is named by its plan file or by the id itself."""
    return prepare(load_plan(Path(name)), settings).trial_id if Path(name).is_file() else name


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    leaf: BaseException = group
    while isinstance(leaf, BaseExceptionGroup):
        leaf = leaf.exceptions[0]
    return leaf


async def _run(
    setup: Setup,
    journal: Journal,
    settings: Settings,
    on_progress: OnProgress | None,
    cancel: threading.Event | None,
    engine: Engine,
) -> TrialResult:
    started = time.monotonic()
    plan, limits = setup.plan, setup.plan.limits
    judge = Judge(plan.judge, plan.judge.models, use_case=plan.use_case, seed=plan.seed) if plan.judge.models else None
    board = Scoreboard(plan, setup.prompts, code_allowed=os.environ.get("ADVISOR_ALLOW_CODE") == "1")
    spent, _, _ = journal.spent(setup.trial_id)
    journal.begin(setup.trial_id, plan.name, plan.model_dump_json())
    gate = Gate(limits.concurrency, per_endpoint=limits.per_endpoint, per_model=limits.per_model)
    watch = Watch(setup, planned_work(setup, judge), on_progress)
    with closing(board):
        trusted = trusted_places(plan, settings, [r.base_url for r in setup.routes.values()])
        async with engine.client(timeout_s=limits.call_seconds, trusted=trusted) as client:
            budget = Budget(limits, spent)
            runner = Runner(client, journal, gate, budget, trial=setup.trial_id, seed=plan.seed, on_reply=watch.count)
            flow = Flow(setup, runner, judge, board, partial(journal.verdict, setup.trial_id))
            flow.depth_first = caps_bind(setup, judge, spent, settings)
            async with watch.watching(flow, cancel):
                await _work(flow)
    journal.flush()
    return _finish(setup, journal, flow, started)


async def _work(flow: Flow) -> None:
    """Run the design. Freezing the start-up's objects spares the collector from walking them again and again."""
    plan = flow.setup.plan
    gc.freeze()
    try:
        if plan.judge.examine and flow.judge is not None:
            flow.stage = "examining the judge"
            flow.examination = await _examine(flow, flow.judge)
            flow.stage = ""
        if plan.design == "adaptive":
            from advisor.trial.adaptive_flow import run_adaptive

            flow.race = await run_adaptive(flow)
        else:
            await flow.full()
    finally:
        gc.unfreeze()


async def _examine(flow: Flow, judge: Judge) -> dict[str, Any]:
    """Examine the judge on planted pairs made from the first candidate's answers to some of the prompts."""
    from advisor.trial.examine import examine, examined_prompts

    some = islice(flow.items(), examined_prompts(judge) * flow.setup.plan.samples)
    prompts = [p for p, sample in some if sample == 0]
    return await examine(
        judge, flow.verdict, prompts, answers=await flow.first_answers(prompts), seed=flow.setup.plan.seed
    )


def _finish(setup: Setup, journal: Journal, flow: Flow, started: float) -> TrialResult:
    runner = flow.runner
    seconds = time.monotonic() - started
    if runner.last_error and not (runner.answered or runner.reused or runner.stop_reason):
        raise EndpointError(f"No call was answered. {runner.last_error}.")
    result = build_result(setup, journal, flow, seconds)
    status = runner.stop_reason.partition(":")[0] or "complete"
    journal.finish(setup.trial_id, result, status=status, seconds=seconds, failed=runner.failed_requests)
    return result
