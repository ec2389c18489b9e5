"""Every outcome metric in a whole trial against a stub endpoint: what the answers are worth by hand is what it says."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from stub_server import Reply, StubServer

from advisor.errors import BadInput
from advisor.trial.plan import plan_of
from advisor.trial.schema import TrialResult
from advisor.trial.trial import run_plan

PROMPTS = [
    {"id": "spam", "prompt": "Label: WIN A PRIZE", "reference": "spam"},
    {"id": "ham", "prompt": "Label: see you at noon", "reference": "ham"},
    {"id": "eggs", "prompt": "Label: lunch?", "reference": "ham"},
    {"id": "cash", "prompt": "Label: free cash", "reference": "spam"},
]
LABELS = {"labels": ["spam", "ham"]}


def labeller(body: dict[str, Any]) -> Reply:
    """`right` gives each reference with probability 0.8; `stuck` says spam to all, with 0.9."""
    text = body["messages"][-1]["content"]
    if body["model"] == "stuck":
        return Reply("spam", tokens=(10, 4), top=[{"spam": math.log(0.9), "ham": math.log(0.1)}])
    said = next(p["reference"] for p in PROMPTS if text.startswith(p["prompt"]))
    other = "ham" if said == "spam" else "spam"
    return Reply(said, tokens=(10, 2), top=[{said: math.log(0.8), other: math.log(0.2)}])


def run(stub: StubServer, home: Path, metrics: list[Any], **more: Any) -> TrialResult:
    data: dict[str, Any] = {
        "name": "metrics",
        "endpoints": {"stub": {"base_url": stub.base_url}},
        "candidates": ["stub/right", "stub/stuck"],
        "prompts": PROMPTS,
        "metrics": metrics,
        "limits": {"concurrency": 4},
    }
    return run_plan(plan_of(data | more), home)


def measured(result: TrialResult) -> dict[str, dict[str, float | None]]:
    return {s.model.removeprefix("stub/"): s.metrics for s in result.standings}


def test_labels_are_scored_by_hit_f1_and_probability(stub: StubServer, home: Path) -> None:
    stub.handler = labeller
    metrics = [{"kind": kind, "options": LABELS} for kind in ("label", "f1", "cross_entropy")]
    found = measured(run(stub, home, metrics, deciding="label"))
    assert found["right"]["label"] == found["right"]["f1"] == 1.0
    assert found["stuck"]["label"] == 0.5
    assert found["stuck"]["f1"] == pytest.approx((2 / 3 + 0) / 2), "half of spam's, none of ham's"
    assert found["right"]["cross_entropy"] == pytest.approx(-math.log(0.8), abs=1e-6)
    assert found["stuck"]["cross_entropy"] == pytest.approx(-(math.log(0.9) + math.log(0.1)) / 2, abs=1e-6)


def test_a_deciding_metric_names_the_winner_and_its_pass_mark_is_kept(stub: StubServer, home: Path) -> None:
    stub.handler = labeller
    many = [p | {"id": f"{p['id']}{n}", "prompt": f"{p['prompt']} {n}"} for n in range(5) for p in PROMPTS]
    metric = {"kind": "exact", "name": "hit", "threshold": 0.9}
    result = run(stub, home, [metric], deciding="hit", prompts=many)
    assert result.winner == "stub/right"
    assert result.calls == {"candidate": 40, "judge": 0}
    assert [(s.model, s.score) for s in result.standings] == [("stub/right", 1.0), ("stub/stuck", 0.5)]


def test_cost_length_and_latency_are_those_of_the_calls(stub: StubServer, home: Path) -> None:
    stub.handler = labeller
    metrics = ["cost", "latency", {"kind": "length", "options": {"unit": "tokens"}}, "refusal", "exact"]
    prices = {"stub/right": [1.0, 2.0], "stub/stuck": [0.5, 1.0]}
    found = measured(run(stub, home, metrics, deciding="exact", prices=prices))
    assert found["right"]["cost_per_task_usd"] == pytest.approx((10 * 1.0 + 2 * 2.0) / 1e6)
    assert found["stuck"]["cost_per_task_usd"] == pytest.approx((10 * 0.5 + 4 * 1.0) / 1e6)
    assert found["right"]["length"] == 2 and found["stuck"]["length"] == 4
    assert found["right"]["refusal"] == 0
    assert 0 < (found["right"]["latency_p50_s"] or 0) <= (found["right"]["latency_p95_s"] or 0)


ANSWERS = {
    "right": '```json\n{"total": 1200}\n```',
    "stuck": "I'm sorry, I can't help with that. The total may be 1,150.",
}


def test_text_json_and_numbers_are_checked(stub: StubServer, home: Path) -> None:
    stub.handler = lambda body: Reply(ANSWERS[body["model"]])
    schema = {"type": "object", "required": ["total"], "properties": {"total": {"type": "number"}}}
    metrics = [
        {"kind": "json_schema", "options": {"schema": schema}},
        {"kind": "numeric", "options": {"rel": 0.01}},
        {"kind": "numeric", "name": "roughly", "options": {"rel": 0.1}},
        {"kind": "contains", "options": {"value": ["total"]}},
        {"kind": "regex", "options": {"pattern": r"\d{4}\b"}},
        "refusal",
        "token_f1",
    ]
    prompts = [{"id": "1", "prompt": "Sum?", "reference": "1200"}, {"id": "2", "prompt": "Sum!", "reference": "1200"}]
    found = measured(run(stub, home, metrics, deciding="numeric", prompts=prompts))
    assert found["right"] | {"token_f1": None} == found["right"] | {
        "json_schema": 1, "numeric": 1, "roughly": 1, "contains": 1, "regex": 1, "refusal": 0, "token_f1": None,
    }  # fmt: skip
    assert found["right"]["token_f1"] == pytest.approx(0.5), "of the words json, total and 1200 one is right"
    stuck = found["stuck"]
    assert (stuck["json_schema"], stuck["numeric"], stuck["roughly"], stuck["regex"]) == (0, 0, 1, 0)
    assert (stuck["contains"], stuck["refusal"], stuck["token_f1"]) == (1, 1, 0)


CODE = "def score(prompt, answer, reference):\n    return float(answer == reference)\n"


def test_own_python_runs_where_plan_and_settings_allow_it(
    stub: StubServer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.handler = labeller
    metric = {"kind": "python", "name": "mine", "options": {"code": CODE}}
    with pytest.raises(BadInput, match="allow_code"):
        run(stub, home, [metric], deciding="mine")
    monkeypatch.setenv("ADVISOR_ALLOW_CODE", "1")
    found = measured(run(stub, home, [metric], deciding="mine", allow_code=True))
    assert (found["right"]["mine"], found["stuck"]["mine"]) == (1.0, 0.5)


def test_without_token_probabilities_a_metric_of_them_has_no_value(stub: StubServer, home: Path) -> None:
    stub.handler = lambda body: Reply("spam")
    result = run(stub, home, [{"kind": "cross_entropy", "options": LABELS}, "exact"], deciding="exact")
    assert all(m.get("cross_entropy") is None for m in measured(result).values())
