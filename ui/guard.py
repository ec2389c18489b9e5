"""What every request passes: an id, the right host and origin, who asks, whose file, and headers for the browser."""

from __future__ import annotations

import filecmp
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from advisor.logs import log
from ui.health import Metrics
from ui.login import Door

OPEN = ("/login", "/healthz", "/readyz")
PRIVATE = ("/metrics",)
FILES = "/gradio_api/file="
LOOPBACK = ("127.0.0.1", "::1")
REQUEST_ID = "x-request-id"
# Images and connections stay on this server, so that no text of a user, a source or a model can call elsewhere.
# Gradio's page needs inline scripts and styles, and builds functions and workers from text.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' blob: data:; media-src 'self' blob:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "x-frame-options": "DENY",
}


class Guard:
    """ASGI middleware before everything else. `files_of` gives the folder of files that a user may fetch."""

    def __init__(self, app: ASGIApp, *, door: Door, hosts: frozenset[str], files_of: Callable[[str | None], Path],
                 metrics: Metrics):  # fmt: skip
        self._app, self._door, self._hosts = app, door, hosts
        self._files_of, self._metrics = files_of, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, started = Request(scope), time.monotonic()
        name = self._id(request)
        with structlog.contextvars.bound_contextvars(request_id=name):
            status: list[int] = []
            answer = self._refusal(request)
            await (answer or self._app)(scope, receive, self._sender(send, name, status))
            self._tell(request, status, time.monotonic() - started)

    def _id(self, request: Request) -> str:
        """The id that a trusted proxy gave the request, or a new one."""
        given = request.headers.get(REQUEST_ID, "")
        return given[:64] if given.isalnum() and self._door.from_proxy(request) else uuid.uuid4().hex

    def _sender(self, send: Send, name: str, status: list[int]) -> Send:
        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])
                headers = MutableHeaders(scope=message)
                headers.update({**HEADERS, REQUEST_ID: name})
            await send(message)

        return marked

    def _tell(self, request: Request, status: list[int], seconds: float) -> None:
        code = status[0] if status else 499
        self._metrics.requests.labels(request.method, str(code)).inc()
        if code >= 400 or request.method == "POST":
            log().info("request", method=request.method, path=request.url.path[:200], status=code,
                       ms=round(1000 * seconds))  # fmt: skip

    def _refusal(self, request: Request) -> Response | None:
        """The answer to a request that goes no further, or None."""
        for check in (self._wrong_host, self._wrong_origin, self._not_for_all, self._stranger, self._foreign_file):
            answer = check(request)
            if answer is not None:
                self._metrics.refused.labels(check.__name__.lstrip("_")).inc()
                return answer
        return None

    def _wrong_host(self, request: Request) -> Response | None:
        """A name that another site made point here (DNS rebinding) is not ours."""
        if not self._hosts or request.url.path in OPEN:
            return None
        host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        return None if host in self._hosts else _no(403, "This server is not reached under that name.")

    def _wrong_origin(self, request: Request) -> Response | None:
        """What a page of another site sends in a visitor's name."""
        origin = request.headers.get("origin")
        if request.method in ("GET", "HEAD", "OPTIONS") or not origin:
            return None
        hosts = {request.headers.get("host", "")}
        if self._door.from_proxy(request):
            hosts.add(request.headers.get("x-forwarded-host", ""))
        return None if urlsplit(origin).netloc in hosts else _no(403, "Requests of other sites are refused.")

    def _not_for_all(self, request: Request) -> Response | None:
        """Metrics are for this machine and the trusted proxies."""
        here = request.client is not None and request.client.host in LOOPBACK
        if request.url.path not in PRIVATE or here or self._door.from_proxy(request):
            return None
        return _no(403, "Metrics are read on the server itself.")

    def _stranger(self, request: Request) -> Response | None:
        """Whoever has not logged in gets no further than the login."""
        if not self._door.settings.shared or request.url.path in OPEN + PRIVATE or self._door.user(request):
            return None
        if self._door.settings.user_header or request.url.path != "/":
            return _no(401, "Log in first.")
        return RedirectResponse("./login", status_code=303)

    def _foreign_file(self, request: Request) -> Response | None:
        """Of the files that Gradio keeps for all, a user gets those that are equal to a file of the user's own."""
        if not self._door.settings.shared or not request.url.path.startswith(FILES):
            return None
        wanted = Path(unquote(request.url.path.removeprefix(FILES)))
        own = self._files_of(self._door.user(request))
        return None if _is_copy(wanted, own) else _no(404, "There is no such file.")


def _is_copy(wanted: Path, folder: Path) -> bool:
    try:
        return any(filecmp.cmp(wanted, mine, shallow=False) for mine in folder.rglob(wanted.name or "-"))
    except (OSError, ValueError):
        return False


def _no(status: int, words: str) -> Response:
    body: dict[str, Any] = {"error": words, "detail": words}
    return JSONResponse(body, status_code=status)
