"""Two web processes on one data folder behind one address: when one is stopped, the other goes on with all of it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from stub_server import Reply, StubServer

from advisor.users.accounts import Accounts

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "security"))

from visitors import PASSWORDS, call  # noqa: E402

PROMPTS = 40
# What the first message needs is left out: neither page nor trial need it.
SERVER = (
    "import sys; from ui.health import Health; Health.warm_up = lambda self: self.warm.set(); "
    "from ui.server import serve; from advisor.settings import Settings; "
    "serve(Settings(shared=True), host='127.0.0.1', port=int(sys.argv[1]))"
)


class Proxy:
    """Passes each new connection on to the web process that `target` names."""

    def __init__(self, target: int):
        self.target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        source.close()
        sink.close()


def start(home: Path, stub: StubServer) -> tuple[subprocess.Popen[str], int]:
    """A web process, and the port on which it listens."""
    endpoints = json.dumps({"stub": {"base_url": stub.base_url, "model": "m"}})
    env = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
    env |= {"ADVISOR_HOME": str(home), "ADVISOR_USE": "endpoint", "ADVISOR_ENDPOINTS": endpoints}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, "0"], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, int(line.rstrip().rstrip("/").rpartition(":")[2])


@pytest.fixture
def two(home: Path, stub: StubServer) -> Iterator[list[tuple[subprocess.Popen[str], int]]]:
    for name, password in PASSWORDS.items():
        Accounts(home).add(name, password)
    servers = [start(home, stub), start(home, stub)]
    yield servers
    for process, _ in servers:
        process.kill()
        process.wait()


def speak(body: dict[str, Any]) -> Reply:
    """Slow candidates, and a judge that gives five points."""
    return Reply('{"reason": "fine", "score": 5}' if "response_format" in body else "An answer.", delay=0.3)


def conversation_of(told: list[Any]) -> str:
    return next(v for m in told for v in m.get("output", {}).get("data", []) if isinstance(v, str) and len(v) == 32)


def test_a_stopped_process_parks_its_trial_and_another_finishes_it(
    two: list[tuple[subprocess.Popen[str], int]], stub: StubServer
) -> None:
    stub.handler = speak
    (first, port), (_, other) = two
    proxy = Proxy(port)
    prompts = "\n".join(f"Question {n}?" for n in range(PROMPTS))
    with httpx.Client(base_url=f"http://127.0.0.1:{proxy.port}", trust_env=False, timeout=60) as ana:
        ana.post("/login", data={"name": "ana", "password": PASSWORDS["ana"]})
        conversation = conversation_of(call(ana, "load", None, None))
        form = (prompts, ["stub/a", "stub/b"], "stub/j", "rubric", None, None, None, 50)
        trial = threading.Thread(target=lambda: _quietly(ana, conversation, form), daemon=True)
        trial.start()
        _wait(lambda: len(stub.calls) >= 8)
        first.send_signal(signal.SIGTERM)
        first.wait(60)
        parked = len(stub.calls)
        proxy.target = other
        trial.join(60)
    assert 8 <= parked < 3 * PROMPTS
    with httpx.Client(base_url=f"http://127.0.0.1:{proxy.port}", trust_env=False, timeout=120) as again:
        again.cookies = ana.cookies
        shown = json.dumps(call(again, "load", conversation, None, session="s2"))
        assert "resume" in shown
        done = json.dumps(call(again, "act", conversation, event={"act": "resume"}, session="s2"))
    proxy.close()
    answers = [c for c in stub.calls if c.body["model"] in ("a", "b")]
    assert len(answers) == 2 * PROMPTS and stub.paid_twice == 0
    assert "stub/a" in done


def _quietly(client: httpx.Client, conversation: str, form: tuple[Any, ...]) -> None:
    """Start the trial; the connection breaks when the process stops."""
    try:
        call(client, "start", conversation, *form)
    except httpx.HTTPError:
        return


def _wait(ready: Any, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
