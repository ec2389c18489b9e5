"""Walks the three journeys in a browser on the embedded model, keeps a picture of each stage and prints its seconds.

`python tests/browser/walk.py FOLDER`: starts `advisor ui` on a data folder of its own and stops it at the end. Takes
some minutes, as the model speaks, answers and judges for real.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from visitor import Visitor

ADVISOR = Path(sys.executable).parent / "advisor"
USE_CASE = (
    "We are a hotel chain in Portugal and want drafts of replies to guests' mails in Portuguese and English, about "
    "8,000 mails a month, at most 100 dollars a month"
)
QUESTION = "Is HumanEval enough to choose a model for our Java team?"
PROMPTS = (
    "Write one sentence that thanks a guest for the stay.\n"
    "A guest asks for a late check-out. Answer in one sentence.\n"
    "A guest found the room too cold. Apologise in one sentence."
)


@contextmanager
def served() -> Iterator[str]:
    """The address of a page on the embedded model."""
    with tempfile.TemporaryDirectory(prefix="advisor-walk-") as home:
        env = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
        env |= {"ADVISOR_HOME": home, "ADVISOR_USE": "local"}
        server = subprocess.Popen([ADVISOR, "ui", "--port", "0"], env=env, text=True, stdout=subprocess.PIPE)
        assert server.stdout is not None
        try:
            yield server.stdout.readline().split()[-1]
        finally:
            server.terminate()
            server.wait(60)


def recommend(someone: Visitor) -> None:
    """From a use case to candidates."""
    someone.say(USE_CASE)
    for _ in range(6):
        if someone.page.locator("#chat .option").count() == 0:
            break
        someone.page.locator("#chat .option").first.click()
        someone.settle(300)
    someone.tab("Candidates")
    someone.page.wait_for_selector("#dots .main-svg")


def ask(someone: Visitor) -> None:
    """A question on a benchmark."""
    someone.say(QUESTION)
    assert "MultiPL-E" in someone.last_words()


def trial(someone: Visitor) -> None:
    """The embedded models that the form offers, judged by the largest of them."""
    someone.tab("Trial")
    someone.page.locator("#prompts textarea").fill(PROMPTS)
    someone.page.locator("#start-trial").click()
    someone.settle(900)
    assert someone.page.locator("#result tbody tr").count() >= 2


def report(someone: Visitor) -> None:
    """The decision record."""
    someone.tab("Report")
    someone.page.wait_for_selector("#get-pdf")


STAGES: tuple[Callable[[Visitor], None], ...] = (recommend, ask, trial, report)


def walk(browser: Any, url: str, folder: Path) -> None:
    """All stages, with a picture after each."""
    someone = Visitor(browser, url, "desktop")
    someone.page.set_default_timeout(600_000)
    someone.open("?new=1")
    print("| stage | s |\n|---|---|")
    for stage in STAGES:
        started = time.monotonic()
        try:
            stage(someone)
        finally:
            someone.page.screenshot(path=folder / f"{stage.__name__}.png", full_page=True)
        print(f"| {stage.__name__} | {time.monotonic() - started:.0f} |", flush=True)
    if someone.complaints:
        raise SystemExit(f"the browser complained: {someone.complaints}")


def main(folder: Path) -> None:
    """Walk once."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright, served() as url:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        walk(browser, url, folder)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
