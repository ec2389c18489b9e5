"""Many people talk to one process at the same time; the stub endpoint stands for the model.

    .venv/bin/python tests/campaign/load.py --sessions 200 [--think 60] [--turns 4]

Each person sends the turns of a conversation, and thinks for a while (exponential, `--think` seconds on average)
before each. The endpoint answers at once, so the time of a turn is our own overhead. Prints one JSON document: turns a
second, overhead at the median and at 95 per cent, processor time a turn, memory at its peak, and what is stored.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from stub_server import Reply, StubServer

from advisor.services import Services
from advisor.session import Conversations
from advisor.settings import Settings
from advisor.warm import warm_up

USE_CASES = (
    "We run a telecom support desk in Spain, 50,000 tickets a month, draft replies in Spanish",
    "A German law firm summarises 2,000 contracts a month, 20 pages each, data must stay in the EU",
    "Classify incoming mail of an insurer into 12 departments, a million mails a month, on our own servers",
    "Write product descriptions for a web shop in French and Italian, 300 a day",
    "Answer questions of engineers on 40,000 pages of manuals, with citations",
)
FOLLOWING = ("500 dollars a month", "data must stay in the EU", "which benchmark measures this?", "go",
             "actually the budget is 200", "why the first one?")  # fmt: skip


class Person:
    """Holds one conversation and keeps the overhead of each turn in seconds."""

    def __init__(self, conversations: Conversations, number: int, turns: int, think: float):
        self._session, self._turns, self._think = conversations.open(), turns, think
        self._chance = random.Random(number)
        self.overheads: list[float] = []
        self.failures: list[str] = []

    def talk(self) -> None:
        """Say everything."""
        for turn in range(self._turns):
            time.sleep(self._chance.expovariate(1 / self._think))
            said = self._chance.choice(USE_CASES) if turn == 0 else self._chance.choice(FOLLOWING)
            self._say(f"{said} ({self._chance.randrange(10**6)})" if turn == 0 else said)

    def _say(self, text: str) -> None:
        started = time.monotonic()
        for event in self._session.send(text):
            if event.kind == "error":
                self.failures.append(event.text)
        self.overheads.append(time.monotonic() - started)


def measured(sessions: int, turns: int, think: float, home: Path) -> dict[str, Any]:
    """Let so many people talk, and say how it went."""
    with StubServer(lambda body: Reply("{}")) as stub:
        endpoints: Any = {"stub": {"base_url": stub.base_url, "model": "model"}}
        services = Services(Settings(home=home, use="endpoint", endpoints=endpoints))
        warm_up(services)
        conversations = Conversations(services)
        list(conversations.open().send(USE_CASES[0]))
        people, stored = [Person(conversations, n, turns, think) for n in range(sessions)], _stored_mb(home)
        threads = [threading.Thread(target=p.talk) for p in people]
        started, used = time.monotonic(), time.process_time()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds, used = time.monotonic() - started, time.process_time() - used
        conversations.close()
    return _report(people, seconds, used) | {"stored_mb": round(_stored_mb(home) - stored, 1)}


def _stored_mb(home: Path) -> float:
    """What the conversations take on the disk."""
    return sum(file.stat().st_size for file in home.glob("conversations.sqlite*")) / 2**20


def _report(people: list[Person], seconds: float, used: float) -> dict[str, Any]:
    overheads = sorted(o for p in people for o in p.overheads)
    failures = [f for p in people for f in p.failures]
    return {
        "sessions": len(people),
        "turns": len(overheads),
        "turns_a_second": round(len(overheads) / seconds, 2),
        "overhead_median_ms": round(1000 * statistics.median(overheads)),
        "overhead_p95_ms": round(1000 * overheads[int(0.95 * (len(overheads) - 1))]),
        "cpu_ms_a_turn": round(1000 * used / len(overheads)),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "failures": failures[:3],
    }


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sessions", type=int, default=200)
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--think", type=float, default=60)
    parser.add_argument("--home", type=Path, help="a data folder with a built store; otherwise one is built first")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="advisor-load-") as folder:
        print(json.dumps(measured(chosen.sessions, chosen.turns, chosen.think, chosen.home or Path(folder)), indent=1))


if __name__ == "__main__":
    main()
