"""Real servers for the tests, each on a free port: PostgreSQL and Chroma, skipped loudly where they are missing."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from ports import free_port

START_SECONDS = 150


def _binaries() -> Path | None:
    """The folder of initdb and pg_ctl: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists()), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server with an empty database; it runs as `nobody` where the tests run as root."""
    bin_ = _binaries()
    if bin_ is None:
        pytest.skip("PostgreSQL is not installed: `apt-get install postgresql`")
    root = Path(tempfile.mkdtemp(prefix="advisor-pg-"))
    as_user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []
    if as_user:
        os.chown(root, 65534, 65534)
    data, port = root / "data", free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.STDOUT, "cwd": root}
    subprocess.run([*as_user, bin_ / "initdb", "-D", data, "-U", "advisor", "-A", "trust", "-E", "UTF8",
                    "--no-sync"], check=True, **quiet)  # type: ignore[call-overload]  # fmt: skip
    command = [*as_user, bin_ / "postgres", "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", root]
    server = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
    url = f"postgresql://advisor@127.0.0.1:{port}/postgres"
    try:
        _wait_for(url, server)
        yield url
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(root, ignore_errors=True)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    import psycopg

    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)
    pytest.fail("PostgreSQL did not start")


@pytest.fixture(scope="session")
def chroma() -> Iterator[str]:
    """The address of an empty Chroma server."""
    program = Path(sys.executable).with_name("chroma")
    if not program.exists():
        pytest.skip("Chroma's server is not installed: it comes with the package chromadb")
    root, port = tempfile.mkdtemp(prefix="advisor-chroma-"), free_port()
    command = [program, "run", "--path", root, "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd=root)
    try:
        _wait_for_port(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(root, ignore_errors=True)


def _wait_for_port(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    pytest.fail("Chroma's server did not start")
