"""A trial on a Ray cluster that runs already, joined by its address."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ports import free_port
from stub_server import Reply, StubServer

BIN = Path(sys.executable).parent
START_SECONDS = 120


@pytest.fixture
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A cluster of its own process group on a free port."""
    pytest.importorskip("ray", reason="Ray is not installed: install llm-advisor[ray]")
    port, folder = free_port(), tmp_path_factory.mktemp("ray")
    command = [BIN / "ray", "start", "--head", "--block", f"--port={port}", "--num-cpus=2", "--include-dashboard=false",
               "--node-ip-address=127.0.0.1", f"--temp-dir={folder}", "--disable-usage-stats"]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_until_up(f"127.0.0.1:{port}", process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)
        _end_group(process.pid)


def _wait_until_up(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if subprocess.run([BIN / "ray", "health-check", f"--address={address}"], capture_output=True).returncode == 0:
            return
        time.sleep(0.3)
    pytest.fail("the Ray cluster did not start")


def _end_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def test_the_command_joins_the_cluster_at_an_address(address: str, stub: StubServer, tmp_path: Path) -> None:
    stub.handler = lambda body: Reply("An answer." if body["model"] != "j" else '{"reason": "fine", "score": 5}')
    plan = tmp_path / "plan.json"
    plan.write_text(json.dumps({
        "candidates": ["s/a", "s/b"], "endpoints": {"s": {"base_url": stub.base_url}},
        "prompts": [f"Question {n}?" for n in range(6)], "judge": {"models": ["s/j"], "protocol": "rubric"},
    }))  # fmt: skip
    command = [BIN / "advisor", "trial", "run", plan, "--engine", "ray", "--workers", "2", "--ray-address", address]
    done = subprocess.run([*command, "--json"], capture_output=True, text=True, timeout=150)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["stop_reason"] == "complete" and not result["unscored"]
    assert len(stub.calls) == 24 and stub.paid_twice == 0
