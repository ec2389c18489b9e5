"""Work that the campaign kills: each function acknowledges in a file, in one write, what it has been told is done."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from advisor.trial.plan import plan_of
from advisor.trial.runner import Runner

PROMPTS = 400
BEGUN = "begun "


class Acknowledge(Protocol):
    """Writes a line that survives the process."""

    def __call__(self, line: str) -> None: ...


@contextmanager
def acknowledging(file: Path) -> Iterator[Acknowledge]:
    """Begin: say so, and give a function that writes a line which survives this process."""
    handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, f"{BEGUN}{os.getpid()}\n".encode())
    try:
        yield lambda line: os.write(handle, f"{line}\n".encode())  # type: ignore[misc]
    finally:
        os.close(handle)


def chat(home: Path, acks: Path, seed: int, base_url: str, upstream: str) -> None:
    """Talk in one of a few conversations; a message counts as told when the reply has come."""
    from advisor.services import Services
    from advisor.session import Conversations
    from advisor.settings import Settings

    chance = random.Random(seed)
    conversations = Conversations(Services(Settings(home=home), use_llm=False))
    list(conversations.open().send("hello"))  # what is loaded on first use is loaded before the clock runs
    with acknowledging(acks) as told:
        for turn in range(10_000):
            number, text = f"conversation-{chance.randrange(5)}", f"hello {seed} {turn}"
            session = conversations.open(number)
            events = list(session.send(text))
            if all(event.kind != "error" for event in events):
                told(f"{number} {text}")


def trial(home: Path, acks: Path, seed: int, base_url: str, upstream: str) -> None:
    """Run, or go on with, one of three trials; a reply counts as told when the runner gave it out."""
    from advisor.settings import Settings
    from advisor.trial.trial import run_plan

    with acknowledging(acks) as told:
        asked = Runner.ask

        async def ask(self: Runner, call: Any, rank: Any = (0,)) -> Any:
            reply = await asked(self, call, rank)
            told(call.key())
            return reply

        Runner.ask = ask  # type: ignore[method-assign]
        for number in range(1_000):
            run_plan(plan(base_url, seed % 3 + number), settings=Settings(home=home))


def plan(base_url: str, number: int) -> Any:
    """Two candidates on many prompts, judged."""
    return plan_of({
        "name": f"campaign {number}", "endpoints": {"stub": {"base_url": base_url}},
        "candidates": ["stub/a", "stub/b"], "judge": {"models": ["stub/judge"], "protocol": "rubric"},
        "prompts": [f"Question {n} of trial {number}?" for n in range(PROMPTS)], "limits": {"concurrency": 8},
    })  # fmt: skip


def refresh(home: Path, acks: Path, seed: int, base_url: str, upstream: str) -> None:
    """Refresh a source again and again; upstream changes with each request."""
    from knowledge.refresh import refresh as run

    with acknowledging(acks) as told:
        for _ in range(1_000):
            outcome = run("bfcl", home, base_url=upstream)
            if outcome.ok:
                told(outcome.outcome)


KINDS = {"chat": chat, "trial": trial, "refresh": refresh}


def work(kind: str, *args: Any) -> None:
    """The body of a process that will be killed. It leads a group of its own and is quiet."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    KINDS[kind](*args)
