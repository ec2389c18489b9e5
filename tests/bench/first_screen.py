"""Seconds until `advisor ui` listens, from opening the page to one that takes input, and on to the first candidates.

`python tests/bench/first_screen.py`: on a fresh data folder and on one that was used before, without a language model
(facts by rules) and with the embedded one. Needs Chromium; the embedded model needs `make setup`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "browser"))
USE_CASE = "Draft replies for a telecom support desk in Spain, 50,000 tickets a month, 500 dollars a month, in the EU"
COMMAND = (
    "from ui.server import serve; from advisor.settings import Settings; "
    "serve(Settings(), host='127.0.0.1', port={port})"
)
WITHOUT = "import advisor.services as s; s.Services.speaker = None; "


def measure(browser: Any, home: Path, port: int, *, model: bool) -> tuple[float, float, float]:
    """Seconds until the server listens, from opening the page until it takes input, from the message to candidates."""
    from visitor import READY, Visitor

    env = os.environ | {"ADVISOR_HOME": str(home), "ADVISOR_USE": "local"}
    code = ("" if model else WITHOUT) + COMMAND.format(port=port)
    started = time.monotonic()
    server = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL)  # fmt: skip
    try:
        assert server.stdout is not None
        if not server.stdout.readline():
            raise SystemExit("the server ended before it listened")
        listening = time.monotonic()
        someone = Visitor(browser, f"http://127.0.0.1:{port}/", "desktop")
        someone.page.goto(f"{someone.url}?new=1")
        someone.page.wait_for_selector(READY)
        interactive = time.monotonic()
        someone.say(USE_CASE)
        someone.say("show me the candidates")
        someone.page.wait_for_selector("#ranking tbody tr", state="attached")
        return listening - started, interactive - listening, time.monotonic() - interactive
    finally:
        server.terminate()
        server.wait(60)


def main() -> None:
    """Print a table."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    print("| data folder | language model | server, s | page, s | candidates, s |\n|---|---|---|---|---|")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        runs = (("fresh", False), ("used", False), ("used", True), ("used", True))
        for number, (kind, model) in enumerate(runs):
            times = measure(browser, Path(folder), 7990 + number, model=model)
            shown = " | ".join(f"{seconds:.1f}" for seconds in times)
            print(f"| {kind} | {'embedded' if model else 'none'} | {shown} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
