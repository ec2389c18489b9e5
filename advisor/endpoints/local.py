"""Embedded models: each served by llama.cpp's OpenAI-compatible server on a free loopback port.

The server runs in a child process of ours. Inside this process it was measured to hold the interpreter
lock while it loads (3 s for 1.5B: every other thread stands still), to hang when it is stopped with a
request under way, and to crash the interpreter at exit; as a child it does none of these. Its threads
sleep instead of spinning while they wait for each other: beside two busy processes on two cores that
gave 5 to 7 tokens a second where spinning gave 0.4 to 3.6.
"""

from __future__ import annotations

import atexit
import json
import os
import secrets
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from advisor.endpoints.weights import (
    DEFAULT_MODEL,
    LocalModel,
    Progress,
    available,
    default_local,
    local_models,
    prepare,
    weights_status,
)
from advisor.endpoints.weights import PINNED as LOCAL_MODELS
from advisor.errors import BadInput, NotAvailable
from advisor.settings import Settings

__all__ = [
    "DEFAULT_MODEL", "LOCAL_MODELS", "LocalModel", "LocalServer", "available", "default_local",
    "local_models", "running", "start", "stop", "stop_all", "weights_status",
]  # fmt: skip

START_SECONDS = 180
SLOTS = 4  # with four requests at once, twice the tokens a second of one; memory is shared by kv_unified
CACHE_MIB = 1024
MAX_THREADS = 8


@dataclass(frozen=True)
class LocalServer:
    """A running server. Its key is made for this process: other users and web pages cannot use the port."""

    name: str
    base_url: str
    api_key: SecretStr
    process: subprocess.Popen[bytes]

    @property
    def alive(self) -> bool:
        return self.process.poll() is None


_servers: dict[str, LocalServer] = {}
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def start(name: str, settings: Settings, progress: Progress | None = None) -> LocalServer:
    """The server of an embedded model: started on first use, once a process, again if it has died.

    Args:
        name: one of `local_models(settings)`.
        progress: is told (done, all) bytes while weights are joined or checked for the first time.

    Raises:
        BadInput: no embedded model has this name.
        NotAvailable: its weights or llama.cpp are missing, or the server does not start.
    """
    models = local_models(settings)
    if name not in models:
        raise BadInput(f"no embedded model is called {name}: choose one of {', '.join(models)}")
    with _lock_of(name):
        server = _servers.get(name)
        if server is None or not server.alive:
            server = _servers[name] = _launch(models[name], settings, progress)
        return server


def running() -> list[str]:
    """Names of the models that are served now."""
    return [name for name, server in list(_servers.items()) if server.alive]


def stop(name: str) -> None:
    """Stop a model's server, whatever it is doing. Stopping one that does not run is fine."""
    with _lock_of(name):
        server = _servers.pop(name, None)
    if server:
        _end(server.process)


@atexit.register
def stop_all() -> None:
    """Stop every server of this process."""
    for name in list(_servers):
        stop(name)


def _lock_of(name: str) -> threading.Lock:
    with _guard:
        return _locks.setdefault(name, threading.Lock())


def _launch(model: LocalModel, settings: Settings, progress: Progress | None) -> LocalServer:
    _require_llama()
    api_key = secrets.token_urlsafe(24)
    order = {
        "name": model.name,
        "path": str(prepare(model, settings, progress)),
        "api_key": api_key,
        "context": model.context,
        "slots": SLOTS,
        "threads": _threads(),
        "cache_mib": CACHE_MIB,
        "parent": os.getpid(),
    }
    log = _log_path(model.name, settings)
    process = _spawn(log)
    url = _handshake(process, order, lambda: _why(model, log))
    return LocalServer(model.name, f"{url}/v1", SecretStr(api_key), process)


def _require_llama() -> None:
    import importlib.util

    if importlib.util.find_spec("xllamacpp") is None:
        raise NotAvailable("llama.cpp is not installed: run `make setup`, or `pip install llm-advisor[local]`")


def _threads() -> int:
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MAX_THREADS)


def _log_path(name: str, settings: Settings) -> Path:
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{name}.log"


def _spawn(log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "-m", "advisor.endpoints.local_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={"OMP_WAIT_POLICY": "passive"} | os.environ,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,  # Ctrl-C ends the advisor first, which then ends its servers
        )


def _handshake(process: subprocess.Popen[bytes], order: dict[str, object], why: Callable[[], str]) -> str:
    assert process.stdin and process.stdout
    too_late = threading.Timer(START_SECONDS, process.kill)
    too_late.start()
    try:
        process.stdin.write((json.dumps(order) + "\n").encode())
        process.stdin.flush()
        return str(json.loads(process.stdout.readline())["url"])
    except (OSError, ValueError) as error:
        _end(process)
        raise NotAvailable(why()) from error
    finally:
        too_late.cancel()


def _why(model: LocalModel, log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    last = lines[-1] if lines else "it was killed, perhaps for want of memory"
    step = "install libgomp1 (apt-get install libgomp1)" if "libgomp" in last else f"see {log}"
    return f"the server of {model.name} did not start ({last}): {step}"


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
