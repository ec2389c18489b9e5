"""Takes the README's picture of the page: real candidates for the first example, at 1280 pixels.

Start `advisor ui`, then: `python tests/browser/picture.py http://127.0.0.1:7860/ docs/img/page.png`
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from visitor import Visitor


def take(url: str, target: Path) -> None:
    """Walk to the candidates and keep what is on screen."""
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        visitor = Visitor(browser, url, "desktop")
        visitor.page.locator("#chat .example").first.click()
        visitor.settle(180)
        visitor.say("show me the candidates")
        visitor.tab("Candidates")
        visitor.page.wait_for_selector("#candidates .card")
        visitor.page.wait_for_timeout(1500)
        target.parent.mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=target)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1], Path(sys.argv[2]))
