"""What users of a shared server may still do today: calls, money, trials at a time, messages a minute.

The ledger is one SQLite file that all processes of a data folder share. A trial takes its room before it starts,
as caps of its plan, so that nobody passes a quota by starting many trials at once. What trials paid is read from
the journal, which also knows of those that were killed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import sqlite3
import time
from collections.abc import Iterator

from advisor.errors import CapReached
from advisor.settings import Settings
from advisor.trial.schema import Plan

TABLES = """
CREATE TABLE IF NOT EXISTS used(user TEXT, day TEXT, calls INTEGER, usd REAL, PRIMARY KEY(user, day)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS held(id INTEGER PRIMARY KEY, user TEXT, calls INTEGER, usd REAL, pid INTEGER, at REAL);
CREATE TABLE IF NOT EXISTS sent(user TEXT, at REAL);
CREATE INDEX IF NOT EXISTS sent_by_user ON sent(user, at);
"""
LEASE_SECONDS = 24 * 3600
Paid = tuple[int, float]
NOTHING: Paid = (0, 0.0)
MINUTE = 60.0


class Quota:
    """The ledger of a server's data folder, with the limits of its settings."""

    def __init__(self, settings: Settings):
        self._settings = settings
        self._file = settings.home / "quota.sqlite"
        settings.home.mkdir(parents=True, exist_ok=True)
        with self._ledger() as db:
            db.executescript(TABLES)

    @contextlib.contextmanager
    def _ledger(self) -> Iterator[sqlite3.Connection]:
        with contextlib.closing(sqlite3.connect(self._file, timeout=30, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode=WAL")
            yield db

    def message(self, user: str, *, now: float | None = None) -> None:
        """Count a message.

        Raises:
            CapReached: the user sends too many a minute.
        """
        now, most = time.time() if now is None else now, self._settings.messages_per_minute
        with self._ledger() as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("DELETE FROM sent WHERE at < ? OR at > ?", (now - MINUTE, now + MINUTE))
            (count,) = db.execute("SELECT COUNT(*) FROM sent WHERE user=?", (user,)).fetchone()
            if count < most:
                db.execute("INSERT INTO sent VALUES(?,?)", (user, now))
            db.execute("COMMIT")
        if count >= most:
            raise CapReached(f"More than {most} messages a minute: wait a moment, then send it again.")

    def spend(self, user: str, calls: int, usd: float) -> None:
        """Count what the conversation itself has asked for."""
        if calls or usd:
            with self._ledger() as db:
                db.execute(
                    "INSERT INTO used VALUES(?,?,?,?) ON CONFLICT(user, day) DO UPDATE"
                    " SET calls=calls+excluded.calls, usd=usd+excluded.usd",
                    (user, _today(), calls, usd),
                )

    @contextlib.contextmanager
    def trial(self, user: str, plan: Plan, *, today: Paid = NOTHING, before: Paid = NOTHING) -> Iterator[Plan]:
        """Room for a trial: the plan with caps that keep the quota.

        Args:
            today: what the user's journal says was paid today, by any trial.
            before: what this trial has paid in earlier runs, which its caps count too.

        Raises:
            CapReached: nothing is left for today, or too many trials of the user run.
        """
        held, room = self._hold(user, plan, today)
        caps = {"calls": before[0] + room[0], "money_usd": before[1] + room[1]}
        given = plan.limits.calls, plan.limits.money_usd
        for (name, most), asked in zip(list(caps.items()), given, strict=True):
            caps[name] = most if asked is None else min(most, asked)
        try:
            yield plan.model_copy(update={"limits": plan.limits.model_copy(update=caps)})
        finally:
            with self._ledger() as db:
                db.execute("DELETE FROM held WHERE id=?", (held,))

    def left(self, user: str, today: Paid = NOTHING) -> Paid:
        """Calls and US dollars that the user may still spend today."""
        with self._ledger() as db:
            return self._left(db, user, today)

    def _left(self, db: sqlite3.Connection, user: str, today: Paid) -> Paid:
        used = db.execute("SELECT calls, usd FROM used WHERE user=? AND day=?", (user, _today())).fetchone() or (0, 0)
        held = db.execute("SELECT TOTAL(calls), TOTAL(usd) FROM held WHERE user=?", (user,)).fetchone()
        calls = self._settings.calls_per_day - used[0] - int(held[0]) - today[0]
        return max(0, calls), max(0.0, self._settings.usd_per_day - used[1] - held[1] - today[1])

    def _hold(self, user: str, plan: Plan, today: Paid) -> tuple[int, Paid]:
        with self._ledger() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                held, room = self._admit(db, user, plan, today)
                db.execute("COMMIT")
            except CapReached:
                db.execute("ROLLBACK")
                raise
        return held, room

    def _admit(self, db: sqlite3.Connection, user: str, plan: Plan, today: Paid) -> tuple[int, Paid]:
        _forget_the_dead(db)
        (running,) = db.execute("SELECT COUNT(*) FROM held WHERE user=?", (user,)).fetchone()
        if running >= self._settings.trials_at_once:
            raise CapReached(f"{running} of your trials run already: wait for one to end, or stop it.")
        calls, usd = self._left(db, user, today)
        if not calls:
            raise CapReached("Your calls of today are used up: go on tomorrow, or ask who runs this server.")
        calls = min(calls, calls if plan.limits.calls is None else plan.limits.calls)
        usd = min(usd, usd if plan.limits.money_usd is None else plan.limits.money_usd)
        values = (user, calls, usd, os.getpid(), time.time())
        row = db.execute("INSERT INTO held(user, calls, usd, pid, at) VALUES(?,?,?,?,?)", values)
        return int(row.lastrowid or 0), (calls, usd)


def _forget_the_dead(db: sqlite3.Connection) -> None:
    """Give back the room of trials whose process has ended; what they paid stands in the journal."""
    for held, pid, at in db.execute("SELECT id, pid, at FROM held").fetchall():
        if not _alive(pid) or time.time() - at > LEASE_SECONDS:
            db.execute("DELETE FROM held WHERE id=?", (held,))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()
