"""The decision record: a page for the manager, an appendix for the engineer, and nothing hostile takes effect."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from advisor.report.markup import as_html, plain
from advisor.report.record import decision_record
from advisor.report.trial_parts import digest
from advisor.schema import Candidate, Cost, Estimate, Evidence, Fact, Shortlist, UseCase
from advisor.trial.schema import Endpoint, Plan, Standing, TrialResult, Unscored

HOSTILE = "<img src=x onerror=alert(1)> | cell\n# Heading [click](javascript:alert(1)) `code` **bold** ![i](http://x/y)"
NOW = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


def use_case(text: str = "Answer tickets", quote: str = "tickets") -> UseCase:
    facts = {"task": Fact(field="task", value="customer_support", quote=quote)}
    return UseCase(text=text, facts=facts)


def candidate(name: str = "Model A", url: str = "https://example.org/board") -> Candidate:
    shown = Evidence(benchmark=name, value=71.5, unit="percent", source=name, date=dt.date(2026, 1, 2), url=url)
    return Candidate(
        model_id="x/a",
        name=name,
        provider=name,
        roles=["best value"],
        quality=Estimate(mean=0.7, low=0.6, high=0.8, meaning="share of wins"),
        monthly_cost_usd=Cost(expected=12.5, basis=name),
        evidence=[shown],
        caveats=[name],
    )


def shortlist(*candidates: Candidate) -> Shortlist:
    return Shortlist(candidates=list(candidates), considered=10, snapshot_date=dt.date(2026, 10, 1))


def plan(**fields: Any) -> Plan:
    endpoints = {"mock": Endpoint(base_url="http://127.0.0.1:1/v1", api_key_env="MOCK_KEY")}
    row = {"name": "support", "candidates": ["mock/a", "mock/b"], "prompts": ["hello"], "endpoints": endpoints}
    return Plan.model_validate(row | fields)


def result(**fields: Any) -> TrialResult:
    standings = [
        Standing(model="mock/a", score=0.8, low=0.7, high=0.9, n=40),
        Standing(model="mock/b", score=0.2, low=0.1, high=0.3, n=40, unscored=2),
    ]
    row = {
        "trial_id": "t1",
        "standings": standings,
        "winner": "mock/a",
        "stop_reason": "winner clear",
        "calls": {"candidate": 80, "judge": 40},
        "cost_usd": 1.25,
        "seconds": 33,
        "statement": "A wins.",
    }
    return TrialResult.model_validate(row | fields)


def record(*parts: Any) -> dict[str, Any]:
    return decision_record(*parts, now=NOW)


def test_the_managers_page_comes_before_the_appendix() -> None:
    text = record(use_case(), shortlist(candidate()), plan(), result())["markdown"]
    order = ["## Decision", "## How sure", "## What it cost", "## What was not tested", "## Appendix: use case"]
    places = [text.index(title) for title in order]
    assert places == sorted(places)
    assert "80 candidate calls, 40 judge calls, 33 seconds and" in text
    assert "95% confidence" in text and "The winner is mock/a." in text


def test_without_a_winner_the_tie_is_said() -> None:
    text = record(use_case(), None, plan(), result(winner=None, tied=["mock/a", "mock/b"]))["markdown"]
    assert "No winner: the evidence does not separate mock/a, mock/b." in text


def test_without_a_trial_the_record_says_so() -> None:
    text = record(use_case(), shortlist(candidate()), None, None)["markdown"]
    assert "No trial was run" in text and "## What it cost" not in text


def test_what_was_not_tested_names_skipped_candidates_and_unscored_items() -> None:
    found = result(unscored=[Unscored(item="p1", reason="no verdict")])
    text = record(use_case(), shortlist(candidate("Model Z")), plan(), found)["markdown"]
    part = text.split("## What was not tested")[1].split("##")[0]
    assert "Model Z" not in part or "Not in the trial" in part
    assert "Unscored: p1: no verdict" in part


def test_hostile_text_stays_text_in_markdown_and_html() -> None:
    found = result(statement=HOSTILE, warnings=[HOSTILE], unscored=[Unscored(item=HOSTILE, reason=HOSTILE)])
    made = record(use_case(HOSTILE, HOSTILE), shortlist(candidate(HOSTILE)), plan(name=HOSTILE), found)
    page = made["html"]
    assert "<img" not in page and "<script" not in page
    assert 'href="javascript' not in page and "onerror=alert(1)>" not in page
    assert "<strong>bold" not in page and "<code>code" not in page
    assert page.count("<h1>") == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://x/) [y](javascript:z", "https://x/\n# h", ""]
)
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    page = record(use_case(), shortlist(candidate(url=url)), None, None)["html"]
    assert "href" not in page


def test_a_good_address_is_a_link() -> None:
    page = record(use_case(), shortlist(candidate()), None, None)["html"]
    assert '<a href="https://example.org/board">' in page


def test_tables_keep_their_columns_whatever_the_cells_hold() -> None:
    text = record(use_case("x", "a | b\nc"), None, None, None)["markdown"]
    row = next(line for line in text.splitlines() if line.startswith("| task"))
    assert row.replace("\\|", "").count("|") == 4


def test_no_secret_is_in_the_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOCK_KEY", "sk-very-secret")
    made = record(use_case(), shortlist(candidate()), plan(), result())
    assert "sk-very-secret" not in json.dumps(made)


def test_the_digest_tells_plans_apart_and_repeats() -> None:
    assert digest(plan()) == digest(plan()) != digest(plan(seed=1))


def test_plain_is_one_line() -> None:
    assert plain("a\n\n  b\t|c") == "a b \\|c"


def test_a_page_is_complete_and_its_title_is_escaped() -> None:
    page = as_html("# <b>x</b>\n\ntext")
    assert page.startswith("<!doctype html>") and "<title>&lt;b&gt;x&lt;/b&gt;</title>" in page
