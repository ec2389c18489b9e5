"""Power of the adaptive design where the truth is known: made-up populations, and bets on one pair.

    python tests/bench/adaptive.py [--replays 60]

Populations: five models, 150 prompts, every pair in both orders, with ties, a pull to the first place, and verdicts of
one prompt that hang together. Bets: 130 prompts, 30% ties, target 20; all on fixed stakes, or half aiming at the end.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
from collections.abc import Callable, Sequence
from typing import Any

from replay import Run, one_run

from advisor.trial import betting

Row = dict[str, Any]
POPULATIONS: dict[str, Callable[[random.Random], Sequence[float]]] = {
    "a best model": lambda draw: [0.5, 0.2, 0, -0.2, -0.5],
    "two best alike": lambda draw: [0.5, 0.5, 0, -0.2, -0.5],
    "all alike": lambda draw: [0.0] * 5,
    "strengths at random": lambda draw: [draw.gauss(0, 0.7) for _ in range(5)],
}
PROMPTS, BETS, TIES, TARGET = 150, 130, 0.3, 20.0
PULL, TOGETHER, NOISE, TIE_BAND = 0.2, 1.02, 0.7, 0.5


def main() -> None:
    """Print two tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--replays", type=int, default=60)
    options = parser.parse_args()
    print("| population | named when apart | named when close | best | within 5 | wrong |\n|---|---|---|---|---|---|")
    for name, strengths in POPULATIONS.items():
        runs = []
        for seed in range(options.replays):
            draw = random.Random(seed)
            runs.append(one_run(population(strengths(draw), draw), seed, 0.95))
        apart, close = ([r for r in runs if r.apart == kind] for kind in (True, False))
        counts = [sum(r.outcome == kind for r in runs) for kind in ("best", "near", "wrong")]
        print(f"| {name} | {_named(apart)} | {_named(close)} | {' | '.join(map(str, counts))} |", flush=True)
    print("\n| true win rate | fixed stakes | half aims at the end |\n|---|---|---|")
    for rate in (0.5, 0.58, 0.62, 0.66, 0.72, 0.85):
        print(f"| {rate} | {found(rate, 1 - 1e-9):.1%} | {found(rate, 0.5):.1%} |", flush=True)


def _named(runs: Sequence[Run]) -> str:
    return f"{sum(r.outcome != 'tied' for r in runs)} of {len(runs)}"


def population(strengths: Sequence[float], draw: random.Random) -> list[Row]:
    """Recorded verdicts of a judge on models of these strengths (logits)."""
    rows: list[Row] = []
    for prompt in range(PROMPTS):
        here = [s + draw.gauss(0, 0.5) for s in strengths]
        for i, j in itertools.combinations(range(len(strengths)), 2):
            shared = TOGETHER * draw.gauss(0, 1)
            for order, side in (("ab", 1), ("ba", -1)):
                noise = NOISE * math.log(1 / max(draw.random(), 1e-9) - 1 + 1e-12)
                lead = here[i] - here[j] + shared + PULL * side - noise
                verdict = "tie" if abs(lead) < TIE_BAND else "A" if lead > 0 else "B"
                rows.append(
                    {"prompt_id": prompt, "model_a": f"m{i}", "model_b": f"m{j}", "order": order, "judge": "made up"}
                    | {"verdict": verdict}
                )
    return rows


def found(rate: float, fixed_share: float, runs: int = 1500) -> float:
    """Share of runs in which bets on a pair with this win rate reach the target."""
    before, betting.FIXED_SHARE = betting.FIXED_SHARE, fixed_share
    draw, hits = random.Random(0), 0
    for _ in range(runs):
        capital = betting.Capital(TARGET)
        for n in range(BETS):
            capital.bet(0.0 if draw.random() < TIES else 1.0 if draw.random() < rate else -1.0, BETS - n - 1)
            if capital.value >= TARGET:
                hits += 1
                break
    betting.FIXED_SHARE = before
    return hits / runs


if __name__ == "__main__":
    main()
