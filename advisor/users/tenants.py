"""What one user of a shared server works with: a data folder of its own, and the server's knowledge."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from advisor.services import Services
from advisor.settings import Settings
from advisor.users.accounts import folder_of

if TYPE_CHECKING:
    from advisor.evidence import Posterior
    from knowledge.catalog import Catalog
    from knowledge.store import Store


def settings_of(user: str, settings: Settings) -> Settings:
    """The settings under which a user works. The folder is the user's alone; the server's keys, and endpoints
    that need one, are left out unless the operator lends them (`shared_keys`)."""
    folder = folder_of(user)
    update: dict[str, object] = {
        "shared": True,
        "home": settings.home / "users" / folder,
        "database_schema": f"{settings.database_schema[:20]}_{folder.replace('-', '_')}",
        "weights_folder": settings.weights_folder or settings.home / "weights",
    }
    return (settings if settings.shared_keys else without_keys(settings)).model_copy(update=update)


def without_keys(settings: Settings) -> Settings:
    """The same settings with no key, and with the endpoints alone that need none."""
    kept = {name: e for name, e in settings.endpoints.items() if not e.api_key_env}
    known = {"local", *kept}
    update: dict[str, object] = {"openai_api_key": None, "openrouter_api_key": None, "endpoints": kept}
    for role in ("advisor_model", "judge_model"):
        name = getattr(settings, role)
        update[role] = name if name and name.partition("/")[0] in known else None
    if settings.use in ("openai", "openrouter") or (settings.use == "endpoint" and not kept):
        update["use"] = "auto"
    return settings.model_copy(update=update)


class Tenant(Services):
    """Services of one user: own settings and language model, the server's catalogue, store and posterior."""

    def __init__(self, user: str, server: Services):
        super().__init__(settings_of(user, server.settings), use_llm=server.use_llm)
        self.user = user
        self._server = server
        self.computing = server.computing

    @property
    def ready(self) -> bool:
        return self._server.ready

    @cached_property
    def catalog(self) -> Catalog:
        return self._server.catalog

    @cached_property
    def _store(self) -> Store:
        return self._server.store

    @cached_property
    def posterior(self) -> Posterior:
        return self._server.posterior
