"""Chat models against an endpoint with faults."""

from __future__ import annotations

from typing import Literal

import pytest
from pydantic import BaseModel
from stub_server import (
    Reply,
    StubServer,
    context_full,
    malformed,
    out_of_quota,
    rate_limited,
    reset,
    server_error,
    slow,
    truncated,
    unknown_model,
    unsupported,
    wrong_key,
)

from advisor.endpoints.errors import ContextFull, StructuredOutputError
from advisor.endpoints.models import Speaker, chat_model
from advisor.errors import EndpointError
from advisor.settings import Settings


class Verdict(BaseModel):
    reason: str
    verdict: Literal["A", "B", "tie"]


GOOD = '{"reason": "A is right", "verdict": "A"}'


@pytest.fixture
def speaker(stub_settings: Settings, retry_waits: list[float]) -> Speaker:
    return Speaker("advisor", stub_settings)


def test_text_sends_both_messages_and_counts_usage(stub: StubServer, speaker: Speaker) -> None:
    stub.say(Reply("hello", tokens=(12, 3), cached=4))
    assert speaker.text("Be short.", "Hi", max_tokens=20) == "hello"
    body = stub.calls[0].body
    assert [m["content"] for m in body["messages"]] == ["Be short.", "Hi"]
    assert body["max_completion_tokens"] == 20 and body["temperature"] == 0
    usage = speaker.usage
    assert (usage.calls, usage.input_tokens, usage.output_tokens, usage.cache_read_tokens) == (1, 12, 3, 4)
    assert usage.cost_usd is None, "an endpoint that nobody knows has no price"


def test_stream_gives_pieces_and_usage(stub: StubServer, speaker: Speaker) -> None:
    stub.say(Reply("one two three", tokens=(7, 3)))
    assert list(speaker.stream("", "count")) == ["one", " two", " three"]
    assert (speaker.usage.input_tokens, speaker.usage.output_tokens) == (7, 3)


def test_structured_asks_for_the_schema_and_validates(stub: StubServer, speaker: Speaker) -> None:
    stub.say(GOOD)
    assert speaker.structured(Verdict, "Judge.", "A or B?") == Verdict(reason="A is right", verdict="A")
    asked = stub.calls[0].body["response_format"]["json_schema"]
    assert asked["name"] == "Verdict" and asked["strict"] is True
    assert asked["schema"]["required"] == ["reason", "verdict"]


@pytest.mark.parametrize("first", ["no JSON at all", '{"reason": "x", "verdict": "C"}', truncated()])
def test_structured_repairs_once(stub: StubServer, speaker: Speaker, first: Reply | str) -> None:
    stub.say(first, f"```json\n{GOOD}\n```")
    assert speaker.structured(Verdict, "Judge.", "A or B?", max_tokens=50).verdict == "A"
    repair = stub.calls[1].body
    assert "cannot be used" in stub.calls[1].user and repair["max_completion_tokens"] == 100
    assert speaker.usage.calls == 2 and speaker.usage.output_tokens == 10, "the unusable reply was paid for too"


@pytest.mark.parametrize("reply, words", [(truncated(), "cut off"), ('{"verdict": "C"}', "verdict")])
def test_structured_gives_up_after_one_repair(
    stub: StubServer, speaker: Speaker, reply: Reply | str, words: str
) -> None:
    stub.say(reply, reply)
    with pytest.raises(StructuredOutputError, match=words):
        speaker.structured(Verdict, "Judge.", "A or B?")
    assert len(stub.calls) == 2


def test_an_option_that_the_model_refuses_is_left_out(stub: StubServer, speaker: Speaker) -> None:
    stub.say(unsupported("temperature"), "fine", "again")
    assert speaker.text("", "hi") == "fine" and speaker.text("", "hi") == "again"
    assert "temperature" not in stub.calls[1].body and "temperature" not in stub.calls[2].body
    assert len(stub.calls) == 3, "the refusal is remembered"


def test_an_endpoint_without_json_schema_gets_the_schema_in_words(stub: StubServer, speaker: Speaker) -> None:
    stub.say(unsupported("response_format"), GOOD)
    assert speaker.structured(Verdict, "Judge.", "A or B?").verdict == "A"
    assert "response_format" not in stub.calls[1].body and '"verdict"' in stub.calls[1].user


def test_retry_waits_as_long_as_retry_after_says(stub: StubServer, speaker: Speaker, retry_waits: list[float]) -> None:
    stub.say(rate_limited(7), rate_limited(90), "at last")
    assert speaker.text("", "hi") == "at last"
    assert retry_waits == [7, 90]


