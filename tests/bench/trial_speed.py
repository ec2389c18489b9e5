"""Speed and faults of `advisor trial run` against the mock endpoint: prints the tables, fails where a bar is missed.

    python tests/bench/trial_speed.py [--quick] [--runs 3] [--shared ../shared/bench]

240 calls (3 candidates by 40 prompts, each judged once) of 200 ms. The ideal span is calls x latency / concurrency.
Without the mock server the bench says so and ends with code 0.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
ADVISOR = Path(sys.executable).parent / "advisor"
CALLS, LATENCY_S = 240, 0.2
TRUTH = {"mock/cand-a": 0.906, "mock/cand-b": 0.695, "mock/cand-c": 0.402}
SPEED_BARS = {32: (1.15, 2.2), 4: (1.05, 1.2)}
MEMORY_BAR_MB = 150
FAULTS: dict[str, dict[str, Any]] = {
    "malformed .05": {"malformed": 0.05},
    "malformed .2": {"malformed": 0.2},
    "r429 .2": {"r429": 0.2, "retry_after": 1},
    "reset .05": {"reset": 0.05},
    "all together": {"malformed": 0.1, "r429": 0.1, "retry_after": 1, "reset": 0.05},
    "inject": {"inject": True},
    "echo": {"echo": True, "gullible": False},
    "echo10": {"echo": True, "echo10": True, "gullible": False},
}


@dataclass
class Run:
    """One run of the command: seconds, memory of its process tree, result, what the server saw."""

    code: int
    wall_s: float
    peak_mb: float
    result: dict[str, Any] | None
    stats: dict[str, Any] = field(default_factory=dict)
    killed_at: int | None = None


class Mock:
    """The mock server on a free port."""

    def __init__(self, shared: Path):
        self.port = _free_port()
        self.process = subprocess.Popen([sys.executable, str(shared / "mock_server.py"), str(self.port)])
        self._wait()

    def ask(self, path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        """GET or POST JSON."""
        body = None if data is None else json.dumps(data).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data=body)
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.load(response)  # type: ignore[no-any-return]

    def stop(self) -> None:
        """End the server."""
        self.process.terminate()
        self.process.wait(10)

    def _wait(self) -> None:
        for _ in range(100):
            try:
                self.ask("/_stats")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the mock server did not start")


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def write_plan(folder: Path, port: int, concurrency: int, prompts: list[str], **more: Any) -> Path:
    """The plan of the bench."""
    rows = [json.dumps({"id": f"q{n}", "prompt": p}) for n, p in enumerate(prompts)]
    (folder / "prompts.jsonl").write_text("\n".join(rows), encoding="utf-8")
    plan = {
        "name": "bench",
        "endpoints": {"mock": {"base_url": f"http://127.0.0.1:{port}/v1", "api_key_env": "MOCK_KEY"}},
        "candidates": list(TRUTH),
        "judge": {"models": ["mock/judge"], "protocol": "rubric"},
        "prompts": "prompts.jsonl",
        "limits": {"concurrency": concurrency, "calls": 100_000, "money_usd": 5, "minutes": 30},
        **more,
    }
    file = folder / f"plan-{concurrency}.yaml"
    file.write_text(json.dumps(plan), encoding="utf-8")  # JSON is YAML
    return file


def measure(mock: Mock, plan: Path, home: Path, *, faults: dict[str, Any] | None = None, kill_at: int = 0) -> Run:
    """Run the command once; `faults` None leaves the server's counters as they are."""
    import psutil

    if faults is not None:
        mock.ask("/_reset", faults)
    started = time.monotonic()
    process = subprocess.Popen(
        [str(ADVISOR), "trial", "run", str(plan), "--json"],
        stdout=subprocess.PIPE,
        env={**os.environ, "ADVISOR_HOME": str(home)},
        start_new_session=True,
    )
    peak, killed, over = [0.0], [None], threading.Event()
    watcher = threading.Thread(target=_watch, args=(psutil.Process(process.pid), peak, killed, over, mock, kill_at))
    watcher.start()
    out, _ = process.communicate(timeout=600)
    wall = time.monotonic() - started
    over.set()
    watcher.join()
    result = json.loads(out) if process.returncode in (0, 3) else None
    return Run(process.returncode, wall, peak[0], result, mock.ask("/_stats"), killed[0])


