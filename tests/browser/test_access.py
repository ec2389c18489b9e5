"""No serious barrier for people with a keyboard or a screen reader: at both widths, in both themes, on each tab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from test_journeys import answer_questions, start_trial
from visitor import WIDTHS, Visitor

pytestmark = pytest.mark.browser
TABS = ("Use case", "Candidates", "Benchmarks", "Trial", "Report")


@pytest.fixture(scope="module")
def conversation(browser: Any, server: str) -> Iterator[str]:
    """The address of a conversation with everything in it."""
    someone = Visitor(browser, server, "desktop")
    someone.open("?new=1")
    someone.page.locator("#chat .example").first.click()
    someone.settle()
    answer_questions(someone)
    start_trial(someone)
    someone.settle()
    yield someone.page.url.partition("?")[2]
    someone.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_no_serious_barrier(browser: Any, server: str, conversation: str, width: str, scheme: str) -> None:
    someone = Visitor(browser, server, width, scheme=scheme)
    someone.open("?new=1")
    found = {"empty": someone.barriers()}
    someone.open(f"?{conversation}")
    assert someone.page.locator("#chat .message").count() > 0
    for name in TABS:
        someone.tab(name)
        if name == "Candidates":
            for drawn in ("#plot", "#dots"):
                someone.page.wait_for_selector(f"{drawn} .main-svg")
        found[name] = someone.barriers()
        assert someone.overflow() == 0
    someone.context.close()
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


def test_a_message_and_its_answers_need_no_mouse(browser: Any, server: str) -> None:
    someone = Visitor(browser, server, "desktop")
    someone.open("?new=1")
    someone.page.locator("#message textarea").focus()
    someone.page.keyboard.type("What does IFEval measure?")
    someone.page.keyboard.press("Tab")
    someone.page.keyboard.press("Enter")
    someone.settle()
    assert "IFEval" in someone.last_words()
    someone.context.close()
