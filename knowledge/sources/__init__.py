"""One small adapter a source: raw files to rows of our schema. An adapter is imported when it is used.

An adapter module has `SOURCE` (its metadata) and `rows(raw, names)`, which yields Model, Offer and Score rows
from the files below `raw`. The order of `ADAPTERS` is the order of trust: where several sources state a fact
of a model, the first wins, and models that an earlier source announces are known to the later ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from knowledge.schema import Model, Offer, Score, Source
from knowledge.sources.naming import Names

ADAPTERS: tuple[str, ...] = (
    "models_dev",
    "rates_ledger",
    "openrouter_models",
    "genai_prices",
    "model_prices",
    "metergraph_prices",
    "litellm",
    "lmarena",
    "livebench",
    "open_llm_leaderboard",
    "epoch",
    "bfcl",
    "aider",
    "tau_bench",
    "helm",
    "evalplus",
    "bigcodebench",
    "livecodebenchpro",
    "vectara_hallucination",
    "long_context",
    "global_mmlu_lite",
    "arena_hard",
    "reward_bench",
    "mteb",
    "open_asr",
    "llm_stats",
    "swe_bench",
    "scale_seal",
    "vellum",
    "alpaca_eval",
    "bird_sql",
    "nolima",
    "ml_energy",
    "llm_perf",
    "bigcode_models",
    "leaderboard_directory",
)  # fmt: skip


class Adapter(Protocol):
    """What an adapter module offers."""

    SOURCE: Source

    def rows(self, raw: Path, names: Names) -> Iterator[Model | Offer | Score]: ...


def load(source_id: str) -> Adapter:
    """The adapter of a source. Raises KeyError for a source that is not registered."""
    if source_id not in ADAPTERS:
        raise KeyError(source_id)
    return cast(Adapter, import_module(f"knowledge.sources.{source_id}"))
