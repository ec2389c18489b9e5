"""The command line in a real terminal, and in a pipe."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest
from shared_home import built_home
from test_cli import ADVISOR, advisor
from test_conversation import SUPPORT

ANSI = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@pytest.fixture
def chat() -> Iterator[pexpect.spawn]:
    env = {**os.environ, "ADVISOR_HOME": str(built_home()), "TERM": "xterm-256color"}
    child = pexpect.spawn(
        str(ADVISOR), ["chat", "--no-llm"], env=env, dimensions=(200, 100), encoding="utf-8", timeout=120
    )
    child.expect_exact("you> ")
    yield child
    child.close(force=True)


def said(child: pexpect.spawn, line: str) -> str:
    """What the advisor answers to a typed line, without colours."""
    child.sendline(line)
    child.expect_exact("you> ")
    return ANSI.sub("", child.before)


def test_a_use_case_leads_to_a_question_and_then_to_candidates(chat: pexpect.spawn) -> None:
    assert "?" in said(chat, SUPPORT)
    found = said(chat, "/go")
    assert "candidates" in found and "$" in found
    assert "GPQA" in said(chat, "what does GPQA measure?")


def test_a_conversation_goes_on_under_its_number(chat: pexpect.spawn) -> None:
    said(chat, SUPPORT)
    chat.sendline("/quit")
    chat.expect(r"--conversation ([0-9a-f]{32})")
    again = pexpect.spawn(
        str(ADVISOR),
        ["chat", "--no-llm", "--conversation", chat.match.group(1)],
        env={**os.environ, "ADVISOR_HOME": str(built_home())},
        encoding="utf-8",
        dimensions=(200, 100),
        timeout=120,
    )
    again.expect_exact("you> ")
    assert "50,000 tickets" in ANSI.sub("", again.before)
    again.close(force=True)


def test_a_number_takes_an_offered_answer_and_commands_show_what_is_known(chat: pexpect.spawn) -> None:
    assert "1 " in said(chat, SUPPORT)
    said(chat, "1")
    said(chat, "/go")
    assert "50,000 tickets" in said(chat, "/facts")
    assert "2026-" in said(chat, "/candidates")
    assert "candidates" in said(chat, "/set monthly_budget_usd 200")
    assert "200" in said(chat, "/facts")
    assert "Error" in said(chat, "/set nonsense 3")
    assert "no trial yet" in said(chat, "/trial")
    assert "/report" in said(chat, "/help")
    assert "There is no /nonsense" in said(chat, "/nonsense")


def test_the_end_of_input_ends_the_conversation(chat: pexpect.spawn) -> None:
    chat.sendeof()
    chat.expect(pexpect.EOF)
    chat.close()
    assert chat.exitstatus == 0


def test_a_pipe_gets_plain_text_and_no_progress() -> None:
    done = advisor("benchmarks", "SQL from questions")
    assert done.returncode == 0
    assert not ANSI.search(done.stdout)
    assert done.stderr == ""


def test_errors_are_one_sentence_on_stderr(tmp_path: Path) -> None:
    for words in (("recommend",), ("trial", "run", str(tmp_path / "no.yaml")), ("models", "show", "no such model 9")):
        done = advisor(*words)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.startswith("Error: ") and "Traceback" not in done.stderr
