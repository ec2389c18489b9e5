"""The same plan on a Ray cluster of several workers: same result, one journal, caps that hold over all of them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from stub_server import Reply, StubServer

from advisor.settings import Settings
from advisor.trial.engines.ray import RayClient, RayEngine, join_cluster
from advisor.trial.plan import plan_of
from advisor.trial.schema import Plan
from advisor.trial.trial import run_plan


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    """A local cluster for all tests of this file."""
    ray = pytest.importorskip("ray", reason="Ray is not installed: install llm-advisor[ray]")
    assert join_cluster(None, 2)
    yield
    ray.shutdown()


def answer(body: dict[str, object]) -> Reply:
    return Reply("An answer." if body["model"] != "j" else '{"reason": "fine", "score": 5}', delay=0.05)


def plan(stub: StubServer, prompts: int = 10, **limits: int) -> Plan:
    return plan_of({
        "candidates": ["s/a", "s/b"], "endpoints": {"s": {"base_url": stub.base_url}},
        "prompts": [f"Question {n}?" for n in range(prompts)], "judge": {"models": ["s/j"], "protocol": "rubric"},
        "limits": {"concurrency": 6, **limits},
    })  # fmt: skip


def places(result: object) -> list[tuple[str, float]]:
    return [(s.model, s.score) for s in result.standings]  # type: ignore[attr-defined]


def test_the_same_plan_gives_the_same_result_in_one_journal(cluster, stub: StubServer, home: Path, tmp_path) -> None:
    stub.handler = answer
    settings = Settings(home=home)
    found = run_plan(plan(stub), settings=settings, engine=RayEngine(workers=3))
    assert len(stub.calls) == 40 and stub.paid_twice == 0 and stub.peak <= 6
    again = run_plan(plan(stub), settings=settings)
    assert again.requests["from_journal"] == 40 and places(again) == places(found)
    assert places(run_plan(plan(stub), settings=Settings(home=tmp_path))) == places(found)


def test_a_cap_holds_over_all_workers(cluster, stub: StubServer, home: Path) -> None:
    stub.handler = answer
    found = run_plan(plan(stub, calls=7), settings=Settings(home=home), engine=RayEngine(workers=3))
    assert found.stop_reason == "cap: 7 calls" and len(stub.calls) == 7


def test_a_rate_limit_is_kept_by_all_workers(cluster, stub: StubServer, home: Path) -> None:
    stub.handler = answer
    stub.say(*[Reply(status=429, headers={"Retry-After": "0.3"}, error={"message": "slow down"}) for _ in range(3)])
    found = run_plan(plan(stub, 4), settings=Settings(home=home), engine=RayEngine(workers=3))
    assert found.stop_reason == "complete" and stub.early_retries == 0 and not found.unscored


def test_the_calls_of_a_killed_worker_are_taken_over(cluster, stub: StubServer, home: Path, monkeypatch) -> None:
    """The worker is killed while its calls wait for the endpoint; what it had brought home is not asked again."""
    killed: list[int] = []
    sent = RayClient.send

    async def send(self: RayClient, call: object) -> object:
        found = await sent(self, call)  # type: ignore[arg-type]
        if not killed and len(stub.calls) > 10:
            killed.append(0)  # before the wait, so that no other call aims as well
            killed[0] = (await self.pids())[0]
            os.kill(killed[0], signal.SIGKILL)
        return found

    monkeypatch.setattr(RayClient, "send", send)
    stub.handler = answer
    found = run_plan(plan(stub, 20), settings=Settings(home=home), engine=RayEngine(workers=2))
    assert killed and found.stop_reason == "complete" and not found.unscored
    assert found.requests["answered"] == 80
    assert len(stub.calls) - 80 <= 6  # no more than were in flight; everything else was paid once
    assert threading.active_count() < 100
