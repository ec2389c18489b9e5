"""Bench of a judge on human-labelled pairs: accuracy, agreement of the orders, by source and by length.

    python tests/bench/judge.py PAIRS.jsonl [...] [--judge local/qwen2.5-coder-1.5b] [--protocol P] [--pairs 60]
        [--chars 900] [--seed 0] [--skip IDS.txt] [--bare]

Pairs are drawn at random among those of at most `--chars` characters; ids in `--skip` (those that a protocol was
developed on) are left out. A tie counts half on a decisive pair. `--bare` asks an embedded judge without the examples.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from contextlib import nullcontext
from pathlib import Path
from statistics import fmean
from typing import Any
from unittest.mock import patch

from advisor.settings import Settings
from advisor.trial import embedded
from advisor.trial.inference import interval, weighted_mean
from advisor.trial.pairs import judge_pairs

Row = dict[str, Any]


def main() -> None:
    """Print one table."""
    args = _arguments()
    rows = _drawn(args)
    started = time.perf_counter()
    with patch.object(embedded, "_examples", tuple) if args.bare else nullcontext():
        found, plan = judge_pairs(rows, settings=Settings(), judge=args.judge, protocol=args.protocol)
    seconds = time.perf_counter() - started
    verdicts = {v["id"]: v for v in found}
    model = plan.judge.models[0]
    print(f"{model}, {plan.judge.protocol}, {len(rows)} pairs, {sum(v['calls'] for v in found)} calls, {seconds:.0f} s")
    form = "without the examples" if args.bare else "as shipped"
    _table(form, rows, {i: _worth(v["verdict"]) for i, v in verdicts.items()})
    agree = [v["consistent"] for v in found if v["consistent"] is not None]
    print(f"both orders agree: {fmean(agree):.0%}" if agree else "")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--judge", default="local/qwen2.5-coder-1.5b")
    parser.add_argument("--protocol")
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--chars", type=int, default=900)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--skip", type=Path)
    parser.add_argument("--bare", action="store_true")
    return parser.parse_args()


def _drawn(args: argparse.Namespace) -> list[Row]:
    """The same number of pairs from each file, as far as it has them."""
    skip = set(args.skip.read_text().split()) if args.skip else set()
    drawn: list[Row] = []
    for file in args.files:
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        fit = [r for r in rows if r["label"] in ("A", "B") and r["id"] not in skip and _size(r) <= args.chars]
        drawn += random.Random(args.seed).sample(fit, min(len(fit), args.pairs // len(args.files)))
    return drawn


def _size(row: Row) -> int:
    return sum(len(row[k]) for k in ("prompt", "answer_a", "answer_b"))


def _by_length(row: Row) -> str:
    better, worse = ("answer_a", "answer_b") if row["label"] == "A" else ("answer_b", "answer_a")
    return "the better answer is the longer" if len(row[better]) > len(row[worse]) else "the better is not longer"


def _worth(verdict: str | None) -> float | None:
    """How far the first answer won; None is unscored."""
    return {"A": 1.0, "B": 0.0, "tie": 0.5}.get(verdict or "")


def _table(name: str, rows: list[Row], worth: dict[str, float | None]) -> None:
    right: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        won = worth[row["id"]]
        share = 0.0 if won is None else won if row["label"] == "A" else 1 - won
        for group in ("all", _by_length(row), row["source"], f"{row['source']}/{row['subset']}"):
            right[group].append(share)
    print(f"\n{name:<44}{'pairs':>6}{'right':>8}{'interval':>16}")
    for group, values in sorted(right.items(), key=lambda g: (g[0] != "all", g[0])):
        if len(values) >= 5:
            mean, se = weighted_mean([(v, 1.0) for v in values])
            low, high = interval(mean, se, len(values), 0.95)
            print(f"{group:<44}{len(values):>6}{mean:>8.3f}{f'{low:.2f} to {high:.2f}':>16}")


if __name__ == "__main__":
    main()
