"""Fault campaign: kills a working process at random moments, over chat, trial and refresh, and checks what is left.

    .venv/bin/python tests/campaign/kills.py --kills 500 --seed 1 [--kinds chat,trial,refresh]

After every kill: nothing whose answer was stored is paid for again, everything that was acknowledged is there, and
every file is sound. Prints one JSON document; the exit code is 1 where anything of this did not hold.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from file_server import serving  # noqa: E402
from stub_server import Reply, StubServer  # noqa: E402
from worker import BEGUN, work  # noqa: E402

from advisor.backup import damage  # noqa: E402
from advisor.services import Services  # noqa: E402
from advisor.session import Conversations  # noqa: E402
from advisor.settings import Settings  # noqa: E402
from advisor.trial.client import Call, Route  # noqa: E402
from advisor.trial.journal import Journal  # noqa: E402
from knowledge.catalog import SHIPPED, Catalog  # noqa: E402
from knowledge.home import refreshed_snapshot  # noqa: E402

# A worker is killed after so many acknowledgements, or so many seconds, at most: random numbers below these.
LIVES = {"chat": (12, 30.0), "trial": (400, 30.0), "refresh": (2, 60.0)}
LAST_MOMENT_SECONDS = 0.3
START_SECONDS = 120
PRELOAD = ["worker", "advisor.session", "advisor.graph", "advisor.trial.trial", "knowledge.refresh", "aiohttp"]


@dataclass
class Outcome:
    """What the campaign found. Everything but the counts has to stay zero or empty."""

    kills: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    stored: int = 0
    paid_twice: int = 0
    lost: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    @property
    def held(self) -> bool:
        """Whether nothing was paid twice, lost or damaged, and no worker ended before it was killed."""
        return not (self.paid_twice or self.lost or self.damaged or self.ended)


def answer(body: dict[str, Any]) -> Reply:
    """Candidates answer, the judge gives points; each takes a little time, so that kills hit calls in flight."""
    text = '{"reason": "fine", "score": 5}' if body["model"] == "judge" else f"An answer of {body['model']}."
    return Reply(text, delay=0.02)


class Campaign:
    """One data folder, a stub endpoint, an upstream, and the processes that are killed while they work on them."""

    def __init__(self, home: Path, stub: StubServer, upstream: str, seed: int):
        self.home, self.stub, self.upstream = home, stub, upstream
        self.outcome = Outcome()
        self._acks = home.parent / "acknowledged"
        self._random = random.Random(seed)
        self._stored: set[str] = set()
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(PRELOAD)

    def kill_once(self, kind: str) -> None:
        """Let a worker live for a random while, kill it, and check all that it left."""
        acks, sent = self._acks.with_suffix(f".{kind}"), len(self.stub.calls)
        args = (kind, self.home, acks, self._random.randrange(10**9), self.stub.base_url, self.upstream)
        process = self._context.Process(target=work, args=args, daemon=True)
        process.start()
        wait_for(acks, f"{BEGUN}{process.pid}")
        self._live(kind, acks, process)
        if process.exitcode is not None:
            self.outcome.ended.append(f"{kind}: exit code {process.exitcode}")
        process.kill()
        process.join()
        self.outcome.kills[kind] += 1
        self._check_calls(sent)
        self._check_files()
        CHECKS[kind](self, [line for line in acks.read_text().splitlines() if not line.startswith(BEGUN)])

    def _live(self, kind: str, acks: Path, process: Any) -> None:
        """Let the worker work until it has acknowledged a random number of times, or for a random while."""
        most, seconds = LIVES[kind]
        target = len(acks.read_text().splitlines()) + self._random.randrange(most)
        ends = time.monotonic() + self._random.uniform(0.0, seconds)
        while time.monotonic() < ends and len(acks.read_text().splitlines()) < target:
            process.join(0.01)
        process.join(self._random.uniform(0.0, LAST_MOMENT_SECONDS))

    def _check_calls(self, sent: int) -> None:
        """Nothing that was stored when this worker began was asked again; then note what is stored now."""
        new = [key_of(c.body, self.stub.base_url) for c in self.stub.calls[sent:]]
        self.outcome.paid_twice += sum(key in self._stored for key in new)
        with Journal(self.home) as journal:
            self._stored |= {key for key in new if journal.reply(key) is not None}
        self.outcome.calls, self.outcome.stored = len(self.stub.calls), len(self._stored)

    def _check_files(self) -> None:
        for file in self.home.rglob("*.sqlite"):
            if trouble := damage(file):
                self.outcome.damaged.append(f"{file.name}: {trouble[:100]}")

    def check_trial(self, acknowledged: list[str]) -> None:
        """Every reply that was given out is stored."""
        with Journal(self.home) as journal:
            self.outcome.lost += [key for key in set(acknowledged) if journal.reply(key) is None]
        self.outcome.acknowledged["trial"] = len(acknowledged)

    def check_chat(self, acknowledged: list[str]) -> None:
        """Every message that was answered is in its conversation."""
        conversations = Conversations(Services(Settings(home=self.home), use_llm=False))
        said = {n: {t for _, t in conversations.open(n).state().get("transcript", [])}
                for n in {line.split(" ", 1)[0] for line in acknowledged}}  # fmt: skip
        conversations.close()
        told = [line.split(" ", 1) for line in acknowledged]
        self.outcome.lost += [f"{number} {text}" for number, text in told if text not in said[number]]
        self.outcome.acknowledged["chat"] = len(acknowledged)

    def check_refresh(self, acknowledged: list[str]) -> None:
        """The snapshot in use is whole, and a refresh that was acknowledged left one."""
        named = (self.home / "snapshot" / "current").exists()
        if named and refreshed_snapshot(self.home) is None:
            self.outcome.damaged.append("the refreshed snapshot is not whole")
        if acknowledged and not named:
            self.outcome.lost.append("the refreshed snapshot")
        self.outcome.acknowledged["refresh"] = len(acknowledged)


def wait_for(file: Path, line: str) -> None:
    """Wait until a worker has begun."""
    until = time.monotonic() + START_SECONDS
    while not (file.exists() and line in file.read_text().splitlines()):
        if time.monotonic() > until:
            raise TimeoutError(f"no worker has begun within {START_SECONDS} s")
        time.sleep(0.005)


CHECKS: dict[str, Callable[[Campaign, list[str]], None]] = {
    "chat": Campaign.check_chat,
    "trial": Campaign.check_trial,
    "refresh": Campaign.check_refresh,
}


def key_of(body: dict[str, Any], base_url: str) -> str:
    """The journal's key of a request as it reached the endpoint."""
    params = {k: v for k, v in body.items() if k not in ("model", "messages")}
    return Call(Route("", "stub", base_url, body["model"], base_url), body["messages"], params).key()


