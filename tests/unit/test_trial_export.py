"""A finished trial in other forms, safe to open in a spreadsheet or a browser."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from advisor.errors import BadInput
from advisor.settings import Settings
from advisor.trial.export import export_trial
from advisor.trial.journal import Journal
from advisor.trial.plan import plan_of, trial_named
from advisor.trial.prompt_text import chat
from advisor.trial.prompts_io import load_prompts
from advisor.trial.schema import Standing, TrialResult, Unscored, Verdict

PLAN: dict[str, Any] = {
    "name": "Support | replies",
    "endpoints": {"mock": {"base_url": "http://127.0.0.1:9/v1", "api_key_env": "MOCK_KEY"}},
    "candidates": ["mock/a", "openrouter/maker/b"],
    "judge": {"models": ["mock/judge"]},
    "system": "Be kind.",
    "prompts": [
        {"id": "q1", "prompt": "Hello {{name}}", "vars": {"name": "Ana"}, "reference": "Hi"},
        {"id": "q2", "messages": [{"role": "user", "content": "And {{this}}?"}]},
    ],
    "metrics": ["exact", {"kind": "latency", "threshold": 2}, "length"],
}
RESULT = TrialResult(
    trial_id="t",
    name="Support | replies",
    standings=[
        Standing(model="mock/a", score=0.75, low=0.6, high=0.9, n=2, metrics={"exact": 0.5}),
        Standing(model="openrouter/maker/b", score=None, low=None, high=None, n=0, unscored=2),
    ],
    winner="mock/a",
    stop_reason="complete",
    calls={"candidate": 4, "judge": 2},
    tokens={"input": 100, "output": 50},
    cost_usd=0.0123,
    statement="mock/a wins <script>alert(1)</script>",
    unscored=[Unscored(item="q2 openrouter/maker/b", reason="rate | limit")],
    warnings=["The judge was not examined."],
)
VERDICTS = [
    Verdict(item="q1", judge="mock/judge", model_a="mock/a", score=0.5, reason='=HYPERLINK("http://x")'),
    Verdict(item="q2", judge="mock/judge", model_a="mock/a", score=1.0, reason="fine,\nreally"),
]


@pytest.fixture
def trial(home: Path) -> Path:
    with Journal(home) as journal:
        journal.begin("t", RESULT.name, plan_of(PLAN).model_dump_json())
        for verdict in VERDICTS:
            journal.verdict("t", verdict)
        journal.finish("t", RESULT, status="complete", seconds=1.0, failed=0)
        journal.begin("open", "open", plan_of(PLAN).model_dump_json())
    return home


def test_json_has_everything(trial: Path) -> None:
    data = json.loads(export_trial(trial, "t", "json"))
    assert data["plan"]["candidates"] == PLAN["candidates"]
    assert TrialResult.model_validate(data["result"]) == RESULT
    assert [Verdict.model_validate(v) for v in data["verdicts"]] == VERDICTS


def test_csv_has_a_row_a_verdict_and_runs_no_formula(trial: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(str(export_trial(trial, "t", "csv")))))
    assert [(r["item"], r["score"], r["winner"]) for r in rows] == [("q1", "0.5", ""), ("q2", "1.0", "")]
    assert rows[0]["reason"].startswith("'=")
    assert rows[1]["reason"] == "fine,\nreally"


def test_markdown_is_for_people_and_escapes_what_others_wrote(trial: Path) -> None:
    text = str(export_trial(trial, "t", "markdown"))
    assert "| mock/a | 0.750 | 0.600 to 0.900 | 2 | 0 |" in text
    assert "| openrouter/maker/b | - | - to - | 0 | 2 |" in text
    assert "<script>" not in text.replace("\\<", "")
    assert "Support \\| replies" in text and "rate \\| limit" in text
    assert "4 candidate calls, 2 judge calls" in text and "\\$0.01" in text
    assert "**Use mock/a.**" in text and text.index("What was not tested") < text.index("to reproduce")


def test_html_and_pdf_hold_the_same_record_and_run_nothing(trial: Path) -> None:
    page = str(export_trial(trial, "t", "html"))
    assert page.startswith("<!doctype html>") and "<script>" not in page and "mock/a" in page
    paper = export_trial(trial, "t", "pdf")
    assert isinstance(paper, bytes) and paper.startswith(b"%PDF-")


def test_a_trial_may_be_named_by_the_file_of_its_plan(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.yaml"
    file.write_text(json.dumps(PLAN), encoding="utf-8")
    name = trial_named(str(file), Settings(home=home))
    with Journal(home) as journal:
        journal.begin(name, RESULT.name, plan_of(PLAN).model_dump_json())
        journal.finish(name, RESULT, status="complete", seconds=1.0, failed=0)
    assert export_trial(home, str(file), "json") == export_trial(home, name, "json")


def test_promptfoo_asks_the_same(trial: Path, tmp_path: Path) -> None:
    text = str(export_trial(trial, "t", "promptfoo"))
    config = yaml.safe_load(text)
    assert [p["id"] for p in config["providers"]] == ["openai:chat:a", "openrouter:maker/b"]
    assert config["providers"][0]["config"]["apiBaseUrl"] == "http://127.0.0.1:9/v1"
    assert config["providers"][0]["config"]["apiKeyEnvar"] == "MOCK_KEY"
    assert {"type": "equals", "value": "Hi"} in config["tests"][0]["assert"]
    assert {"type": "latency", "value": 2000} in config["tests"][0]["assert"]
    (tmp_path / "promptfooconfig.yaml").write_text(text, encoding="utf-8")
    back = load_prompts("promptfooconfig.yaml", tmp_path).prompts
    assert [chat(p) for p in back] == [chat(p, "Be kind.") for p in load_prompts(plan_of(PLAN).prompts).prompts]
    assert back[0].reference == "Hi"


def test_what_cannot_be_exported_is_said(trial: Path) -> None:
    with pytest.raises(BadInput, match="no trial"):
        export_trial(trial, "gone", "json")
    with pytest.raises(BadInput, match="no form"):
        export_trial(trial, "t", "xml")
    with pytest.raises(BadInput, match="no result yet"):
        export_trial(trial, "open", "markdown")
    assert "providers" in str(export_trial(trial, "open", "promptfoo"))
