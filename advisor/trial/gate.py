"""How many calls may be in flight: one bound over everything, one for each endpoint and one for each model.

The bound of a model adapts. An endpoint that refuses most requests (429) gets half as many at a time, at most
once a second; each run of accepted requests adds one. Single refusals only delay the call that was refused.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections import deque
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from advisor.trial.client import Route

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

Rank = tuple[int, ...]
MEMORY = 24
REFUSED_SHARE = 0.5
HALVE_EVERY_S = 1.0
LULL_S = 0.02


@dataclass
class Lane:
    """The queue of one model."""

    endpoint: str
    bound: int
    limit: float
    in_flight: int = 0
    paused_until: float = 0.0
    halved_at: float = 0.0
    refused: deque[bool] = field(default_factory=lambda: deque(maxlen=MEMORY))
    queue: list[tuple[Rank, int, asyncio.Future[None]]] = field(default_factory=list)

    def head(self) -> tuple[Rank, int, asyncio.Future[None]] | None:
        """The first waiter that still waits."""
        while self.queue and self.queue[0][2].done():
            heapq.heappop(self.queue)
        return self.queue[0] if self.queue else None

    def note(self, *, refused: bool, now: float) -> None:
        """Adapt the limit to the outcome of one request."""
        self.refused.append(refused)
        if not refused:
            self.limit = min(self.bound, self.limit + 1 / max(self.limit, 1))
        elif self._mostly_refused() and now - self.halved_at >= HALVE_EVERY_S:
            self.limit, self.halved_at = max(1.0, self.limit / 2), now
            self.refused.clear()

    def _mostly_refused(self) -> bool:
        return len(self.refused) >= 4 and sum(self.refused) > REFUSED_SHARE * len(self.refused)


class Gate:
    """Hands out slots, the lowest rank first among the models that may start a call now."""

    def __init__(self, total: int, *, per_endpoint: int | None = None, per_model: int | None = None):
        self.total = total
        self.in_flight = 0
        self._per_endpoint = per_endpoint or total
        self._per_model = per_model or total
        self._endpoints: dict[str, int] = {}
        self._lanes: dict[str, Lane] = {}
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    @asynccontextmanager
    async def slot(self, route: Route, rank: Rank) -> AsyncIterator[None]:
        """Wait for a free slot and hold it."""
        lane = self.lane(route)
        await self._enter(lane, rank)
        try:
            yield
        finally:
            self._leave(lane)

    def lane(self, route: Route) -> Lane:
        """The queue of this model, made on first use."""
        if route.name not in self._lanes:
            bound = min(self._per_model, route.slots or self._per_model)
            self._lanes[route.name] = Lane(route.identity, bound, float(bound))
        return self._lanes[route.name]

    def pause(self, route: Route, seconds: float) -> None:
        """Start no call to this model for so long."""
        lane = self.lane(route)
        lane.paused_until = max(lane.paused_until, time.monotonic() + seconds)

    async def lull(self) -> None:
        """Let calls that wait for a slot be sent first: for work that the processor does for later calls."""
        if any(lane.head() for lane in self._lanes.values()):
            await asyncio.sleep(LULL_S)

    async def _enter(self, lane: Lane, rank: Rank) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(lane.queue, (rank, next(self._order), future))
        self._wake()
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():
                self._leave(lane)
            raise

    def _leave(self, lane: Lane) -> None:
        lane.in_flight -= 1
        self._endpoints[lane.endpoint] -= 1
        self.in_flight -= 1
        self._wake()

    def _wake(self) -> None:
        now = time.monotonic()
        while self.in_flight < self.total:
            ready = [(head, lane) for lane in self._lanes.values() if self._free(lane, now) and (head := lane.head())]
            if not ready:
                break
            (_, _, future), lane = min(ready, key=lambda r: r[0][:2])
            heapq.heappop(lane.queue)
            lane.in_flight += 1
            self._endpoints[lane.endpoint] = self._endpoints.get(lane.endpoint, 0) + 1
            self.in_flight += 1
            future.set_result(None)
        self._wake_after_pause(now)

    def _free(self, lane: Lane, now: float) -> bool:
        busy = self._endpoints.get(lane.endpoint, 0)
        return lane.in_flight < int(lane.limit) and busy < self._per_endpoint and lane.paused_until <= now

    def _wake_after_pause(self, now: float) -> None:
        pauses = [lane.paused_until for lane in self._lanes.values() if lane.paused_until > now and lane.head()]
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if pauses:
            delay = min(pauses) - now + 0.001
            self._timer = asyncio.get_running_loop().call_later(delay, self._wake)
