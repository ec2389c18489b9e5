"""A key reaches its endpoint and nothing else: no log, message, checkpoint, journal, report or export."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from stub_server import Reply, StubServer

from advisor.endpoints.errors import explain
from advisor.endpoints.netguard import shown
from advisor.endpoints.routes import resolve
from advisor.errors import AdvisorError, BadInput
from advisor.redact import redact
from advisor.services import Services
from advisor.session import Conversations
from advisor.settings import Settings
from advisor.trial.export import FORMS, export_trial
from advisor.trial.plan import plan_of
from advisor.trial.records import trial_record
from advisor.trial.trial import run_plan

KEY = "sk-this-is-a-very-secret-key-0123456789"


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {KEY}.",
        "Authorization: Bearer abcdef0123456789",
        'api_key="abcdef012345"',
        "password=hunter2hunter2",
        "could not reach https://user:hunter2hunter2@host/v1",
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str) -> None:
    found = redact(text)
    assert "***" in found
    assert not any(s in found for s in (KEY, "abcdef", "hunter2"))


def test_ordinary_words_stay() -> None:
    text = "The task-oriented key of this password policy: 401, token limit 4096, see https://host/v1?x=1"
    assert redact(text) == text


def test_addresses_are_shown_without_user_and_query() -> None:
    assert shown("https://u:p@host:8/v1?key=1") == "https://host:8/v1"


def test_an_address_with_a_password_is_refused_and_not_repeated() -> None:
    data = {"candidates": ["x/m"], "prompts": ["a"], "endpoints": {"x": {"base_url": "https://u:hunter2@host/v1"}}}
    with pytest.raises(BadInput, match="api_key_env") as refused:
        plan_of(data)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(BadInput) as wrong:
        Settings(endpoints=data["endpoints"])
    assert "hunter2" not in str(wrong.value)


def everything_below(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def keyed(stub: StubServer, home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings with one endpoint whose key is in the environment."""
    monkeypatch.setenv("STUB_KEY", KEY)
    endpoint = {"base_url": stub.base_url, "api_key_env": "STUB_KEY", "model": "m"}
    return Settings(home=home, use="endpoint", endpoints={"stub": endpoint}, max_retries=0)  # type: ignore[arg-type]


def plan() -> Any:
    return plan_of(
        {"candidates": ["stub/m"], "prompts": ["Hi?"], "judge": {"models": ["stub/j"], "protocol": "rubric"}}
    )


def test_a_trial_keeps_no_key_though_the_endpoint_repeats_it(stub: StubServer, keyed: Settings, caplog) -> None:
    caplog.set_level(logging.DEBUG)

    def said(body: dict[str, Any]) -> Reply:
        if body["model"] == "m":
            return Reply("Hello")
        return Reply(status=400, error={"message": f"bad request for key {KEY}, Authorization: Bearer {KEY}"})

    stub.handler = said
    result = run_plan(plan(), settings=keyed)
    assert stub.calls[0].authorization == f"Bearer {KEY}"
    assert result.unscored and "***" in result.unscored[0].reason
    told = json.dumps(trial_record(keyed.home, result.trial_id)) + result.model_dump_json()
    told += "".join(str(export_trial(keyed.home, result.trial_id, kind)) for kind in FORMS)
    assert KEY not in told + caplog.text
    assert KEY.encode() not in everything_below(keyed.home)


def test_a_conversation_keeps_no_key(stub: StubServer, keyed: Settings, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    stub.handler = lambda body: Reply(status=400, error={"message": f"not for {KEY}"})
    services = Services(keyed)
    conversations = Conversations(services)
    events = [e.model_dump_json() for e in conversations.open().send("hello")]
    conversations.close()
    with pytest.raises(AdvisorError) as refused:
        services.speaker.text("", "hello")  # type: ignore[union-attr]
    assert KEY not in "".join(events) + caplog.text + str(refused.value)
    assert KEY.encode() not in everything_below(keyed.home)


def test_a_refusal_by_the_conversations_endpoint_hides_the_key(keyed: Settings) -> None:
    route = resolve("stub/m", keyed)
    error = explain(ValueError(f"echo {KEY} echo"), route, timeout_seconds=1, retries=0)
    assert KEY not in str(error) and isinstance(error, AdvisorError)


def test_settings_do_not_show_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(openai_api_key=KEY, database_url=f"postgresql://u:{KEY}@h/d")  # type: ignore[arg-type]
    assert KEY not in f"{settings!r}{settings}{settings.model_dump_json()}"
