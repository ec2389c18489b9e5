"""Users of a shared server stay within calls, money, trials at a time and messages a minute."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stub_server import Reply, StubServer

from advisor.context import Context
from advisor.errors import CapReached
from advisor.logs import Audit
from advisor.services import Services
from advisor.session import Conversations
from advisor.settings import Settings
from advisor.trial.plan import plan_of
from advisor.trial.schema import Plan
from advisor.users.quota import Quota
from advisor.users.tenants import Tenant
from advisor.users.usage import Steward


def settings(home: Path, stub: StubServer, **more: Any) -> Settings:
    endpoints: Any = {"stub": {"base_url": stub.base_url, "model": "m"}}
    return Settings(home=home, shared=True, use="endpoint", endpoints=endpoints, **more)


def tenant(user: str, chosen: Settings) -> Tenant:
    found = Tenant(user, Services(chosen))
    found.steward = Steward(user, Quota(chosen), Audit(chosen.home), found.settings, found.spoken)
    return found


def plan(count: int = 4, **limits: Any) -> Plan:
    judge = {"models": ["stub/j"], "protocol": "rubric"}
    data = {"candidates": ["stub/m"], "prompts": [f"Question {n}?" for n in range(count)], "judge": judge}
    return plan_of(data | {"limits": {"concurrency": 2, **limits}, "prices": {"stub/m": (1e5, 1e5), "stub/j": (0, 0)}})


@pytest.fixture(autouse=True)
def speaking(stub: StubServer) -> None:
    stub.handler = lambda body: Reply('{"reason": "fine", "score": 5}' if body["model"] == "j" else "An answer.")


def run(services: Tenant, plan: Plan) -> Any:
    return Context(services).run_trial(plan, lambda progress: None)


def test_calls_of_a_day_stop_a_trial_and_refuse_the_next(home: Path, stub: StubServer) -> None:
    ana = tenant("ana", settings(home, stub, calls_per_day=5, usd_per_day=1e9))
    result = run(ana, plan())
    assert result.stop_reason == "cap: 5 calls" and len(stub.calls) == 5
    with pytest.raises(CapReached, match="used up"):
        run(ana, plan(6))
    ben = tenant("ben", settings(home, stub, calls_per_day=5, usd_per_day=1e9))
    assert run(ben, plan(1)).stop_reason == "complete"


def test_a_finished_trial_leaves_the_rest_of_the_day(home: Path, stub: StubServer) -> None:
    chosen = settings(home, stub, calls_per_day=10, usd_per_day=1e9)
    assert run(tenant("ana", chosen), plan(2)).stop_reason == "complete"
    assert run(tenant("ana", chosen), plan(2)).requests["from_journal"] == 4
    assert run(tenant("ana", chosen), plan(6)).stop_reason == "cap: 6 calls"
    assert len(stub.calls) <= 10


def test_money_of_a_day_is_never_passed(home: Path, stub: StubServer) -> None:
    ana = tenant("ana", settings(home, stub, usd_per_day=60))
    result = run(ana, plan(30))
    assert result.stop_reason.startswith("cap: ") and 0 < result.cost_usd <= 60


def test_one_trial_at_a_time_and_the_room_of_a_dead_process_comes_back(home: Path, stub: StubServer) -> None:
    quota = Quota(settings(home, stub))
    with quota.trial("ana", plan()):
        with pytest.raises(CapReached, match="run already"), quota.trial("ana", plan()):
            pass
        with quota.trial("ben", plan()):
            pass
    with quota._ledger() as db:
        db.execute("INSERT INTO held(user, calls, usd, pid, at) VALUES('ana', 1, 1, 999999999, 9e9)")
    with quota.trial("ana", plan()):
        pass


def test_what_a_plan_asks_for_is_not_raised(home: Path, stub: StubServer) -> None:
    with Quota(settings(home, stub)).trial("ana", plan(calls=3, money_usd=0.5)) as capped:
        assert (capped.limits.calls, capped.limits.money_usd) == (3, 0.5)


def test_messages_a_minute(home: Path, stub: StubServer) -> None:
    quota = Quota(settings(home, stub, messages_per_minute=2))
    quota.message("ana", now=100)
    quota.message("ana", now=101)
    with pytest.raises(CapReached, match="2 messages a minute"):
        quota.message("ana", now=102)
    quota.message("ben", now=102)
    quota.message("ana", now=161)


def test_a_clock_that_jumps_back_locks_nobody_out(home: Path, stub: StubServer) -> None:
    quota = Quota(settings(home, stub, messages_per_minute=1))
    quota.message("ana", now=1e9)
    quota.message("ana", now=1e9 - 1e6)


def test_a_conversation_counts_its_messages_and_the_log_keeps_no_words(home: Path, stub: StubServer) -> None:
    ana = tenant("ana", settings(home, stub, messages_per_minute=1))
    conversations = Conversations(ana)
    session = conversations.open()
    list(session.send("hello my secret plan"))
    with pytest.raises(CapReached):
        list(session.send("hello again"))
    conversations.close()
    text = (home / "audit.jsonl").read_text()
    assert "secret" not in text
    assert [json.loads(line)["what"] for line in text.splitlines()] == ["message"]


def test_what_the_conversation_asks_a_model_counts_as_well(home: Path, stub: StubServer) -> None:
    quota = Quota(settings(home, stub, calls_per_day=10, usd_per_day=1))
    quota.spend("ana", 4, 0.25)
    quota.spend("ana", 2, 0.25)
    assert quota.left("ana") == (4, 0.5)
