"""Trials on Ray: workers on a cluster make the calls; the driver keeps the journal, the caps and the rate limits.

One process decides about every call, so caps and limits hold over all workers, and every reply is in the one
journal before it is used. A call whose worker dies is tried again by another one, like a call whose connection
broke: what had come home is in the journal and is not asked again.
"""

from __future__ import annotations

import os
from typing import Any

from advisor.errors import NotAvailable
from advisor.trial.client import Call, CallError, Client, RateHint, Reply
from advisor.trial.engines import Trusted

CALLS_A_WORKER = 1000
START_SECONDS = 120
Sent = tuple[Reply, RateHint] | dict[str, Any]


class RayEngine:
    """Workers on the cluster at `address`, or on a cluster of this machine that is started where it is None."""

    def __init__(self, address: str | None = None, workers: int = 4):
        self.address, self.workers = address, workers

    def client(self, *, timeout_s: float, trusted: Trusted) -> RayClient:
        """A client whose calls the workers make."""
        return RayClient(self.address, self.workers, timeout_s=timeout_s, trusted=trusted)


class Asker:
    """What runs in a worker: the ordinary client. A failed call comes back as data."""

    def __init__(self, timeout_s: float, trusted: Trusted):
        self._options = {"timeout_s": timeout_s, "trusted": trusted}
        self._client: Client | None = None

    async def send(self, call: Call) -> Sent:
        """Ask once."""
        if self._client is None:
            self._client = await Client(**self._options).__aenter__()  # type: ignore[arg-type]
        try:
            return await self._client.send(call)
        except CallError as error:
            return {"reason": error.reason, "retry": error.retry, "wait_s": error.wait_s, "refused": error.refused}

    async def pid(self) -> int:
        """The process of this worker."""
        return os.getpid()


class RayClient:
    """Hands each call to the worker with the fewest calls under way; a worker that died is replaced."""

    def __init__(self, address: str | None, workers: int, *, timeout_s: float, trusted: Trusted):
        self._address, self._count = address, workers
        self._options = (timeout_s, trusted)
        self._busy: dict[Any, int] = {}
        self._ray: Any = None
        self._started = False

    async def __aenter__(self) -> RayClient:
        self._ray = _ray()
        self._started = join_cluster(self._address, self._count)
        self._actor = self._ray.remote(num_cpus=0, max_restarts=0, max_concurrency=CALLS_A_WORKER)(Asker)
        for _ in range(self._count):
            self._add()
        return self

    async def __aexit__(self, *_: object) -> None:
        for worker in self._busy:
            self._ray.kill(worker)
        if self._started:
            self._ray.shutdown()

    def _add(self) -> None:
        self._busy[self._actor.options(scheduling_strategy="SPREAD").remote(*self._options)] = 0

    async def send(self, call: Call) -> tuple[Reply, RateHint]:
        """Ask once, in a worker.

        Raises:
            CallError: no usable reply came, or the worker died on the way.
        """
        worker = min(self._busy, key=lambda w: self._busy[w])
        self._busy[worker] += 1
        try:
            found: Sent = await worker.send.remote(call)
        except self._ray.exceptions.RayActorError as error:
            if self._busy.pop(worker, None) is not None:  # the first of its calls to hear of it replaces it
                self._add()
            raise CallError("the worker that asked was lost", retry=True) from error
        finally:
            if worker in self._busy:
                self._busy[worker] -= 1
        if isinstance(found, dict):
            raise CallError(found.pop("reason"), **found)
        return found

    async def pids(self) -> list[int]:
        """The processes of the workers."""
        return [await worker.pid.remote() for worker in self._busy]


def join_cluster(address: str | None, workers: int) -> bool:
    """Join the cluster at `address`, or start one on this machine; False where this process is in one already.

    Raises:
        NotAvailable: Ray is not installed, or no cluster answers.
    """
    ray = _ray()
    if ray.is_initialized():
        return False
    os.environ.setdefault("RAY_raylet_start_wait_time_s", str(START_SECONDS))  # the default is short on a busy machine
    here: dict[str, Any] = {} if address else {"include_dashboard": False, "num_cpus": workers}
    try:
        ray.init(address=address, log_to_driver=False, logging_level="ERROR", **here)
    except Exception as error:  # Ray raises bare exceptions as well
        raise NotAvailable(f"No Ray cluster at {address or 'this machine'} ({error}): check --ray-address.") from error
    return True


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise NotAvailable("Trials on Ray need the extra: install llm-advisor[ray].") from error
    return ray
