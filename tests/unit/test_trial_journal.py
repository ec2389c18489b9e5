"""What was paid for is on disk before it is used, and is never paid for again."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from advisor.errors import BadInput, CapReached
from advisor.trial.budget import Budget
from advisor.trial.client import Call, CallError, RateHint, Reply, Route
from advisor.trial.gate import Gate
from advisor.trial.journal import VERSION, Journal, journal_file, only_one
from advisor.trial.runner import Retry, Runner, Stopped
from advisor.trial.schema import Limits, TrialResult, Verdict

ROUTE = Route("e/m", "e", "http://127.0.0.1:9", "m", "http://127.0.0.1:9", price=(1.0, 2.0))
SAID = Reply("yes", "length", [{"token": "yes", "logprob": -0.1}], 10, 5, 0.25)


def call(text: str = "Question?", **more: Any) -> Call:
    return Call(ROUTE, [{"role": "user", "content": text}], {"max_tokens": 8}, **more)


class FakeClient:
    """Answers with SAID; `before` sees each call first."""

    def __init__(self, before: Callable[[Call], None] = lambda _: None):
        self.calls: list[Call] = []
        self.before = before

    async def send(self, asked: Call) -> tuple[Reply, RateHint]:
        self.calls.append(asked)
        await asyncio.sleep(0)
        self.before(asked)
        return SAID, RateHint()


def runner(client: FakeClient, journal: Journal, trial: str = "t", limits: Limits | None = None) -> Runner:
    budget = Budget(limits or Limits())
    return Runner(client, journal, Gate(4), budget, trial=trial, retry=Retry(tries=2, first_s=0.001))  # type: ignore[arg-type]


def test_a_reply_comes_back_whole(home: Path) -> None:
    async def work() -> None:
        with Journal(home) as journal:
            await journal.store("t", call().key(), call(), SAID)

    asyncio.run(work())
    with Journal(home) as journal:
        found = journal.reply(call().key())
    assert found is not None and found.cached
    assert (found.text, found.finish_reason, found.logprobs, found.usage) == ("yes", "length", SAID.logprobs, (10, 5))


def test_a_reply_is_on_disk_before_it_is_given_out(home: Path) -> None:
    seen: list[int] = []

    async def work() -> None:
        with Journal(home) as journal:
            await runner(FakeClient(), journal).ask(call())
            with sqlite3.connect(journal.file) as other:
                seen.extend(other.execute("SELECT COUNT(*) FROM replies").fetchone())

    asyncio.run(work())
    assert seen == [1]


def test_an_equal_call_is_made_once(home: Path) -> None:
    client = FakeClient()

    async def work() -> None:
        with Journal(home) as journal:
            asker = runner(client, journal)
            await asyncio.gather(*(asker.ask(call()) for _ in range(5)))
            await asker.ask(call())
            other = runner(client, journal, trial="another")
            assert (await other.ask(call())).cached
            journal.flush()
            spent, calls, _ = journal.spent("another")
            assert (spent.calls, spent.money_usd, calls) == (0, 0.0, {"candidate": 1})

    asyncio.run(work())
    assert len(client.calls) == 1


def test_samples_attempts_and_parameters_are_other_calls() -> None:
    variants = [call(), call(sample=1), call(attempt=1), call("Other?"), Call(ROUTE, call().messages, {})]
    assert len({c.key() for c in variants}) == len(variants)
    assert call().key() == call(role="judge").key()


def test_a_failed_call_is_not_kept(home: Path) -> None:
    def fail(_: Call) -> None:
        raise CallError("the endpoint failed", retry=True)

    async def work() -> None:
        with Journal(home) as journal:
            with pytest.raises(CallError):
                await runner(FakeClient(fail), journal).ask(call())
            assert journal.reply(call().key()) is None

    asyncio.run(work())


def test_the_cap_stops_before_the_call(home: Path) -> None:
    client = FakeClient()

    async def work() -> None:
        with Journal(home) as journal:
            asker = runner(client, journal, limits=Limits(calls=1))
            await asker.ask(call())
            with pytest.raises(Stopped, match="1 calls"):
                await asker.ask(call("Other?"))
            assert "cap" in asker.stop_reason

    asyncio.run(work())
    assert len(client.calls) == 1


def test_money_is_counted_with_the_worst_case_first() -> None:
    async def work() -> None:
        budget = Budget(Limits(money_usd=call().route.cost(call().input_tokens(), 8)))
        need = await budget.reserve(call())
        budget.settle(call(), need, SAID)
        assert budget.spent.money_usd == pytest.approx((10 * 1 + 5 * 2) / 1e6)
        with pytest.raises(CapReached, match="US dollars"):
            await budget.reserve(call())

    asyncio.run(work())


def test_spending_and_verdicts_survive(home: Path) -> None:
    async def work() -> None:
        with Journal(home) as journal:
            journal.begin("t", "name", "{}")
            await journal.store("t", call().key(), call(), SAID)
            await journal.store("t", call("2").key(), call("2", role="judge"), SAID)
            journal.verdict("t", Verdict(item="1", judge="e/m", model_a="e/a", score=0.5, reason="fair"))
            journal.finish("t", TrialResult(trial_id="t", standings=[]), status="complete", seconds=2.0, failed=1)

    asyncio.run(work())
    with Journal(home) as journal:
        spent, calls, seconds = journal.spent("t")
        assert (spent.calls, spent.tokens, calls, seconds) == (3, 30, {"candidate": 1, "judge": 1}, 2.0)
        assert [v.reason for v in journal.verdicts("t")] == ["fair"]
        known = journal.trial("t")
        assert known is not None and known[1] is not None and known[1].trial_id == "t"
        journal.begin("t", "name", "{}")
        journal.flush()
        assert list(journal.verdicts("t")) == []


def test_one_process_runs_a_trial(home: Path) -> None:
    with only_one(home, "t"), pytest.raises(BadInput, match="runs in another process"), only_one(home, "t"):
        pass
    with only_one(home, "t"):
        pass


def test_a_newer_journal_is_left_alone(home: Path) -> None:
    with Journal(home):
        pass
    with sqlite3.connect(journal_file(home)) as db:
        assert db.execute("PRAGMA user_version").fetchone()[0] == VERSION
        db.execute(f"PRAGMA user_version={VERSION + 1}")
    with pytest.raises(BadInput, match="newer version"):
        Journal(home)


def test_a_file_that_is_no_journal_is_left_alone(home: Path) -> None:
    journal_file(home).parent.mkdir(parents=True)
    journal_file(home).write_bytes(b"this is no database " * 100)
    with pytest.raises(BadInput, match="not a readable journal"):
        Journal(home)
