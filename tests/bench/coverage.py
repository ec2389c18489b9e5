"""Coverage of the intervals of the standings: how often a nominal 95% interval holds the truth, by simulation.

    python tests/bench/coverage.py [--runs 400] [--seed 0]

Scores: each prompt has its own difficulty, which all candidates share. Pairs: five models with Bradley-Terry strengths,
a quarter of ties, both orders of a pair alike in half of the cases. The truth is the mean over 20,000 prompts.
"""

from __future__ import annotations

import argparse
import itertools
import math
import random
from collections.abc import Callable, Mapping

from advisor.trial.schema import Side, Verdict
from advisor.trial.stats import standings

STRENGTH = {"a": 1.0, "b": 0.6, "c": 0.2, "d": -0.3, "e": -0.8}
TIES, SAME_ORDER, DIFFICULTY = 0.25, 0.5, 0.6
MANY = 20_000

Draw = Callable[[int, random.Random], list[Verdict]]


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("| judged by | prompts | intervals | hold the truth | mean width |\n|---|---|---|---|---|")
    for name, draw, sizes in (("scores", scores, (10, 40, 160)), ("pairs", pairs, (10, 40, 160))):
        truth = _truth(draw, options.seed)
        for prompts in sizes:
            hits, widths = _covered(draw, prompts, truth, options)
            print(
                f"| {name} | {prompts} | {len(hits)} | {sum(hits) / len(hits):.3f} | {sum(widths) / len(widths):.3f} |",
                flush=True,
            )


def scores(prompts: int, draw: random.Random) -> list[Verdict]:
    """A score from 0 to 1 for each model and prompt."""
    rows = []
    for n in range(prompts):
        hard = draw.gauss(0, DIFFICULTY)
        for model, strength in STRENGTH.items():
            value = 1 / (1 + math.exp(-(strength + hard + draw.gauss(0, 1))))
            rows.append(Verdict(item=str(n), judge="j", model_a=model, score=value))
    return rows


def pairs(prompts: int, draw: random.Random) -> list[Verdict]:
    """Verdicts on every pair in both orders."""
    rows = []
    for n in range(prompts):
        for a, b in itertools.combinations(STRENGTH, 2):
            first = _winner(a, b, draw)
            second = first if draw.random() < SAME_ORDER else _winner(a, b, draw)
            rows.append(Verdict(item=str(n), judge="j", model_a=a, model_b=b, order="ab", winner=first))
            rows.append(Verdict(item=str(n), judge="j", model_a=a, model_b=b, order="ba", winner=second))
    return rows


def _winner(a: str, b: str, draw: random.Random) -> Side:
    if draw.random() < TIES:
        return "tie"
    return "A" if draw.random() < 1 / (1 + math.exp(STRENGTH[b] - STRENGTH[a])) else "B"


def _truth(draw: Draw, seed: int) -> dict[str, float]:
    """Scores: their mean over many prompts. Pairs: the win rates that the fit gives without sampling error."""
    size = MANY if draw is scores else MANY // 20
    return {s.model: s.score or 0.0 for s in standings(draw(size, random.Random(f"{seed}/truth")), list(STRENGTH))}


def _covered(
    draw: Draw, prompts: int, truth: Mapping[str, float], options: argparse.Namespace
) -> tuple[list[bool], list[float]]:
    hits, widths = [], []
    for n in range(options.runs):
        for s in standings(draw(prompts, random.Random(f"{options.seed}/{prompts}/{n}")), list(STRENGTH), seed=n):
            low, high = s.low or 0.0, 1.0 if s.high is None else s.high
            hits.append(low <= truth[s.model] <= high)
            widths.append(high - low)
    return hits, widths


if __name__ == "__main__":
    main()
