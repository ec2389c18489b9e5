"""A large trial at a stub endpoint: 10 candidates on 2,000 prompts with 2 judgements each, 40,000 judge calls.

    .venv/bin/python tests/campaign/big_trial.py [--prompts 2000] [--candidates 10] [--concurrency 64] [--delay 0.2]

The endpoint, a process of its own, takes `--delay` seconds for each call, so that the limit of the concurrency is
calls * delay / concurrency. Prints one JSON document: time against that limit, memory after a tenth of the calls and
at the peak, processor time a call.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from advisor.settings import Settings
from advisor.trial.plan import plan_of
from advisor.trial.schema import TrialProgress
from advisor.trial.trial import run_plan

JUDGES = ("judge-1", "judge-2")


def serve(pipe: Any, delay: float) -> None:
    """A lean endpoint: the same two bodies for everybody, after the delay."""
    import asyncio

    from aiohttp import web

    def body(text: str) -> bytes:
        choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
        return json.dumps({"choices": [choice], "usage": {"prompt_tokens": 50, "completion_tokens": 20}}).encode()

    answered, judged = body("An answer of some words."), body('{"reason": "fine", "score": 5}')

    async def chat(request: web.Request) -> web.Response:
        raw = await request.read()
        await asyncio.sleep(delay)
        found = judged if b'"model": "judge' in raw[:40] else answered
        return web.Response(body=found, content_type="application/json")

    async def start() -> None:
        app = web.Application(client_max_size=1 << 24)
        app.router.add_post("/v1/chat/completions", chat)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        pipe.send(f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
        await asyncio.Event().wait()

    asyncio.run(start())


def plan(base_url: str, prompts: int, candidates: int, concurrency: int) -> Any:
    """Two judges, points."""
    return plan_of({
        "name": "big", "endpoints": {"stub": {"base_url": base_url}},
        "candidates": [f"stub/candidate-{n}" for n in range(candidates)],
        "judge": {"models": [f"stub/{j}" for j in JUDGES], "protocol": "rubric"},
        "prompts": [f"Question {n}: what does customer {n} want to know?" for n in range(prompts)],
        "limits": {"concurrency": concurrency},
    })  # fmt: skip


def memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def measure(prompts: int, candidates: int, concurrency: int, delay: float) -> dict[str, Any]:
    """Run the trial and say what it took."""
    here, there = multiprocessing.Pipe()
    endpoint = multiprocessing.get_context("spawn").Process(target=serve, args=(there, delay), daemon=True)
    endpoint.start()
    readings: list[tuple[int, float]] = []

    def watch(progress: TrialProgress) -> None:
        readings.append((progress.done, memory_mb()))

    with tempfile.TemporaryDirectory(prefix="advisor-big-") as home:
        asked = plan(here.recv(), prompts, candidates, concurrency)
        started, used = time.monotonic(), time.process_time()
        result = run_plan(asked, settings=Settings(home=Path(home)), on_progress=watch)
        seconds, used = time.monotonic() - started, time.process_time() - used
    endpoint.kill()
    calls = result.requests["answered"]
    early = next((memory for done, memory in readings if done >= calls / 10), 0.0)
    limit = calls * delay / concurrency
    return {
        "judge_calls": result.calls["judge"], "calls": calls, "unscored": len(result.unscored),
        "seconds": round(seconds, 1), "limit_seconds": round(limit, 1), "times_the_limit": round(seconds / limit, 3),
        "cpu_ms_a_call": round(1000 * used / calls, 3),
        "memory_mb_after_a_tenth": round(early), "memory_mb_peak": round(max(m for _, m in readings)),
    }  # fmt: skip


def main() -> None:
    """Run what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=2000)
    parser.add_argument("--candidates", type=int, default=10)
    parser.add_argument("--concurrency", type=int, default=64)
    parser.add_argument("--delay", type=float, default=0.2)
    chosen = parser.parse_args()
    print(json.dumps(measure(chosen.prompts, chosen.candidates, chosen.concurrency, chosen.delay), indent=1))


if __name__ == "__main__":
    main()
