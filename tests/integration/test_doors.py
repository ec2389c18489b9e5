"""The doors to other programs, each through its own client: MCP, HTTP, Python, shell completion."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from shared_home import built_home
from test_cli import ADVISOR, advisor
from test_conversation import SUPPORT

from advisor.api import Advisor, brief
from advisor.errors import BadInput
from advisor.settings import Settings
from ui import mcp, rest

TOOLS = {
    "recommend", "benchmarks", "ask", "search_models", "show_model", "compare_models", "rank_models", "trials",
    "trial_status",
}  # fmt: skip


@pytest.fixture
def door() -> Advisor:
    return Advisor(Settings(home=built_home()), use_llm=False)


def ask_server(server: Any, work: Any) -> Any:
    from mcp import Client

    async def talk() -> Any:
        async with Client(server) as client:
            return await work(client)

    return anyio.run(talk)


@contextmanager
def http_server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "ADVISOR_HOME": str(built_home())}
    words = [ADVISOR, "mcp", "--http", "--port", str(port), "--no-llm"]
    process = subprocess.Popen(words, env=env, stderr=subprocess.DEVNULL)
    try:
        while not answers(port):
            assert process.poll() is None, "the server ended before it listened"
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.kill()
        process.wait()


def answers(port: int) -> bool:
    """Whether something listens on a port of this machine; a refusal is waited out for a moment."""
    with socket.socket() as trial:
        if trial.connect_ex(("127.0.0.1", port)) == 0:
            return True
    threading.Event().wait(0.05)
    return False


async def tools_and_ifeval(client: Any) -> Any:
    listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    found = await client.call_tool("benchmarks", {"task": "does the model follow formatting instructions?", "k": 2})
    return listed, found


def test_mcp_over_standard_input_and_output_offers_reading_tools_only() -> None:
    from mcp import StdioServerParameters, stdio_client

    env = {"ADVISOR_HOME": str(built_home()), "PATH": os.environ["PATH"]}
    command = StdioServerParameters(command=str(ADVISOR), args=["mcp", "--no-llm"], env=env)
    listed, found = ask_server(stdio_client(command), tools_and_ifeval)
    assert set(listed) == TOOLS
    assert all(tool.annotations.read_only_hint for tool in listed.values())
    assert [b["id"] for b in found.structured_content["ranked"]][0] == "ifeval"


def test_mcp_over_http_answers_the_same() -> None:
    with http_server() as url:
        listed, found = ask_server(url, tools_and_ifeval)
    assert set(listed) == TOOLS
    assert found.structured_content["ranked"][0]["id"] == "ifeval"


def test_mcp_refuses_to_listen_beyond_this_machine() -> None:
    done = advisor("mcp", "--http", "--host", "0.0.0.0")
    assert done.returncode == 2
    assert "no login" in done.stderr


def test_an_mcp_client_reads_the_error_that_a_user_would(door: Advisor) -> None:
    async def work(client: Any) -> Any:
        return await client.call_tool("show_model", {"model": "no such model 9000"})

    found = ask_server(mcp.build(door), work)
    assert found.is_error
    assert "No single model is called" in found.content[0].text


def test_mcp_recommends_without_the_long_list_of_exclusions(door: Advisor) -> None:
    async def work(client: Any) -> Any:
        return await client.call_tool("recommend", {"use_case": SUPPORT})

    found = ask_server(mcp.build(door), work).structured_content
    assert len(found["candidates"]) >= 3
    assert "excluded" not in found
    assert sum(found["excluded_by"].values()) > 100
    assert len(json.dumps(found)) < 40_000


def test_a_card_keeps_its_newest_figures(door: Advisor) -> None:
    whole = door.model("openai/gpt-4o-2024-08-06")
    short = mcp.shortened(whole)
    assert short["scores_in_all"] == len(whole["scores"]) > len(short["scores"]) == mcp.SCORES
    assert short["scores"][0]["date"] == max(s["date"] for s in whole["scores"])


def test_http_interface_answers_and_describes_itself(door: Advisor) -> None:
    from fastapi.testclient import TestClient

    client = TestClient(rest.build(door))
    described = client.get("/openapi.json").json()
    assert {"/recommend", "/benchmarks", "/ask", "/models", "/models/{name}", "/recheck"} <= set(described["paths"])
    assert client.post("/benchmarks", json={"text": "follows formatting instructions?"}).json()["ranked"]
    assert client.get("/models", params={"words": "claude"}).json()["models"]
    assert client.get("/models/openai/gpt-4o").json()["model"]["id"] == "openai/gpt-4o"
    wrong = client.get("/models/no-such-model-9000")
    assert wrong.status_code == 400 and "No single model" in wrong.json()["error"]
    assert client.post("/recommend", json={"text": ""}).status_code == 422
    assert client.post("/recheck", json={"anything": 1}).status_code == 400


def test_the_command_prints_the_same_description(door: Advisor) -> None:
    assert json.loads(advisor("openapi").stdout) == rest.build(door).openapi()


def test_the_library_counts_exclusions_by_reason(door: Advisor) -> None:
    found = door.recommend(SUPPORT)
    assert sum(brief(found)["excluded_by"].values()) == len(found["excluded"])
    with pytest.raises(BadInput, match="at least two"):
        door.compare(["openai/gpt-4o"])
    with pytest.raises(BadInput, match="no trial"):
        door.trial("missing")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_call_the_command(shell: str) -> None:
    assert "_ADVISOR_COMPLETE" in advisor("completion", shell).stdout


def test_completion_knows_the_commands() -> None:
    env = {**os.environ, "_ADVISOR_COMPLETE": "bash_complete", "COMP_WORDS": "advisor rec", "COMP_CWORD": "1"}
    done = subprocess.run([ADVISOR], env=env, capture_output=True, text=True, timeout=30)
    assert [line.partition(",")[2] for line in done.stdout.splitlines()] == ["recommend", "recheck"]


def test_recheck_ends_with_one_where_the_decision_falls(door: Advisor, tmp_path: Path) -> None:
    found = door.recommend(SUPPORT)
    kept = tmp_path / "decision.json"
    kept.write_text(json.dumps(found))
    assert advisor("recheck", str(kept)).returncode == 0
    found["candidates"][0] |= {"model_id": "lab/gone", "name": "Gone"}
    kept.write_text(json.dumps(found))
    done = advisor("recheck", str(kept), "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == "falls"


@pytest.mark.parametrize(("shared", "status"), [(False, 200), (True, 401)])
def test_the_page_serves_the_interface_to_its_only_user(shared: bool, status: int, home: Path) -> None:
    from fastapi.testclient import TestClient

    from ui.server import application

    app, _ = application(Settings(home=home, shared=shared))
    answer = TestClient(app, base_url="http://127.0.0.1:7860").get("/v1/openapi.json")
    assert answer.status_code == status
