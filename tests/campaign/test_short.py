"""The short versions of the campaigns: 15 kills, a soak of a few rounds, a trial of some hundred judgements."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "command",
    [
        ["kills.py", "--kills", "14", "--kinds", "chat,trial"],
        ["kills.py", "--kills", "1", "--kinds", "refresh"],
        ["soak.py", "--minutes", "0.2"],
        ["big_trial.py", "--prompts", "20", "--delay", "0.01"],
    ],
    ids=lambda command: " ".join(command),
)
def test_it_holds(command: list[str]) -> None:
    done = subprocess.run([sys.executable, HERE / command[0], *command[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
