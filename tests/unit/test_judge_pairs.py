"""`advisor judge` in batch: rows in, verdicts out, against an endpoint on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from stub_server import StubServer

from advisor.errors import BadInput
from advisor.settings import Settings
from advisor.trial.pairs import judge_file, judge_pairs, read_pairs, row_verdict
from advisor.trial.schema import Endpoint, Verdict


def verdict(order: str, winner: str | None, **more: Any) -> Verdict:
    return Verdict.model_validate(
        {"item": "1", "judge": "j", "model_a": "answer_a", "model_b": "answer_b", "order": order, "winner": winner}
        | more
    )


def test_agreeing_orders_are_a_verdict() -> None:
    found = row_verdict([verdict("ab", "A"), verdict("ba", "A")])
    assert found == {"verdict": "A", "p_a": 1.0, "consistent": True, "calls": 2}


def test_disagreeing_orders_are_a_tie() -> None:
    found = row_verdict([verdict("ab", "A"), verdict("ba", "B")])
    assert found == {"verdict": "tie", "p_a": 0.5, "consistent": False, "calls": 2}


def test_probabilities_decide_by_their_mean_log_odds() -> None:
    found = row_verdict([verdict("ab", "A", p_a=0.9), verdict("ba", "B", p_a=0.2)])
    assert found["verdict"] == "A"
    assert found["p_a"] == pytest.approx(0.6, abs=0.001)
    assert found["consistent"] is False


def test_an_unscored_pair_has_no_verdict() -> None:
    assert row_verdict([verdict("ab", None), verdict("ba", None)]) == {
        "verdict": None,
        "p_a": None,
        "consistent": None,
        "calls": 2,
    }


def test_single_scores_are_compared() -> None:
    rows = [
        Verdict(item="1", judge="j", model_a=name, score=score)
        for name, score in (("answer_a", 0.4), ("answer_b", 0.8))
    ]
    assert row_verdict(rows) == {"verdict": "B", "p_a": 0.3, "consistent": None, "calls": 2}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no pairs"),
        ("{", "line 1: not JSON"),
        ('{"id": 1, "prompt": "p", "answer_a": "a"}', "answer_b"),
        ('{"id": 1, "prompt": "p", "answer_a": "a", "answer_b": "b"}\n' * 2, "comes twice"),
        ("[1]", "missing"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text(text)
    with pytest.raises(BadInput, match=message):
        read_pairs(file)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no file"):
        read_pairs(tmp_path / "none.jsonl")


def test_an_unknown_protocol_is_refused(home: Path) -> None:
    rows = json.loads('[{"id": 1, "prompt": "p", "answer_a": "a", "answer_b": "b"}]')
    with pytest.raises(BadInput, match="no protocol is called coin"):
        judge_pairs(rows, settings=Settings(), judge="e/m", protocol="coin")


def longer_wins(body: dict[str, Any]) -> str:
    """A judge that finds the longer answer better, and reads it out of its frame."""
    parts = body["messages"][-1]["content"].split("---\n")
    first, second = (p.split("\n---")[0] for p in parts if p.startswith(("short", "a longer")))
    return json.dumps({"reason": "longer", "verdict": "A" if len(first) > len(second) else "B"})


def test_a_file_is_judged_in_both_orders_and_kept(home: Path, tmp_path: Path, stub: StubServer) -> None:
    stub.handler = longer_wins
    settings = Settings(endpoints={"stub": Endpoint(base_url=stub.base_url)})
    source, target = tmp_path / "pairs.jsonl", tmp_path / "verdicts.jsonl"
    answers = [("short", "a longer answer"), ("a longer answer", "short")]
    source.write_text(
        "".join(
            json.dumps({"id": f"p#{n}", "prompt": "q", "answer_a": a, "answer_b": b}) + "\n"
            for n, (a, b) in enumerate(answers)
        )
    )
    summary = judge_file(source, target, settings=settings, judge="stub/model")
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    assert [(r["id"], r["verdict"], r["consistent"]) for r in rows] == [("p#0", "B", True), ("p#1", "A", True)]
    assert (summary["pairs"], summary["calls"], len(stub.calls)) == (2, 4, 4)
    judge_file(source, target, settings=settings, judge="stub/model")
    assert len(stub.calls) == 4
