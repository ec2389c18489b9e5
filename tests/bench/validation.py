"""Leave each leaderboard out, describe it in words, predict its ranking; beside four baselines.

Prints Spearman, top-1 regret, top-3 recall and the coverage of the 90% intervals for every board.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import yaml
from scipy.stats import spearmanr

from advisor import capability
from advisor.evidence import Posterior
from advisor.observations import Observation, observations, root
from advisor.relevance import benchmark_weights
from advisor.schema import UseCase
from advisor.services import Services
from knowledge.catalog import Catalog

WORDS = Path(__file__).parents[1] / "data" / "boards_as_use_cases.yaml"
LEAST = 15
ARENA, CHOSEN = "arena-text", "livebench"  # baselines, chosen before looking
DERIVED = {"eci"}  # an index computed from other boards proves nothing when it is predicted


def boards(catalog: Catalog, data: list[Observation]) -> dict[str, dict[str, float]]:
    """Root boards with enough models: board -> model -> score on the common scale."""
    found: dict[str, dict[str, float]] = {}
    for o in data:
        if root(o.benchmark_id, catalog) == o.benchmark_id and o.benchmark_id not in DERIVED:
            row = found.setdefault(o.benchmark_id, {})
            row[o.model_id] = max(o.x, row.get(o.model_id, -np.inf))
    return {b: row for b, row in sorted(found.items()) if len(row) >= LEAST}


def z_average(data: list[Observation]) -> dict[str, float]:
    """Plain average of z-scores over boards."""
    by_board: dict[str, list[Observation]] = {}
    for o in data:
        by_board.setdefault(o.benchmark_id, []).append(o)
    sums: dict[str, list[float]] = {}
    for rows in by_board.values():
        x = np.array([o.x for o in rows])
        for o, z in zip(rows, (x - x.mean()) / (x.std() + 1e-9), strict=True):
            sums.setdefault(o.model_id, []).append(float(z))
    return {m: float(np.mean(v)) for m, v in sums.items()}


def rank_agreement(truth: dict[str, float], predicted: dict[str, float]) -> float:
    """Spearman over the models that both know; nan below five."""
    both = [m for m in truth if m in predicted]
    return float(spearmanr([truth[m] for m in both], [predicted[m] for m in both])[0]) if len(both) >= 5 else np.nan


def decision(truth: dict[str, float], predicted: dict[str, float]) -> tuple[float, float]:
    """(top-1 regret as a share of the board's range, share of the true top 3 among the predicted top 3)."""
    by_truth = sorted(truth, key=lambda m: -truth[m])
    by_guess = sorted(truth, key=lambda m: -predicted[m])
    spread = truth[by_truth[0]] - truth[by_truth[-1]]
    return (truth[by_truth[0]] - truth[by_guess[0]]) / spread, len(set(by_truth[:3]) & set(by_guess[:3])) / 3


def coverage(truth: dict[str, float], posterior: Posterior, weights: dict[str, float]) -> float:
    """Share of a board's scores inside the 90% interval, after the board's scale is read off (a robust line)."""
    mean, sd = posterior.estimate(weights)
    at = {m: i for i, m in enumerate(posterior.fitted.models)}
    ids = [at[m] for m in truth]
    x, t, s = np.array(list(truth.values())), mean[ids], sd[ids]
    scaled = (x - np.mean(x)) / np.std(x) * np.sqrt(np.var(t) + np.mean(s**2)) + np.mean(t)
    return float(np.mean(np.abs(scaled - t) <= 1.645 * s))


def main() -> None:
    services = Services(use_llm=False)
    catalog = services.catalog
    words = yaml.safe_load(WORDS.read_text())
    everything = observations(catalog)
    table = []
    for board, truth in boards(catalog, everything).items():
        if board not in words:
            print(f"no words for {board}", file=sys.stderr)
            continue
        kept = [o for o in everything if root(o.benchmark_id, catalog) != board]
        use_case = UseCase(text=words[board])
        weights = benchmark_weights(use_case, store=services.store, catalog=catalog)
        weights = {b: w for b, w in weights.items() if root(b, catalog) != board}
        posterior = Posterior(capability.fit(catalog, exclude_roots={board}))
        mean, _ = posterior.estimate(weights)
        ours = dict(zip(posterior.fitted.models, mean.tolist(), strict=True))
        one = dict(zip(posterior.fitted.models, posterior.estimate({})[0].tolist(), strict=True))
        only = [{o.model_id: o.x for o in kept if o.benchmark_id == b} for b in (ARENA, CHOSEN)]
        spearman = [rank_agreement(truth, p) for p in (ours, one, z_average(kept), *only)]
        table.append((board, len(truth), *spearman, *decision(truth, ours), coverage(truth, posterior, weights)))
        print(f"{board:24s}{len(truth):5d}" + "".join(f"{v:8.3f}" for v in table[-1][2:]), flush=True)
    values = np.array([row[2:] for row in table], float)
    print(f"{'board':24s}{'n':>5s}" + "".join(f"{h:>8s}" for h in HEAD))
    print(f"{'mean':29s}" + "".join(f"{v:8.3f}" for v in np.nanmean(values, 0)))
    print(f"{'median':29s}" + "".join(f"{v:8.3f}" for v in np.nanmedian(values, 0)))


HEAD = ("ours", "1factor", "z-avg", "arena", "livebn", "regret", "top3", "cover")

if __name__ == "__main__":
    main()
