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
from advisor.session import Conversation
from advisor.shortlist.preferences import PRESETS
from advisor.trial.labels import BlindPair
from advisor.trial.schema import Standing, TrialEstimate, TrialProgress, TrialResult, Unscored
from ui.panels import candidates, head, parts, plots, trial, usecase
from ui.words import speaking

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
    return Shortlist(
        candidates=[shown], others=[shown], excluded=excluded, sensitivity=[HOSTILE], weights={HOSTILE: 1.0}
    )


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
    found = hostile_shortlist()
    past = Conversation(id=HOSTILE, title=HOSTILE, updated="")
    tried = {"trial_id": HOSTILE, "name": HOSTILE, "state": HOSTILE, "updated": ""}
    pair = BlindPair(key=HOSTILE, item=HOSTILE, prompt=HOSTILE, first=HOSTILE, second=HOSTILE)
    takes = TrialEstimate(
        calls_candidate=1, calls_judge=1, tokens=1, money_usd=None, seconds=None, notes=[HOSTILE]
    )  # fmt: skip
    return [
        usecase.facts(case), candidates.ranking(found, found.others), candidates.cards(found), candidates.others(found),
        candidates.others(found, HOSTILE), candidates.weighing(found, PRESETS["balanced"], {}),
        candidates.benchmarks([board]), trial.result(result), trial.progress(progress), trial.pairs(record),
        trial.labelling(pair, 0, 3, [HOSTILE]), trial.estimate(takes), parts.alert(HOSTILE), parts.note(HOSTILE),
        head.status(HOSTILE, 0), head.header(HOSTILE, HOSTILE, [past], [tried]),
    ]  # fmt: skip


@pytest.mark.parametrize("page", hostile_pages())
def test_text_from_elsewhere_is_never_markup(page: str) -> None:
    assert "<img" not in page and "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "//evil", ""])
def test_only_web_addresses_become_links(url: str) -> None:
    assert parts.link(url, "label") == "label"


def test_a_link_cannot_leave_its_attribute() -> None:
    assert parts.link('https://x.example/" onclick="alert(1)', "label").count('"') == 6


def test_a_figure_is_shown_digit_for_digit_with_source_and_date() -> None:
    page = candidates.cards(Shortlist(candidates=[candidate(evidence=[figure()])]))
    assert "86.92031 percent" in page
    assert 'href="https://board.example/ifeval"' in page and "2026-01-02" in page


def test_a_bar_says_its_interval_in_words_and_in_length() -> None:
    bar = parts.bar(0.6, 0.5, 0.7)
    assert "60% (50% to 70%)" in bar
    assert "left:50.0%;width:20.0%" in bar


def test_a_bar_without_interval_or_value() -> None:
    assert "40% (40% to 40%)" in parts.bar(0.4, None, None)
    assert parts.bar(None, None, None) == "not scored"


@pytest.mark.parametrize("page", [usecase.facts(None), candidates.ranking(None, []), candidates.benchmarks([])])
def test_an_empty_part_says_what_will_be_there(page: str) -> None:
    assert 'class="empty"' in page


def test_parts_without_content_are_truly_empty() -> None:
    nothing = [trial.result(None), trial.progress(None), trial.pairs(None), trial.labelling(None, 0, 0)]
    assert [*nothing, candidates.cards(None), candidates.others(None)] == [""] * 6


def test_no_candidate_names_the_smallest_change() -> None:
    assert "raise the budget to $20" in candidates.ranking(Shortlist(relaxations=["raise the budget to $20"]), [])


def test_a_candidate_without_figures_says_what_the_estimate_rests_on() -> None:
    assert "No published figure of its own" in candidates.cards(Shortlist(candidates=[candidate()]))


def test_the_table_has_every_basic_of_a_model_and_opens_its_card() -> None:
    basics = {"context_window": 262144, "licence": "mit", "released": "2026-01-05", "input_usd_per_mtok": 0.5}
    shown = candidate(roles=["best value"], basics=basics)
    page = candidates.ranking(Shortlist(candidates=[shown]), [shown])
    for words in ("60% (50% to 70%)", "$12.50", "$10.00 to $20.00", "$0.50 / unknown", "262 k", "mit", "2026-01-05"):
        assert words in page
    assert 'data-open="card-maker/model"' in page
    assert 'id="card-maker/model"' in candidates.cards(Shortlist(candidates=[shown]))


