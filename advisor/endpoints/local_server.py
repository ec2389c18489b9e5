"""The process that runs llama.cpp's OpenAI-compatible server for one model: `python -m advisor.endpoints.local_server`.

One line of JSON on stdin says what to serve, one line on stdout where it listens; the process ends as soon
as stdin closes, so that a parent killed at any moment leaves no orphan. It imports nothing of the advisor.
"""

from __future__ import annotations

import json
import os
import select
import sys
from typing import Any

POLL_SECONDS = 1.0


def main() -> None:
    """Serve until the parent closes stdin or dies."""
    reply_to = os.dup(1)
    os.dup2(2, 1)  # llama.cpp may print; the parent reads one line of JSON and nothing else
    order: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    server = _start(order)
    os.write(reply_to, (json.dumps({"url": server.listening_address}) + "\n").encode())
    _wait_for_parent(order["parent"])
    os._exit(0)  # destroying a server with requests under way waits for them


def _start(order: dict[str, Any]) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order["path"]
    params.model_alias = {order["name"]}
    params.api_keys = [order["api_key"]]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_ctx = order["context"]
    params.n_parallel = order["slots"]
    params.kv_unified = True  # slots share the window: a single long prompt may use all of it
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = order["threads"]
    params.cache_prompt = True
    params.cache_ram_mib = order["cache_mib"]
    params.fit_params = False
    params.ui = False
    params.cors_origins = "http://127.0.0.1"
    params.verbosity = 1
    return xllamacpp.Server(params)


def _wait_for_parent(parent: int) -> None:
    """Return when stdin closes, or when the parent is another one (a fork may hold the pipe open)."""
    while os.getppid() == parent:
        readable, _, _ = select.select([sys.stdin], [], [], POLL_SECONDS)
        if readable and not os.read(0, 4096):
            return


if __name__ == "__main__":
    main()
