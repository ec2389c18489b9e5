"""Where the calls of a trial are made: in this process, or by workers on a cluster. The rest of a trial is the same."""

from __future__ import annotations

from typing import Any, Protocol

from advisor.trial.client import Client

Trusted = frozenset[tuple[str, int]] | None


class Engine(Protocol):
    """Makes the client that a trial sends its calls with."""

    def client(self, *, timeout_s: float, trusted: Trusted) -> Any:
        """An asynchronous context manager with `send(call)` as `advisor.trial.client.Client` has it."""


class Local:
    """Calls are made in this process."""

    def client(self, *, timeout_s: float, trusted: Trusted) -> Client:
        """The client of this process."""
        return Client(timeout_s=timeout_s, trusted=trusted)
