"""The three journeys in a real browser, at the width of a desk and of a phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from visitor import Visitor

pytestmark = pytest.mark.browser

PROMPTS = "My invoice shows a call twice.\nMy line is dead since Monday.\nI want to cancel my contract."


def answer_questions(visitor: Visitor) -> int:
    """Click the first offered answer until no question is left; how many there were."""
    for asked in range(8):
        options = visitor.page.locator("#chat .option")
        if options.count() == 0:
            return asked
        options.first.click()
        visitor.settle()
    raise AssertionError("more than seven questions")


def run_trial(visitor: Visitor) -> None:
    visitor.tab("Trial")
    visitor.page.locator("#prompts textarea").fill(PROMPTS)
    visitor.page.locator("#start-trial").click()
    visitor.settle(120)


def test_from_a_use_case_to_a_downloaded_decision(visitor: Visitor) -> None:
    visitor.page.locator("#chat .example").first.click()
    visitor.settle()
    assert "50,000" in visitor.page.locator("#side .chips").first.inner_text()
    assert visitor.overflow() == 0
    assert 0 < answer_questions(visitor) <= 6

    visitor.tab("Candidates")
    visitor.page.wait_for_selector("#candidates .card")
    assert visitor.page.locator("#candidates .card").count() >= 3
    assert visitor.page.locator("#candidates .card .bar").count() >= 3
    visitor.page.wait_for_selector("#plot .main-svg")
    visitor.page.locator("#candidates .card summary").first.click()
    assert visitor.page.locator("#candidates a[href^='https://']").count() > 0
    assert visitor.overflow() == 0
    visitor.shoot("candidates")

    run_trial(visitor)
    assert visitor.page.locator("#result tbody tr").count() == 2
    assert "alpha/alpha" in visitor.page.locator("#result tbody tr").first.inner_text()
    pair = visitor.page.locator("#verdicts details").first
    pair.locator("summary").click()
    assert "Alpha says" in pair.inner_text() and "Beta says" in pair.inner_text()
    assert visitor.overflow() == 0
    visitor.shoot("trial")

    visitor.tab("Report")
    with visitor.page.expect_download() as waiting:
        visitor.page.locator("#get-json").click()
    record = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert [s["model"] for s in record["result"]["standings"]] == ["alpha/alpha", "beta/beta"]
    assert record["use_case"]["facts"]["monthly_requests"]["value"] == 50000
    visitor.shoot("report")


def test_a_question_on_benchmarks(visitor: Visitor) -> None:
    visitor.page.locator("#chat .example").nth(1).click()
    visitor.settle()
    assert "IFEval" in visitor.last_words()
    assert visitor.page.locator("#chat .message a[href^='https://']").count() > 0
    visitor.shoot("benchmark")


def test_a_trial_without_a_conversation(visitor: Visitor) -> None:
    run_trial(visitor)
    assert visitor.page.locator("#result tbody tr").count() == 2
    assert visitor.page.locator("#live progress").count() == 0


def test_a_reload_keeps_the_conversation(visitor: Visitor) -> None:
    visitor.say("What does IFEval measure?")
    said = visitor.last_words()
    visitor.open()
    assert visitor.last_words() == said
    visitor.page.locator("#new").click()
    visitor.page.wait_for_selector("#chat .example")
    visitor.open()
    assert visitor.page.locator("#chat .example").count() == 3


def test_an_earlier_conversation_opens_again(visitor: Visitor) -> None:
    visitor.say(f"What does GPQA measure, for someone at a {visitor.name}?")
    visitor.page.locator("#new").click()
    visitor.page.wait_for_selector("#chat .example")
    visitor.page.locator("#earlier button").first.click()
    visitor.page.locator("#earlier input").click()
    visitor.page.get_by_role("option").filter(has_text=visitor.name).first.click()
    visitor.page.wait_for_selector("#chat .message")
    assert "GPQA" in visitor.page.locator("#chat .message").first.inner_text()


def test_a_corrected_fact_shows(visitor: Visitor) -> None:
    visitor.page.locator("#chat .example").first.click()
    visitor.settle()
    visitor.page.locator("#correct button").first.click()
    value = visitor.page.locator("#fact-value textarea, #fact-value input").first
    value.fill("plenty")
    visitor.page.locator("#apply-fact").click()
    visitor.page.wait_for_selector("#correct .alert")
    assert "not a number" in visitor.page.locator("#correct .alert").inner_text()
    value.fill("200")
    visitor.page.locator("#apply-fact").click()
    visitor.settle()
    visitor.tab("Use case")
    assert "200" in visitor.page.locator("#side .chip", has_text="budget").inner_text()


def test_mistakes_are_one_sentence(visitor: Visitor) -> None:
    visitor.tab("Trial")
    visitor.page.locator("#start-trial").click()
    visitor.page.wait_for_selector("#trial-note .alert")
    assert "no prompts" in visitor.page.locator("#trial-note .alert").inner_text()
    box = visitor.page.locator("#judge input")
    box.fill("nowhere/nothing")
    box.press("Enter")
    visitor.page.locator("#prompts textarea").fill(PROMPTS)
    visitor.page.locator("#start-trial").click()
    visitor.settle()
    assert "nowhere" in visitor.last_words()
    assert "Traceback" not in visitor.page.content()


def test_a_trial_stops_and_the_chat_stays_usable(visitor: Visitor) -> None:
    visitor.tab("Trial")
    visitor.page.locator("#prompts textarea").fill("\n".join(f"Customer {visitor.name} {n} asks." for n in range(150)))
    visitor.page.locator("#start-trial").click()
    visitor.page.wait_for_selector("#live progress")
    visitor.page.locator("#message textarea").fill("What does IFEval measure?")
    visitor.page.locator("#send").click()
    visitor.page.locator("#stop-trial").click()
    visitor.settle()
    assert "IFEval" in visitor.last_words()
    assert "cancelled" in visitor.page.locator("#result").inner_text()
