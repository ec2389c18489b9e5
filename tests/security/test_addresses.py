"""A stranger's endpoint reaches public addresses only, however the address is written."""

from __future__ import annotations

import _socket
import asyncio
import socket
from typing import Any

import pytest
from aiohttp.abc import AbstractResolver
from stub_server import Reply, StubServer

from advisor.endpoints.netguard import Forbidden, check_address, is_public, place, resolver
from advisor.errors import BadInput, EndpointError
from advisor.settings import Settings
from advisor.trial.client import Call, CallError, Client, Route
from advisor.trial.plan import plan_of
from advisor.trial.schema import Endpoint
from advisor.trial.trial import run_plan

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "::127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "fd00:ec2::254",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
WAYS_TO_WRITE_LOOPBACK = ["2130706433", "0x7f000001", "017700000001", "127.1", "127.0.1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", ["http://127.0.0.1/v1", "http://[::1]:8000/v1", "http://localhost./v1",
                                 "http://169.254.169.254/latest/meta-data", "http://[::ffff:10.0.0.1]/"])  # fmt: skip
def test_a_plainly_private_address_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(BadInput, match="private network"):
        check_address(url)


@pytest.mark.parametrize("url", ["ftp://host/", "file:///etc/passwd", "gopher://host", "http://", "host/v1",
                                 "http://host:99999/v1"])  # fmt: skip
def test_other_schemes_are_no_endpoint(url: str) -> None:
    with pytest.raises(BadInput, match="no web address"):
        place(url)


def _row(host: str, address: str, port: int) -> Any:
    return {"hostname": host, "host": address, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}


class Numeric(AbstractResolver):
    """What the system makes of a number, without asking anybody."""

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        found = _socket.getaddrinfo(host, port, socket.AF_INET, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
        return [
            {"hostname": host, "host": f[4][0], "port": port, "family": f[0], "proto": 0, "flags": 0} for f in found
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("name", WAYS_TO_WRITE_LOOPBACK)
def test_every_way_to_write_loopback_is_seen_when_it_is_resolved(name: str) -> None:
    with pytest.raises(Forbidden):
        asyncio.run(resolver(frozenset(), Numeric()).resolve(name, 80))


class Rebinding(AbstractResolver):
    """Says first one address, then another."""

    def __init__(self, *addresses: str):
        self.addresses = list(addresses)

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[Any]:
        address = self.addresses.pop(0)
        return [_row(host, address, port)]

    async def close(self) -> None:
        pass


def test_a_name_that_moves_into_the_private_network_is_refused_at_every_look_up() -> None:
    guarded = resolver(frozenset(), Rebinding("8.8.8.8", "127.0.0.1"))

    async def work() -> None:
        assert (await guarded.resolve("rebind.example", 80))[0]["host"] == "8.8.8.8"
        with pytest.raises(Forbidden, match="private network"):
            await guarded.resolve("rebind.example", 80)

    asyncio.run(work())


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    class Both(Rebinding):
        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[Any]:
            return [(await Rebinding(a).resolve(host, port))[0] for a in ("8.8.8.8", "10.0.0.1")]

    with pytest.raises(Forbidden):
        asyncio.run(resolver(frozenset(), Both()).resolve("both.example", 80))


def test_the_client_connects_to_the_checked_address_and_names_the_reason(stub: StubServer) -> None:
    """`localhost` resolves to loopback: the trial's client does not even connect, and does not try again."""
    url = stub.base_url.replace("127.0.0.1", "localhost")
    route = Route("evil/m", "evil", url, "m", url)

    async def ask(trusted: frozenset[tuple[str, int]] | None) -> str:
        async with Client(timeout_s=5, trusted=trusted) as client:
            return (await client.send(Call(route, [{"role": "user", "content": "hi"}], {})))[0].text

    stub.handler = lambda body: Reply("reached")
    with pytest.raises(CallError, match="private network") as refused:
        asyncio.run(ask(frozenset()))
    assert not refused.value.retry and not stub.calls
    assert asyncio.run(ask(frozenset([place(url)]))) == "reached"


def test_a_redirect_is_not_followed(stub: StubServer) -> None:
    with StubServer(lambda body: Reply("inside")) as inside:
        location = {"Location": f"{inside.base_url}/chat/completions"}
        stub.handler = lambda body: Reply(status=307, headers=location, error={"message": "moved"})
        route = Route("evil/m", "evil", stub.base_url, "m", stub.base_url)

        async def ask() -> None:
            async with Client(timeout_s=5) as client:
                await client.send(Call(route, [{"role": "user", "content": "hi"}], {}))

        with pytest.raises(CallError, match="307"):
            asyncio.run(ask())
        assert not inside.calls


def shared(home: Any, stub: StubServer) -> Settings:
    return Settings(home=home, shared=True, endpoints={"own": Endpoint(base_url=stub.base_url, model="m")})


def plan(**more: Any) -> Any:
    base = {"candidates": ["own/m"], "prompts": ["Hello?"], "judge": {"models": ["own/m"], "protocol": "rubric"}}
    return plan_of(base | more)


def test_a_strangers_endpoint_cannot_point_inside_while_the_operators_own_may(home, stub: StubServer) -> None:
    stub.handler = lambda body: Reply('{"reason": "fine", "score": 5}')
    settings = shared(home, stub)
    assert run_plan(plan(), settings=settings).calls["candidate"] == 1
    evil = {"evil": {"base_url": stub.base_url}}
    with pytest.raises(BadInput, match="private network"):
        run_plan(plan(endpoints=evil, candidates=["evil/m"]), settings=settings)
    named = {"evil": {"base_url": stub.base_url.replace("127.0.0.1", "localhost.")}}
    with pytest.raises((BadInput, EndpointError), match="private network"):
        run_plan(plan(endpoints=named, candidates=["evil/m"]), settings=settings)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"endpoints": {"x": {"base_url": "https://x.example/v1", "api_key_env": "OPENAI_API_KEY"}}}, "keys"),
        ({"endpoints": {"own": {"base_url": "https://x.example/v1"}}}, "another name"),
        ({"endpoints": {"openai": {"base_url": "https://x.example/v1"}}}, "another name"),
        ({"prompts": "/etc/passwd"}, "not in a file"),
        ({"allow_code": True}, "Python"),
        ({"metrics": [{"kind": "python", "name": "m", "options": {"code": "def score(**k): return 1"}}]}, "Python"),
        ({"limits": {"concurrency": 5000}}, "in flight"),
    ],
)
def test_what_a_stranger_may_not_ask_for(home, stub: StubServer, change: dict[str, Any], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        run_plan(plan(**change), settings=shared(home, stub))
    assert not stub.calls