class Moving(dict[str, bytes]):
    """Upstream's files; each look finds another version, as if a figure had been added."""

    def __init__(self) -> None:
        super().__init__()
        self._version = 0

    def __getitem__(self, name: str) -> bytes:
        self._version += 1
        return table(self._version)

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


def table(version: int) -> bytes:
    """The board of the shipped snapshot, with one row that differs from version to version."""
    known = {s.raw_name: s.value for s in Catalog(SHIPPED).scores if s.source_id == "bfcl" and s.benchmark_id == "bfcl"}
    rows = [f"{n},{value}%,{name}" for n, (name, value) in enumerate(known.items(), 1)]
    return (
        "Rank,Overall Acc,Model\n" + "\n".join(rows) + f"\n999,{50 + version % 40}%,Claude-Opus-5-5 (FC)\n"
    ).encode()


def run(kills: int, seed: int, kinds: list[str], seconds: float = float("inf")) -> Outcome:
    """Kill so many workers, kind after kind, in a data folder that goes when the campaign ends; fewer where the
    time is over before."""
    ends = time.monotonic() + seconds
    scratch = tempfile.TemporaryDirectory(prefix="advisor-campaign-")
    with scratch as folder, StubServer(answer) as stub, serving() as upstream:
        upstream.files = Moving()
        campaign = Campaign(Path(folder) / "home", stub, upstream.url, seed)
        for number in range(kills):
            if time.monotonic() > ends:
                break
            campaign.kill_once(kinds[number % len(kinds)])
            print(f"\r{number + 1}/{kills} kills", end="", file=sys.stderr, flush=True)
        return campaign.outcome


def main() -> int:
    """Run the campaign that the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", default=",".join(CHECKS))
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so many")
    chosen = parser.parse_args()
    started = time.monotonic()
    found = run(chosen.kills, chosen.seed, chosen.kinds.split(","), chosen.seconds)
    print(json.dumps({"held": found.held, "seconds": round(time.monotonic() - started), **vars(found)}, indent=1))
    return 0 if found.held else 1


if __name__ == "__main__":
    sys.exit(main())
