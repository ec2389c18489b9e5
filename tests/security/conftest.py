"""A shared server with two users in this process, on a free port; its models are a stub."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stub_server import Reply, StubServer
from visitors import PASSWORDS

from advisor.settings import Settings
from advisor.users.accounts import Accounts
from ui.server import Serving, serve


def speak(body: dict[str, Any]) -> Reply:
    """Candidates answer; the judge gives five points."""
    return Reply('{"reason": "fine", "score": 5}' if "response_format" in body else "An answer.")


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared") / "home"


@pytest.fixture(scope="module")
def shared(shared_home: Path) -> Iterator[Serving]:
    """Ana and Ben may log in. The knowledge store is left out: these tests do not need it."""
    for name, password in PASSWORDS.items():
        Accounts(shared_home).add(name, password)
    with StubServer(speak) as stub, pytest.MonkeyPatch.context() as patch:
        for name in ("OPENAI_API_KEY", "OPENROUTER_API_KEY"):
            patch.delenv(name, raising=False)
        patch.setattr("ui.health.Health.warm_up", lambda self: self.warm.set())
        endpoints: Any = {"stub": {"base_url": stub.base_url, "model": "m"}}
        settings = Settings(
            home=shared_home, shared=True, use="endpoint", endpoints=endpoints, messages_per_minute=3,
            database_url=None,
        )  # fmt: skip
        server = serve(settings, host="127.0.0.1", port=0, block=False)
        assert server is not None
        yield server
        server.close()
