"""One process works for a long time: conversations and trials again and again; memory, threads and files stay flat.

    .venv/bin/python tests/campaign/soak.py --minutes 30

Prints one JSON document with the readings of the first quarter and the last; exit code 1 where the process has grown
by more than 5 per cent and 20 MB, or has more threads or open files than at first.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from stub_server import Reply, StubServer  # noqa: E402
from worker import plan  # noqa: E402

from advisor.services import Services  # noqa: E402
from advisor.session import Conversations  # noqa: E402
from advisor.settings import Settings  # noqa: E402

GROWTH, GROWTH_MB = 1.05, 20
PROMPTS = 20
LEAST_ROUNDS = 6


@dataclass(frozen=True)
class Reading:
    """What the process takes at a moment."""

    memory_mb: float
    threads: int
    files: int


def read() -> Reading:
    """Memory in use, after a collection; threads; open files."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    return Reading(memory, threading.active_count(), len(os.listdir("/proc/self/fd")))


def answer(body: dict[str, Any]) -> Reply:
    return Reply('{"reason": "fine", "score": 5}' if body["model"] == "judge" else "An answer.")


def soak(seconds: float, home: Path) -> list[Reading]:
    """Work so long; a reading after each round. A round is 20 short conversations and a trial in one of them."""
    readings, ends, number = [], time.monotonic() + seconds, 0
    with StubServer(answer) as stub:
        conversations = Conversations(Services(Settings(home=home), use_llm=False))
        while time.monotonic() < ends or len(readings) < LEAST_ROUNDS:
            for _ in range(20):
                list(conversations.open().send("hello"))
            asked = plan(stub.base_url, number)
            short = asked.model_copy(update={"prompts": asked.prompts[:PROMPTS]})
            list(conversations.open().start_trial(short))
            stub.calls.clear()
            number += 1
            readings.append(read())
        conversations.close()
    return readings


def verdict(readings: list[Reading]) -> dict[str, Any]:
    """The first quarter against the last; the very first reading is left out, as it still loads."""
    quarter = max(1, len(readings) // 4)
    first, last = readings[1 : 1 + quarter] or readings, readings[-quarter:]
    before, after = (statistics.median(r.memory_mb for r in part) for part in (first, last))
    flat = after <= max(GROWTH * before, before + GROWTH_MB)
    counted = {name: [max(getattr(r, name) for r in part) for part in (first, last)] for name in ("threads", "files")}
    steady = all(later <= earlier + 2 for earlier, later in counted.values())
    return {"held": flat and steady, "rounds": len(readings), "memory_mb": [round(before), round(after)], **counted}


def main() -> int:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="advisor-soak-") as folder:
        found = verdict(soak(60 * chosen.minutes, Path(folder)))
    print(json.dumps({"minutes": chosen.minutes, **found}, indent=1))
    return 0 if found["held"] else 1


if __name__ == "__main__":
    sys.exit(main())
