"""LLM Stats: facts of models (licence, parameters, training tokens) and scores that vendors report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.makers import maker_of
from knowledge.schema import Model, Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Named, Names
from knowledge.sources.rows import day, model, new_id

MODELS = "llm_stats/models.json"
SCORES = "llm_stats/scores.json"
SAME = {
    "mmlu", "mmlu-pro", "math", "humaneval", "mmmu", "livecodebench", "aime-2025", "aime-2024", "gsm8k", "ifeval",
    "swe-bench-verified", "mathvista", "mgsm", "mbpp", "drop", "docvqa", "simpleqa", "math-500", "chartqa",
    "hellaswag", "tau-bench-retail", "tau-bench-airline", "arena-hard", "aider-polyglot", "winogrande", "ai2d",
    "mmlu-redux", "truthfulqa", "textvqa", "mmmlu", "terminal-bench", "global-mmlu-lite", "mmmu-pro", "multipl-e",
    "hmmt-2025", "multi-if", "browsecomp", "aider-polyglot-edit", "egoschema", "infovqa", "facts-grounding", "boolq",
    "piqa", "social-iqa", "include", "codeforces", "natural2code", "vibe-eval", "eclektic", "supergpqa", "collie",
    "mmbench", "mmstar", "ocrbench", "livecodebench-v5", "livecodebench-v6", "mathvista-mini", "multichallenge",
    "realworldqa", "frontiermath", "complexfuncbench", "bfcl-v3", "swe-bench-multilingual", "video-mme", "hle",
    "mmlu-prox", "mt-bench", "bbh",
}  # fmt: skip
RENAMED = {
    "gpqa": "gpqa-diamond", "arc-c": "arc-challenge", "arc-e": "arc-easy", "humanity's-last-exam": "hle",
    "big-bench-hard": "bbh", "triviaqa": "trivia-qa", "tau2-retail": "tau2-bench-retail",
    "tau2-airline": "tau2-bench-airline", "tau2-telecom": "tau2-bench-telecom", "wmt24++": "wmt24pp",
    "humaneval+": "humaneval-plus", "charxiv-r": "charxiv-reasoning", "hmmt25": "hmmt-2025",
    "natural-questions": "natural-questions-closed-book", "openai-mrcr:-2-needle-128k": "openai-mrcr-2-needle-128k",
    "graphwalks-bfs-<128k": "graphwalks-bfs", "graphwalks-parents-<128k": "graphwalks-parents",
    "bird-sql-(dev)": "bird-sql",
}  # fmt: skip
UNLIKE = {"codeforces", "mt-bench"}

SOURCE = Source(
    id="llm_stats",
    name="LLM Stats",
    url="https://llm-stats.com",
    licence="CC BY 4.0",
    redistributable=True,
    date=dt.date(2025, 10, 16),
    attribution="LLM Stats (llm-stats.com), CC BY 4.0",
    row_means="model and benchmark, score from 0 to 1, nearly always as the vendor reports it, with its link",
    traps="self-reported; set-ups differ between vendors; `gpqa` is the Diamond set; not updated since 2025-10",
    refresh_url="https://github.com/JonathanChavezTamales/llm-leaderboard",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Score]:
    """Facts of each model, then its vendor-reported scores on registered benchmarks."""
    named = {record["model_id"]: _named(record, names) for record in load(raw / MODELS)}
    for record in load(raw / MODELS):
        yield _model(record, named[record["model_id"]].id)
    for record in load(raw / SCORES):
        benchmark = _benchmark(record["benchmark_id"])
        if benchmark is None:
            names.drop(SOURCE.id, "benchmark without an entry in the registry")
        elif record["model_id"] in named:
            yield from _score(record, benchmark, named[record["model_id"]])


def _named(record: dict[str, Any], names: Names) -> Named:
    return names.announce(record["model_id"], SOURCE.id, new_id(record["organization_id"], record["model_id"]))


def _model(record: dict[str, Any], model_id: str) -> Model:
    size, trained = number(record["param_count"]), number(record["training_tokens"])
    weights = record.get("source_weights_link")
    return model(
        model_id, record["name"], SOURCE, maker=maker_of(record["organization_id"] or ""),
        licence=_licence(record["license_id"]), released=day(record["release_date"]),
        knowledge_cutoff=record["knowledge_cutoff"], parameters_b=round(size / 1e9, 3) if size else None,
        training_tokens_t=round(trained / 1e12, 4) if trained else None,
        open_weights=True if weights else None, weights_url=weights,
    )  # fmt: skip


def _licence(text: str | None) -> str | None:
    return text.replace("_", "-") if text and text != "unknown" else None


def _benchmark(raw_id: str) -> str | None:
    return raw_id if raw_id in SAME else RENAMED.get(raw_id)


def _score(record: dict[str, Any], benchmark: str, named: Named) -> Iterator[Score]:
    value = number(record["score"])
    if not value or benchmark in UNLIKE or value > 1:  # 0 stands for not run
        return
    key = {"model_id": record["model_id"], "benchmark_id": record["benchmark_id"]}
    yield Score(
        model_id=named.id, benchmark_id=benchmark, value=value, unit="fraction", source_id=SOURCE.id,
        date=SOURCE.date, raw_name=record["model_id"], config=named.config, kind="vendor",
        locator=locate(SCORES, "score", key), url=record["self_reported_source_link"] or SOURCE.url,
    )  # fmt: skip
