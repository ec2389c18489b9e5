"""What is put on the page is safe, exact and never empty without a word."""

from __future__ import annotations

import datetime as dt

import pytest

from advisor.schema import (
    Candidate,
    Cost,
    Estimate,
    Evidence,
    Exclusion,
    Fact,
    RankedBenchmark,
    Shortlist,
    UseCase,
)  # fmt: skip
from advisor.trial.schema import Standing, TrialEstimate, TrialProgress, TrialResult, Unscored
from ui import render

HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'"


def candidate(**changes: object) -> Candidate:
    values: dict[str, object] = {
        "model_id": "maker/model",
        "name": "Model",
        "provider": "maker",
        "quality": Estimate(mean=0.6, low=0.5, high=0.7, meaning="share won"),
        "monthly_cost_usd": Cost(expected=12.5, low=10, high=20, basis="sum", source="list", url="https://p.example"),
    }
    return Candidate.model_validate(values | changes)


def figure(**changes: object) -> Evidence:
    values: dict[str, object] = {
        "benchmark": "IFEval", "value": 86.92031, "unit": "percent", "source": "board", "date": dt.date(2026, 1, 2),
        "url": "https://board.example/ifeval",
    }  # fmt: skip
    return Evidence.model_validate(values | changes)


def hostile_shortlist() -> Shortlist:
    shown = candidate(
        name=HOSTILE, provider=HOSTILE, roles=[HOSTILE], reasons=[HOSTILE], caveats=[HOSTILE],
        basics={"licence": HOSTILE}, evidence=[figure(benchmark=HOSTILE, source=HOSTILE, config=HOSTILE)],
    )  # fmt: skip
    excluded = [Exclusion(model_id=HOSTILE, reason=HOSTILE)]
    return Shortlist(candidates=[shown], others=[shown], excluded=excluded, sensitivity=[HOSTILE])


def hostile_pages() -> list[str]:
    case = UseCase(facts={"domain": Fact(field="domain", value=HOSTILE, quote=HOSTILE)})
    standing = Standing(model=HOSTILE, score=0.5, low=0.4, high=0.6, n=3, dropped=HOSTILE)
    result = TrialResult(
        trial_id="t", standings=[standing], winner=HOSTILE, statement=HOSTILE, stop_reason=HOSTILE, settle=HOSTILE,
        warnings=[HOSTILE], unscored=[Unscored(item=HOSTILE, reason=HOSTILE)], examination={"sentence": HOSTILE},
    )  # fmt: skip
    progress = TrialProgress(trial_id="t", stage=HOSTILE, done=1, total=2, note=HOSTILE, standings=[standing])
    record = {
        "prompts": [{"id": HOSTILE, "prompt": HOSTILE}],
        "answers": [{"item": HOSTILE, "model": "a", "text": HOSTILE}],
        "verdicts": [{"item": HOSTILE, "model_a": "a", "model_b": HOSTILE, "winner": "B", "reason": HOSTILE}],
    }
    board = RankedBenchmark(id="b", name=HOSTILE, score=0.5, why=HOSTILE, limits=[HOSTILE], sources=[HOSTILE])
    takes = TrialEstimate(
        calls_candidate=1, calls_judge=1, tokens=1, money_usd=None, seconds=None, notes=[HOSTILE]
    )  # fmt: skip
    return [
        render.facts(case), render.candidates(hostile_shortlist()), render.benchmarks([board]), render.result(result),
        render.progress(progress), render.verdicts(record), render.alert(HOSTILE), render.status(HOSTILE),
        render.note(HOSTILE), render.estimate(takes),
    ]  # fmt: skip


@pytest.mark.parametrize("page", hostile_pages())
def test_text_from_elsewhere_is_never_markup(page: str) -> None:
    assert "<img" not in page and "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//evil", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert render.link(url, "label") == "label"


def test_a_link_cannot_leave_its_attribute() -> None:
    assert render.link('https://x.example/" onclick="alert(1)', "label").count('"') == 6


def test_a_figure_is_shown_digit_for_digit_with_source_and_date() -> None:
    page = render.candidates(Shortlist(candidates=[candidate(evidence=[figure()])]))
    assert "86.92031 percent" in page
    assert 'href="https://board.example/ifeval"' in page and "2026-01-02" in page


def test_a_bar_says_its_interval_in_words_and_in_length() -> None:
    bar = render.bar(0.6, 0.5, 0.7)
    assert "60% (50% to 70%)" in bar
    assert "left:50.0%;width:20.0%" in bar


def test_a_bar_without_interval_or_value() -> None:
    assert "40% (40% to 40%)" in render.bar(0.4, None, None)
    assert render.bar(None, None, None) == "not scored"


@pytest.mark.parametrize("page", [render.facts(None), render.candidates(None), render.benchmarks([])])
def test_an_empty_part_says_what_will_be_there(page: str) -> None:
    assert 'class="empty"' in page


def test_parts_without_content_are_truly_empty() -> None:
    assert [render.result(None), render.progress(None), render.verdicts(None), render.status("")] == [""] * 4


def test_no_candidate_names_the_smallest_change() -> None:
    page = render.candidates(Shortlist(relaxations=["raise the budget to $20"]))
    assert "raise the budget to $20" in page


def test_a_candidate_without_figures_says_what_the_estimate_rests_on() -> None:
    assert "No published figure of its own" in render.candidates(Shortlist(candidates=[candidate()]))


def test_progress_tells_how_far_and_how_long() -> None:
    now = TrialProgress(trial_id="t", stage="judging", done=30, total=40, seconds=60, seconds_left=200)
    page = render.progress(now)
    assert "Judging: 30 of 40 calls, 60 s, about 3 min left" in page
    assert 'value="0.750"' in page


def test_a_pair_stands_side_by_side_with_verdict_and_reason() -> None:
    record = {
        "prompts": [{"id": "p1", "prompt": "Say hello."}],
        "answers": [{"item": "p1", "model": "e/a", "text": "Hello."}, {"item": "p1", "model": "e/b", "text": "No."}],
        "verdicts": [
            {"item": "p1", "model_a": "e/a", "model_b": "e/b", "order": "ab", "winner": "A", "reason": "It greets."},
            {"item": "p1", "model_a": "e/a", "model_b": "e/b", "order": "ba", "winner": None, "reason": "cut off"},
        ],
    }
    page = render.verdicts(record)
    for words in ("Say hello.", "Hello.", "No.", "e/a (ab)", "unscored (ba)", "It greets."):
        assert words in page


def test_the_plot_leaves_out_what_has_no_price_and_draws_the_front() -> None:
    free = candidate(name="No price", monthly_cost_usd=Cost(expected=None, basis=""))
    figure_ = render.cost_quality(Shortlist(candidates=[candidate(pareto=True), free]))
    assert figure_ is not None
    front, _, named = figure_.data
    assert list(front.x) == [12.5] and list(named.text) == ["Model"]
    assert named.error_y.array[0] == pytest.approx(0.1)
    assert render.cost_quality(Shortlist(candidates=[free])) is None
