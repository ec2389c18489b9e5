"""Asks one call at a time for its caller, many at once for the trial: journal first, then a slot, then retries."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from advisor.errors import CapReached
from advisor.trial.budget import Budget, Spent
from advisor.trial.client import Call, CallError, Client, RateHint, Reply, Route
from advisor.trial.gate import Gate, Rank
from advisor.trial.journal import Journal

GIVE_UP_AFTER = 5


@dataclass(frozen=True, slots=True)
class Retry:
    """How often and how long: `tries` in all, waits double from `first_s` to `longest_s` with full jitter.

    A refusal (429) is no failure of the call, so it has more tries; an endpoint that asks for more than
    `patience_s` of waiting is given up.
    """

    tries: int = 5
    refused_tries: int = 12
    first_s: float = 0.5
    longest_s: float = 30.0
    patience_s: float = 300.0

    def wait(self, error: CallError, failed: int, refused: int, jitter: float) -> float | None:
        """Seconds until the next try, never less than the endpoint asked for; None to give up."""
        if not error.retry or failed >= self.tries or refused >= self.refused_tries:
            return None
        grown = min(self.longest_s, self.first_s * 2 ** (failed + refused - 1))
        if error.wait_s is None:
            return grown * (0.5 + jitter / 2)
        if error.wait_s > self.patience_s:
            return None
        return error.wait_s + 0.02 + min(0.2, 0.1 * error.wait_s) * jitter


class Stopped(Exception):
    """No further calls: a cap was reached or the user cancelled."""


class Runner:
    """Answers calls from the journal or from their endpoints; every paid reply is stored before it is given out."""

    def __init__(
        self,
        client: Client,
        journal: Journal,
        gate: Gate,
        budget: Budget,
        *,
        trial: str,
        seed: int = 0,
        retry: Retry | None = None,
        on_reply: Callable[[Call, Reply], None] | None = None,
    ):
        self.gate, self.budget, self.journal = gate, budget, journal
        self.stop_reason = ""
        self.answered = self.failed_requests = self.reused = 0
        self.last_error = ""
        self._given_up: dict[str, int] = {}
        self._client, self._trial, self._retry = client, trial, retry or Retry()
        self._random = random.Random(seed)
        self._flying: dict[str, asyncio.Task[Reply]] = {}
        self._halt = asyncio.Event()
        self._on_reply = on_reply

    def stop(self, reason: str) -> None:
        """Send nothing more; calls in flight come home and are stored. The first reason stays."""
        self.stop_reason = self.stop_reason or reason
        self._halt.set()

    async def ask(self, call: Call, rank: Rank = (0,)) -> Reply:
        """The reply to a call. Equal calls at the same time are one call.

        Raises:
            CallError: it was not answered in the allowed tries.
            Stopped: the trial stopped before it was sent.
        """
        key = call.key()
        if key not in self._flying:
            if (known := self.journal.reply(key)) is not None:
                self._reuse(key, call, known)
                return known
            task = asyncio.ensure_future(self._fetch(call, key, rank))
            self._flying[key] = task
            task.add_done_callback(lambda _: self._flying.pop(key, None))
        return await asyncio.shield(self._flying[key])

    def _reuse(self, key: str, call: Call, known: Reply) -> None:
        self.reused += 1
        self.journal.reuse(self._trial, key, call)
        if self._on_reply:
            self._on_reply(call, known)

    async def _fetch(self, call: Call, key: str, rank: Rank) -> Reply:
        failed = refused = 0
        while True:
            try:
                reply, stored = await self._send(call, key, rank)
                break
            except CallError as error:
                failed, refused = failed + (not error.refused), refused + error.refused
                wait = self._retry.wait(error, failed, refused, self._random.random())
                if wait is None:
                    self._give_up(call.route, error)
                    raise
                await self._rest(wait)
        await stored
        if self._on_reply:
            self._on_reply(call, reply)
        return reply

    def _give_up(self, route: Route, error: CallError) -> None:
        self.last_error = f"{route.name}: {error.reason}"
        self._given_up[route.name] = self._given_up.get(route.name, 0) + 1

    def _check_alive(self, route: Route) -> None:
        """A model that failed for good several times in a row is asked nothing more in this run."""
        if self._halt.is_set():
            raise Stopped(self.stop_reason)
        if self._given_up.get(route.name, 0) >= GIVE_UP_AFTER:
            raise CallError(f"not asked: {self.last_error}", retry=False, refused=True)

    async def _send(self, call: Call, key: str, rank: Rank) -> tuple[Reply, Awaitable[None]]:
        """Send once, in a slot that is free again only when the reply is written down."""
        async with self.gate.slot(call.route, rank):
            self._check_alive(call.route)
            need = await self._reserve(call)
            reply, hint, billed = None, RateHint(), True
            try:
                reply, hint = await self._client.send(call)
                return reply, self._keep(key, call, reply)
            except CallError as error:
                billed = not error.refused
                self.failed_requests += billed
                raise
            finally:
                self.budget.settle(call, need, reply, billed=billed)
                self._adapt(call.route, refused=not billed, pause_s=hint.pause_s)

    def _keep(self, key: str, call: Call, reply: Reply) -> Awaitable[None]:
        self.answered += 1
        self._given_up[call.route.name] = 0
        return self.journal.store(self._trial, key, call, reply)

    async def _reserve(self, call: Call) -> Spent:
        try:
            return await self.budget.reserve(call)
        except CapReached as cap:
            self.stop(str(cap))
            raise Stopped(self.stop_reason) from cap

    def _adapt(self, route: Route, *, refused: bool, pause_s: float | None) -> None:
        self.gate.lane(route).note(refused=refused, now=asyncio.get_running_loop().time())
        if pause_s:
            self.gate.pause(route, pause_s)

    async def _rest(self, seconds: float) -> None:
        """Sleep, unless the trial stops first."""
        try:
            await asyncio.wait_for(self._halt.wait(), seconds)
        except TimeoutError:
            return
        raise Stopped(self.stop_reason)
