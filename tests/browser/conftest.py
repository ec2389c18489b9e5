"""The real server in a process of its own, and a real Chromium. Only the language model is a stand-in."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from shared_home import built_home
from stub_server import Body, Reply, StubServer
from visitor import WIDTHS, Visitor

ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def chromium() -> str | None:
    """Where Chromium is, or None."""
    named = os.environ.get("ADVISOR_CHROMIUM", "")
    return next((p for p in (named, shutil.which("chromium"), shutil.which("chromium-browser")) if p), None)


def speak(body: Body) -> Reply:
    """Candidates say who they are; the judge prefers alpha wherever it stands; forms are filled in as asked."""
    schema = ((body.get("response_format") or {}).get("json_schema") or {}).get("schema")
    prompt = json.dumps(body["messages"], ensure_ascii=False)
    better = "A" if prompt.find("Alpha says") < prompt.find("Beta says") else "B"
    if schema:
        return Reply(json.dumps(_filled(schema, schema.get("$defs", {}), better)), delay=0.05)
    if body["model"] in ("alpha", "beta"):
        return Reply(f"{body['model'].capitalize()} says: we are sorry and mend it today.", delay=0.3)
    return Reply(better, delay=0.05, top=[{better: -0.1, "tie": -3.0}] if body.get("logprobs") else None)


def _filled(schema: Body, defs: Body, better: str) -> Any:
    if "$ref" in schema:
        return _filled(defs[schema["$ref"].split("/")[-1]], defs, better)
    if "enum" in schema:
        return better if better in schema["enum"] else schema["enum"][0]
    if "anyOf" in schema:
        return None if {"type": "null"} in schema["anyOf"] else _filled(schema["anyOf"][0], defs, better)
    kind = schema.get("type")
    if kind == "object":
        return {k: _filled(v, defs, better) for k, v in schema.get("properties", {}).items()}
    simple = {"array": [], "string": "It solves the customer's problem.", "boolean": True, "number": 1, "integer": 1}
    return simple.get(str(kind))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the page, with an empty home and the stub as its only endpoint."""
    if chromium() is None:
        pytest.skip("no Chromium: `apt-get install chromium`, or set ADVISOR_CHROMIUM")
    home = tmp_path_factory.mktemp("page-home")
    shutil.copytree(built_home(), home, dirs_exist_ok=True)
    with StubServer(speak) as stub:
        endpoints = {n: {"base_url": stub.base_url, "model": n} for n in ("judge", "alpha", "beta")}
        chosen = {"use": "endpoint", "advisor_model": "judge/judge", "endpoints": endpoints}
        (home / "settings.yaml").write_text(yaml.safe_dump(chosen), encoding="utf-8")
        yield from _served(home)


def _served(home: Path) -> Iterator[str]:
    port = _free_port()
    outside = ("OPENAI_", "OPENROUTER_", "ADVISOR_")
    env = {k: v for k, v in os.environ.items() if not k.startswith(outside) and not k.lower().endswith("_proxy")}
    env |= {"ADVISOR_HOME": str(home)}
    command = [sys.executable, "-c", "from ui.cli import main; main()", "ui", "--port", str(port)]
    with (home / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"http://127.0.0.1:{port}/", process, home / "server.log")
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            process.wait(20)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.3)
    pytest.fail(f"the page did not come up: {log.read_text()[-2000:]}")


@pytest.fixture(scope="session")
def browser(server: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=WIDTHS)
def visitor(request: pytest.FixtureRequest, browser: Any, server: str) -> Iterator[Visitor]:
    """A visitor with a new conversation at 1280 pixels, then one at 390. Whatever is done, nothing may leave the
    machine or break."""
    someone = Visitor(browser, server, request.param)
    someone.open("?new=1")
    yield from _watched(someone)


@pytest.fixture
def abroad(browser: Any, server: str, locale: str) -> Iterator[Visitor]:
    """A visitor whose browser speaks `locale`."""
    yield from _watched(Visitor(browser, server, "desktop", locale=locale))


def _watched(someone: Visitor) -> Iterator[Visitor]:
    yield someone
    overflow = someone.overflow()
    someone.context.close()
    assert {host.split(":")[0] for host in someone.hosts} == {"127.0.0.1"}
    assert someone.complaints == []
    assert overflow == 0
