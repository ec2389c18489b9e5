"""Where conversations are kept: a SQLite file of the data folder, or a PostgreSQL database that machines share."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from advisor.errors import BadInput
from advisor.settings import Settings

TABLE = "CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, title TEXT, updated TEXT)"
NOTE = "INSERT INTO conversations VALUES ({0}, {0}, {0}) ON CONFLICT (id) DO UPDATE SET updated = excluded.updated"
LIST = "SELECT id, title, updated FROM conversations ORDER BY updated DESC LIMIT {0}"
AT_WORK = "This conversation is at work in another process: wait for it to end."
TITLE_CHARS = 80

Row = tuple[str, str, str]


class Records(Protocol):
    """Checkpoints and the list of conversations. Thread-safe, and shared by processes."""

    saver: Any

    def touch(self, conversation: str, title: str) -> None:
        """Remember a conversation; its first title stays."""

    def history(self, limit: int) -> list[Row]:
        """Id, title and time (ISO 8601) of earlier conversations, the newest first."""

    def hold(self, conversation: str) -> AbstractContextManager[None]:
        """Keep other processes out of a conversation. Raises BadInput where one is at work in it."""

    def thin(self, conversation: str) -> None:
        """Forget the steps that led to the present state of a conversation: nothing goes back to them."""

    def close(self) -> None:
        """Close files and connections."""


def open_records(settings: Settings, serializer: Any) -> Records:
    """The records that the settings name.

    Raises:
        NotAvailable: the database cannot be reached.
        BadInput: the file is no SQLite file.
    """
    if settings.database_url:
        return PostgresRecords(settings.database_url.get_secret_value(), settings.database_schema, serializer)
    return SqliteRecords(settings.home, serializer)


class SqliteRecords:
    """Records in `conversations.sqlite`; a lock file a conversation keeps processes apart."""

    def __init__(self, home: Path, serializer: Any):
        from langgraph.checkpoint.sqlite import SqliteSaver

        home.mkdir(parents=True, exist_ok=True)
        file = home / "conversations.sqlite"
        self._locks = home / "locks"
        self._steps = sqlite3.connect(file, check_same_thread=False, timeout=30)  # the saver guards it by its own lock
        self._db = sqlite3.connect(file, check_same_thread=False, timeout=30)
        self._lock = threading.Lock()
        try:
            self._steps.execute("pragma journal_mode=wal")
            self.saver = SqliteSaver(self._steps, serde=serializer)
            self.saver.setup()
            with self._db:
                self._db.execute(TABLE)
        except sqlite3.DatabaseError as error:
            self.close()
            raise BadInput(
                f"{file} cannot be read ({error}): restore a backup (`advisor restore FILE`), or move it away."
            ) from error

    def touch(self, conversation: str, title: str) -> None:
        with self._lock, self._db:
            self._db.execute(NOTE.format("?"), (conversation, title[:TITLE_CHARS], _now()))

    def history(self, limit: int) -> list[Row]:
        with self._lock:
            return self._db.execute(LIST.format("?"), (limit,)).fetchall()

    @contextlib.contextmanager
    def hold(self, conversation: str) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self._locks.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._locks / f"{conversation}.lock", timeout=0):
                yield
        except Timeout as error:
            raise BadInput(AT_WORK) from error

    def thin(self, conversation: str) -> None:
        with self.saver.cursor() as db:
            last = "(SELECT max(checkpoint_id) FROM checkpoints WHERE thread_id = ?)"
            for table in ("writes", "checkpoints"):  # the checkpoints last: they tell which step is the last one
                db.execute(
                    f"DELETE FROM {table} WHERE thread_id = ? AND checkpoint_id < {last}",
                    (conversation, conversation),
                )

    def close(self) -> None:
        self._steps.close()
        self._db.close()


class PostgresRecords:
    """Records in a schema of a PostgreSQL database; advisory locks keep processes and machines apart."""

    def __init__(self, url: str, schema: str, serializer: Any):
        from langgraph.checkpoint.postgres import PostgresSaver

        from advisor.database import connect, lock_number, pool

        self._pool = pool(url, schema)
        self._schema = schema
        self._locks, self._lock = connect(url, schema), threading.Lock()
        self.saver = PostgresSaver(self._pool, serde=serializer)
        with self._alone(lock_number(f"{schema} tables")):  # of several processes that start at once, one makes them
            self.saver.setup()
            self._locks.execute(TABLE)

    @contextlib.contextmanager
    def _alone(self, number: int) -> Iterator[None]:
        """Wait for a lock of the session: the making of an index would wait for an open transaction for ever."""
        self._locks.execute("SELECT pg_advisory_lock(%s)", (number,))
        try:
            yield
        finally:
            self._locks.execute("SELECT pg_advisory_unlock(%s)", (number,))

    def touch(self, conversation: str, title: str) -> None:
        with self._pool.connection() as db:
            db.execute(NOTE.format("%s"), (conversation, title[:TITLE_CHARS].replace("\0", "\ufffd"), _now()))

    def history(self, limit: int) -> list[Row]:
        with self._pool.connection() as db:
            rows = db.execute(LIST.format("%s"), (limit,)).fetchall()
        return [(row["id"], row["title"], row["updated"]) for row in rows]

    @contextlib.contextmanager
    def hold(self, conversation: str) -> Iterator[None]:
        from advisor.database import lock_number

        number = lock_number(f"{self._schema} conversation {conversation}")
        with self._lock:
            found = self._locks.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
        if not found or not found[0]:
            raise BadInput(AT_WORK)
        try:
            yield
        finally:
            with self._lock:
                self._locks.execute("SELECT pg_advisory_unlock(%s)", (number,))

    def thin(self, conversation: str) -> None:
        self.saver.prune([conversation])

    def close(self) -> None:
        self._locks.close()
        self._pool.close()


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
