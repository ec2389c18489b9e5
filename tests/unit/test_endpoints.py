"""Routes by endpoint/model, and who speaks by default."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from advisor.endpoints import local, routes
from advisor.endpoints.routes import candidates, default_model, is_loopback, resolve
from advisor.errors import BadInput, NotAvailable
from advisor.settings import Settings
from advisor.trial.schema import Endpoint

MINE = {"mine": Endpoint(base_url="https://llm.example/v1/", api_key_env="MINE_KEY", model="big")}


def test_openai_needs_its_key(home) -> None:
    with pytest.raises(NotAvailable, match="OPENAI_API_KEY"):
        resolve("openai/gpt-5", Settings(home=home))
    route = resolve("openai/gpt-5", Settings(home=home, openai_api_key="k"))
    assert (route.base_url, route.model, route.is_local) == ("https://api.openai.com/v1", "gpt-5", False)


def test_another_base_url_of_openai_may_need_no_key(home) -> None:
    route = resolve("openai/m", Settings(home=home, openai_base_url="http://127.0.0.1:8000/v1/"))
    assert route.base_url == "http://127.0.0.1:8000/v1" and route.api_key.get_secret_value() == "not-needed"


def test_openrouter_models_keep_their_vendor(home) -> None:
    route = resolve("openrouter/qwen/qwen3-32b", Settings(home=home, openrouter_api_key="k"))
    assert (route.model, route.name) == ("qwen/qwen3-32b", "openrouter/qwen/qwen3-32b")
    assert "k" not in repr(route.api_key)


def test_the_plan_comes_before_the_settings(home, monkeypatch) -> None:
    monkeypatch.setenv("MINE_KEY", "k1")
    settings = Settings(home=home, endpoints=MINE)
    plan = {"mine": Endpoint(base_url="http://127.0.0.1:1/v1")}
    assert resolve("mine/x", settings).api_key.get_secret_value() == "k1"
    assert resolve("mine/x", settings, plan).base_url == "http://127.0.0.1:1/v1"


def test_a_missing_key_names_its_variable(home) -> None:
    with pytest.raises(NotAvailable, match="mine needs a key: set MINE_KEY"):
        resolve("mine/x", Settings(home=home, endpoints=MINE))


def test_a_server_on_this_machine_may_do_without_its_key(home) -> None:
    plan = {"mock": Endpoint(base_url="http://127.0.0.1:1/v1", api_key_env="MOCK_KEY")}
    assert resolve("mock/x", Settings(home=home), plan).on_this_machine


def test_an_unknown_endpoint_lists_the_known_ones(home) -> None:
    with pytest.raises(BadInput, match=r"known: local, mine, openai, openrouter.*endpoints:.*settings.yaml"):
        resolve("their/x", Settings(home=home, endpoints=MINE))


@pytest.mark.parametrize("name", ["gpt-5", "/x", "openai/", ""])
def test_a_name_without_both_parts_is_refused(home, name: str) -> None:
    with pytest.raises(BadInput, match="no endpoint/model"):
        resolve(name, Settings(home=home))


def test_nobody_else_is_called_local(home) -> None:
    plan = {"local": Endpoint(base_url="https://evil.example/v1")}
    with pytest.raises(BadInput, match="cannot be called local"):
        resolve("openai/x", Settings(home=home), plan)


@pytest.mark.parametrize("url", ["ftp://host/v1", "host:80", ""])
def test_a_base_url_is_checked(home, url: str) -> None:
    with pytest.raises(BadInput, match="base_url"):
        resolve("e/x", Settings(home=home), {"e": Endpoint(base_url=url)})


def test_local_starts_the_embedded_server(home, monkeypatch) -> None:
    started: list[str] = []

    def start(name: str, settings: Settings) -> SimpleNamespace:
        started.append(name)
        return SimpleNamespace(base_url="http://127.0.0.1:5/v1", api_key=SecretStr("k"))

    monkeypatch.setattr(local, "start", start)
    routes.check("local/smollm2-135m", Settings(home=home))
    assert started == [], "a check starts nothing"
    route = resolve("local/smollm2-135m", Settings(home=home))
    assert route.is_local and started == ["smollm2-135m"]
    with pytest.raises(BadInput, match="no embedded model is called x"):
        routes.check("local/x", Settings(home=home))


@pytest.mark.parametrize(
    "given, advisor",
    [
        ({}, "local/qwen2.5-coder-1.5b"),
        ({"openai_api_key": "k"}, "openai/gpt-5.4-mini"),
        ({"openrouter_api_key": "k"}, "openrouter/openai/gpt-5.4-mini"),
        ({"openai_api_key": "k", "openrouter_api_key": "k"}, "openai/gpt-5.4-mini"),
        ({"openai_api_key": "k", "endpoints": MINE}, "mine/big"),
        ({"openai_api_key": "k", "advisor_model": "mine/x", "endpoints": MINE}, "mine/x"),
        ({"openai_api_key": "k", "use": "local"}, "local/qwen2.5-coder-1.5b"),
        ({"use": "local", "advisor_model": "openai/gpt-5"}, "local/qwen2.5-coder-1.5b"),
        ({"use": "local", "advisor_model": "local/smollm2-135m"}, "local/smollm2-135m"),
        ({"use": "openai"}, "openai/gpt-5.4-mini"),
        ({"use": "openai", "advisor_model": "openai/gpt-5"}, "openai/gpt-5"),
        ({"use": "openrouter"}, "openrouter/openai/gpt-5.4-mini"),
        ({"use": "endpoint", "endpoints": MINE}, "mine/big"),
    ],
)
def test_who_advises(home, given: dict, advisor: str) -> None:
    assert default_model("advisor", Settings(home=home, **given)) == advisor


def test_the_judge_may_be_another(home) -> None:
    settings = Settings(home=home, advisor_model="mine/a", judge_model="mine/j")
    assert (default_model("advisor", settings), default_model("judge", settings)) == ("mine/a", "mine/j")
    assert default_model("judge", Settings(home=home, advisor_model="mine/a")) == "mine/a"


def test_use_endpoint_without_a_model_says_what_to_set(home) -> None:
    with pytest.raises(BadInput, match="advisor_model"):
        default_model("advisor", Settings(home=home, use="endpoint"))


def test_candidates_are_the_models_on_this_machine(home, monkeypatch) -> None:
    monkeypatch.setattr(routes, "available", lambda _: ["qwen2.5-coder-1.5b", "smollm2-135m"])
    assert candidates(Settings(home=home)) == ["local/qwen2.5-coder-1.5b", "local/smollm2-135m"]


@pytest.mark.parametrize(
    "url, here",
    [
        ("http://127.0.0.1:80/v1", True),
        ("http://localhost/v1", True),
        ("http://[::1]:1/v1", True),
        ("https://127.0.0.1.evil.example/v1", False),
        ("https://api.openai.com/v1", False),
    ],
)
def test_loopback(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_importing_loads_nothing_heavy() -> None:
    heavy = "langchain_openai, langchain_core, openai, xllamacpp, genai_prices, chromadb, gradio"
    loaded = f"[m for m in '{heavy}'.split(', ') if m in sys.modules]"
    code = f"import sys, advisor.endpoints.models, advisor.endpoints.doctor; print({loaded})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
