"""The web server: Gradio's page behind the guard, login, health and metrics; it parks running trials when it stops."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.endpoints.netguard import is_public
from advisor.errors import BadInput
from advisor.logs import Audit, configure, log
from advisor.services import Services
from advisor.settings import Settings
from advisor.users.accounts import folder_of

if TYPE_CHECKING:
    from types import FrameType

    import uvicorn
    from fastapi import FastAPI

    from ui.health import Health
    from ui.login import Door
    from ui.web import Page

MAX_UPLOAD = "20mb"
PARK_SECONDS = 30
LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass
class Serving:
    """A server that runs in a thread; `close` stops it as a signal would."""

    url: str
    server: uvicorn.Server
    thread: threading.Thread
    page: Page = field(repr=False)

    def close(self) -> None:
        """Stop serving and wait until trials are parked."""
        self.server.should_exit = True
        self.thread.join(PARK_SECONDS + 10)


def check_exposure(settings: Settings, host: str, *, open_to_all: bool) -> None:
    """Refuse to show one person's data and keys to a network by accident.

    Raises:
        BadInput: other machines could reach the page and nobody has to log in.
    """
    if settings.shared or open_to_all or host in LOCAL_NAMES or host.startswith("127."):
        return
    reach = "the internet" if host in ("0.0.0.0", "::") or is_public(host) else "other machines"
    raise BadInput(
        f"On {host} {reach} could use this page, your data and your keys without a login: add --shared (users log in), "
        "or --open-to-all if the network is yours alone."
    )


def check_users(settings: Settings) -> None:
    """Refuse a shared server into which nobody could log in.

    Raises:
        BadInput: there is no user and no login proxy, or a proxy without an address.
    """
    from advisor.users.accounts import Accounts

    if not settings.shared:
        return
    if settings.user_header and not settings.trusted_proxies:
        raise BadInput("user_header is set without trusted_proxies: name the addresses of the login proxy.")
    if not settings.user_header and not Accounts(settings.home).names():
        raise BadInput("A shared server needs users: `advisor users add NAME`, or set user_header and trusted_proxies.")


def application(settings: Settings, *, host: str = "127.0.0.1", port: int = 7860) -> tuple[FastAPI, Page]:
    """The ASGI application and its page. Nothing is bound yet."""
    from ui.quick_gradio import import_gradio

    import_gradio()
    import gradio as gr
    from fastapi import FastAPI

    from ui.guard import Guard
    from ui.health import Health, Metrics
    from ui.layout import build
    from ui.login import Door
    from ui.rooms import Rooms
    from ui.theme import HEAD, STYLE, theme
    from ui.web import Page

    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    services, metrics = Services(settings), Metrics()
    health, door = Health(services, metrics), Door(settings, Audit(settings.home))
    files = Path(tempfile.mkdtemp(prefix="advisor-reports-"))
    page = Page(Rooms(services), files=files, metrics=metrics, opened=health.page_opened)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=health.warm_up, daemon=True).start()
        yield
        await _shut_down(page, health)

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    _add_routes(app, settings, health, door, services)
    blocks = build(page).queue(default_concurrency_limit=20)
    gr.mount_gradio_app(
        app, blocks, path="/", server_name=host, server_port=port, footer_links=[], run_history=False,
        auth_dependency=door.user if settings.shared else None, show_error=not settings.shared,
        max_file_size=MAX_UPLOAD, ssr_mode=False, mcp_server=False, theme=theme(), css_paths=STYLE, head=HEAD,
    )  # fmt: skip
    hosts = LOCAL_NAMES | {host} if host in LOCAL_NAMES or host.startswith("127.") else frozenset[str]()
    app.add_middleware(
        Guard, door=door, hosts=frozenset() if settings.trusted_proxies else hosts, metrics=metrics,
        files_of=lambda user: files / (folder_of(user) if user else "nobody"),
    )  # fmt: skip
    return app, page


def _add_routes(app: FastAPI, settings: Settings, health: Health, door: Door, services: Services) -> None:
    """Health and metrics always, the login where users log in here, the HTTP door where one person works alone."""
    from advisor.api import Advisor
    from ui import rest

    for path, handler in (("/healthz", health.healthz), ("/readyz", health.readyz), ("/metrics", health.metrics)):
        app.add_route(path, handler)
    if settings.shared and not settings.user_header:
        app.add_route("/login", door.form, methods=["GET"])
        app.add_route("/login", door.enter, methods=["POST"])
        app.add_route("/logout", door.leave, methods=["POST"])
    if not settings.shared:
        app.mount("/v1", rest.build(Advisor(services=services)))


async def _shut_down(page: Page, health: Any) -> None:
    """Refuse new work, park what runs, close the conversations."""
    from starlette.concurrency import run_in_threadpool

    health.stopping = True
    parked = await run_in_threadpool(page.park, PARK_SECONDS)
    log().info("stopped", parked_conversations=parked)


def serve(
    settings: Settings, *, host: str, port: int, block: bool = True, open_to_all: bool = False,
    on_start: Callable[[str], None] | None = None,
) -> Serving | None:  # fmt: skip
    """Serve the page until a signal comes; with `block=False` in a thread, and return it.

    `on_start` gets the address as soon as it can be opened.

    Raises:
        BadInput: the address would show private data to others, nobody could log in, or the port is taken.
    """
    import uvicorn

    check_exposure(settings, host, open_to_all=open_to_all)
    check_users(settings)
    configure(settings.log_format)
    listener = _listen(host, port)
    port = listener.getsockname()[1]
    app, page = application(settings, host=host, port=port)
    config = uvicorn.Config(
        app, log_config=None, proxy_headers=False, server_header=False, timeout_graceful_shutdown=3, access_log=False
    )
    server = _parking_server(config, page)
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    if block:
        print(f"LLM advisor on {url}", flush=True)
        if on_start:
            on_start(url)
        server.run(sockets=[listener])
        return None
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    _wait_until_started(server, thread)
    return Serving(url, server, thread, page)


def _parking_server(config: uvicorn.Config, page: Page) -> uvicorn.Server:
    """A server that parks trials as soon as it is told to stop, not only when the last connection is closed."""
    import uvicorn

    class ParkingServer(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            threading.Thread(target=page.park, args=(PARK_SECONDS,), daemon=True).start()
            super().handle_exit(sig, frame)

    return ParkingServer(config)


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    while not server.started and thread.is_alive():
        thread.join(0.02)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)  # whoever comes before the server is up waits instead of being turned away
    except OSError as error:
        listener.close()
        raise BadInput(
            f"Port {port} of {host} cannot be used ({error.strerror}): choose another with --port."
        ) from error
    return listener
