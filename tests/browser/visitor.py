"""Someone at the page: what they click, what they see, and what the browser complains of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

SHOTS = Path(__file__).parent / "screenshots"
WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
READY = "#status .idle"
DONE = "turn => { const idle = document.querySelector('#status .idle'); return idle && +idle.dataset.turn > turn; }"
SERIOUS = ("serious", "critical")


class Visitor:
    """Someone at the page, at one width and in one theme. Keeps what the console and the network saw."""

    def __init__(self, browser: Any, url: str, width: str, *, scheme: str = "light", locale: str = "en-US"):
        size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
        self.url, self.name = url, width
        self.context = browser.new_context(
            viewport=size, accept_downloads=True, color_scheme=scheme, locale=locale, reduced_motion="reduce"
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(90_000)
        self.complaints: list[str] = []
        self.hosts: set[str] = set()
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type == "error" else None)
        self.page.on("pageerror", self._blame)
        self.page.on("request", lambda r: self.hosts.add(r.url.split("/")[2]) if r.url.startswith("http") else None)
        self._turn = 0

    def _blame(self, error: Any) -> None:
        """A stream that a reload cuts off ends in an AbortError, which is no fault of the page."""
        if "AbortError" not in str(error):
            self.complaints.append(str(error))

    def open(self, address: str = "") -> None:
        """Load the page anew and wait until it shows its conversation."""
        self.page.goto(self.url + address)
        self.page.wait_for_selector(READY)
        self._turn = int(self.page.locator(READY).get_attribute("data-turn"))

    def say(self, text: str) -> None:
        """Send a message and wait until the advisor waits for us."""
        self.page.locator("#message textarea").fill(text)
        self.page.locator("#send").click()
        self.settle()

    def settle(self, seconds: float = 90) -> None:
        """Wait until the work that was asked for is done."""
        self.page.wait_for_function(DONE, arg=self._turn, timeout=seconds * 1000)
        self._turn = int(self.page.locator(READY).get_attribute("data-turn"))

    def tab(self, name: str) -> None:
        """Open a tab, also where it is behind the menu of a narrow page."""
        tab = self.page.get_by_role("tab", name=name, exact=True).first
        if not tab.is_visible():
            self.page.locator("#side .overflow-menu > button").first.click()
            tab = self.page.locator("#side .overflow-dropdown button", has_text=name).first
        tab.click()

    def last_words(self) -> str:
        """The last message of the chat."""
        return str(self.page.locator("#chat .message").last.inner_text())

    def overflow(self) -> int:
        """Pixels that the page is wider than the window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def barriers(self) -> list[str]:
        """What axe finds serious or critical for people who use a keyboard or a screen reader."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        return [
            f"{v['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
            for v in found if v["impact"] in SERIOUS for node in v["nodes"][:3]
        ]  # fmt: skip

    def shoot(self, name: str) -> None:
        """Keep a picture to look at."""
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}-{self.name}.png", full_page=True)
