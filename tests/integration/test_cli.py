"""Commands as scripts call them: one JSON document on stdout, exit codes, errors in one sentence."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shared_home import built_home
from stub_server import StubServer
from test_conversation import SUPPORT, judged

CANDIDATE = {"model_id", "name", "provider", "roles", "quality", "monthly_cost_usd", "basics", "caveats"}
ADVISOR = Path(sys.executable).parent / "advisor"


def advisor(*words: str, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "ADVISOR_HOME": str(home or built_home())}
    return subprocess.run([ADVISOR, *words], env=env, capture_output=True, text=True, timeout=120)


def document(*words: str) -> Any:
    done = advisor(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_help_imports_nothing_heavy() -> None:
    code = "import sys; sys.argv=['advisor','--help']\ntry:\n import ui.cli; ui.cli.main()\nexcept SystemExit: pass\n"
    code += "print([m for m in ('gradio','chromadb','pydantic','numpy','langgraph','openai') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "recommend" in done.stdout


def test_recommend_keeps_its_contract() -> None:
    found = document("recommend", SUPPORT, "--no-llm")
    assert found["use_case"]["data_residency"] == "eu"
    assert len(found["candidates"]) >= 3
    for candidate in found["candidates"]:
        assert {"model_id", "name", "provider", "roles", "quality", "monthly_cost_usd", "basics", "caveats"} <= set(
            candidate
        )
        assert candidate["quality"]["low"] <= candidate["quality"]["mean"] <= candidate["quality"]["high"]
        assert len(candidate["evidence"]) >= 2
        assert all({"benchmark", "value", "unit", "source", "date", "url"} <= set(e) for e in candidate["evidence"])
    assert found["excluded"] and found["benchmarks"] and found["snapshot_date"]
    assert all({"field", "question", "expected_change"} <= set(q) for q in found["next_questions"])


def test_benchmarks_names_ifeval_first_for_formatting() -> None:
    found = document("benchmarks", "does the model follow formatting instructions?")
    assert found["ranked"][0]["id"] == "ifeval"


def test_ask_cites_its_sources() -> None:
    found = document("ask", "what does GPQA measure?", "--no-llm")
    assert "GPQA" in found["answer"]
    assert found["citations"]


def test_rank_orders_every_model() -> None:
    found = document("rank", "Graduate-level science questions")["models"]
    assert [m["rank"] for m in found] == list(range(1, len(found) + 1))
    assert all(m["low"] <= m["mean"] <= m["high"] for m in found)
    assert found[0]["measured"] > 0 and min(m["measured"] for m in found) == 0


@pytest.mark.parametrize(
    "words",
    [
        ("models", "search", "claude"),
        ("models", "show", "openai/gpt-4o"),
        ("models", "compare", "openai/gpt-4o", "openai/gpt-4o-mini"),
        ("models", "resolve", "gpt-4o-2024-08-06"),
        ("knowledge", "status"),
        ("knowledge", "build"),
        ("trial", "show"),
    ],
)
def test_look_ups_print_one_document(words: tuple[str, ...]) -> None:
    assert document(*words)


def test_batches_write_a_row_for_each_row(tmp_path: Path) -> None:
    rows = [{"id": "a", "message": "Translate 200 contracts a month", "question": "does it follow formats?"}]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(json.dumps(r) for r in rows))
    document("extract", "--in", str(source), "--out", str(out), "--no-llm")
    assert json.loads(out.read_text())["requirements"]["task"] == "translation"
    assert advisor("benchmarks", "--in", str(source), "--out", str(out)).returncode == 0
    assert "IFEval" in json.loads(out.read_text())["ranked"]


def test_bad_use_exits_with_2_and_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": "a"}\n')
    for words in (
        ("models", "show", "no-such-model-at-all"),
        ("recommend",),
        ("trial", "run", str(tmp_path / "missing.yaml")),
        ("benchmarks", "--in", str(broken), "--out", str(tmp_path / "out")),
    ):
        done = advisor(*words)
        assert done.returncode == 2, (words, done.stderr)
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith(("Error: ", "Usage: "))


def test_a_replay_is_told_in_short_figures_and_a_sentence(tmp_path: Path) -> None:
    rows = [
        {
            "prompt_id": f"q{n}",
            "model_a": "good",
            "model_b": "bad",
            "order": order,
            "verdict": "B" if n % 7 == 0 else "A",
        }
        for n in range(60)
        for order in ("ab", "ba")
    ]
    recording = tmp_path / "recording.jsonl"
    recording.write_text("\n".join(map(json.dumps, rows)))
    said = advisor("trial", "replay", "--in", str(recording)).stdout
    assert "Winner: good" in said and "of 120 recorded verdicts were asked for" in said
    assert not re.search(r"\d\.\d{4}", said)


def test_a_trial_runs_stops_at_its_cap_and_shows_its_verdicts(tmp_path: Path, stub: StubServer) -> None:
    stub.handler = judged
    plan = {
        "name": "cli",
        "endpoints": {"stub": {"base_url": stub.base_url}},
        "candidates": ["stub/good", "stub/poor"],
        "judge": {"models": ["stub/judge"], "protocol": "rubric"},
        "prompts": ["one?", "two?", "three?"],
        "limits": {"concurrency": 2, "calls": 5},
    }
    file, home = tmp_path / "plan.json", tmp_path / "home"
    file.write_text(json.dumps(plan))
    capped = advisor("trial", "run", str(file), "--json", home=home)
    assert capped.returncode == 3
    assert json.loads(capped.stdout)["stop_reason"].startswith("cap")
    plan["limits"] = {"concurrency": 2}
    file.write_text(json.dumps(plan))
    done = advisor("trial", "resume", str(file), "--json", home=home)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["standings"][0]["model"] == "stub/good"
    assert stub.paid_twice == 0
    shown = json.loads(advisor("trial", "show", result["trial_id"], "--json", home=home).stdout)
    assert len(shown["verdicts"]) == 6
    assert "good" in advisor("trial", "export", result["trial_id"], home=home).stdout
