"""Stanford HELM: Capabilities, Lite, MMLU by subject, Classic, Instruct; fractions, run by CRFM."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.every_eval_ever import Record, eee_scores
from knowledge.sources.figures import kebab
from knowledge.sources.naming import Names

OVERALL = {
    "helm_capabilities": "Mean score", "helm_lite": "Mean win rate", "helm_classic": "Mean win rate",
    "helm_instruct": "Mean win rate",
}  # fmt: skip
METRICS = {
    "MMLU-Pro": "mmlu-pro", "GPQA": "gpqa", "IFEval": "ifeval", "WildBench": "wildbench", "Omni-MATH": "omni-math",
    "NarrativeQA": "narrativeqa", "NaturalQuestions (closed-book)": "natural-questions-closed-book",
    "NaturalQuestions (open-book)": "natural-questions-open-book", "OpenbookQA": "openbookqa", "MMLU": "mmlu",
    "MATH": "math", "GSM8K": "gsm8k", "LegalBench": "legalbench", "MedQA": "medqa", "WMT 2014": "wmt-2014",
    "BoolQ": "boolq", "QuAC": "quac", "HellaSwag": "hellaswag", "TruthfulQA": "truthfulqa",
    "MS MARCO (TREC)": "ms-marco", "CNN/DailyMail": "cnn-dailymail", "XSUM": "xsum", "IMDB": "imdb",
    "CivilComments": "civilcomments", "RAFT": "raft",
}  # fmt: skip

SOURCE = Source(
    id="helm",
    name="Stanford HELM",
    url="https://crfm.stanford.edu/helm/",
    licence="Apache-2.0 (HELM); MIT (Every Eval Ever copy)",
    redistributable=True,
    date=dt.date(2026, 2, 15),
    attribution="Stanford CRFM HELM, via Every Eval Ever",
    row_means="board, model, metric, score from 0 to 1, run by CRFM with one harness for all models",
    traps="mean win rate depends on the other models of the board; MMLU-Pro and IFEval are HELM's own set-ups; "
    "a score of -1 says that the model was not run",
    refresh_url="https://storage.googleapis.com/crfm-helm-public/capabilities/benchmark_output/releases/v1.15.0/groups/core_scenarios.json",
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Scores of the five boards; names of HELM Classic are display names."""
    for board in ("helm_capabilities", "helm_lite", "helm_mmlu", "helm_classic", "helm_instruct"):
        label = "helm_name" if board == "helm_classic" else "helm_id"
        benchmark_of = partial(_benchmark, board)
        yield from eee_scores(raw, f"helm/{board}.csv", names, SOURCE, benchmark_of=benchmark_of, label=label)


def _benchmark(board: str, record: Record) -> str | None:
    metric = record["metric"]
    if metric == OVERALL.get(board):
        return board.replace("_", "-")
    if board == "helm_mmlu":
        return {"MMLU All Subjects": "mmlu", "Mean win rate": None}.get(metric, f"mmlu-{kebab(metric)}")
    return METRICS.get(metric)
