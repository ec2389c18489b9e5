"""The journal: every reply that was paid for, stored before it is used, and the state of every trial.

One SQLite file in write-ahead mode serves all trials of a data folder. A reply is written the moment it comes,
so that a killed process loses none. A thread of its own then flushes the log to disk, once for all replies that
have gathered, and only after that a reply is given out: a power cut loses nothing that a result rests on.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError, BadInput
from advisor.trial.budget import Spent
from advisor.trial.client import Call, Reply
from advisor.trial.schema import TrialResult, Verdict

VERSION = 2
TABLES = """
CREATE TABLE IF NOT EXISTS replies(
  key TEXT PRIMARY KEY, model TEXT, text TEXT, finish_reason TEXT, logprobs TEXT,
  input_tokens INTEGER, output_tokens INTEGER, latency_s REAL, at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS used(
  trial TEXT, key TEXT, role TEXT, paid INTEGER, cost REAL, PRIMARY KEY(trial, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS verdicts(
  trial TEXT, item TEXT, judge TEXT, model_a TEXT, model_b TEXT, shown TEXT, body TEXT,
  PRIMARY KEY(trial, item, judge, model_a, model_b, shown)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS trials(
  id TEXT PRIMARY KEY, name TEXT, plan TEXT, started REAL, updated REAL, seconds REAL DEFAULT 0,
  failed INTEGER DEFAULT 0, status TEXT, result TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replies_by_time ON replies(at);
"""


def _index_times(db: sqlite3.Connection) -> None:
    """What was paid since a moment is looked up by the reply's time."""
    db.execute("CREATE INDEX IF NOT EXISTS replies_by_time ON replies(at)")


MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _index_times}

KEEP_VERDICT = (
    "INSERT INTO verdicts VALUES(?,?,?,?,?,?,?) ON CONFLICT(trial, item, judge, model_a, model_b, shown)"
    " DO UPDATE SET body = excluded.body"
)
MAX_PENDING = 500
CHECKPOINT_BYTES = 16 * 2**20

Statement = tuple[str, tuple[Any, ...]]
Flusher = Callable[[], AbstractContextManager[Callable[[], Any]]]


def journal_file(home: Path) -> Path:
    """Where the journal of a data folder lies."""
    return home / "trials" / "journal.sqlite"


class Journal:
    """Opens, and on first use makes, the journal of a data folder.

    Raises:
        BadInput: the file is of a newer version of the program, or no journal at all.
    """

    def __init__(self, home: Path):
        self.file = journal_file(home)
        self.place = str(self.file)
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self._db = _open(self.file)
        self._pending: list[Statement] = []
        self._syncer: Syncer | None = None

    def close(self) -> None:
        """Write what is left and close the file."""
        try:
            self.flush()
        finally:
            self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def reply(self, key: str) -> Reply | None:
        """The stored reply to a call, if it was ever answered."""
        row = self._db.execute(
            "SELECT text, finish_reason, logprobs, input_tokens, output_tokens, latency_s FROM replies WHERE key=?",
            (key,),
        ).fetchone()
        if row is None:
            return None
        logprobs = json.loads(row[2]) if row[2] else None
        return Reply(row[0], row[1], logprobs, row[3], row[4], row[5], cached=True)

    def store(self, trial: str, key: str, call: Call, reply: Reply) -> asyncio.Future[None]:
        """Write a paid reply and that this trial paid for it; what is returned is done when it is on disk."""
        logprobs = json.dumps(reply.logprobs) if reply.logprobs else None
        values = (
            key, call.route.name, reply.text, reply.finish_reason, logprobs, *reply.usage, reply.latency_s, time.time()
        )  # fmt: skip
        cost = call.route.cost(*reply.usage)
        self._pending += [
            ("INSERT INTO replies VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING", values),
            ("INSERT INTO used VALUES(?,?,?,1,?) ON CONFLICT DO NOTHING", (trial, key, call.role, cost)),
        ]
        self._write()
        if self._syncer is None:
            self._syncer = Syncer(self.place, self._flusher)
        return self._syncer.sync()

    def reuse(self, trial: str, key: str, call: Call) -> None:
        """Note that a trial rests on a reply that was already there."""
        self._later(("INSERT INTO used VALUES(?,?,?,0,0) ON CONFLICT DO NOTHING", (trial, key, call.role)))

    def verdict(self, trial: str, verdict: Verdict) -> None:
        """Keep a verdict for `advisor trial show`; it can be worked out again from the replies."""
        place = (trial, verdict.item, verdict.judge, verdict.model_a, verdict.model_b or "", verdict.order)
        body = verdict.model_dump_json(exclude_defaults=True)
        self._later((KEEP_VERDICT, (*place, body)))

    def verdicts(self, trial: str) -> Iterator[Verdict]:
        """Every verdict of a trial, by item."""
        for (body,) in self._db.execute("SELECT body FROM verdicts WHERE trial=? ORDER BY item", (trial,)):
            yield Verdict.model_validate_json(body)

    def begin(self, trial: str, name: str, plan: str) -> None:
        """Note that a trial runs. Verdicts of an earlier run go: they follow from the replies."""
        now = time.time()
        self._later(
            (
                "INSERT INTO trials(id, name, plan, started) VALUES(?,?,?,?) ON CONFLICT DO NOTHING",
                (trial, name, plan, now),
            ),
            ("UPDATE trials SET status='running', updated=?, plan=?, result=NULL WHERE id=?", (now, plan, trial)),
            ("DELETE FROM verdicts WHERE trial=?", (trial,)),
        )

    def finish(self, trial: str, result: TrialResult, *, status: str, seconds: float, failed: int) -> None:
        """Keep the result and the time and failed calls of this run."""
        self._later(
            (
                "UPDATE trials SET status=?, updated=?, result=?, seconds=seconds+?, failed=failed+? WHERE id=?",
                (status, time.time(), result.model_dump_json(), seconds, failed, trial),
            )
        )

    def spent(self, trial: str) -> tuple[Spent, dict[str, int], float]:
        """What a trial has paid so far, the calls it rests on by role, and the seconds it has run."""
        rows = self._db.execute(
            "SELECT u.role, COUNT(*), SUM(u.paid), SUM(u.paid * r.input_tokens), SUM(u.paid * r.output_tokens),"
            " SUM(u.paid * COALESCE(u.cost, 0)), SUM(CASE WHEN u.cost IS NULL THEN 1 ELSE 0 END)"
            " FROM used u JOIN replies r ON r.key = u.key WHERE u.trial=? GROUP BY u.role",
            (trial,),
        ).fetchall()
        total = Spent()
        for _, _, paid, tokens_in, tokens_out, cost, unpriced in rows:
            total.calls += int(paid)
            total.input_tokens += int(tokens_in)
            total.output_tokens += int(tokens_out)
            total.money_usd += float(cost)
            total.unpriced += int(unpriced)
        before = self._db.execute("SELECT seconds, failed FROM trials WHERE id=?", (trial,)).fetchone() or (0.0, 0)
        total.calls += before[1]
        return total, {role: count for role, count, *_ in rows}, float(before[0])

    def paid_since(self, moment: float) -> tuple[int, float]:
        """Calls that any trial paid for since a moment (seconds since 1970), and US dollars where prices are known."""
        row = self._db.execute(
            "SELECT COUNT(*), COALESCE(SUM(u.cost), 0) FROM used u JOIN replies r ON r.key = u.key"
            " WHERE u.paid = 1 AND r.at >= ?",
            (moment,),
        ).fetchone()
        return int(row[0]), float(row[1])

    def trials(self) -> list[dict[str, Any]]:
        """All trials, the newest first."""
        rows = self._db.execute("SELECT id, name, started, updated, status FROM trials ORDER BY updated DESC")
        return [dict(zip(("trial_id", "name", "started", "updated", "status"), row, strict=True)) for row in rows]

    def trial(self, trial: str) -> tuple[str, TrialResult | None] | None:
        """Plan (JSON) and result of a trial; None where there is no such trial."""
        row = self._db.execute("SELECT plan, result FROM trials WHERE id=?", (trial,)).fetchone()
        if row is None:
            return None
        return row[0], TrialResult.model_validate_json(row[1]) if row[1] else None

    def flush(self) -> None:
        """Wait until everything is on disk."""
        self._write()
        if self._syncer is not None:
            self._syncer.close()
            self._syncer = None

    def _later(self, *statements: Statement) -> None:
        """Write together with the next reply."""
        self._pending += statements
        if len(self._pending) > MAX_PENDING:
            self._write()

    def _write(self) -> None:
        statements, self._pending = self._pending, []
        if not statements:
            return
        try:
            self._execute(statements)
        except Exception as error:
            raise _trouble(self.place, error) from error

    def _execute(self, statements: Sequence[Statement]) -> None:
        """Run statements in one transaction."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            for sql, values in statements:
                self._db.execute(sql, values)
            self._db.execute("COMMIT")
        except sqlite3.Error:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise

    @contextlib.contextmanager
    def hold(self, trial: str) -> Iterator[None]:
        """Hold a trial for this process.

        Raises:
            BadInput: another process runs the same trial.
        """
        with only_one(self.file.parent.parent, trial):
            yield

    @contextlib.contextmanager
    def _flusher(self) -> Iterator[Callable[[], Any]]:
        """What brings all that was written to the disk, for a thread of its own."""
        with contextlib.closing(_connect(self.file)) as db, open(f"{self.file}-wal", "rb") as log:
            yield partial(_flush, log.fileno(), db)


class Syncer:
    """Flushes what was written, in a thread. Make it in the event loop whose futures it resolves."""

    def __init__(self, place: str, flusher: Flusher):
        self._place, self._flusher = place, flusher
        self._loop = asyncio.get_running_loop()
        self._todo: queue.SimpleQueue[asyncio.Future[None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()

    def sync(self) -> asyncio.Future[None]:
        """Done when all that was written before is on disk."""
        done: asyncio.Future[None] = self._loop.create_future()
        self._todo.put(done)
        return done

    def close(self) -> None:
        """Flush what is left and end the thread."""
        self._todo.put(None)
        self._thread.join()

    def _work(self) -> None:
        try:
            with self._flusher() as flush:
                self._serve(flush)
        except Exception as error:  # it could not even be opened: whoever waits has to hear of it
            failure = error

            def fail() -> None:
                raise failure

            self._serve(fail)

    def _serve(self, flush: Callable[[], Any]) -> None:
        running = True
        while running:
            batch = [self._todo.get()]
            with contextlib.suppress(queue.Empty):
                while batch[-1] is not None:
                    batch.append(self._todo.get_nowait())
            running = batch[-1] is not None
            failure = _failure_of(flush)
            with contextlib.suppress(RuntimeError):  # the loop may be closed when a run was broken off
                self._loop.call_soon_threadsafe(self._resolve, [f for f in batch if f is not None], failure)

    def _resolve(self, waiting: list[asyncio.Future[None]], failure: Exception | None) -> None:
        for future in waiting:
            if future.done():
                continue
            if failure is not None:
                future.set_exception(_trouble(self._place, failure))
            else:
                future.set_result(None)


def _failure_of(work: Callable[[], Any]) -> Exception | None:
    try:
        work()
    except Exception as error:
        return error
    return None


def _flush(log: int, db: sqlite3.Connection) -> None:
    os.fsync(log)
    if os.fstat(log).st_size > CHECKPOINT_BYTES:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _trouble(place: str, error: Exception) -> AdvisorError:
    return AdvisorError(
        f"The trial's journal {place} cannot be written ({error}): free some space or rights, then resume."
    )


def _connect(file: Path) -> sqlite3.Connection:
    db = sqlite3.connect(file, timeout=30, isolation_level=None, check_same_thread=False)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=NORMAL")
    db.execute("PRAGMA wal_autocheckpoint=0")
    return db


def _open(file: Path) -> sqlite3.Connection:
    db = None
    try:
        db = _connect(file)
        if _version(db, file) < VERSION:
            _migrate(db, file)
        return db
    except (sqlite3.Error, BadInput) as error:
        if db is not None:
            db.close()
        if isinstance(error, BadInput):
            raise
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise AdvisorError(f"{file} is in use by another process: try again when that is done.") from error
        raise BadInput(f"{file} is not a readable journal ({error}): restore a backup, or move it away.") from error


def _version(db: sqlite3.Connection, file: Path) -> int:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise BadInput(f"{file} was written by a newer version of this program: update it, or move the file away.")
    return version


def _migrate(db: sqlite3.Connection, file: Path) -> None:
    """Bring the tables up to date in one transaction. Another process may have done so while this one waited."""
    db.execute("BEGIN IMMEDIATE")
    version = _version(db, file)
    for step in range(version, VERSION) if version else ():
        MIGRATIONS[step](db)
    for statement in TABLES.split(";"):
        db.execute(statement)
    db.execute(f"PRAGMA user_version={VERSION}")
    db.execute("COMMIT")


@contextlib.contextmanager
def only_one(home: Path, trial: str) -> Iterator[None]:
    """Hold a trial for this process; the system frees it when the process ends, however it ends.

    Raises:
        BadInput: another process runs the same trial.
    """
    import fcntl

    folder = home / "trials" / trial
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise BadInput(f"Trial {trial} runs in another process: wait for it, or stop it first.") from error
        yield