def test_retries_really_wait(stub: StubServer, stub_settings: Settings) -> None:
    stub.say(rate_limited(0.3), "at last")
    assert Speaker("advisor", stub_settings).text("", "hi") == "at last"
    assert stub.early_retries == 0 and stub.calls[1].at - stub.calls[0].at >= 0.3


@pytest.mark.parametrize("fault", [server_error(500), server_error(503), reset(), rate_limited(None)])
def test_passing_faults_are_retried(stub: StubServer, speaker: Speaker, fault: Reply) -> None:
    stub.say(fault, fault, "at last")
    assert speaker.text("", "hi") == "at last"
    assert stub.paid_twice == 0


@pytest.mark.parametrize(
    "fault, calls, words",
    [
        (wrong_key(401), 1, "refuses the key.*api_key_env"),
        (wrong_key(403), 1, "refuses the key"),
        (unknown_model(), 1, "no model model.*404"),
        (context_full(), 1, "longer than the context window"),
        (rate_limited(3600), 1, "limits the rate.*in 3600 s"),
        (rate_limited(1), 3, "limits the rate.*2 retries"),
        (out_of_quota(), 3, "quota is used up"),
        (server_error(), 3, "failed 3 times"),
        (reset(), 3, "no route"),
        (malformed(), 1, "no answer"),
    ],
)
def test_lasting_faults_are_explained(stub: StubServer, speaker: Speaker, fault: Reply, calls: int, words: str) -> None:
    stub.say(*[fault] * calls)
    with pytest.raises(EndpointError, match=words):
        speaker.text("", "hi")
    assert len(stub.calls) == calls


def test_context_overflow_has_its_own_type(stub: StubServer, speaker: Speaker) -> None:
    stub.say(context_full())
    with pytest.raises(ContextFull):
        speaker.structured(Verdict, "", "long")


def test_a_stream_that_breaks_is_explained(stub: StubServer, speaker: Speaker) -> None:
    stub.say(reset(after=2))
    pieces = []
    with pytest.raises(EndpointError, match="no route|broke"):
        for piece in speaker.stream("", "hi"):
            pieces.append(piece)
    assert pieces == ["one", " two"]


def test_a_slow_endpoint_times_out(stub: StubServer, stub_settings: Settings) -> None:
    stub.say(slow(2))
    impatient = stub_settings.model_copy(update={"timeout_seconds": 0.2, "max_retries": 0})
    with pytest.raises(EndpointError, match="within 0.2 s"):
        Speaker("advisor", impatient).text("", "hi")


def test_nothing_listens(home) -> None:
    settings = Settings(home=home, endpoints={"gone": {"base_url": "http://127.0.0.1:9/v1"}}, max_retries=0)
    with pytest.raises(EndpointError, match="no route to http://127.0.0.1:9/v1.*refused"):
        Speaker("advisor", settings, model="gone/m").text("", "hi")


def test_keys_are_sent_and_never_shown(stub: StubServer, home, monkeypatch, retry_waits) -> None:
    monkeypatch.setenv("STUB_KEY", "sk-secret")
    endpoints = {"stub": {"base_url": stub.base_url, "api_key_env": "STUB_KEY"}}
    speaker = Speaker("judge", Settings(home=home, endpoints=endpoints), model="stub/m")
    echoing = Reply(status=422, error={"message": "bad request of sk-secret"})
    stub.say(wrong_key(), echoing)
    for _ in range(2):
        with pytest.raises(EndpointError) as caught:
            speaker.text("", "hi")
        assert "sk-secret" not in str(caught.value)
    assert stub.calls[0].authorization == "Bearer sk-secret"
    assert "sk-secret" not in repr(speaker.route)


def test_an_empty_answer_that_was_cut_is_an_error(stub: StubServer, speaker: Speaker) -> None:
    stub.say(truncated(""), truncated("half an"))
    with pytest.raises(EndpointError, match="allow more tokens"):
        speaker.text("", "hi")
    assert speaker.text("", "hi") == "half an"


def test_proxies_do_not_stand_between_us_and_this_machine(
    stub: StubServer, stub_settings: Settings, monkeypatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    stub.say("hello")
    assert Speaker("advisor", stub_settings).text("", "hi") == "hello"


def test_chat_model_takes_overrides(stub: StubServer, stub_settings: Settings) -> None:
    stub.say("warm")
    model = chat_model("candidate", stub_settings, model="stub/other", temperature=0.7)
    assert model.invoke("hi").usage_metadata["total_tokens"] == 15
    assert stub.calls[0].body["model"] == "other" and stub.calls[0].body["temperature"] == 0.7
