"""Follows a running trial: how far it is, when it will end, whether the user wants it to stop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable

from advisor.trial.client import Call, Reply
from advisor.trial.estimate import Work
from advisor.trial.flow import Flow
from advisor.trial.plan import Setup
from advisor.trial.result import weights
from advisor.trial.running import Running
from advisor.trial.schema import TrialProgress

POLL_S = 0.1
TELL_EVERY_S = 0.25
PRIOR = 0.2


class Watch:
    """Counts replies, tells `on_progress` a few times a second, and stops the runner when `cancel` is set."""

    def __init__(self, setup: Setup, work: Work, on_progress: Callable[[TrialProgress], None] | None):
        self._setup, self._work, self._on_progress = setup, work, on_progress
        self._started = time.monotonic()
        self._done = {"candidate": 0, "judge": 0}
        self._asked = {"candidate": 0, "judge": 0}
        self._cost: float | None = 0.0
        self._running: Running | None = None

    def count(self, call: Call, reply: Reply) -> None:
        """Take note of a reply, new or from the journal."""
        self._done[call.role] += 1
        self._asked[call.role] += not reply.cached
        cost = 0.0 if reply.cached else call.route.cost(*reply.usage)
        self._cost = None if cost is None or self._cost is None else self._cost + cost

    @contextlib.asynccontextmanager
    async def watching(self, flow: Flow, cancel: threading.Event | None) -> AsyncIterator[None]:
        """Watch while the body runs; the last word is told at its end."""
        plan = self._setup.plan
        self._running = Running(
            plan.candidates, flow.deciding_verdicts, weights=weights(self._setup), confidence=plan.confidence
        )
        task = asyncio.create_task(self._poll(flow, cancel))
        try:
            yield
        finally:
            task.cancel()
            self._tell(flow, last=True)

    async def _poll(self, flow: Flow, cancel: threading.Event | None) -> None:
        told = 0.0
        while True:
            if cancel is not None and cancel.is_set():
                flow.runner.stop("cancelled")
            if time.monotonic() - told >= TELL_EVERY_S:
                self._tell(flow)
                told = time.monotonic()
            await asyncio.sleep(POLL_S)

    def _tell(self, flow: Flow, *, last: bool = False) -> None:
        if self._on_progress is None or self._running is None:
            return
        done, seconds = sum(self._done.values()), time.monotonic() - self._started
        stage = flow.stage or ("judging" if self._done["judge"] else "answering")
        # What was planned is the most: equal calls are one, and an adaptive trial may end early.
        whole = done if last and not flow.runner.stop_reason else max(done, self._work.calls)
        self._on_progress(
            TrialProgress(
                trial_id=self._setup.trial_id, stage=stage, done=done, total=whole,
                cost_usd=self._cost, seconds=seconds, seconds_left=self.seconds_left(seconds),
                standings=self._running.standings(fresh=last),
            )
        )  # fmt: skip

    def seconds_left(self, seconds: float) -> float:
        """The estimate for the calls still to come, scaled by how the calls made so far kept to theirs. The
        estimate itself counts like the first PRIOR of the trial, which steadies the first minutes."""
        roles = list(self._work.roles())
        left = sum(max(0, n - self._done[role]) * each for role, n, each in roles)
        made = sum(self._asked[role] * each for role, _, each in roles)
        alone = sum(n * each for _, n, each in roles)
        expected = self._work.seconds(self._setup.plan.limits.concurrency)
        return left * (seconds + PRIOR * expected) / (made + PRIOR * alone) if alone else 0.0
