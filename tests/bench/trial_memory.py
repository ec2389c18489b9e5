"""Peak memory of `advisor trial run` as prompts grow: ten candidates, each answer judged once, on the mock endpoint.

    python tests/bench/trial_memory.py [--prompts 40 160 640] [--shared ../shared/bench]

Without the mock server the bench says so and ends with code 0.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from trial_speed import ROOT, Mock, measure, workspace

CANDIDATES = 10


def write_plan(folder: Path, port: int, prompts: int) -> Path:
    """A plan with that many prompts of about 300 characters."""
    words = "Explain the difference between the two invoices to a customer who is in a hurry. " * 4
    rows = [json.dumps({"id": f"q{n}", "prompt": f"{n}. {words}"}) for n in range(prompts)]
    (folder / "prompts.jsonl").write_text("\n".join(rows), encoding="utf-8")
    plan: dict[str, Any] = {
        "name": "memory",
        "endpoints": {"mock": {"base_url": f"http://127.0.0.1:{port}/v1"}},
        "candidates": [f"mock/cand-{letter}" for letter in "abcdefghij"[:CANDIDATES]],
        "judge": {"models": ["mock/judge"], "protocol": "rubric"},
        "prompts": "prompts.jsonl",
        "limits": {"concurrency": 64},
    }
    file = folder / "plan.yaml"
    file.write_text(json.dumps(plan), encoding="utf-8")  # JSON is YAML
    return file


def main() -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared" / "bench")
    parser.add_argument("--prompts", type=int, nargs="+", default=[40, 160, 640])
    options = parser.parse_args()
    if not (options.shared / "mock_server.py").is_file():
        print(f"SKIPPED: there is no mock server in {options.shared}", file=sys.stderr)
        return 0
    mock = Mock(options.shared)
    try:
        print("| prompts | calls | peak MB | wall s |\n|---|---|---|---|", flush=True)
        for prompts in options.prompts:
            with workspace() as folder:
                run = measure(mock, write_plan(folder, mock.port, prompts), folder / "home", faults={"latency": 0.01})
            print(f"| {prompts} | {run.stats['calls']} | {run.peak_mb:.0f} | {run.wall_s:.0f} |", flush=True)
    finally:
        mock.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
