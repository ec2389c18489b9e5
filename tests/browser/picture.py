"""Takes the guide's pictures of the page: real candidates for the first example, at 1280 and at 390 pixels.

Start `advisor ui`, then: `python tests/browser/picture.py http://127.0.0.1:7860/ docs/img`
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright
from visitor import Visitor

NAMES = {"desktop": "page.png", "phone": "page-phone.png"}


def take(browser: Any, url: str, width: str, target: Path) -> None:
    """Walk to the candidates and keep what is on screen."""
    visitor = Visitor(browser, url, width)
    visitor.open("?new=1")
    visitor.page.locator("#chat .example").first.click()
    visitor.settle(180)
    visitor.say("show me the candidates")
    visitor.tab("Candidates")
    visitor.page.wait_for_selector("#dots .main-svg")
    visitor.page.locator("#side" if width == "phone" else "#top").scroll_into_view_if_needed()
    target.parent.mkdir(parents=True, exist_ok=True)
    visitor.page.screenshot(path=target)
    visitor.context.close()


def main(url: str, folder: Path) -> None:
    """Both pictures."""
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for width, name in NAMES.items():
            take(browser, url, width, folder / name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
