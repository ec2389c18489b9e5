"""Structured logs of a server: one event a line, with the id of the request; an audit log of who did what."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from advisor.redact import redact

if TYPE_CHECKING:
    import structlog

AUDIT_FILE = "audit.jsonl"


def configure(form: Literal["text", "json"]) -> None:
    """Send all logs, also those of libraries, to stderr: as JSON, or for people. Secrets are taken out."""
    import structlog

    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    last: Any = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[strip, last]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("httpx", "uvicorn.access"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def without_secrets(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor that takes secrets out of every text of an event."""
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def log() -> structlog.stdlib.BoundLogger:
    """The server's logger."""
    import structlog

    logger: structlog.stdlib.BoundLogger = structlog.get_logger("advisor")
    return logger


class Audit:
    """Appends who did what to `audit.jsonl` of the data folder; words of users and models never go into it."""

    def __init__(self, home: Path):
        self.file = home / AUDIT_FILE

    def note(self, user: str, what: str, **facts: str | int | float | None) -> None:
        """One line: time (UTC), user, what was done, and facts such as a trial's id."""
        import datetime as dt
        import json
        import os

        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"at": at, "user": user, "what": what, **facts}, ensure_ascii=False) + "\n"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, line.encode("utf-8", "replace"))  # one write, so that lines of processes don't mix
        finally:
            os.close(handle)
