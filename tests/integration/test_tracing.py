"""Traces: spans of nodes and calls with their tokens, and no text of anybody."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from stub_server import StubServer

from advisor import tracing
from advisor.endpoints.errors import StructuredOutputError
from advisor.endpoints.models import Speaker
from advisor.services import Services
from advisor.session import Conversations
from advisor.settings import Settings
from advisor.trial.schema import JudgeSpec, Plan, Prompt
from advisor.trial.trial import run_plan

SECRET = "the words of a customer"


@pytest.fixture
def spans() -> Iterator[Any]:
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    kept = InMemorySpanExporter()
    tracing.trace_to(SimpleSpanProcessor(kept))
    yield kept
    tracing.stop()


def test_a_call_is_a_span_with_its_tokens_and_without_its_text(
    spans: Any, stub: StubServer, stub_settings: Settings
) -> None:
    stub.say(SECRET)
    Speaker("advisor", stub_settings).text("", SECRET)
    (span,) = spans.get_finished_spans()
    assert span.name == "chat model"
    assert span.attributes["gen_ai.usage.output_tokens"] > 0
    assert span.attributes["advisor.role"] == "advisor"
    assert SECRET not in span.to_json()


def test_an_error_marks_its_span_by_class_alone(spans: Any) -> None:
    with pytest.raises(StructuredOutputError), tracing.span("work"):
        raise StructuredOutputError(SECRET)
    (span,) = spans.get_finished_spans()
    assert span.attributes["error.type"] == "StructuredOutputError"
    assert not span.status.is_ok
    assert SECRET not in span.to_json()


def test_nodes_of_a_conversation_are_spans_and_a_question_is_no_error(spans: Any, home: Path) -> None:
    conversations = Conversations(Services(Settings(home=home), use_llm=False))
    list(conversations.open().send("hello"))
    conversations.close()
    found = {s.name: s for s in spans.get_finished_spans()}
    assert "node understand" in found
    assert all(s.status.status_code.name != "ERROR" for s in found.values())


def test_trial_calls_are_spans_by_role(spans: Any, stub: StubServer, stub_settings: Settings) -> None:
    verdict = json.dumps({"reason": "fine", "score": 8})
    stub.handler = lambda body: verdict if body["model"] == "judge" else "an answer"
    plan = Plan(
        name="traced",
        candidates=["stub/one", "stub/two"],
        judge=JudgeSpec(models=["stub/judge"], protocol="rubric", examine=False),
        prompts=[Prompt(id="p1", prompt=SECRET)],
    )
    run_plan(plan, settings=stub_settings)
    found = spans.get_finished_spans()
    assert sorted(s.attributes["advisor.role"] for s in found) == ["candidate"] * 2 + ["judge"] * 2
    assert not any(SECRET in s.to_json() for s in found)


def test_nothing_is_imported_where_traces_are_off() -> None:
    code = (
        "import sys; from advisor import tracing\nwith tracing.span('x') as s: print(s, 'opentelemetry' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stdout.split() == ["None", "False"]


def test_spans_go_to_the_collector_that_the_environment_names(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    came = threading.Event()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path == "/v1/traces" and self.rfile.read(int(self.headers["Content-Length"])):
                came.set()
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            return

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
        tracing.start(Settings(home=home, traces="otlp"))
        try:
            with tracing.span("work"):
                pass
            assert came.wait(20)
        finally:
            tracing.stop()
            server.shutdown()
