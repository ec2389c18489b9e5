"""One look at the end of an adaptive trial: is the leader shown to be the best, or within a margin of the best?

Every rival that is left must be shown to be at most `margin` ahead of the leader in its win rate against the field,
by a one-sided t interval over prompts. If a model further ahead than that exists, it is one fixed model, so the
chance of naming the leader over it is at most the level, whatever the number of rivals.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from advisor.trial import inference, stats
from advisor.trial.outcomes import pair_outcomes
from advisor.trial.schema import Verdict

FEWEST_PROMPTS = 8


def furthest_ahead(
    leader: str,
    rivals: Sequence[str],
    verdicts: Sequence[Verdict],
    *,
    level: float,
    weights: Mapping[str, float],
    seed: int,
) -> float:
    """How far (win rate, 0 to 1) any of the rivals may at most be ahead of the leader, each at one-sided `level`;
    infinite where one of them met anybody on fewer than FEWEST_PROMPTS prompts."""
    outcomes = pair_outcomes(verdicts, weights)
    models = sorted({m for pairs in outcomes.values() for pair in pairs for m in pair})
    if not {leader, *rivals} <= set(models):
        return math.inf
    rates, draws = stats.strengths(outcomes, models, weights, seed)
    place, n = {m: i for i, m in enumerate(models)}, len(outcomes)
    furthest = 0.0
    for rival in rivals:
        met = sum(any(rival in pair for pair in pairs) for pairs in outcomes.values())
        if met < FEWEST_PROMPTS:
            return math.inf
        ahead = rates[place[rival]] - rates[place[leader]]
        error = float((draws[:, place[rival]] - draws[:, place[leader]]).std(ddof=1)) * math.sqrt(n / (n - 1))
        furthest = max(furthest, ahead + inference.t_quantile(1 - level, met - 1) * error)
    return furthest
