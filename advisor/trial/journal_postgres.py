"""The journal in PostgreSQL: the same tables and statements, shared by all machines that name the same database.

Writes commit without waiting for the disk; a thread then flushes the server's log once for all that have gathered,
and only after that a reply is given out, as with the SQLite file.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from advisor.database import connect, lock_number
from advisor.errors import BadInput
from advisor.trial.journal import TABLES, VERSION, Journal, Statement, Syncer

FLUSH = "SELECT pg_logical_emit_message(true, 'advisor', '')"  # a commit that waits for the log, with what is in it


class PostgresJournal(Journal):
    """Opens, and on first use makes, the journal in a schema of a database.

    Raises:
        NotAvailable: the database cannot be reached.
        BadInput: its journal is of a newer version of the program.
    """

    def __init__(self, url: str, schema: str):
        self._url, self._schema = url, schema
        self.place = f"schema {schema} of the database"
        self._pg = connect(url, schema)
        self._pg.execute("SET synchronous_commit TO off")
        self._db: Any = Portable(self._pg)
        self._pending: list[Statement] = []
        self._syncer: Syncer | None = None
        self._prepare()

    @contextlib.contextmanager
    def hold(self, trial: str) -> Iterator[None]:
        """Hold a trial for this connection; the database frees it when the connection ends, however it ends.

        Raises:
            BadInput: another process, on any machine, runs the same trial.
        """
        number = lock_number(f"{self._schema} {trial}")
        free = self._pg.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()
        if not free or not free[0]:
            raise BadInput(f"Trial {trial} runs in another process: wait for it, or stop it first.")
        try:
            yield
        finally:
            self._pg.execute("SELECT pg_advisory_unlock(%s)", (number,))

    @contextlib.contextmanager
    def _flusher(self) -> Iterator[Callable[[], Any]]:
        with contextlib.closing(connect(self._url, self._schema)) as db:
            yield partial(db.execute, FLUSH)

    def _execute(self, statements: Sequence[Statement]) -> None:
        with self._pg.transaction():
            for sql, values in statements:
                self._db.execute(sql, values)

    def _prepare(self) -> None:
        with self._pg.transaction():
            self._pg.execute("SELECT pg_advisory_xact_lock(%s)", (lock_number(self._schema),))
            self._pg.execute("CREATE TABLE IF NOT EXISTS journal_version(version INTEGER)")
            known = self._pg.execute("SELECT version FROM journal_version").fetchone()
            if known and known[0] > VERSION:
                raise BadInput("The database's journal was written by a newer version of this program: update it.")
            for statement in filter(str.strip, TABLES.split(";")):
                self._pg.execute(statement.replace("WITHOUT ROWID", "").replace("REAL", "DOUBLE PRECISION"))
            if not known:
                self._pg.execute("INSERT INTO journal_version VALUES(%s)", (VERSION,))


class Portable:
    """A connection that takes SQLite's placeholders. PostgreSQL keeps no NUL in text: it becomes U+FFFD."""

    def __init__(self, connection: Any):
        self._connection = connection

    def execute(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement and return its cursor."""
        kept = [v.replace("\0", "\ufffd") if isinstance(v, str) else v for v in values]
        return self._connection.execute(sql.replace("?", "%s"), kept)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
