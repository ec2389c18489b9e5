"""Follows a running trial: how far it is, when it will end, whether the user wants it to stop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from advisor.trial.budget import Spent
from advisor.trial.client import Call, Reply
from advisor.trial.judge import Judge
from advisor.trial.plan import Setup
from advisor.trial.runner import Runner
from advisor.trial.schema import TrialProgress

if TYPE_CHECKING:
    from advisor.settings import Settings

POLL_S = 0.1
TELL_EVERY_S = 0.25


class Watch:
    """Counts replies, tells `on_progress` a few times a second, and stops the runner when `cancel` is set."""

    def __init__(self, setup: Setup, judge: Judge | None, on_progress: Callable[[TrialProgress], None] | None):
        self._setup, self._on_progress = setup, on_progress
        self._started = time.monotonic()
        self._done = {"candidate": 0, "judge": 0}
        self._cost: float | None = 0.0
        self.total = sum(expected_calls(setup, judge))

    def count(self, call: Call, reply: Reply) -> None:
        """Take note of a reply, new or from the journal."""
        self._done[call.role] += 1
        cost = 0.0 if reply.cached else call.route.cost(*reply.usage)
        self._cost = None if cost is None or self._cost is None else self._cost + cost

    @contextlib.asynccontextmanager
    async def watching(self, runner: Runner, cancel: threading.Event | None) -> AsyncIterator[None]:
        """Watch while the body runs; the last word is told at its end."""
        task = asyncio.create_task(self._poll(runner, cancel))
        try:
            yield
        finally:
            task.cancel()
            self._tell()

    async def _poll(self, runner: Runner, cancel: threading.Event | None) -> None:
        told = 0.0
        while True:
            if cancel is not None and cancel.is_set():
                runner.stop("cancelled")
            if time.monotonic() - told >= TELL_EVERY_S:
                self._tell()
                told = time.monotonic()
            await asyncio.sleep(POLL_S)

    def _tell(self) -> None:
        if self._on_progress is None:
            return
        done, seconds = sum(self._done.values()), time.monotonic() - self._started
        left = seconds / done * (self.total - done) if done else None
        stage = "judging" if self._done["judge"] else "answering"
        self._on_progress(
            TrialProgress(
                trial_id=self._setup.trial_id, stage=stage, done=done, total=max(done, self.total),
                cost_usd=self._cost, seconds=seconds, seconds_left=left and max(0.0, left),
            )
        )  # fmt: skip


def expected_calls(setup: Setup, judge: Judge | None) -> tuple[int, int]:
    """Calls to candidates and to the judge if every call is answered at once and none is in the journal."""
    plan, samples = setup.plan, setup.plan.samples
    asked = sum(sum(m not in p.outputs for m in plan.candidates) for p in setup.prompts)
    judged = len(setup.prompts) * judge.calls_per_prompt(len(plan.candidates)) if judge else 0
    return asked * samples, judged * samples


def caps_bind(setup: Setup, judge: Judge | None, spent: Spent, settings: Settings) -> bool:
    """Whether a cap will probably stop the trial, so that items should be finished one after another."""
    from advisor.trial.estimate import estimate_setup

    limits, takes = setup.plan.limits, estimate_setup(setup, judge, settings)
    needs = (
        (limits.calls, takes.calls_candidate + takes.calls_judge - spent.calls),
        (limits.tokens, takes.tokens - spent.tokens),
        (limits.money_usd, (takes.money_usd or 0) - spent.money_usd),
    )
    return any(cap is not None and need > cap for cap, need in needs)
