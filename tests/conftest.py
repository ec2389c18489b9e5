"""Fixtures for every test: a home of its own, no keys, no network but this machine, a stub endpoint."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stub_server import StubServer

from advisor.settings import Settings

OUTSIDE = ("OPENAI_", "OPENROUTER_", "ADVISOR_", "LANGCHAIN_", "LANGSMITH_")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
NEEDED = {"embedded": "EMBEDDED MODEL", "browser": "BROWSER"}
TEST_WEIGHTS = Path(os.environ.get("ADVISOR_TEST_WEIGHTS") or Path(sys.prefix) / "weights")

_loud: dict[str, set[str]] = {}


class NetworkForbidden(RuntimeError):
    """A test wanted to leave this machine."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data folder, and an environment without keys, settings or proxies."""
    for name in list(os.environ):
        if name.startswith(OUTSIDE) or name in PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("ADVISOR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections and look-ups of other machines raise."""
    look_up, connect, connect_ex = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex

    def guarded(call: Any) -> Any:
        def checked(self: socket.socket, address: Any) -> Any:
            if self.family != socket.AF_UNIX:
                _refuse(address[0])
            return call(self, address)

        return checked

    def guarded_look_up(host: Any, *args: Any, **options: Any) -> Any:
        _refuse(host)
        return look_up(host, *args, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded(connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


def _refuse(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if name not in ("localhost", "::1", "0.0.0.0", "::") and not name.startswith("127."):
        raise NetworkForbidden(f"a test wanted to reach {name}")


@pytest.fixture
def retry_waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that the openai client wanted to wait before each retry; it does not wait."""
    from openai import _base_client

    waits: list[float] = []

    class NoWait:
        sleep = staticmethod(waits.append)

        def __getattr__(self, name: str) -> Any:
            return getattr(time, name)

    monkeypatch.setattr(_base_client, "time", NoWait())
    return waits


@pytest.fixture
def stub() -> Iterator[StubServer]:
    """An OpenAI-compatible endpoint that says what the test queues."""
    with StubServer() as server:
        yield server


@pytest.fixture
def stub_settings(stub: StubServer, home: Path) -> Settings:
    """Settings whose models are all `stub/model`."""
    endpoints = {"stub": {"base_url": stub.base_url, "model": "model"}}
    return Settings(home=home, use="endpoint", endpoints=endpoints, max_retries=2, timeout_seconds=10)


@pytest.fixture(scope="session")
def whole_weights() -> Path:
    """The folder of joined weights, kept between runs; joining happens once."""
    from advisor.endpoints.weights import PINNED, available

    settings = Settings(weights_folder=TEST_WEIGHTS, home=TEST_WEIGHTS)
    missing = PINNED.keys() - set(available(settings))
    if missing:
        pytest.skip(f"no weights of {', '.join(sorted(missing))}: run `make setup`")
    return TEST_WEIGHTS


@pytest.fixture
def embedded(whole_weights: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with the real embedded models. Their servers run until the session ends."""
    monkeypatch.setenv("ADVISOR_WEIGHTS_FOLDER", str(whole_weights))
    return Settings(home=home, use="local")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first; the browser last, as Playwright keeps an event loop running in this thread."""
    items.sort(key=lambda item: [bool(item.get_closest_marker(name)) for name in ("browser", "embedded")])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    for marker in NEEDED.keys() & report.keywords.keys():
        if report.skipped:
            reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
            _loud.setdefault(marker, set()).add(reason.removeprefix("Skipped: "))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was skipped for want of the model or the browser, in capitals."""
    for marker, reasons in sorted(_loud.items()):
        text = f"*** {NEEDED[marker]} TESTS WERE SKIPPED: {'; '.join(sorted(reasons))} ***"
        terminalreporter.write_line(text, red=True, bold=True)
