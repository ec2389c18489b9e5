"""Someone at the page: what they click, what they see, and what the browser complains of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SHOTS = Path(__file__).parent / "screenshots"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}


class Visitor:
    """Someone at the page, at one width. Keeps what the console and the network saw."""

    def __init__(self, browser: Any, url: str, width: str):
        size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
        self.url, self.name = url, width
        self.context = browser.new_context(viewport=size, accept_downloads=True)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda r: self.hosts.add(r.url.split("/")[2]) if r.url.startswith("http") else None)
        self.open()

    def open(self) -> None:
        """Load the page anew."""
        self.page.goto(self.url)
        self.page.wait_for_selector("#message textarea")
        self.page.wait_for_timeout(600)

    def say(self, text: str) -> None:
        """Send a message and wait until the advisor waits for us."""
        self.page.locator("#message textarea").fill(text)
        self.page.locator("#send").click()
        self.settle()

    def settle(self, seconds: float = 90) -> None:
        """Wait until nothing is under way."""
        self.page.wait_for_timeout(700)
        self.page.wait_for_function("!document.querySelector('#status .working')", timeout=seconds * 1000)
        self.page.wait_for_timeout(500)

    def tab(self, name: str) -> None:
        """Open a tab, also where it is behind the menu of a narrow page."""
        tab = self.page.get_by_role("tab", name=name, exact=True).first
        if not tab.is_visible():
            self.page.locator("#side .overflow-menu > button").first.click()
            tab = self.page.locator("#side .overflow-dropdown button", has_text=name).first
        tab.click()
        self.page.wait_for_timeout(300)

    def last_words(self) -> str:
        """The last message of the chat."""
        return str(self.page.locator("#chat .message").last.inner_text())

    def overflow(self) -> int:
        """Pixels that the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def shoot(self, name: str) -> None:
        """Keep a picture to look at."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}-{self.name}.png", full_page=True)
