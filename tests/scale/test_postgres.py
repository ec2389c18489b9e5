"""Conversations and the journal in PostgreSQL: one interface, shared by processes and machines."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest
from stub_server import Reply, StubServer

from advisor.errors import AdvisorError, BadInput, NotAvailable
from advisor.records import open_records
from advisor.services import Services
from advisor.session import Conversations
from advisor.settings import Settings
from advisor.trial.client import Call, Route
from advisor.trial.client import Reply as Answer
from advisor.trial.export import export_trial
from advisor.trial.journals import open_journal
from advisor.trial.plan import plan_of
from advisor.trial.records import list_trials, trial_record
from advisor.trial.schema import Plan, Verdict
from advisor.trial.trial import resume_trial, run_plan
from advisor.users.tenants import settings_of

ROUTE = Route("e/m", "e", "http://127.0.0.1:9", "m", "http://127.0.0.1:9", price=(1.0, 2.0))


@pytest.fixture
def settings(postgres: str, home: Path) -> Settings:
    """Settings with a schema of this test's own."""
    return Settings(home=home, database_url=postgres, database_schema=f"t_{uuid.uuid4().hex[:12]}")  # type: ignore[arg-type]


def plan(stub: StubServer, **more: object) -> Plan:
    stub.handler = lambda body: Reply("An answer." if body["model"] != "j" else '{"reason": "fine", "score": 5}')
    return plan_of({
        "candidates": ["s/a", "s/b"], "endpoints": {"s": {"base_url": stub.base_url}},
        "prompts": [f"Question {n}?" for n in range(5)], "judge": {"models": ["s/j"], "protocol": "rubric"},
        **more,
    })  # fmt: skip


def test_a_trial_runs_resumes_and_is_read_from_another_machine(settings: Settings, stub: StubServer, tmp_path) -> None:
    first = run_plan(plan(stub, limits={"calls": 7}), settings=settings)
    assert first.stop_reason == "cap: 7 calls"
    elsewhere = settings.model_copy(update={"home": tmp_path / "another machine"})
    whole = run_plan(plan(stub), settings=elsewhere)
    assert whole.stop_reason == "complete" and len(stub.calls) == 20 and stub.paid_twice == 0
    again = resume_trial(whole.trial_id, settings=settings)
    assert again.standings == whole.standings and len(stub.calls) == 20
    assert [t["state"] for t in list_trials(settings.home, settings)] == ["complete"]
    record = trial_record(settings.home, whole.trial_id, settings)
    assert len(record["answers"]) == 10 and len(record["verdicts"]) == 10
    assert "| s/a |" in export_trial(settings.home, whole.trial_id, "markdown", settings)


def test_both_journals_tell_the_same(settings: Settings, stub: StubServer, tmp_path: Path) -> None:
    told = []
    for chosen in (settings, Settings(home=tmp_path / "file")):
        result = run_plan(plan(stub, prices={"s/a": (1, 2), "s/b": (1, 2), "s/j": (1, 2)}), settings=chosen)
        with open_journal(chosen) as journal:
            spent, calls, _ = journal.spent(result.trial_id)
            paid = journal.paid_since(0)
        places = [(s.model, s.score, s.n) for s in result.standings]
        told.append((spent, calls, paid, places, result.cost_usd, result.tokens))
    assert told[0] == told[1]


def test_one_machine_runs_a_trial(settings: Settings) -> None:
    with open_journal(settings) as one, open_journal(settings) as other:
        with one.hold("t"), pytest.raises(BadInput, match="another process"), other.hold("t"):
            pass
        with other.hold("t"):
            pass


def test_odd_characters_are_kept(settings: Settings) -> None:
    call = Call(ROUTE, [{"role": "user", "content": "x"}], {})

    async def work() -> None:
        with open_journal(settings) as journal:
            await journal.store("t", call.key(), call, Answer("50% of ? \0 😀", "stop", None, 1, 2, 0.1))
            journal.verdict("t", Verdict(item="1", judge="e/m", model_a="e/a", score=0.5, reason="a ? b % c"))

    asyncio.run(work())
    with open_journal(settings) as journal:
        found = journal.reply(call.key())
        assert found is not None and found.text == "50% of ? \ufffd 😀"
        assert [v.reason for v in journal.verdicts("t")] == ["a ? b % c"]


def test_a_conversation_moves_between_processes(settings: Settings, postgres: str) -> None:
    """Two sets of conversations stand for two web processes: no state but the database joins them."""
    one, other = (Conversations(Services(settings, use_llm=False)) for _ in range(2))
    session = one.open()
    list(session.send("hello"))
    moved = other.open(session.id)
    assert moved.state()["transcript"] == session.state()["transcript"]
    list(moved.send("hello again"))
    assert [t for role, t in session.state()["transcript"] if role == "user"] == ["hello", "hello again"]
    assert [c.id for c in one.history()] == [session.id]
    assert len(list(one.records.saver.list(session._config))) == 1
    with other.records.hold(session.id):
        events = list(session.send("at the same time"))
    assert [e.kind for e in events] == ["error"] and "another process" in events[0].text
    one.close()
    other.close()


def test_users_of_a_shared_server_have_schemas_of_their_own(settings: Settings) -> None:
    rooms = {}
    for user in ("ana", "ben"):
        rooms[user] = Conversations(Services(settings_of(user, settings), use_llm=False))
    session = rooms["ana"].open()
    list(session.send("hello"))
    assert rooms["ben"].history() == [] and rooms["ben"].open(session.id).state() == {}
    for room in rooms.values():
        room.close()


def test_what_is_wrong_is_said_without_the_password(home: Path) -> None:
    url = "postgresql://advisor:hunter2hunter2@127.0.0.1:1/postgres"
    wrong = Settings(home=home, database_url=url)  # type: ignore[arg-type]
    with pytest.raises(NotAvailable, match="database_url") as refused:
        open_journal(wrong)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(AdvisorError):
        open_records(wrong, None)


def test_a_newer_journal_is_left_alone(settings: Settings) -> None:
    from advisor.database import connect

    with open_journal(settings):
        pass
    assert settings.database_url
    with connect(settings.database_url.get_secret_value(), settings.database_schema) as db:
        db.execute("UPDATE journal_version SET version = 99")
    with pytest.raises(BadInput, match="newer version"):
        open_journal(settings)
