"""Connections to the PostgreSQL database that the settings name, each in one schema; extra `llm-advisor[postgres]`."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from advisor.errors import NotAvailable
from advisor.redact import redact

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg_pool import ConnectionPool

CONNECT_SECONDS = 10
MOST_CONNECTIONS = 8


def connect(url: str, schema: str, **more: Any) -> Connection[Any]:
    """A connection in autocommit mode whose tables lie in `schema`, which is made where it is missing.

    Raises:
        NotAvailable: the driver is missing or the database cannot be reached.
    """
    psycopg = _driver()
    try:
        connection: Connection[Any] = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS, **more)
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (lock_number("schemas"),))
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
        connection.execute(f'SET search_path TO "{schema}"')
        return connection
    except psycopg.Error as error:
        raise NotAvailable(f"The database cannot be used ({_said(error)}): check database_url.") from error


def pool(url: str, schema: str) -> ConnectionPool[Any]:
    """A pool of such connections that give rows as dictionaries, as LangGraph's checkpointer wants them."""
    connect(url, schema).close()
    from psycopg.rows import dict_row
    from psycopg_pool import ConnectionPool

    def in_schema(connection: Connection[Any]) -> None:
        connection.execute(f'SET search_path TO "{schema}"')

    options = {"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row}
    return ConnectionPool(url, min_size=1, max_size=MOST_CONNECTIONS, kwargs=options, configure=in_schema, open=True)


def lock_number(name: str) -> int:
    """The number under which PostgreSQL keeps an advisory lock of that name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


def _driver() -> Any:
    try:
        import psycopg
    except ImportError as error:
        raise NotAvailable("database_url needs the extra: install llm-advisor[postgres].") from error
    return psycopg


def _said(error: Exception) -> str:
    return " ".join(redact(str(error)).split())[:200]