def _watch(process: Any, peak: list[float], killed: list[Any], over: threading.Event, mock: Mock, kill_at: int) -> None:
    import psutil

    while not over.wait(0.02 if kill_at else 0.05):
        try:
            tree = [process, *process.children(recursive=True)]
            peak[0] = max(peak[0], sum(p.memory_info().rss for p in tree) / 2**20)
        except psutil.Error:
            return
        if kill_at and killed[0] is None and (calls := mock.ask("/_stats")["calls"]) >= kill_at:
            killed[0] = calls
            os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def workspace():  # type: ignore[no-untyped-def]
    """A folder for a plan and a data folder."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def speed_table(mock: Mock, prompts: list[str], runs: int, levels: list[int]) -> list[str]:
    """Timing without faults; returns the bars missed."""
    print("| conc | calls | peak in flight | span s | span/ideal | wall s (median of all) | wall/ideal | peak MB |")
    print("|---|---|---|---|---|---|---|---|")
    missed = []
    for level in levels:
        done = []
        for _ in range(runs):
            with workspace() as folder:
                plan = write_plan(folder, mock.port, level, prompts)
                done.append(measure(mock, plan, folder / "home", faults={}))
        ideal = CALLS * LATENCY_S / level
        span = statistics.median(r.stats["span_s"] for r in done)
        wall = statistics.median(r.wall_s for r in done)
        flight, memory = max(r.stats["peak_inflight"] for r in done), max(r.peak_mb for r in done)
        walls = ", ".join(f"{r.wall_s:.2f}" for r in done)
        print(
            f"| {level} | {done[0].stats['calls']} | {flight} | {span:.2f} | {span / ideal:.3f} |"
            f" {wall:.2f} ({walls}) | {wall / ideal:.2f} | {memory:.0f} |"
        )
        missed += _missed_speed(level, span / ideal, wall / ideal, flight, memory)
    return missed


def _missed_speed(level: int, span: float, wall: float, flight: int, memory: float) -> list[str]:
    span_bar, wall_bar = SPEED_BARS[level]
    checks = {
        f"span at {level} is {span:.3f}x, bar {span_bar}": span <= span_bar,
        f"wall at {level} is {wall:.2f}x, bar {wall_bar}": wall < wall_bar,
        f"{flight} in flight at {level}": flight <= level,
        f"memory {memory:.0f} MB, bar {MEMORY_BAR_MB}": memory < MEMORY_BAR_MB,
    }
    return [text for text, ok in checks.items() if not ok]


FLOOR = """
import asyncio, sys
import aiohttp

async def main(url, level, calls):
    gate = asyncio.Semaphore(level)
    async with aiohttp.ClientSession() as session:
        async def ask(n):
            async with gate, session.post(url, json={"model": "cand-a", "messages": [
                {"role": "user", "content": f"question {n}"}]}) as response:
                await response.read()
        await asyncio.gather(*map(ask, range(calls)))

asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
"""


def floor_table(mock: Mock, runs: int, levels: list[int]) -> None:
    """The same number of calls by bare aiohttp, without journal, judge or caps: what the machine allows today."""
    print("\n| bare aiohttp, conc | span/ideal | wall/ideal |\n|---|---|---|")
    url = f"http://127.0.0.1:{mock.port}/v1/chat/completions"
    for level in levels:
        spans, walls = [], []
        for _ in range(runs):
            mock.ask("/_reset", {})
            started = time.monotonic()
            subprocess.run([sys.executable, "-c", FLOOR, url, str(level), str(CALLS)], check=True)
            walls.append(time.monotonic() - started)
            spans.append(mock.ask("/_stats")["span_s"])
        ideal = CALLS * LATENCY_S / level
        print(f"| {level} | {statistics.median(spans) / ideal:.3f} | {statistics.median(walls) / ideal:.2f} |")


def peers_table(shared: Path) -> None:
    """What other tools did on the same work, as the folder of the bench records it."""
    file = shared / "peers-results.md"
    if not file.is_file():
        return
    timing = file.read_text(encoding="utf-8").split("## Timing", 1)[-1].split("\n\n## ", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in timing.splitlines() if line[:1] == "|"]
    print("\nOther tools on this work, recorded earlier on a machine of this kind:\n")
    print("| tool | conc | wall s | wall/ideal | span/ideal | peak MB |\n|---|---|---|---|---|---|")
    for row in rows[2:]:
        print(f"| {' | '.join((row[0], row[1], row[4], row[7], row[8], row[10]))} |")


def fault_table(mock: Mock, prompts: list[str]) -> list[str]:
    """Every fault at 32; returns the bars missed."""
    print("\n| fault | exit | wall s | HTTP calls | status | early retries | scored a/b/c | unscored | mean a/b/c |")
    print("|---|---|---|---|---|---|---|---|---|")
    missed = []
    for name, faults in FAULTS.items():
        with workspace() as folder:
            run = measure(mock, write_plan(folder, mock.port, 32, prompts), folder / "home", faults=faults)
        places = {s["model"]: s for s in (run.result or {}).get("standings", [])}
        counts = "/".join(str(places[m]["n"]) if m in places else "-" for m in TRUTH)
        means = "/".join(f"{places[m]['score']:.3f}" if m in places else "-" for m in TRUTH)
        lost = len((run.result or {}).get("unscored", []))
        print(
            f"| {name} | {run.code} | {run.wall_s:.2f} | {run.stats['calls']} | {run.stats['status']} |"
            f" {run.stats['early_retries']} | {counts} | {lost} | {means} |"
        )
        missed += _missed_fault(name, run, places, lost)
    return missed


def _missed_fault(name: str, run: Run, places: dict[str, Any], lost: int) -> list[str]:
    missed = []
    if run.code != 0 or sum(s["n"] for s in places.values()) + lost != CALLS / 2:
        missed.append(f"{name}: not every item is scored or listed as unscored")
    if run.stats["early_retries"]:
        missed.append(f"{name}: {run.stats['early_retries']} retries before Retry-After had passed")
    missed += [
        f"{name}: {model} has {place['score']:.3f}, truth {TRUTH[model]}"
        for model, place in places.items()
        if place["n"] == 40 and abs(place["score"] - TRUTH[model]) > 0.005
    ]
    return missed


def kill_table(mock: Mock, prompts: list[str], points: tuple[int, ...] = (20, 150, 230)) -> list[str]:
    """kill -9, then the same command again; calls under way at the kill are answered by nobody and asked again."""
    print("\n| killed at | in flight then | total calls | finished calls repeated | rerun exit | scored | mean a/b/c |")
    print("|---|---|---|---|---|---|---|")
    missed = []
    for point in points:
        with workspace() as folder:
            plan = write_plan(folder, mock.port, 32, prompts)
            first = measure(mock, plan, folder / "home", faults={}, kill_at=point)
            time.sleep(0.6)
            stored = _stored(folder / "home")
            lost = mock.ask("/_stats")["calls"] - stored
            again = measure(mock, plan, folder / "home")
        places = {s["model"]: s for s in (again.result or {}).get("standings", [])}
        repeated = again.stats["calls"] - CALLS - lost
        means = "/".join(f"{places[m]['score']:.3f}" for m in TRUTH if m in places)
        scored = "/".join(str(places[m]["n"]) for m in TRUTH if m in places)
        print(
            f"| {first.killed_at} | {lost} | {again.stats['calls']} | {repeated} | {again.code} | {scored} | {means} |"
        )
        if repeated or lost > 32 or again.code:
            missed.append(f"kill at {point}: {repeated} finished calls repeated, {lost} lost, exit {again.code}")
    return missed


def _stored(home: Path) -> int:
    import sqlite3

    with sqlite3.connect(home / "trials" / "journal.sqlite") as db:
        return int(db.execute("SELECT COUNT(*) FROM replies").fetchone()[0])


def main() -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "bench")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one run at 32, no faults")
    options = parser.parse_args()
    if not (options.shared / "mock_server.py").is_file():
        print(f"SKIPPED: there is no mock server in {options.shared}", file=sys.stderr)
        return 0
    sys.path.insert(0, str(options.shared))
    from prompts import PROMPTS  # type: ignore[import-not-found]

    mock = Mock(options.shared)
    try:
        levels = [32] if options.quick else [32, 4]
        missed = speed_table(mock, PROMPTS, 1 if options.quick else options.runs, levels)
        if not options.quick:
            floor_table(mock, options.runs, levels)
            peers_table(options.shared)
            missed += fault_table(mock, PROMPTS) + kill_table(mock, PROMPTS)
    finally:
        mock.stop()
    print("\n" + ("\n".join(f"MISSED: {m}" for m in missed) or "All bars held."))
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
