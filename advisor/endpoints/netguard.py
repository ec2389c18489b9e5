"""Addresses that a stranger's endpoint may have: public ones, checked on the address that is connected to.

A name is resolved once, by the resolver below; aiohttp connects to the addresses that come out of it. A name that
first shows a public address and later a private one (DNS rebinding) therefore reaches nothing, and neither do other
ways to write an address (`2130706433`, `0x7f.1`, `::ffff:127.0.0.1`), because the check sees what they resolve to.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from advisor.errors import BadInput

if TYPE_CHECKING:
    from aiohttp.abc import AbstractResolver

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
NAT64 = ipaddress.ip_network("64:ff9b::/96")
DEFAULT_PORTS = {"http": 80, "https": 443}


class Forbidden(OSError):
    """A name led to an address that strangers may not reach."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet; an IPv4 address inside an IPv6 one is looked at too."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(a.is_global and not a.is_multicast for a in (ip, *_embedded(ip)))


def _embedded(ip: Address) -> Iterable[ipaddress.IPv4Address]:
    """IPv4 addresses that an IPv6 address stands for: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(ip, ipaddress.IPv4Address):
        return
    if ip.teredo:
        yield from ip.teredo
    yield from (a for a in (ip.ipv4_mapped, ip.sixtofour) if a)
    if ip in NAT64 or int(ip) < 2**32:
        yield ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)


def place(url: str) -> tuple[str, int]:
    """Host and port of a web address.

    Raises:
        BadInput: it is no web address, or carries a user name or password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise BadInput(f"{shown(url)!r} is no web address: write for example https://host/v1.") from error
    if not host or parts.scheme not in DEFAULT_PORTS:
        raise BadInput(f"{shown(url)!r} is no web address: write for example https://host/v1.")
    if "@" in parts.netloc:
        raise BadInput(f"The address {shown(url)} holds a user name or password: put the key into a variable instead.")
    return host, port


def shown(url: str) -> str:
    """An address without user name, password and query, fit for messages."""
    head, slashes, rest = url.partition("://")
    netloc, slash, path = rest.partition("/")
    return f"{head}{slashes}{netloc.rpartition('@')[2]}{slash}{path}".partition("?")[0]


def check_address(url: str) -> None:
    """Refuse an address of a stranger that is plainly not public. Names are checked when they are resolved.

    Raises:
        BadInput: it points into a private network.
    """
    host, _ = place(url)
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        if host.rstrip(".").lower() != "localhost":
            return
    if not is_public(host):
        raise BadInput(f"{shown(url)} is inside a private network: endpoints must have a public address here.")


def resolver(trusted: frozenset[tuple[str, int]], inner: AbstractResolver | None = None) -> AbstractResolver:
    """An aiohttp resolver that gives out public addresses only, but for the `trusted` places (host, port).

    Its `resolve` raises Forbidden, an OSError, where a name leads elsewhere.
    """
    from aiohttp import ThreadedResolver
    from aiohttp.abc import AbstractResolver, ResolveResult

    inside = inner or ThreadedResolver()

    class Guarded(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
            found = await inside.resolve(host, port, family)
            if (host, port) not in trusted and not all(is_public(str(f["host"])) for f in found):
                raise Forbidden(f"{host} leads into a private network: endpoints must have a public address here")
            return found

        async def close(self) -> None:
            await inside.close()

    return Guarded()
