"""Stated assumptions for what was not said: each with its reason, each open to correction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.schema import Fact, UseCase

_REQUESTS = 10_000
_LENGTHS: dict[str, tuple[int, int]] = {
    "classification": (500, 20),
    "moderation": (200, 10),
    "extraction": (2_000, 300),
    "document_vision": (1_500, 300),
    "summarization": (4_000, 300),
    "rag_qa": (4_000, 300),
    "coding_assistant": (2_000, 400),
    "coding_agent": (50_000, 4_000),
    "agentic_tool_use": (8_000, 800),
    "translation": (800, 800),
    "writing": (500, 600),
    "data_analysis_sql": (4_000, 200),
    "math_reasoning": (500, 1_500),
    "embedding_search": (300, 0),
    "speech": (1_500, 800),
}
_TYPICAL = (1_000, 300)


def assumptions(use_case: UseCase) -> dict[str, Fact]:
    """Defaults for facts that the advice needs and nobody stated; tokens a request, requests a month."""
    known = {field: fact.value for field, fact in use_case.facts.items()}
    found = defaults(known, use_case.language)
    return {f: Fact(field=f, value=v, origin="assumed", note=why) for f, (v, why) in found.items()}


def defaults(known: Mapping[str, Any], language: str) -> dict[str, tuple[Any, str]]:
    """Assumed values beside the `known` ones, each with its reason."""
    task = known.get("task")
    tokens_in, tokens_out = _LENGTHS.get(task or "", _TYPICAL)
    if task == "translation" and "input_tokens_per_request" in known:
        tokens_out = known["input_tokens_per_request"]
    what = f"typical of {task.replace('_', ' ')}" if task else "a typical request"
    found: dict[str, tuple[Any, str]] = {
        "task": ("chat_assistant", "no task was named, so general assistance is assumed"),
        "languages": ([language or "en"], "the language of your message"),
        "monthly_requests": (_REQUESTS, "no volume was named"),
        "input_tokens_per_request": (tokens_in, what),
        "output_tokens_per_request": (tokens_out, what),
        "batch_ok": (False, "someone is assumed to wait for the answer"),
        "priority": ("balanced", "no ranking of quality, cost and speed was named"),
    }
    return {field: default for field, default in found.items() if field not in known}
