"""models.dev: facts of models by lab, and what providers serve them for. Prices in USD per million tokens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.schema import Model, Offer, Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Named, Names
from knowledge.sources.rows import day, model, offer, tokens

LABS = "models_dev/lab_models.json"
PROVIDERS = ("models_dev/providers_major.json", "models_dev/providers_other.json.gz")
FILES = {PROVIDERS[0]: "https://models.dev/api.json", LABS: "https://models.dev/models.json"}
PRICES = {f"{key}_usd": key for key in ("input", "output", "cache_read", "cache_write")}
BENCHMARKS = {
    "SWE-Bench Pro": "swe-bench-pro", "SWE Bench Pro": "swe-bench-pro", "SciCode": "scicode",
    "SWE-Bench Verified": "swe-bench-verified", "SWE-Atlas Codebase QnA": "swe-atlas-qna",
    "SWE-Atlas Test Writing": "swe-atlas-test-writing", "SWE-Atlas Refactoring": "swe-atlas-refactoring",
    "Terminal-Bench Hard": "terminal-bench-hard", "Terminal-Bench": "terminal-bench",
    "Terminal-Bench 2.1": "terminal-bench-2-1", "Terminal Bench 2.1": "terminal-bench-2-1",
    "Terminal Bench 2.0": "terminal-bench-2", "SWE-Bench Multilingual": "swe-bench-multilingual",
    "NL2Repo": "nl2repo", "Claw-eval": "claw-eval", "LiveCodeBench": "livecodebench", "CTI-REALM": "cti-realm",
    "Humanity\u2019s Last Exam": "hle", "CharXiv Reasoning": "charxiv-reasoning", "GPQA Diamond": "gpqa-diamond",
    "\u03c43 Banking": "tau3-bench-banking",
}  # fmt: skip

SOURCE = Source(
    id="models_dev",
    name="models.dev",
    url="https://models.dev",
    licence="MIT",
    redistributable=True,
    date=dt.date(2026, 7, 2),
    attribution="models.dev contributors",
    row_means="provider/model-id is one served model; cost in USD per million tokens, limits in tokens",
    traps="base_model links a reseller's id to the lab's model and is wrong in a few places; rolling aliases",
    refresh_url="https://models.dev/api.json",
)


def rows(raw: Path, names: Names) -> Iterator[Model | Offer | Score]:
    """Every lab-level model, every model that only providers list, and the offers of curated providers."""
    labs = load(raw / LABS)
    for model_id, facts in labs.items():
        yield _model(model_id, facts)
        yield from _reported(model_id, facts)
    for file in filter(lambda f: (raw / f).is_file(), PROVIDERS):
        for provider, listing in load(raw / file).items():
            for served_id, facts in listing["models"].items():
                yield from _served(names, labs, file, provider, served_id, facts)


def _reported(model_id: str, facts: dict[str, Any]) -> Iterator[Score]:
    """Figures that models.dev quotes; the index scores of Artificial Analysis, whose terms forbid it, are not."""
    for index, figure in enumerate(facts.get("benchmarks", ())):
        benchmark, value = BENCHMARKS.get(figure["name"]), number(figure["score"])
        if benchmark and value is not None:
            yield Score(
                model_id=model_id, benchmark_id=benchmark, value=value, unit="percent", source_id=SOURCE.id,
                date=day(figure.get("date")) or SOURCE.date, raw_name=model_id, config=figure.get("variant") or "",
                kind="vendor", locator=locate(LABS, "score", model_id, "benchmarks", index),
                url=figure.get("source") or SOURCE.url,
            )  # fmt: skip


def _served(
    names: Names, labs: dict[str, Any], file: str, provider: str, served_id: str, facts: dict[str, Any]
) -> Iterator[Model | Offer]:
    full_id = f"{provider}/{served_id}"
    named = Named(full_id) if full_id in labs else _one_name(names, full_id, served_id)
    if named is None:
        return
    if named.id == full_id and named.id not in labs:
        yield _model(named.id, facts)
    row = _offer(file, provider, served_id, facts, named.id) if facts.get("cost") else None
    if row:
        yield row


def _one_name(names: Names, full_id: str, served_id: str) -> Named | None:
    """The model of a provider's id: what its name means in general, so that several providers' ids of a model
    that no lab lists become one; else the id itself."""
    named = names.find(full_id, SOURCE.id)
    return (names.peek(served_id, SOURCE.id) or named) if named and named.id == full_id else named


def _model(model_id: str, facts: dict[str, Any]) -> Model:
    limit, modes = facts.get("limit", {}), facts.get("modalities", {})
    return model(
        model_id, facts["name"], SOURCE,
        family=facts.get("family"),
        open_weights=facts.get("open_weights"),
        licence=facts.get("license"),
        released=day(facts.get("release_date")),
        knowledge_cutoff=facts.get("knowledge"),
        deprecated=True if facts.get("status") == "deprecated" else None,
        context_window=tokens(limit.get("context")),
        max_output=tokens(limit.get("output")),
        input_modalities=tuple(modes.get("input", ())) or None,
        output_modalities=tuple(modes.get("output", ())) or None,
        reasoning=facts.get("reasoning"),
        tool_calling=facts.get("tool_call"),
        structured_output=facts.get("structured_output"),
        weights_url=next((w["url"] for w in facts.get("weights", ())), None),
        url=f"https://models.dev/models/{model_id}/",
    )  # fmt: skip


def _offer(file: str, provider: str, served_id: str, facts: dict[str, Any], model_id: str) -> Offer | None:
    cost = facts["cost"]
    prices: dict[str, Any] = {field: number(cost.get(key)) for field, key in PRICES.items()}
    return offer(
        model_id, provider, served_id, SOURCE,
        tiers=tuple(_tier(tier) for tier in cost.get("tiers", ())),
        context_window=tokens(facts.get("limit", {}).get("context")),
        url=f"https://models.dev/providers/{provider}/",
        at=locate(file, "cost", provider, "models", served_id),
        **prices,
    )  # fmt: skip


def _tier(tier: dict[str, Any]) -> dict[str, float]:
    prices = {field: number(tier.get(key)) for field, key in PRICES.items()}
    above = number(tier["tier"]["size"]) or 0.0
    return {"above_tokens": above} | {k: v for k, v in prices.items() if v is not None}
