"""A whole trial on the real embedded models: two candidates, three prompts, a judge that is examined first."""

from __future__ import annotations

from pathlib import Path

import pytest

from advisor.settings import Settings
from advisor.trial.estimate import estimate
from advisor.trial.plan import plan_of
from advisor.trial.records import trial_record
from advisor.trial.schema import Plan, TrialProgress
from advisor.trial.trial import run_plan

pytestmark = [pytest.mark.embedded, pytest.mark.timeout(900)]

CANDIDATES = ["local/qwen2.5-coder-0.5b", "local/smollm2-135m"]
JUDGE = "local/qwen2.5-coder-1.5b"
PROMPTS = [
    "A customer writes: 'I was charged twice this month.' Write a short reply of the support desk.",
    "Summarise in one sentence: The router was replaced on Monday, and since then the line has been stable.",
    "Name the capital of France, and nothing else.",
]


@pytest.fixture
def plan() -> Plan:
    return plan_of(
        {
            "name": "support desk",
            "use_case": "Draft replies of a telecom support desk",
            "candidates": CANDIDATES,
            "judge": {"models": [JUDGE], "protocol": "pairwise", "examine": True},
            "prompts": PROMPTS,
            "max_tokens": 48,
            "limits": {"concurrency": 2, "minutes": 10},
        }
    )


def test_a_trial_between_embedded_models(embedded: Settings, home: Path, plan: Plan) -> None:
    takes = estimate(plan, settings=embedded)
    told: list[TrialProgress] = []
    result = run_plan(plan, settings=embedded, on_progress=told.append)

    assert takes.seconds and takes.seconds > 0
    assert (takes.calls_candidate, takes.calls_judge) == (6, 6 + 18)
    assert result.calls["candidate"] == 6
    assert 6 <= result.calls["judge"] <= takes.calls_judge + result.requests["failed"] + 3 * len(result.unscored)
    assert result.tokens["output"] > 6 and result.tokens["input"] > 100
    assert result.cost_usd == 0

    assert {s.model for s in result.standings} == set(CANDIDATES)
    assert all(
        s.score is not None and s.low is not None and s.low <= s.score <= (s.high or 0) for s in result.standings
    )
    assert result.examination["pairs"] == 9 and result.examination["sentence"].startswith("The judge")
    assert result.winner is None or result.winner in CANDIDATES
    assert result.statement

    record = trial_record(home, result.trial_id)
    orders = {(v["item"], v["order"]) for v in record["verdicts"]}
    assert orders == {(str(n), order) for n in (1, 2, 3) for order in ("ab", "ba")}
    assert len(record["answers"]) == 6 and all(a["text"].strip() for a in record["answers"])
    assert [p["prompt"] for p in record["prompts"]] == PROMPTS
    without = [v for v in record["verdicts"] if v["winner"] is None]
    assert len(result.unscored) == len(without), "what has no verdict is listed, with its reason"
    assert all(u.reason for u in result.unscored)

    assert 20 <= told[-1].done == told[-1].total <= takes.calls_candidate + takes.calls_judge, "equal calls are one"
    assert told[-1].standings and any(p.stage == "examining the judge" for p in told)

    again = run_plan(plan, settings=embedded, resume=True)
    assert again.requests["answered"] == 0 and again.requests["from_journal"] >= told[-1].done
    assert again.standings == result.standings and again.tokens == result.tokens
