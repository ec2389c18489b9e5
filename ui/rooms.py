"""Whose conversations a visitor sees: on a shared server those of the user's own data folder and no others."""

from __future__ import annotations

import threading
from typing import Protocol

from advisor.errors import BadInput
from advisor.logs import Audit
from advisor.services import Services
from advisor.session import Conversations
from advisor.users.quota import Quota
from advisor.users.tenants import Tenant
from advisor.users.usage import Steward


class Visitor(Protocol):
    """What of a request says who asks."""

    username: str | None


class Rooms:
    """One set of conversations for everybody, or one for each user. Thread-safe."""

    def __init__(self, services: Services):
        self.services = services
        self._shared = services.settings.shared
        self._audit = Audit(services.settings.home)
        self._quota = Quota(services.settings) if self._shared else None
        self._rooms: dict[str, Conversations] = {}
        self._lock = threading.Lock()

    def of(self, visitor: Visitor | None) -> Conversations:
        """The conversations of whoever asks.

        Raises:
            BadInput: nobody has logged in.
        """
        user = visitor.username if visitor is not None and self._shared else ""
        if user is None or (self._shared and not user):
            raise BadInput("Log in first: this server keeps the work of its users apart.")
        with self._lock:
            if user not in self._rooms:
                self._rooms[user] = Conversations(self._services(user))
            return self._rooms[user]

    def _services(self, user: str) -> Services:
        if self._quota is None:
            return self.services
        tenant = Tenant(user, self.services)
        tenant.steward = Steward(user, self._quota, self._audit, tenant.settings, tenant.spoken)
        return tenant

    def all(self) -> list[Conversations]:
        """Every set that was opened, to close them in the end."""
        with self._lock:
            return list(self._rooms.values())
