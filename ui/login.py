"""Who asks: a signed cookie that the login form gives, or the header of a login proxy whose address is trusted."""

from __future__ import annotations

import html
import ipaddress
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from advisor.logs import Audit
from advisor.settings import Settings
from advisor.users.accounts import NAME, SESSION_SECONDS, Accounts

COOKIE = "advisor-user"
MOST_FAILURES = 5
FORGET_SECONDS = 300.0
MOST_FORM_BYTES = 4096
FORM = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Log in to LLM advisor</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px system-ui;max-width:22rem;margin:15vh auto;padding:0 1rem}}
label{{display:block;margin:1rem 0 .3rem}}
input,button{{font:inherit;width:100%;padding:.6rem;box-sizing:border-box}}button{{margin-top:1.2rem}}</style>
<main><h1>LLM advisor</h1><p role="alert">{message}</p><form method="post" action="login">
<label for="name">Name</label><input id="name" name="name" autocomplete="username" required autofocus>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>Log in</button></form></main></html>"""


class Throttle:
    """Counts failures by key; a key with too many of them has to wait."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic):
        self._most, self._seconds, self._clock = most, seconds, clock
        self._failed: defaultdict[str, deque[float]] = defaultdict(deque)

    def blocked(self, key: str) -> bool:
        """Whether the key has to wait."""
        failed, now = self._failed[key], self._clock()
        while failed and failed[0] < now - self._seconds:
            failed.popleft()
        if not failed:
            del self._failed[key]
        return len(failed) >= self._most

    def fail(self, key: str) -> None:
        """Note a failure."""
        self._failed[key].append(self._clock())


class Door:
    """Lets users of a shared server in. Without `settings.shared` everybody is let in, without a name."""

    def __init__(self, settings: Settings, audit: Audit):
        self.settings = settings
        self.accounts = Accounts(settings.home)
        self._audit = audit
        self._trusted = [ipaddress.ip_network(p, strict=False) for p in settings.trusted_proxies]
        self._throttle = Throttle(MOST_FAILURES, FORGET_SECONDS)

    def user(self, request: Request) -> str | None:
        """The user of a request, or None. A header names one only when it comes from a trusted proxy."""
        if self.settings.user_header:
            name = request.headers.get(self.settings.user_header, "").strip()
            return name if self.from_proxy(request) and NAME.fullmatch(name) else None
        token = request.cookies.get(COOKIE, "")
        return self.accounts.user_of(token) if token else None

    def from_proxy(self, request: Request) -> bool:
        """Whether the connection itself comes from a trusted proxy."""
        return bool(request.client and _within(request.client.host, self._trusted))

    def address(self, request: Request) -> str:
        """Where a request comes from; a trusted proxy is asked, but never believed further than its own neighbour."""
        host = request.client.host if request.client else "unknown"
        if self.from_proxy(request):
            return request.headers.get("x-forwarded-for", host).rpartition(",")[2].strip() or host
        return host

    async def form(self, request: Request) -> Response:
        """The login form."""
        return HTMLResponse(FORM.format(message=""))

    async def enter(self, request: Request) -> Response:
        """Check name and password; five failures of a name or an address have to wait five minutes."""
        name, password = await _credentials(request)
        keys = (f"name {name}", f"from {self.address(request)}")
        if any(self._throttle.blocked(key) for key in keys):
            return self._refused("Too many failed attempts: wait five minutes.", 429)
        if not await run_in_threadpool(self.accounts.verify, name, password):
            for key in keys:
                self._throttle.fail(key)
            self._audit.note(name[:100], "login refused", address=self.address(request))
            return self._refused("Name and password do not fit.", 401)
        self._audit.note(name, "login", address=self.address(request))
        response = RedirectResponse("./", status_code=303)
        response.set_cookie(
            COOKIE, self.accounts.token(name), max_age=SESSION_SECONDS, httponly=True, samesite="lax",
            secure=self.settings.secure_cookies,
        )  # fmt: skip
        return response

    async def leave(self, request: Request) -> Response:
        """Forget the login of this browser."""
        response = RedirectResponse("./login", status_code=303)
        response.delete_cookie(COOKIE)
        return response

    def _refused(self, message: str, status: int) -> Response:
        return HTMLResponse(FORM.format(message=html.escape(message)), status_code=status)


async def _credentials(request: Request) -> tuple[str, str]:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MOST_FORM_BYTES:
            return "", ""
    fields = parse_qs(raw.decode("utf-8", "replace"))
    return fields.get("name", [""])[0], fields.get("password", [""])[0]


def _within(host: str, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in network for network in networks)
