"""What was acknowledged survives a full disk, cut-off files, clocks that jump, older schemas, and two processes."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tarfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from advisor.backup import backup, damage, restore
from advisor.errors import BadInput
from advisor.services import Services
from advisor.session import Conversations
from advisor.settings import Settings
from advisor.trial.client import Call, Reply, Route
from advisor.trial.journal import VERSION, Journal, journal_file
from advisor.trial.records import list_trials

ROUTE = Route("e/m", "e", "http://127.0.0.1:9", "m", "http://127.0.0.1:9", price=(1.0, 2.0))
DATA = Path(__file__).parents[1] / "data"
# Writes replies until the disk is full, and says which ones were given out as durable.
FILL = """
import asyncio, resource, sys
from pathlib import Path
from advisor.errors import AdvisorError
from advisor.trial.client import Call, Reply, Route
from advisor.trial.journal import Journal

route = Route("e/m", "e", "http://127.0.0.1:9", "m", "http://127.0.0.1:9")

async def work():
    journal = Journal(Path(sys.argv[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    for n in range(100):
        call = Call(route, [{"role": "user", "content": str(n)}], {})
        try:
            await journal.store("t", call.key(), call, Reply("x" * 10_000))
        except AdvisorError as error:
            print(error, file=sys.stderr)
            return
        print(n, flush=True)

asyncio.run(work())
"""


def call(text: str) -> Call:
    return Call(ROUTE, [{"role": "user", "content": text}], {})


def test_a_full_disk_is_one_sentence_and_loses_nothing_that_was_given_out(home: Path) -> None:
    env = {**os.environ, "ADVISOR_HOME": str(home)}
    script = "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n" + FILL
    done = subprocess.run(
        [sys.executable, "-c", script, str(home)], capture_output=True, text=True, env=env, timeout=60
    )
    given_out = [int(line) for line in done.stdout.split()]
    assert 0 < len(given_out) < 100
    assert "cannot be written" in done.stderr and "free some space" in done.stderr and "Traceback" not in done.stderr
    with Journal(home) as journal:
        found = [Call(Route("e/m", "e", "http://127.0.0.1:9", "m", "http://127.0.0.1:9"),
                      [{"role": "user", "content": str(n)}], {}).key() for n in given_out]  # fmt: skip
        assert all(journal.reply(key) is not None for key in found)
    assert damage(journal_file(home)) == ""


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.99])
def test_a_log_that_a_power_cut_shortened_loses_only_its_end(home: Path, keep: float) -> None:
    """The write-ahead log is cut anywhere: what stands before the cut comes back, and the file stays sound."""

    async def work() -> bytes:
        journal = Journal(home)
        for n in range(40):
            await journal.store("t", call(str(n)).key(), call(str(n)), Reply("x" * 500))
        return Path(f"{journal.file}-wal").read_bytes()

    log = asyncio.run(work())
    copy = home.parent / "after the cut"
    file = journal_file(copy)
    file.parent.mkdir(parents=True)
    file.write_bytes(journal_file(home).read_bytes())
    Path(f"{file}-wal").write_bytes(log[: int(len(log) * keep)])
    with Journal(copy) as journal:
        known = [journal.reply(call(str(n)).key()) is not None for n in range(40)]
    assert known == sorted(known, reverse=True) and sum(known) >= 40 * keep - 6
    assert damage(file) == ""


def test_a_cut_off_conversations_file_is_said(home: Path) -> None:
    conversations = Conversations(Services(Settings(home=home), use_llm=False))
    list(conversations.open().send("hello"))
    conversations.close()
    file = home / "conversations.sqlite"
    file.write_bytes(b"not a database at all" + file.read_bytes()[: file.stat().st_size // 3])
    with pytest.raises(BadInput, match="advisor restore"):
        Conversations(Services(Settings(home=home), use_llm=False))


def test_an_older_journal_is_brought_up_to_date_with_all_that_it_holds(home: Path) -> None:
    file = journal_file(home)
    file.parent.mkdir(parents=True)
    with sqlite3.connect(file) as db:
        db.executescript((DATA / "journal_v1.sql").read_text(encoding="utf-8"))
    with Journal(home) as journal:
        stored = Call(ROUTE, [{"role": "user", "content": "Question?"}], {"max_tokens": 8})
        found, known = journal.reply(stored.key()), journal.trial("t-1")
        assert found is not None and found.text == "yes"
        assert known is not None and known[1] is not None and known[1].standings[0].score == 0.5
        assert [v.reason for v in journal.verdicts("t-1")] == ["fair"]
        assert journal.paid_since(0) == (1, pytest.approx(2e-5))
    with sqlite3.connect(file) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (VERSION,)
        assert db.execute("SELECT COUNT(*) FROM sqlite_master WHERE name='replies_by_time'").fetchone() == (1,)


def test_a_migration_that_breaks_off_leaves_the_old_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = journal_file(home)
    file.parent.mkdir(parents=True)
    with sqlite3.connect(file) as db:
        db.executescript((DATA / "journal_v1.sql").read_text(encoding="utf-8"))

    def broken(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM replies")
        raise sqlite3.OperationalError("the power went")

    with monkeypatch.context() as patch, pytest.raises(BadInput):
        patch.setattr("advisor.trial.journal.MIGRATIONS", {1: broken})
        Journal(home)
    with Journal(home) as journal:
        assert journal.paid_since(0)[0] == 1


def test_a_clock_that_jumps_changes_no_journal(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work() -> None:
        with Journal(home) as journal:
            for moment in (2e9, 1e9, 0.0):
                monkeypatch.setattr("advisor.trial.journal.time.time", lambda moment=moment: moment)
                journal.begin(f"t{moment}", "name", "{}")
                await journal.store(f"t{moment}", call(str(moment)).key(), call(str(moment)), Reply("x"))

    asyncio.run(work())
    assert len(list_trials(home)) == 3


def test_one_conversation_is_at_work_in_one_process(home: Path) -> None:
    one, other = (Conversations(Services(Settings(home=home), use_llm=False)) for _ in range(2))
    session = one.open()
    with other.records.hold(session.id):
        events = list(session.send("hello"))
        assert [e.kind for e in events] == ["error"] and "another process" in events[0].text
    assert "error" not in [e.kind for e in session.send("hello")]
    one.close()
    other.close()


def test_many_conversations_at_a_time_do_not_disturb_each_other(home: Path) -> None:
    conversations = Conversations(Services(Settings(home=home), use_llm=False))

    def talk(number: int) -> list[str]:
        session = conversations.open(f"person-{number}")
        return [event.kind for turn in range(4) for event in session.send(f"hello {turn}")]

    with ThreadPoolExecutor(16) as pool:
        kinds = list(pool.map(talk, range(16)))
    assert not [kind for said in kinds for kind in said if kind == "error"]
    assert len(conversations.history()) == 16
    assert all(len(conversations.open(f"person-{n}").state()["transcript"]) == 8 for n in range(16))
    conversations.close()


@pytest.fixture
def filled(home: Path) -> Path:
    """A data folder with a conversation, a journal and settings."""

    async def work() -> None:
        with Journal(home) as journal:
            await journal.store("t", call("1").key(), call("1"), Reply("kept"))

    asyncio.run(work())
    (home / "settings.yaml").write_text("timeout_seconds: 9\n")
    (home / "store").mkdir()
    (home / "store" / "big").write_text("rebuilt")
    conversations = Conversations(Services(Settings(home=home), use_llm=False))
    list(conversations.open("abc").send("hello"))
    conversations.close()
    return home


def test_a_backup_brings_everything_back(filled: Path, tmp_path: Path) -> None:
    target = tmp_path / "b.tar.gz"
    backup(filled, target)
    assert target.stat().st_mode & 0o077 == 0
    (filled / "settings.yaml").write_text("timeout_seconds: 1\n")
    journal_file(filled).write_bytes(b"destroyed")
    restore(target, filled)
    with Journal(filled) as journal:
        assert journal.reply(call("1").key()).text == "kept"  # type: ignore[union-attr]
    conversations = Conversations(Services(Settings(home=filled), use_llm=False))
    assert conversations.open("abc").state()["transcript"][0][1] == "hello"
    conversations.close()
    assert Settings(home=filled).timeout_seconds == 9
    assert (filled / "store" / "big").read_text() == "rebuilt"
    before = next(filled.parent.glob("home.before-restore-*"))
    assert (before / "settings.yaml").read_text() == "timeout_seconds: 1\n"


def test_a_backup_while_others_write_is_whole(filled: Path, tmp_path: Path) -> None:
    with Journal(filled) as journal:
        journal.begin("open", "name", "{}")
        journal._write()
        backup(filled, tmp_path / "b.tar.gz")
    restore(tmp_path / "b.tar.gz", tmp_path / "new")
    assert {t["trial_id"] for t in list_trials(tmp_path / "new")} == {"open"}


@pytest.mark.parametrize("how", ["cut", "other", "traversal", "damaged"])
def test_a_bad_backup_changes_nothing(filled: Path, tmp_path: Path, how: str) -> None:
    target = tmp_path / "b.tar.gz"
    backup(filled, target)
    if how == "cut":
        target.write_bytes(target.read_bytes()[: target.stat().st_size // 2])
    elif how == "other":
        target.write_bytes(b"hello")
    else:
        (tmp_path / "x").write_text(json.dumps({"form": 1}))
        (tmp_path / "y.sqlite").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
        with tarfile.open(target, "w:gz") as archive:
            archive.add(tmp_path / "x", "advisor-backup.json")
            archive.add(tmp_path / "y.sqlite", "../out" if how == "traversal" else "home/journal.sqlite")
    before = {f: f.read_bytes() for f in filled.rglob("*") if f.is_file()}
    with pytest.raises(BadInput):
        restore(target, filled)
    assert {f: f.read_bytes() for f in filled.rglob("*") if f.is_file()} == before
    assert not list(tmp_path.glob("out*")) and not list(filled.parent.glob(".home-restore*"))
