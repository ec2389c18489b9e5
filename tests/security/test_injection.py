"""What users, sources, models and notes wrote is shown as text: no markup, no script, no picture that calls home."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stub_server import Reply, StubServer

from advisor.schema import UseCase
from advisor.settings import Settings
from advisor.trial.plan import plan_of
from advisor.trial.records import trial_record
from advisor.trial.trial import run_plan
from knowledge.refresh import _is_hostile
from ui.panels import head, parts, trial, usecase

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<a href='javascript:alert(1)'>x</a>",
    "<iframe src=http://evil.example></iframe>",
]


@pytest.fixture(params=ATTACKS)
def attack(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_trial_of_hostile_texts_is_shown_as_text(stub: StubServer, home: Path, attack: str) -> None:
    verdict = json.dumps({"reason": attack, "score": 5})
    stub.handler = lambda body: Reply(attack if body["model"] == "m" else verdict)
    data = {"name": attack, "candidates": ["s/m"], "endpoints": {"s": {"base_url": stub.base_url}},
            "prompts": [attack], "judge": {"models": ["s/j"], "protocol": "rubric"}}  # fmt: skip
    result = run_plan(plan_of(data), settings=Settings(home=home))
    page = trial.result(result) + trial.pairs(trial_record(home, result.trial_id)) + parts.alert(attack)
    page += usecase.facts(UseCase(text=attack)) + head.status(attack, 0)
    for tag in ("<script", "<img", "<svg", "<iframe", "<a href='javascript"):
        assert tag not in page
    assert "&lt;" in page


@pytest.mark.parametrize("text", [*ATTACKS, "=HYPERLINK(0)", "javascript:alert(1)", "a\x00b", "x" * 201])
def test_upstream_rows_with_such_names_are_quarantined(text: str) -> None:
    assert _is_hostile(text)


@pytest.mark.parametrize("name", ["GPT-5.4 (high)", "Llama 3.1 8B <= 4bit"[:14], "qwen2.5-coder:7b", "R1 + tools"])
def test_honest_names_are_not(name: str) -> None:
    assert not _is_hostile(name)
