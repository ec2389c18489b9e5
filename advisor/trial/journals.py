"""Where the journal of a data folder is kept: a SQLite file, or the database that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.trial.journal import Journal

if TYPE_CHECKING:
    from advisor.settings import Settings


def open_journal(settings: Settings) -> Journal:
    """The journal under these settings; close it, or use it as a context manager.

    Raises:
        BadInput: it cannot be read, or is of a newer version of the program.
        NotAvailable: the database cannot be reached.
    """
    if settings.database_url:
        from advisor.trial.journal_postgres import PostgresJournal

        return PostgresJournal(settings.database_url.get_secret_value(), settings.database_schema)
    return Journal(settings.home)
