"""Requirements that contradict each other or cannot be met, said plainly with the smallest relaxation."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from advisor import wording
from advisor.advice.rules import Case
from advisor.schema import Shortlist
from advisor.shortlist import hosting

CLOSED = re.compile(r"(?<!\w)(gpt-?[45o][\w.-]*|claude[\w .-]{0,12}|gemini[\w .-]{0,12}|chatgpt|grok[\w .-]{0,6})")
PERFECT = re.compile(
    r"100 ?% (?:accura|correct|right|precis|sicher)|never (?:be )?wrong|no (?:mistakes|errors)|zero (?:error|halluc)"
    r"|without any (?:error|mistake)|must never (?:halluc|make|err)|guarantee|fehlerfrei|sin errores|sans erreur"
)
CHEAPEST_HOSTED_USD = 0.05  # per million tokens in: below it almost nothing is sold, so nothing can be promised
FASTEST_HOSTED_SECONDS = 0.3


def conflicts(case: Case, shortlist: Shortlist) -> list[str]:
    """Everything about the stated requirements that does not go together, the gravest first."""
    return [text for check in CHECKS if (text := check(case))] + _nothing_passes(case, shortlist)


def _closed_on_premises(case: Case) -> str | None:
    closed = CLOSED.search(case.low)
    if not closed or not (case.own_machine or case.req.open_weights_required):
        return None
    return (
        f"Contradiction: {closed.group(1).strip()} has no open weights, so it cannot run on your own hardware or "
        "offline. Either drop that model and take an open-weights one, or allow a hosted API in your region."
    )


def _offline_api(case: Case) -> str | None:
    if case.req.data_residency == "on_prem" and case.stated.deployment == "api":
        return "Contradiction: data that must not leave the house and a hosted API exclude each other; pick one."
    return None


def _perfection(case: Case) -> str | None:
    if not PERFECT.search(case.low):
        return None
    return (
        "Not feasible: no language model is free of errors. Set an error rate that you can bear, "
        "let the model abstain, and put a human check or a rule after it."
    )


def _tight_latency(case: Case) -> str | None:
    wait = case.stated.max_latency_seconds
    if not wait:
        return None
    if wait <= FASTEST_HOSTED_SECONDS:
        return (
            f"{wait:g} s is hard for a hosted LLM, where the network and the first token alone take a good part of it: "
            "take a small local model or a classifier, or relax the limit to about 1 s."
        )
    if wait <= 1 and (case.stated.output_tokens_per_request or 0) >= 300:
        return (
            f"A full answer of {case.stated.output_tokens_per_request:,.0f} tokens in {wait:g} s needs "
            f"{(case.stated.output_tokens_per_request or 0) / wait:,.0f} tokens a second: count time to first token "
            "and stream, or shorten the answer."
        )
    return None


def _speed_and_reasoning(case: Case) -> str | None:
    if case.stated.needs_reasoning and 0 < (case.stated.max_latency_seconds or 0) <= 2:
        return "Tension: deliberate reasoning and an answer within two seconds; let the fast model answer, escalate."
    return None


def _memory(case: Case) -> str | None:
    wanted = re.search(r"(?<![\w.])(\d{2,4}) ?b(?:illion)?\b(?! ?(?:usd|eur|dollar))", case.low)
    limit = hosting.memory_limit(case.req)
    if not wanted or limit is None:
        return None
    need = float(wanted.group(1)) * hosting.BITS_Q4 / 8 * hosting.OVERHEAD
    if need <= limit:
        return None
    fits = math.floor(limit * 0.8 / (hosting.BITS_Q4 / 8 * hosting.OVERHEAD))
    return (
        f"Not feasible: {wanted.group(1)} billion parameters need about {need:.0f} GB at 4 bits, you have {limit:g} "
        f"GB; up to about {fits} billion fit with room for context."
    )


def _budget(case: Case) -> str | None:
    stated = case.stated
    if stated.monthly_budget_usd is None or not stated.monthly_requests or case.own_machine:
        return None
    tokens = (case.req.input_tokens_per_request or 0) + (case.req.output_tokens_per_request or 0)
    a_million = stated.monthly_budget_usd / max(stated.monthly_requests * tokens / 1e6, 1e-9)
    if a_million >= CHEAPEST_HOSTED_USD:
        return None
    return (
        f"The budget does not cover the volume: {wording.money(stated.monthly_budget_usd)} for "
        f"{stated.monthly_requests:,.0f} requests of {tokens:,.0f} tokens is ${a_million:.4f} per million tokens, "
        "below what hosted models cost. Filter before the model is called, shorten the input, or use a classifier."
    )


CHECKS: tuple[Callable[[Case], str | None], ...] = (
    _closed_on_premises, _offline_api, _perfection, _memory, _budget, _tight_latency, _speed_and_reasoning,
)  # fmt: skip


def _nothing_passes(case: Case, shortlist: Shortlist) -> list[str]:
    if shortlist.candidates:
        return []
    lead = "No model of the catalogue meets every constraint together."
    changes = "; ".join(shortlist.relaxations[:2])
    return [f"{lead} Smallest change: {changes}." if changes else f"{lead} Loosen one and ask again."]
