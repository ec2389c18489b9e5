"""Record a conversation in a terminal, as it happens, into docs/img/terminal.svg.

    python docs/record.py

The advisor runs for real in a pseudo-terminal (rules only, an empty data folder); what it prints becomes the picture.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pexpect
from rich.console import Console
from rich.text import Text

COLUMNS = 108
PICTURE = Path(__file__).parent / "img" / "terminal.svg"
ADVISOR = Path(sys.executable).parent / "advisor"
PROMPT = "you> "
SAID = (
    "Support desk of a telecom company in Spain: 50,000 tickets a month, draft replies in Spanish, 500 dollars a "
    "month, data must stay in the EU",
    "go on",
    "which benchmark measures following formatting instructions?",
)
UNSEEN = ("…",)  # status lines, which a person sees for a moment only


def session(home: str) -> str:
    """What the terminal shows while `SAID` is typed, with its colours."""
    env = {**os.environ, "ADVISOR_HOME": home, "TERM": "xterm-256color", "COLUMNS": str(COLUMNS)}
    child = pexpect.spawn(str(ADVISOR), ["chat", "--no-llm"], env=env, dimensions=(500, COLUMNS), encoding="utf-8")
    shown = [f"$ advisor chat --no-llm\r\n{_until_prompt(child)}"]
    for line in SAID:
        child.sendline(line)
        shown.append(_until_prompt(child))
    child.sendline("/quit")
    child.expect(pexpect.EOF, timeout=60)
    return "".join(shown)


def _until_prompt(child: pexpect.spawn[str]) -> str:
    child.expect_exact(PROMPT, timeout=600)
    return f"{child.before}{PROMPT}"


def picture(shown: str) -> str:
    """An SVG of the terminal."""
    lines = [line for line in shown.replace("\r\n", "\n").split("\n") if not line.strip().startswith(UNSEEN)]
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"))  # noqa: SIM115
    console.print(Text.from_ansi("\n".join(lines).removesuffix(PROMPT)))
    return console.export_svg(title="advisor chat")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        PICTURE.write_text(picture(session(home)), encoding="utf-8")
