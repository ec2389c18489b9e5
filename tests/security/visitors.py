"""Browsers without a screen: they log in, call handlers of the page, and read what comes back."""

from __future__ import annotations

import json
from typing import Any

import httpx

from ui.server import Serving

PASSWORDS = {"ana": "a long password of ana", "ben": "a long password of ben"}


def visitor(server: Serving, **more: Any) -> httpx.Client:
    """A browser that has not logged in."""
    return httpx.Client(base_url=server.url, trust_env=False, timeout=30, **more)


def logged_in(server: Serving, name: str) -> httpx.Client:
    """The browser of a user."""
    client = visitor(server)
    answer = client.post("/login", data={"name": name, "password": PASSWORDS[name]})
    assert answer.status_code == 303
    return client


def handlers(client: httpx.Client) -> dict[str, int]:
    """Number of each handler by its name; the first of several."""
    numbered = client.get("/config").json()["dependencies"]
    found: dict[str, int] = {}
    for number, handler in enumerate(numbered):
        found.setdefault(str(handler["api_name"]), number)
    return found


def call(client: httpx.Client, handler: str, *data: Any, event: Any = None, session: str = "s1") -> list[Any]:
    """Call a handler of the page as the page does; what it told last, and "error" where it broke."""
    body = {"data": list(data), "fn_index": handlers(client)[handler], "session_hash": session, "event_data": event}
    joined = client.post("/gradio_api/queue/join", json=body)
    joined.raise_for_status()
    messages = []
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                messages.append(json.loads(line[6:]))
    return messages