def test_reasons_against_others_are_grouped_and_found_by_name() -> None:
    out = [Exclusion(model_id=f"maker/m-{i}", reason="too dear" if i else "retired") for i in range(4)]
    page = candidates.others(Shortlist(candidates=[candidate()], excluded=out), "M 0")
    assert page.index("maker/m-0") < page.index("too dear (3)") < page.index("retired (1)")
    assert "was ruled out" in candidates.others(Shortlist(excluded=out), "nobody")


def test_a_fact_opens_to_be_corrected_with_the_values_it_can_have() -> None:
    facts = {
        "priority": Fact(field="priority", value="cost", quote="as cheap as possible"),
        "monthly_requests": Fact(field="monthly_requests", value=50000.0, quote="50,000 a month"),
    }
    page = usecase.facts(UseCase(facts=facts))
    assert '<option value="cost" selected>' in page and "as cheap as possible" in page
    assert 'value="50,000"' in page and 'data-field="monthly_requests"' in page


def test_the_status_tells_when_it_is_over() -> None:
    assert 'class="working"' in head.status("Working", 3) and 'data-act="stop"' in head.status(
        "Working", 3, can_stop=True
    )
    idle = head.status("", 4)
    assert 'class="idle" data-turn="4"' in idle and "button" not in idle
    assert 'data-act="resume"' in head.status("", 4, unfinished=True)


def test_progress_tells_how_far_and_how_long() -> None:
    now = TrialProgress(trial_id="t", stage="judging", done=30, total=40, seconds=60, seconds_left=200)
    page = trial.progress(now)
    assert "Judging: 30 of 40 calls, 60 s, about 3 min left" in page
    assert 'value="0.750"' in page and 'data-act="stop"' in page


def test_a_stopped_trial_can_go_on_and_a_whole_one_not() -> None:
    stopped = TrialResult(trial_id="t", standings=[], stop_reason="cancelled")
    assert 'data-act="again"' in trial.result(stopped)
    assert 'data-act="again"' not in trial.result(stopped.model_copy(update={"stop_reason": "complete"}))


def test_a_pair_stands_side_by_side_with_verdict_and_reason() -> None:
    record = {
        "prompts": [{"id": "p1", "prompt": "Say hello."}],
        "answers": [{"item": "p1", "model": "e/a", "text": "Hello."}, {"item": "p1", "model": "e/b", "text": "No."}],
        "verdicts": [
            {"item": "p1", "model_a": "e/a", "model_b": "e/b", "order": "ab", "winner": "A", "reason": "It greets."},
            {"item": "p1", "model_a": "e/a", "model_b": "e/b", "order": "ba", "winner": None, "reason": "cut off"},
        ],
    }
    page = trial.pairs(record)
    for words in ("Say hello.", "Hello.", "No.", "e/a (first order)", "unscored (turned round)", "It greets."):
        assert words in page


def test_a_blind_pair_names_no_model_and_has_keys() -> None:
    page = trial.labelling(BlindPair(key="k", item="p", prompt="Ask", first="One", second="Two"), 2, 5)
    assert "Pair 3 of 5" in page and page.count('data-key="k"') == 3 and 'data-shortcut="0"' in page


def test_another_language_changes_the_words_and_not_the_figures() -> None:
    with speaking("de"):
        page = parts.bar(0.6, 0.5, 0.7)
    assert "60% (50% bis 70%)" in page


def test_the_plot_leaves_out_what_has_no_price_and_draws_the_front() -> None:
    free = candidate(name="No price", monthly_cost_usd=Cost(expected=None, basis=""))
    figure_ = plots.cost_quality(Shortlist(candidates=[candidate(pareto=True), free]))
    assert figure_ is not None
    front, _, named = figure_.data
    assert list(front.x) == [12.5] and list(named.text) == ["Model"]
    assert named.error_y.array[0] == pytest.approx(0.1)
    assert plots.cost_quality(Shortlist(candidates=[free])) is None
