"""Leave each leaderboard out, describe it in words, predict its ranking; beside four baselines.

Prints Spearman, top-1 regret, top-3 recall and the coverage of the 90% intervals for every board.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
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
# Averages of other boards: they prove nothing when predicted, and would tell of a board that is left out.
DERIVED = frozenset({"eci", "helm-lite", "helm-capabilities", "helm-classic", "helm-instruct"})
HEAD = ("ours", "1factor", "z-avg", "arena", "livebn", "regret", "top3", "cover", "width")
BASELINES = HEAD[1:5]

Board = dict[str, float]


def boards(catalog: Catalog, data: list[Observation]) -> dict[str, Board]:
    """Families of boards with enough models -> model -> score; without an overall board the largest category."""
    found: dict[str, dict[str, Board]] = {}
    for o in data:
        family = root(o.benchmark_id, catalog)
        row = found.setdefault(family, {}).setdefault(o.benchmark_id, {})
        row[o.model_id] = max(o.x, row.get(o.model_id, -np.inf))
    chosen = {f: rows.get(f) or max(rows.values(), key=len) for f, rows in sorted(found.items()) if f not in DERIVED}
    return {family: row for family, row in chosen.items() if len(row) >= LEAST}


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


def measure(family: str, truth: Board, weights: dict[str, float], catalog: Catalog) -> list[float]:
    """One row of the table: the board with its whole family and all averages left out, then predicted."""
    left_out = {family} | DERIVED
    kept = observations(catalog, exclude_roots=left_out)
    posterior = Posterior(capability.fit(catalog, exclude_roots=left_out))
    mean, sd = posterior.estimate(weights)
    at = {m: i for i, m in enumerate(posterior.fitted.models)}
    ours = {m: float(mean[at[m]]) for m in truth}
    only = [{o.model_id: o.x for o in kept if o.benchmark_id == b} for b in (ARENA, CHOSEN)]
    spearman = [rank_agreement(truth, p) for p in (ours, one_factor(kept), z_average(kept), *only)]
    width = float(np.mean([sd[at[m]] for m in truth]))
    return [*spearman, *decision(truth, ours), coverage(truth, posterior, weights), width]


def one_factor(data: list[Observation]) -> Board:
    """The baseline: one ability a model, found by alternating regressions, no side information."""
    models, on = sorted({o.model_id for o in data}), sorted({o.benchmark_id for o in data})
    of_model, of_board = ({k: i for i, k in enumerate(names)} for names in (models, on))
    a = np.array([of_model[o.model_id] for o in data])
    b = np.array([of_board[o.benchmark_id] for o in data])
    x, ability = np.array([o.x for o in data]), np.zeros(len(models))
    n = np.bincount(b)
    x = (x - (np.bincount(b, x) / n)[b]) / (np.sqrt(np.bincount(b, x**2) / n - (np.bincount(b, x) / n) ** 2)[b] + 1e-6)
    slope, level = np.ones(len(on)), np.zeros(len(on))
    for _ in range(30):
        ability = np.bincount(a, slope[b] * (x - level[b])) / (np.bincount(a, slope[b] ** 2) + 0.5)
        ability /= ability.std()
        level = np.bincount(b, x - slope[b] * ability[a]) / n
        slope = (np.bincount(b, ability[a] * (x - level[b])) + 1) / (np.bincount(b, ability[a] ** 2) + 1)
    return dict(zip(models, ability.tolist(), strict=True))


def table(jobs: dict[str, tuple[str, Board, dict[str, float], Catalog]]) -> dict[str, list[float]]:
    """Measure every board, two at a time."""
    with ProcessPoolExecutor(2) as pool:
        running = {family: pool.submit(measure, *job) for family, job in jobs.items()}
        return {family: future.result() for family, future in running.items()}


def main() -> None:
    services = Services(use_llm=False)
    catalog, words = services.catalog, yaml.safe_load(WORDS.read_text())
    truths = boards(catalog, observations(catalog))
    missing = sorted(truths.keys() - words.keys())
    if missing:
        print(f"no words for {', '.join(missing)}", file=sys.stderr)
    use_cases = {family: UseCase(text=words[family]) for family in truths if family in words}
    weights = {f: benchmark_weights(u, store=services.store, catalog=catalog) for f, u in use_cases.items()}
    rows = table({f: (f, truths[f], weights[f], catalog) for f in use_cases})
    print(f"| {'board':28s} | models |" + "".join(f" {h:>7s} |" for h in HEAD))
    print("|---|--:|" + "--:|" * len(HEAD))
    for family, row in rows.items():
        print(f"| {family:28s} | {len(truths[family]):6d} |" + "".join(f" {v:7.3f} |" for v in row))
    values = np.array(list(rows.values()))
    for name, over in (("mean", np.nanmean), ("median", np.nanmedian)):
        print(f"| {name:28s} |        |" + "".join(f" {v:7.3f} |" for v in over(values, 0)))
    for i, name in enumerate(BASELINES, 1):
        known = ~np.isnan(values[:, i])
        print(f"where {name} has five models: ours {values[known, 0].mean():.3f}, {name} {values[known, i].mean():.3f}")


if __name__ == "__main__":
    main()
