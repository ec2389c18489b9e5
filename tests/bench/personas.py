"""Scripted users for the interview bench: a full profile for each English use case, and an answer for every field.

What a use case does not state is drawn with a seed, by what is usual for its task; some users cannot answer some
questions. The shares here are of this bench and unknown to the interview.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

USECASES = Path(__file__).with_name("data") / "usecases.jsonl"
UNKNOWN = ("I don't know.", "No idea, sorry.", "Can't say yet.", "dunno")
TASKS = {
    "chat_assistant": "A chat assistant that answers whatever people ask.",
    "customer_support": "Answer customers' support requests.",
    "classification": "Classify texts into categories.",
    "extraction": "Extract fields from the documents into our system.",
    "summarization": "Summarise the documents.",
    "rag_qa": "Answer questions from our own documents, with references.",
    "coding_assistant": "Help developers to write and review code.",
    "coding_agent": "An agent that edits the repository and runs the tests by itself.",
    "agentic_tool_use": "An agent that calls our systems through tools and finishes the job.",
    "translation": "Translate texts.",
    "writing": "Write texts for us.",
    "data_analysis_sql": "Turn questions into SQL on our warehouse.",
    "math_reasoning": "Solve maths problems step by step.",
    "document_vision": "Read scanned documents and photos.",
    "embedding_search": "Semantic search over our texts, embeddings only.",
    "speech": "Transcribe audio recordings.",
    "moderation": "Moderate user comments: toxic or not.",
}
LENGTHS = {
    "classification": (300, 15),
    "moderation": (150, 10),
    "coding_agent": (40_000, 3_000),
    "rag_qa": (5_000, 250),
}
LANGUAGES = {"en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "pt": "Portuguese",
             "nl": "Dutch", "pl": "Polish", "ja": "Japanese", "zh": "Chinese", "sv": "Swedish", "no": "Norwegian",
             "hi": "Hindi", "ro": "Romanian", "cy": "Welsh", "cs": "Czech", "tr": "Turkish", "el": "Greek",
             "ms": "Malay", "ta": "Tamil"}  # fmt: skip
PLACES = {"eu": "The data must stay in the EU.", "us": "In the United States.", "uk": "It must stay in the UK.",
          "on_prem": "It never leaves our own servers.", "other": "In Switzerland.", "none": "Anywhere."}  # fmt: skip
WHERE = {"api": "A hosted API.", "self_hosted": "On our own servers.", "on_device": "On the device, offline.",
         "any": "Either is fine."}  # fmt: skip
FIRST = {"quality": "Quality comes first.", "cost": "The price.", "speed": "Speed.", "balanced": "A balance of them."}
FLAGS = {"batch_ok": 0.4, "open_weights_required": 0.15, "commercial_license_required": 0.3, "needs_tool_calling": 0.25,
         "official_provider_only": 0.4, "needs_structured_output": 0.4, "needs_reasoning": 0.15,
         "needs_fine_tuning": 0.1}  # fmt: skip
CHANCE_UNKNOWN = 0.12


def personas(seed: int = 0) -> list[dict[str, Any]]:
    """One persona for each English use case with a task: id, opening, answers, profile."""
    rows = [json.loads(line) for line in USECASES.read_text(encoding="utf-8").splitlines()]
    wanted = [r for r in rows if r["lang"] == "en" and r.get("opening") and "task" in r["expected"]]
    return [_persona(row, random.Random(f"{seed} {row['id']}")) for row in wanted]


def _persona(row: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    profile = _profile(dict(row["expected"]), rng)
    answers = {field: _answer(field, profile, rng) for field in _FIELDS}
    hidden = [f for f in _FIELDS if f not in ("task", *row["expected"]) and rng.random() < CHANCE_UNKNOWN]
    for field in hidden:
        answers[field] = rng.choice(UNKNOWN)
        profile.pop(field, None)
    return {"id": row["id"], "opening": row["opening"], "answers": answers, "profile": profile, "no_idea": hidden}


def _profile(known: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    tokens_in, tokens_out = LENGTHS.get(known["task"], (1_200, 250))
    drawn: dict[str, Any] = {
        "domain": "general",
        "languages": rng.choice([["en"], ["en"], ["en", "de"], ["en", "es"]]),
        "monthly_requests": rng.choice([600, 4_000, 20_000, 90_000]),
        "input_tokens_per_request": round(tokens_in * rng.choice([0.5, 1, 2])),
        "output_tokens_per_request": round(tokens_out * rng.choice([0.5, 1, 2])),
        "monthly_budget_usd": rng.choice([200, 600, 2_000, 8_000]),
        "max_latency_seconds": rng.choice([2, 5, 15, 60]),
        "data_residency": rng.choices(["none", "eu", "us", "on_prem"], [40, 35, 15, 10])[0],
        "deployment": rng.choices(["api", "any"], [70, 30])[0],
        "priority": rng.choices(["quality", "cost", "balanced", "speed"], [40, 30, 20, 10])[0],
        **{flag: rng.random() < chance for flag, chance in FLAGS.items()},
    }
    if drawn["data_residency"] == "on_prem" or known.get("data_residency") == "on_prem":
        drawn["deployment"] = "self_hosted"
    if rng.random() < 0.2:
        drawn["excluded_providers"] = rng.choice([["openai"], ["deepseek", "alibaba"], ["google"]])
    return drawn | known


def _answer(field: str, profile: dict[str, Any], rng: random.Random) -> str:
    value = profile.get(field)
    if field in FLAGS:
        return rng.choice(["Yes.", "yes please", "Yes, we do."] if value else ["No.", "nope", "No, not needed."])
    if value in (None, []):
        return rng.choice(["No.", "None.", "nothing special"])
    return str(_WORDS.get(field, _plain)(value))


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


_WORDS: dict[str, Any] = {
    "task": TASKS.__getitem__,
    "secondary_tasks": lambda v: " ".join(TASKS[t] for t in v),
    "languages": lambda v: " and ".join(LANGUAGES[c] for c in v) + ".",
    "monthly_requests": lambda v: f"about {v:,} a month",
    "input_tokens_per_request": lambda v: f"around {v:,} tokens",
    "output_tokens_per_request": lambda v: f"{v:,} tokens or so",
    "monthly_budget_usd": lambda v: f"${v:,.0f} a month at most.",
    "max_latency_seconds": lambda v: f"{v:g} seconds.",
    "min_context_tokens": lambda v: f"{v:,} tokens.",
    "gpu_memory_gb": lambda v: f"{v} GB in all.",
    "deployment": WHERE.__getitem__,
    "data_residency": PLACES.__getitem__,
    "priority": FIRST.__getitem__,
    "excluded_providers": lambda v: "Nothing from " + " or ".join(v) + ".",
    "preferred_providers": lambda v: "Rather " + " or ".join(v) + ".",
    "input_modalities": lambda v: "Besides text, " + " and ".join(m for m in v if m != "text") + " files.",
}
_FIELDS = (
    "task", "secondary_tasks", "domain", "languages", "monthly_requests", "input_tokens_per_request",
    "output_tokens_per_request", "monthly_budget_usd", "max_latency_seconds", "min_context_tokens",
    "input_modalities", "deployment", "gpu_memory_gb", "data_residency", "excluded_providers",
    "preferred_providers", "outcome_metric", "priority", *FLAGS,
)  # fmt: skip
