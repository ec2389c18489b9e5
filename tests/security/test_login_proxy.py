"""A login proxy names the user in a header; nobody else can."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request

from advisor.logs import Audit
from advisor.settings import Settings
from ui.login import Door, Throttle


def request(client: str, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": raw, "client": (client, 1)})


@pytest.fixture
def door(home: Path) -> Door:
    settings = Settings(home=home, shared=True, user_header="X-Forwarded-User", trusted_proxies=["10.0.0.0/8", "::1"])
    return Door(settings, Audit(home))


def test_the_header_of_a_trusted_proxy_names_the_user(door: Door) -> None:
    assert door.user(request("10.1.2.3", x_forwarded_user="ana@example.com")) == "ana@example.com"
    assert door.user(request("::1", x_forwarded_user="ana")) == "ana"


@pytest.mark.parametrize("client", ["11.0.0.1", "127.0.0.1", "testclient", "::2"])
def test_the_same_header_from_elsewhere_is_nobody(door: Door, client: str) -> None:
    assert door.user(request(client, x_forwarded_user="ana", x_forwarded_for="10.0.0.1")) is None


@pytest.mark.parametrize("name", ["", "../ana", "a b", "ana,ben", "x" * 101])
def test_a_name_that_is_none_is_nobody(door: Door, name: str) -> None:
    assert door.user(request("10.1.2.3", x_forwarded_user=name)) is None


def test_an_address_is_taken_from_the_proxy_only(door: Door) -> None:
    assert door.address(request("10.0.0.1", x_forwarded_for="6.6.6.6, 7.7.7.7")) == "7.7.7.7"
    assert door.address(request("9.9.9.9", x_forwarded_for="6.6.6.6")) == "9.9.9.9"


def test_proxies_come_with_commas_from_the_environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVISOR_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.1")
    assert Settings(home=home).trusted_proxies == ["10.0.0.0/8", "192.168.1.1"]


def test_failures_are_forgotten_after_a_while() -> None:
    now = [0.0]
    throttle = Throttle(2, 60, clock=lambda: now[0])
    throttle.fail("a")
    throttle.fail("a")
    assert throttle.blocked("a") and not throttle.blocked("b")
    now[0] = 61
    assert not throttle.blocked("a")
