"""Leaderboards as test material for the capability model: what to leave out, and how to compare.

A leaderboard is one family of boards as one source publishes it. It is left out with its whole family, whoever
publishes it, and with all averages of other boards.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from advisor.capability.observations import Observation
from advisor.capability.side_information import CHAT, board_kind
from knowledge.benchmark_families import family_of, tasks_of
from knowledge.catalog import Catalog

LEAST = 15
# Averages of other boards: they prove nothing when predicted, and would tell of a board that is left out.
DERIVED = frozenset({"eci", "helm-lite", "helm-capabilities", "helm-classic", "helm-instruct"})
AGENTS = ("coding_agent", "agentic_tool_use")

Row = dict[str, float]


class Leaderboard(NamedTuple):
    """The scores that one source has for a family of boards: model -> score on the common scale."""

    family: str
    source: str
    kind: str
    truth: Row

    @property
    def tested(self) -> bool:
        """Belongs to the third of the families that nothing was tuned on, drawn once with a fixed seed."""
        return self.family in TEST_FAMILIES


def leaderboards(catalog: Catalog, data: Iterable[Observation], least: int = LEAST) -> list[Leaderboard]:
    """Every leaderboard with enough models; without an overall board the largest category stands for it."""
    found: dict[tuple[str, str], dict[str, Row]] = {}
    trust: dict[tuple[str, str], list[float]] = {}
    for o in data:
        key = family_of(o.benchmark_id, catalog), o.source_id
        if key[0] not in DERIVED:
            found.setdefault(key, {}).setdefault(o.benchmark_id, {})[o.model_id] = o.x
            trust.setdefault(key, []).append(o.trust)
    chosen = {key: rows.get(key[0]) or max(rows.values(), key=len) for key, rows in sorted(found.items())}
    return [
        Leaderboard(*key, _kind(*key, float(np.mean(trust[key])), catalog), row)
        for key, row in chosen.items()
        if len(row) >= least
    ]


def _kind(family: str, source: str, trust: float, catalog: Catalog) -> str:
    tasks = tasks_of(family, catalog)
    if board_kind(tasks) != CHAT:
        return "embeddings, speech"
    if trust < 0.75:
        return "makers' own figures"
    if source in ("open_llm_leaderboard", "helm"):
        return {"helm": "HELM", "open_llm_leaderboard": "community fine-tunes"}[source]
    main = max(tasks, key=lambda t: tasks[t], default="")
    return "agents" if main in AGENTS else "coding" if main == "coding_assistant" else "general"


def agreement(truth: Row, predicted: Row) -> float:
    """Spearman over the models that both know; nan below five."""
    both = [m for m in truth if m in predicted]
    return float(spearmanr([truth[m] for m in both], [predicted[m] for m in both])[0]) if len(both) >= 5 else np.nan


def decision(truth: Row, predicted: Row) -> tuple[float, float]:
    """(top-1 regret as a share of the board's range, share of the true top 3 among the predicted top 3)."""
    by_truth = sorted(truth, key=lambda m: -truth[m])
    by_guess = sorted(truth, key=lambda m: -predicted[m])
    spread = truth[by_truth[0]] - truth[by_truth[-1]]
    return (truth[by_truth[0]] - truth[by_guess[0]]) / spread, len(set(by_truth[:3]) & set(by_guess[:3])) / 3


def coverage(truth: Row, mean: NDArray[np.float64], sd: NDArray[np.float64]) -> float:
    """Share of a board's scores inside the 90% interval, once level and spread of the board are matched."""
    return float(np.mean(np.abs(matched(truth, mean, sd) - mean) <= 1.645 * sd))


def matched(truth: Row, mean: NDArray[np.float64], sd: NDArray[np.float64]) -> NDArray[np.float64]:
    """A board's scores with the level and the spread that the predictions give them."""
    x = np.array(list(truth.values()))
    return np.asarray((x - x.mean()) / x.std() * np.sqrt(np.var(mean) + np.mean(sd**2)) + mean.mean())


def z_average(data: Iterable[Observation]) -> Row:
    """Baseline: plain average of z-scores over boards."""
    by_board: dict[str, list[Observation]] = {}
    for o in data:
        by_board.setdefault(o.benchmark_id, []).append(o)
    sums: dict[str, list[float]] = {}
    for rows in by_board.values():
        x = np.array([o.x for o in rows])
        for o, z in zip(rows, (x - x.mean()) / (x.std() + 1e-9), strict=True):
            sums.setdefault(o.model_id, []).append(float(z))
    return {m: float(np.mean(v)) for m, v in sums.items()}


def one_factor(data: list[Observation]) -> Row:
    """Baseline: one ability a model, found by alternating regressions, no side information."""
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


TEST_FAMILIES = frozenset({
    "aider-polyglot", "apex-agents", "arc-challenge", "arena-hard-v2", "balrog", "boolq", "chartqa", "civilcomments",
    "drop", "fiction-livebench", "geobench", "gpqa", "hle", "ifeval", "imdb", "livebench", "mathvista", "mgsm",
    "ms-marco", "mteb", "narrativeqa", "natural-questions", "open-asr-longform", "tau-bench", "trivia-qa",
    "vectara-hallucination", "vpct", "weirdml", "wildbench",
})  # fmt: skip
