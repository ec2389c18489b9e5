"""Whole trials against a stub endpoint with faults."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from stub_server import (
    Reply,
    StubServer,
    malformed,
    rate_limited,
    reset,
    server_error,
    slow,
    truncated,
    unsupported,
    wrong_key,
)

from advisor.errors import BadInput, EndpointError
from advisor.trial.export import export_trial
from advisor.trial.plan import plan_of
from advisor.trial.records import list_trials, trial_record
from advisor.trial.schema import TrialProgress, TrialResult
from advisor.trial.trial import resume_trial, run_file, run_plan

WORTH = {"good": 0.9, "fair": 0.7, "poor": 0.3}
MARK = re.compile(r"worth (0\.\d+)")


def answer(body: dict[str, Any]) -> Reply:
    """Candidates tell the worth of their answer; the judge reads it back in the form that it is asked for."""
    if body["model"] != "judge":
        return Reply(f"An answer to {body['messages'][-1]['content']!r}, worth {WORTH[body['model']]}")
    marks = [float(m) for m in MARK.findall(body["messages"][-1]["content"])]
    asked = body["response_format"]["json_schema"]["schema"]["properties"]
    if "verdict" in asked:
        best = "A" if marks[-2] > marks[-1] else "B"
        return Reply(json.dumps({"reason": "the marks", "verdict": best}))
    return Reply(json.dumps({"reason": "the mark", "score": marks[-1] * asked["score"]["maximum"]}))


def plan(stub: StubServer, prompts: int = 6, **more: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "name": "stub trial",
        "endpoints": {"stub": {"base_url": stub.base_url}},
        "candidates": ["stub/good", "stub/fair", "stub/poor"],
        "judge": {"models": ["stub/judge"], "protocol": "rubric"},
        "prompts": [f"Question {n}?" for n in range(prompts)],
        "limits": {"concurrency": 4},
    }
    return data | more


def run(stub: StubServer, home: Path, **more: Any) -> TrialResult:
    return run_plan(plan_of(plan(stub, **more)), home)


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Backoff without an order of the endpoint is short."""
    from advisor.trial import runner

    monkeypatch.setattr(runner, "Retry", lambda: _QUICK)


from advisor.trial.runner import Retry  # noqa: E402

_QUICK = Retry(first_s=0.01, longest_s=0.05)


