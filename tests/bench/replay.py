"""Bench of the adaptive design on recorded verdicts of real judges.

    python tests/bench/replay.py RECORDING.jsonl [...] [--models 5] [--prompts 150] [--replays 200] [--seed 0]

Each replay draws models and prompts from a recording, lets the design ask it, and compares the winner with
the one of all drawn verdicts. Equal models: the same verdicts, each pair's turned round by a coin. "apart" are the
draws in which all drawn verdicts tell the two best models apart (paired by prompt, z above 1.96), "close" the others;
the columns give the share of each that got a winner.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

from advisor.trial.replay import replay

Row = dict[str, Any]
RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "judge"
WITHIN = 0.05
APART_Z = 1.96
WORTH = {"A": 1.0, "tie": 0.5, "B": 0.0}


@dataclass(frozen=True)
class Run:
    """A replay: what came out, its share of the calls, whether the best model was named or is among the tied, and
    whether all verdicts tell the two best apart."""

    outcome: str
    share: float
    best_kept: bool
    apart: bool


def main() -> None:
    """Print one table."""
    args = _arguments()
    args.files = args.files or sorted(RECORDINGS.glob("recorded_qlora_*.jsonl"))
    if not args.files:
        print("SKIPPED: name a recording of verdicts")
        return
    started = time.perf_counter()
    header = (
        "recording",
        "kind",
        "replays",
        "named",
        "best",
        "within 5",
        "wrong",
        "apart",
        "close",
        "calls",
        "most",
        "best kept",
    )
    print(("{:<26}{:<8}" + "{:>10}" * 10).format(*header))
    for file in args.files:
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        for judge, own in _by_judge(rows).items():
            for kind in ("real", "equal"):
                _print(f"{file.stem.removeprefix('recorded_')}/{judge}"[:25], kind, _runs(own, kind, args))
    print(f"{time.perf_counter() - started:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, help="default: the QLoRA recordings beside the project, if any")
    parser.add_argument("--models", type=int, default=5)
    parser.add_argument("--prompts", type=int, default=150)
    parser.add_argument("--replays", type=int, default=100)
    parser.add_argument("--confidence", type=float, default=0.95)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _by_judge(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if "model_a" in row and "prompt_id" in row:
            found[row["judge"]].append(row)
    return found


def _runs(rows: list[Row], kind: str, args: argparse.Namespace) -> list[Run]:
    return [
        one_run(_drawn(rows, random.Random(f"{args.seed}/{n}"), kind, args), n, args.confidence)
        for n in range(args.replays)
    ]


def _drawn(rows: list[Row], draw: random.Random, kind: str, args: argparse.Namespace) -> list[Row]:
    names = sorted({r[side] for r in rows for side in ("model_a", "model_b")})
    models = set(draw.sample(names, min(args.models, len(names))))
    prompts = sorted({r["prompt_id"] for r in rows})
    kept = set(draw.sample(prompts, min(args.prompts, len(prompts))))
    chosen = [r for r in rows if r["prompt_id"] in kept and {r["model_a"], r["model_b"]} <= models]
    return chosen if kind == "real" else _equal(chosen, draw)


def _equal(rows: list[Row], draw: random.Random) -> list[Row]:
    """Both orders of a pair turn round together: what a judge says of a pair on a prompt hangs together."""
    coins: dict[tuple[str, ...], bool] = {}
    turned = {"A": "B", "B": "A"}
    out = []
    for row in rows:
        pair = (row["prompt_id"], *sorted((row["model_a"], row["model_b"])))
        flip = coins.setdefault(pair, draw.random() < 0.5)
        out.append({**row, "verdict": turned.get(row["verdict"], row["verdict"])} if flip else row)
    return out


def one_run(rows: list[Row], seed: int, confidence: float) -> Run:
    """Replay the rows once."""
    if not rows:
        return Run("empty", 0.0, True, False)
    found = replay(rows, seed=seed, confidence=confidence)
    rates = win_rates(rows)
    best = max(rates, key=lambda m: rates[m])
    winner = found["winner"]
    share = found["calls"]["judge"] / len(rows)
    if winner is None:
        return Run("tied", share, best in found["tied"], _apart(rows, rates))
    near = rates[best] - rates[winner] <= WITHIN
    outcome = "best" if winner == best else "near" if near else "wrong"
    return Run(outcome, share, winner == best, _apart(rows, rates))


def _apart(rows: list[Row], rates: Mapping[str, float]) -> bool:
    """Whether all verdicts together tell the two best models apart: z of their difference over prompts."""
    first, second = sorted(rates, key=lambda m: -rates[m])[:2]
    won: dict[Any, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if (value := WORTH.get(row["verdict"])) is not None:
            won[row["prompt_id"]][row["model_a"]].append(value)
            won[row["prompt_id"]][row["model_b"]].append(1 - value)
    gaps = [fmean(m[first]) - fmean(m[second]) for m in won.values() if first in m and second in m]
    spread = stdev(gaps) if len(gaps) > 1 else 0.0
    return spread > 0 and fmean(gaps) / (spread / math.sqrt(len(gaps))) > APART_Z


def win_rates(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Mean over opponents of the share of verdicts won; a tie is half."""
    cells: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        value = WORTH.get(row["verdict"])
        if value is not None:
            cells[row["model_a"]][row["model_b"]].append(value)
            cells[row["model_b"]][row["model_a"]].append(1 - value)
    return {model: fmean(fmean(v) for v in against.values()) for model, against in cells.items()}


def _print(name: str, kind: str, runs: list[Run]) -> None:
    count, n = Counter(r.outcome for r in runs), len(runs)
    named = count["best"] + count["near"] + count["wrong"]
    shares = [r.share for r in runs]
    cells = [str(n), *(f"{x / n:.1%}" for x in (named, count["best"], count["near"], count["wrong"]))]
    for apart in (True, False):
        those = [r for r in runs if r.apart == apart]
        cells.append(f"{sum(r.outcome not in ('tied', 'empty') for r in those)}/{len(those)}")
    cells += [f"{median(shares):.1%}", f"{max(shares):.1%}", f"{sum(r.best_kept for r in runs) / n:.1%}"]
    print(f"{name:<26}{kind:<8}" + "".join(f"{c:>10}" for c in cells), flush=True)


if __name__ == "__main__":
    main()
