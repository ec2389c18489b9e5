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


def start_trial(visitor: Visitor, prompts: str = PROMPTS) -> None:
    visitor.tab("Trial")
    visitor.page.locator("#prompts textarea").fill(prompts)
    visitor.page.locator("#start-trial").click()


def first_place(visitor: Visitor) -> str:
    return str(visitor.page.locator("#ranking tbody tr").first.inner_text())


def downloaded(visitor: Visitor, kind: str) -> str:
    """The decision record in one of its forms."""
    with visitor.page.expect_download() as waiting:
        visitor.page.locator(f"#get-{kind}").click()
    return Path(waiting.value.path()).read_bytes().decode("utf-8", "replace")


def test_from_a_use_case_to_a_downloaded_decision(visitor: Visitor) -> None:
    page = visitor.page
    page.locator("#chat .example").first.click()
    visitor.settle()
    assert "50,000" in page.locator("#facts .chips").first.inner_text()
    assert 0 < answer_questions(visitor) <= 6

    visitor.tab("Candidates")
    page.wait_for_selector("#plot .main-svg")
    page.wait_for_selector("#dots .main-svg")
    assert page.locator("#ranking tbody tr .roles").count() >= 3
    page.locator("#ranking button.name").first.click()
    opened = page.locator("#cards details[open]")
    assert opened.locator("a[href^='https://']").count() > 0
    assert visitor.overflow() == 0
    visitor.shoot("candidates")

    before = first_place(visitor)
    for name, value in (("quality", "0"), ("cost", "1"), ("speed", "0")):
        page.locator(f"#weighing input[data-name={name}]").fill(value)
    page.wait_for_function("row => document.querySelector('#ranking tbody tr').innerText !== row", arg=before)
    page.locator("#others summary").first.click()
    page.locator("#others input").fill("gpt-4o-mini")
    page.locator("#others button").first.click()
    page.wait_for_selector("#others td:has-text('gpt-4o-mini')")

    start_trial(visitor)
    visitor.settle()
    assert "alpha/alpha" in page.locator("#result tbody tr").first.inner_text()
    pair = page.locator("#pairs details").first
    pair.locator("summary").click()
    assert "Alpha says" in pair.inner_text() and "Beta says" in pair.inner_text()
    assert visitor.overflow() == 0
    visitor.shoot("trial")

    visitor.tab("Report")
    for kind, part in (("csv", "item,judge"), ("promptfoo", "providers:"), ("html", "<!doctype"), ("pdf", "%PDF-")):
        assert part in downloaded(visitor, kind)
    record = json.loads(downloaded(visitor, "json"))
    assert [s["model"] for s in record["result"]["standings"]] == ["alpha/alpha", "beta/beta"]
    assert record["use_case"]["facts"]["monthly_requests"]["value"] == 50000
    visitor.shoot("report")


def test_a_question_on_benchmarks(visitor: Visitor) -> None:
    visitor.page.locator("#chat .example").nth(1).click()
    visitor.settle()
    assert "IFEval" in visitor.last_words()
    assert visitor.page.locator("#chat .message a[href^='https://']").count() > 0


def test_a_trial_without_a_conversation_and_labels_by_keyboard(visitor: Visitor) -> None:
    prompts = PROMPTS.replace("Monday", f"Monday, at my {visitor.name}")  # labels belong to a trial, which is new here
    visitor.tab("Trial")
    visitor.page.locator("#prompts textarea").fill(prompts)
    visitor.page.locator("#estimate-trial").click()
    visitor.page.wait_for_selector("#trial-note .figures")
    start_trial(visitor, prompts)
    visitor.settle()
    assert visitor.page.locator("#result tbody tr").count() == 2
    assert visitor.page.locator("#live progress").count() == 0
    visitor.page.locator("#labels .blind").focus()
    for place in ("2 of 3", "3 of 3"):
        visitor.page.keyboard.press("1")
        visitor.page.wait_for_selector(f"#labels .blind:has-text('{place}')")
    visitor.page.keyboard.press("0")
    visitor.page.wait_for_selector("#labels:has-text('All 3 pairs are labelled')")
    assert "agree on" in visitor.page.locator("#labels").inner_text()