def test_a_full_trial_scores_every_answer_once(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    result = run(stub, home)
    assert [(s.model, round(s.score or 0, 3), s.n) for s in result.standings] == [
        ("stub/good", 0.9, 6),
        ("stub/fair", 0.7, 6),
        ("stub/poor", 0.3, 6),
    ]
    assert result.winner == "stub/good"
    assert result.calls == {"candidate": 18, "judge": 18}
    assert result.stop_reason == "complete"
    assert len(stub.calls) == 36
    assert stub.peak <= 4


def test_running_again_asks_nothing_again(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    first = run(stub, home)
    again = run(stub, home)
    assert len(stub.calls) == 36
    assert again.standings == first.standings
    assert again.calls == first.calls
    assert again.tokens == first.tokens
    assert again.requests["from_journal"] == 36


def test_another_trial_takes_the_same_calls_from_the_journal(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    run(stub, home)
    other = run(stub, home, name="another", candidates=["stub/good", "stub/fair"])
    assert len(stub.calls) == 36
    assert other.tokens == {"input": 0, "output": 0}


def test_pairs_are_judged_in_both_orders(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    result = run(stub, home, judge={"models": ["stub/judge"], "protocol": "pairwise"})
    assert result.calls == {"candidate": 18, "judge": 36}
    verdicts = trial_record(home, result.trial_id)["verdicts"]
    assert {v["order"] for v in verdicts} == {"ab", "ba"}
    assert result.win_matrix["stub/good"] == {"stub/fair": 1.0, "stub/poor": 1.0}


def test_adaptive_stops_early_and_names_the_best(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    judge = {"models": ["stub/judge"], "protocol": "pairwise"}
    result = run(stub, home, prompts=60, judge=judge, design="adaptive")
    assert result.winner == "stub/good"
    assert result.calls["judge"] < 60 * 6 / 4
    assert "stub/good" in result.stop_reason


def test_what_is_expected_steers_an_adaptive_trial_is_said_and_is_overruled(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    judge = {"models": ["stub/judge"], "protocol": "pairwise"}
    names = run(stub, home, prompts=1, judge=judge).standings
    wrong = {s.model: 0.1 if s.model == "stub/good" else 0.9 for s in names}
    result = run(stub, home, prompts=60, judge=judge, design="adaptive", prior=wrong)
    assert result.winner == "stub/good"
    assert any("counts as 4 prompts" in w and "never evidence" in w for w in result.warnings)


def test_adaptive_works_on_scores(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    result = run(stub, home, prompts=60, design="adaptive")
    assert result.winner == "stub/good"
    assert result.calls["judge"] < 60 * 3


def test_faults_lose_no_item(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    stub.say(rate_limited(0.2), server_error(), reset(), malformed(), server_error(503), rate_limited(None))
    result = run(stub, home)
    assert [s.n for s in result.standings] == [6, 6, 6]
    assert result.unscored == []
    assert stub.early_retries == 0
    assert stub.paid_twice == 1  # the body that was no JSON cost a call


def test_a_malformed_verdict_is_asked_again_and_not_kept(stub: StubServer, home: Path) -> None:
    seen: set[str] = set()

    def judged(body: dict[str, Any]) -> Reply:
        text = body["messages"][-1]["content"]
        if body["model"] == "judge" and (mark := text[:100]) not in seen:
            seen.add(mark)
            return truncated('Sure! {"score": 10, "reason": "the')
        return answer(body)

    stub.handler = judged
    result = run(stub, home)
    assert [round(s.score or 0, 3) for s in result.standings] == [0.9, 0.7, 0.3]
    assert result.unscored == []
    assert stub.paid_twice == 0  # the second question differs, so that the same reply is not given again


def test_a_judge_that_never_answers_in_form_leaves_items_unscored(stub: StubServer, home: Path) -> None:
    stub.handler = lambda body: answer(body) if body["model"] != "judge" else Reply("I like it.")
    result = run(stub, home, prompts=2)
    assert [s.score for s in result.standings] == [None, None, None]
    assert result.winner is None
    assert len(result.unscored) == 6
    assert "malformed" in result.unscored[0].reason


def test_slow_calls_are_given_up_after_the_time_allowed(stub: StubServer, home: Path) -> None:
    stub.handler = lambda body: slow(5) if body["model"] == "poor" else answer(body)
    result = run(stub, home, prompts=1, limits={"concurrency": 8, "call_seconds": 0.1})
    assert {u.item for u in result.unscored} == {"1 stub/poor"}
    assert "0.1 s" in result.unscored[0].reason


def test_a_wrong_key_fails_with_one_sentence(stub: StubServer, home: Path) -> None:
    stub.handler = lambda body: wrong_key()
    with pytest.raises(EndpointError, match="api_key_env"):
        run(stub, home, prompts=30)
    assert len(stub.calls) < 30  # it does not ask 90 times to hear the same


def test_parameters_that_a_model_refuses_are_left_out(stub: StubServer, home: Path) -> None:
    def picky(body: dict[str, Any]) -> Reply:
        return unsupported("temperature") if "temperature" in body else answer(body)

    stub.handler = picky
    assert [s.n for s in run(stub, home).standings] == [6, 6, 6]


@pytest.mark.parametrize(
    ("limits", "word"),
    [({"calls": 10}, "10 calls"), ({"tokens": 300}, "tokens"), ({"minutes": 0}, "minutes")],
)
def test_caps_stop_and_are_not_passed(stub: StubServer, home: Path, limits: dict[str, Any], word: str) -> None:
    stub.handler = answer
    result = run(stub, home, limits={"concurrency": 3, **limits}, max_tokens=100)
    assert result.stop_reason.startswith("cap: ") and word in result.stop_reason
    assert len(stub.calls) <= limits.get("calls", 36)
    assert sum(result.tokens.values()) <= limits.get("tokens", 10_000)
    listed = sum(s.n for s in result.standings) + len(result.unscored)
    assert listed == 18


def test_a_cap_on_money_counts_the_worst_case_first(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    prices = dict.fromkeys(["stub/good", "stub/fair", "stub/poor", "stub/judge"], (0.0, 1e6 / 5))
    result = run(stub, home, prices=prices, limits={"concurrency": 4, "money_usd": 90.0}, max_tokens=100)
    assert result.stop_reason.startswith("cap: ")
    assert 0 < (result.cost_usd or 0) <= 90


def test_a_raised_cap_goes_on_where_it_stopped(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    stopped = run(stub, home, limits={"concurrency": 3, "calls": 10})
    done = run(stub, home, limits={"concurrency": 3})
    assert done.trial_id == stopped.trial_id
    assert done.stop_reason == "complete"
    assert len(stub.calls) == 36


def test_a_capped_trial_scores_whole_items_first(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    result = run(stub, home, prompts=20, limits={"concurrency": 2, "calls": 24})
    assert sum(s.n for s in result.standings) >= 8


def test_cancel_leaves_a_journal_that_goes_on(stub: StubServer, home: Path) -> None:
    cancel = threading.Event()

    def handler(body: dict[str, Any]) -> Reply:
        if len(stub.calls) >= 8:
            cancel.set()
        return Reply(answer(body).text, delay=0.02)

    stub.handler = handler
    stopped = run_plan(plan_of(plan(stub)), home, cancel=cancel)
    assert stopped.stop_reason == "cancelled"
    sent = len(stub.calls)
    assert sent < 36
    done = resume_trial(stopped.trial_id, home)
    assert done.stop_reason == "complete"
    assert len(stub.calls) == 36
    assert stub.paid_twice == 0


def test_kill_and_run_again_repeats_no_stored_call(stub: StubServer, home: Path, tmp_path: Path) -> None:
    stub.handler = lambda body: Reply(answer(body).text, delay=0.05)
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(stub)), encoding="utf-8")
    code = f"from advisor.trial.trial import run_file; run_file({str(file)!r})"
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, "ADVISOR_HOME": str(home)})
    deadline = time.monotonic() + 30
    while len(stub.calls) < 14 and time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    time.sleep(0.2)
    result = run_file(file, home, resume=True)
    assert [s.n for s in result.standings] == [6, 6, 6]
    assert result.calls == {"candidate": 18, "judge": 18}
    assert stub.paid_twice <= 4  # only what was under way when it died


def test_a_trial_runs_in_one_process_at_a_time(stub: StubServer, home: Path) -> None:
    refused: list[str] = []

    def handler(body: dict[str, Any]) -> Reply:
        if not refused:
            refused.append("trying")
            with pytest.raises(BadInput) as error:
                run(stub, home)
            refused.append(str(error.value))
        return answer(body)

    stub.handler = handler
    run(stub, home)
    assert "another process" in refused[1]


def test_answers_that_exist_are_judged_without_asking(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    prompts = [{"id": "a", "prompt": "Q?", "outputs": {"old": "worth 0.8", "new": "worth 0.6"}}]
    result = (
        run(stub, home, prompts=0, candidates=["old", "new"])
        if False
        else run_plan(plan_of(plan(stub) | {"candidates": ["old", "new"], "prompts": prompts}), home)
    )
    assert result.calls == {"candidate": 0, "judge": 2}
    assert {s.model: round(s.score or 0, 2) for s in result.standings} == {"old": 0.8, "new": 0.6}


def test_a_metric_decides_and_the_judge_breaks_ties(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    result = run(stub, home, metrics=[{"kind": "contains", "options": {"value": "answer"}}], deciding="contains")
    assert all(s.score == 1.0 for s in result.standings)
    assert result.winner == "stub/good"
    assert "judge breaks the tie" in result.statement


def test_a_metric_alone_needs_no_judge(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    metric = {"kind": "contains", "name": "says it", "options": {"value": "worth 0.9"}}
    result = run(stub, home, judge={}, metrics=[metric], deciding="says it")
    assert result.calls == {"candidate": 18, "judge": 0}
    assert result.standings[0].model == "stub/good" and result.standings[0].score == 1.0


def test_samples_are_separate_calls(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    result = run(stub, home, prompts=2, samples=3, temperature=1.0)
    assert result.calls["candidate"] == 2 * 3 * 3
    assert {s.n for s in result.standings} == {2}  # prompts, not samples, are what intervals count


def test_system_prompts_turns_and_variables_reach_the_candidate(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    turns = [
        {"role": "user", "content": "I am {{name}}."},
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": "Who am I?"},
    ]
    prompts = [{"id": "1", "messages": turns, "vars": {"name": "Ada"}}]
    run_plan(plan_of(plan(stub) | {"prompts": prompts, "system": "Be brief."}), home)
    sent = next(c.body["messages"] for c in stub.calls if c.body["model"] == "good")
    assert [m["role"] for m in sent] == ["system", "user", "assistant", "user"]
    assert sent[0]["content"] == "Be brief." and sent[1]["content"] == "I am Ada."


def test_the_judge_is_examined_when_the_plan_says_so(stub: StubServer, home: Path) -> None:
    stub.handler = lambda body: (
        answer(body) if MARK.search(str(body["messages"])) or body["model"] != "judge" else Reply("?")
    )
    judge = {"models": ["stub/judge"], "protocol": "rubric", "examine": True}
    told: list[TrialProgress] = []
    result = run_plan(plan_of(plan(stub, judge=judge)), home, on_progress=told.append)
    asked = [c.body["model"] for c in stub.calls]
    assert len(asked) - asked.count("judge") == 18, "answers that the examination used are not asked for again"
    assert told[-1].done == told[-1].total == len(asked)
    assert asked.count("judge") >= 18 + 44
    assert result.examination["sentence"]
    assert "trusted" in result.examination


def test_progress_is_told(stub: StubServer, home: Path) -> None:
    stub.handler = lambda body: Reply(answer(body).text, delay=0.1)
    told: list[TrialProgress] = []
    run_plan(plan_of(plan(stub)), home, on_progress=told.append)
    assert told[-1].done == told[-1].total == 36
    assert [s.model for s in told[-1].standings] == ["stub/good", "stub/fair", "stub/poor"]
    assert any(0 < p.done < 36 and p.seconds_left for p in told)


def test_show_lists_and_opens_trials(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    result = run(stub, home)
    (listed,) = list_trials(home)
    assert (listed["trial_id"], listed["state"]) == (result.trial_id, "complete")
    record = trial_record(home, result.trial_id)
    assert len(record["verdicts"]) == 18
    assert record["verdicts"][0]["reason"] == "the mark"
    assert [p["prompt"] for p in record["prompts"]] == [f"Question {n}?" for n in range(6)]
    assert len(record["answers"]) == 18
    assert {a["text"] for a in record["answers"] if a["item"] == "1" and a["model"] == "stub/good"} == {
        "An answer to 'Question 0?', worth 0.9"
    }


def test_inline_prompts_with_fields_survive_the_journal(stub: StubServer, home: Path) -> None:
    stub.handler = answer
    prompts = [{"id": "a", "prompt": "Hello {{name}}?", "vars": {"name": "Ana"}, "weight": 2}]
    result = run_plan(plan_of(plan(stub) | {"prompts": prompts}), home)
    record = trial_record(home, result.trial_id)
    assert record["prompts"] == [{"id": "a", "prompt": "Hello Ana?"}]
    assert resume_trial(result.trial_id, home).requests["from_journal"] == 6


@pytest.mark.parametrize("kind", ["markdown", "json", "csv", "promptfoo"])
def test_export(stub: StubServer, home: Path, kind: str) -> None:
    stub.handler = answer
    result = run(stub, home)
    text = export_trial(home, result.trial_id, kind)
    assert "stub/good" in text
    with pytest.raises(BadInput, match="no form"):
        export_trial(home, result.trial_id, "xml")


def test_an_exported_promptfoo_config_can_be_imported(stub: StubServer, home: Path, tmp_path: Path) -> None:
    from advisor.trial.prompt_text import chat
    from advisor.trial.prompts_io import load_prompts

    stub.handler = answer
    result = run(stub, home, system="Be kind.")
    file = tmp_path / "promptfooconfig.yaml"
    file.write_text(export_trial(home, result.trial_id, "promptfoo"), encoding="utf-8")
    prompts = load_prompts(str(file)).prompts
    assert len(prompts) == 6
    assert chat(prompts[0]) == [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": "Question 0?"},
    ]