def test_a_reload_a_link_and_the_history_find_the_conversation(visitor: Visitor) -> None:
    question = f"What does GPQA measure, for someone at a {visitor.name}?"
    visitor.say(question)
    said, address = visitor.last_words(), visitor.page.url.partition("?")[2]
    visitor.open()
    assert visitor.last_words() == said
    visitor.page.locator("#new").click()
    visitor.page.wait_for_selector("#chat .example")
    visitor.page.wait_for_selector("#status .idle")
    visitor.page.locator("#earlier summary").click()
    visitor.page.locator("#earlier a", has_text=visitor.name).first.click()
    visitor.page.wait_for_selector("#chat .message")
    assert "GPQA" in visitor.page.locator("#chat .message").first.inner_text()
    visitor.open("?new=1")
    visitor.open(f"?{address}")
    assert visitor.last_words() == said


def test_a_trial_is_read_by_its_link(visitor: Visitor) -> None:
    start_trial(visitor, f"What does a line cost at my {visitor.name}?\n{PROMPTS}")
    visitor.settle()
    visitor.open("?new=1")
    visitor.page.locator("#earlier summary").click()
    link = visitor.page.locator("#earlier a[href^='?t=']").first.get_attribute("href")
    visitor.open(str(link))
    visitor.tab("Trial")
    assert visitor.page.locator("#result tbody tr").count() == 2
    visitor.page.locator("#pairs details summary").first.click()
    assert "Alpha says" in visitor.page.locator("#pairs details").first.inner_text()
    visitor.open("?t=there-is-no-such-trial")
    assert visitor.page.locator("#chat .message").count() == 0


def test_a_corrected_fact_shows(visitor: Visitor) -> None:
    visitor.page.locator("#chat .example").first.click()
    visitor.settle()
    chip = visitor.page.locator("#facts .chip", has_text="budget")
    chip.locator("summary").click()
    chip.locator("input").fill("plenty")
    chip.locator("button[type=submit]").click()
    visitor.page.wait_for_selector("#fact-note .alert")
    assert "not a number" in visitor.page.locator("#fact-note .alert").inner_text()
    chip.locator("input").fill("200")
    chip.locator("button[type=submit]").click()
    visitor.settle()
    visitor.tab("Use case")
    assert "200" in visitor.page.locator("#facts .chip", has_text="budget").locator("strong").inner_text()


def test_mistakes_are_one_sentence(visitor: Visitor) -> None:
    visitor.tab("Trial")
    visitor.page.locator("#start-trial").click()
    visitor.page.wait_for_selector("#trial-note .alert")
    assert "no prompts" in visitor.page.locator("#trial-note .alert").inner_text()
    box = visitor.page.locator("#judge input")
    box.fill("nowhere/nothing")
    box.press("Enter")
    start_trial(visitor)
    visitor.settle()
    assert "nowhere" in visitor.last_words()
    assert "Traceback" not in visitor.page.content()


def test_a_trial_stops_goes_on_and_the_chat_stays_usable(visitor: Visitor) -> None:
    start_trial(visitor, "\n".join(f"Customer {visitor.name} {n} asks." for n in range(60)))
    visitor.page.wait_for_selector("#live progress")
    visitor.page.locator("#message textarea").fill("What does IFEval measure?")
    visitor.page.locator("#send").click()
    visitor.page.locator("#live button[data-act=stop]").click()
    visitor.settle()
    assert "IFEval" in visitor.last_words()
    visitor.tab("Trial")
    assert "cancelled" in visitor.page.locator("#result").inner_text()
    visitor.page.locator("#result [data-act=again]").click()
    visitor.page.wait_for_selector("#live progress")
    visitor.page.locator("#status button[data-act=stop]").click()
    visitor.settle()


@pytest.mark.parametrize("locale, words", [("es-ES", "Candidatos"), ("de-DE", "Kandidaten")])
def test_the_page_speaks_the_language_of_the_browser(abroad: Visitor, words: str) -> None:
    abroad.open()
    assert abroad.page.get_by_role("tab", name=words, exact=True).first.count() == 1
    abroad.page.locator("#head select").select_option("en")
    abroad.page.wait_for_selector("#side [role=tab]:has-text('Candidates')")
    assert abroad.page.evaluate("document.documentElement.lang") == "en"
    abroad.open()
    assert abroad.page.get_by_role("tab", name="Candidates", exact=True).first.count() == 1
