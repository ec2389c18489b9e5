"""The words of the conversation. Code puts every figure; nothing here asks a language model."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from advisor.phrases import phrase
from advisor.schema import Answer, Candidate, Citation, Fact, Question, Shortlist, UseCase
from advisor.trial.schema import Plan, Standing, TrialEstimate, TrialResult

NO_PLAN = phrase("no_plan")
LABELS = {
    "task": "task", "secondary_tasks": "other tasks", "domain": "domain", "languages": "languages",
    "monthly_requests": "requests a month", "input_tokens_per_request": "input tokens a request",
    "output_tokens_per_request": "output tokens a request", "monthly_budget_usd": "budget, USD a month",
    "max_latency_seconds": "longest wait, seconds", "batch_ok": "batch is fine",
    "min_context_tokens": "context window, tokens", "input_modalities": "input", "deployment": "deployment",
    "gpu_memory_gb": "GPU memory, GB", "data_residency": "data must stay in",
    "open_weights_required": "open weights needed", "commercial_license_required": "commercial licence needed",
    "official_provider_only": "official providers only", "needs_tool_calling": "tool calling needed",
    "needs_structured_output": "structured output needed", "needs_reasoning": "reasoning needed",
    "needs_fine_tuning": "fine-tuning needed", "excluded_providers": "not from",
    "preferred_providers": "providers wanted", "outcome_metric": "measure of success", "priority": "comes first",
}  # fmt: skip


CAPITALS = ("eu", "us", "uk", "pdf", "api")


def value(raw: Any) -> str:
    """A fact's value as people write it: `50,000`, `yes`, `es, en`."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, (int, float)):
        return f"{raw:,.0f}" if float(raw).is_integer() else f"{raw:,.2f}"
    if isinstance(raw, (list, tuple)):
        return ", ".join(value(item) for item in raw)
    return str(raw).upper() if raw in CAPITALS else str(raw).replace("_", " ")


def held(fact: Fact) -> str:
    """The value of a fact as people write it, with "only" where nothing else will do."""
    return f"{value(fact.value)} only" if fact.only else value(fact.value)


def arithmetic(fact: Fact) -> str:
    """How a figure came out of the words, behind them: " (14 x 30 a day x 30)"; empty where nothing was reckoned."""
    return f" ({fact.note})" if fact.quote and any(map(str.isdigit, fact.note)) else ""


def figure(value: float, unit: str) -> str:
    """A published figure with its unit, in seven significant digits: sources print up to seventeen."""
    return f"{value:,.0f} {unit}" if abs(value) >= 1e7 else f"{value:.7g} {unit}"


def money(amount: float | None) -> str:
    """US dollars with as many digits as matter; an unknown amount says so."""
    if amount is None:
        return "unknown"
    if amount >= 100:
        return f"${amount:,.0f}"
    return f"${amount:,.2f}" if amount >= 0.01 or amount == 0 else f"${amount:.4f}"


def change(field: str, raw: Any) -> str:
    """One line on a fact that was set or taken back."""
    label = LABELS.get(field, field)
    return f"{label}: removed" if raw in (None, "", []) else f"{label}: {value(raw)}"


def question(asked: Question) -> str:
    """The question, with why it matters."""
    return f"{asked.question}\n\n*{asked.why}*" if asked.why else asked.question


def welcome(language: str = "en") -> str:
    """What can be done here."""
    return phrase("welcome", language)


def next_step(language: str = "en") -> str:
    """What can be done once there are candidates."""
    return phrase("next", language)


def shortlist(found: Shortlist, use_case: UseCase, before: Shortlist | None) -> str:
    """The candidates in a few lines, in the language of the use case; the table beside the chat has the rest."""
    language = use_case.language
    if not found.candidates:
        return _nothing_fits(found, language)
    lines = [phrase("candidates", language, count=len(found.candidates), considered=found.considered), ""]
    lines += [_candidate(i, c, language) for i, c in enumerate(found.candidates, 1)]
    lines += ["", *_assumed(use_case), *_difference(found, before, language)]
    return "\n".join([*lines, phrase("figures", language, date=found.snapshot_date)])


def _candidate(place: int, c: Candidate, language: str) -> str:
    mean, low, high = (f"{x:.0%}" for x in (c.quality.mean, c.quality.low, c.quality.high))
    cost, roles = money(c.monthly_cost_usd.expected), ", ".join(c.roles)
    named = {"place": place, "name": c.name, "provider": c.provider, "roles": roles, "cost": cost}
    return phrase("candidate", language, mean=mean, low=low, high=high, **named)


def _nothing_fits(found: Shortlist, language: str) -> str:
    changes = found.relaxations or [phrase("no_relaxation", language)]
    return "\n".join([phrase("nothing_fits", language), "", *(f"- {r}" for r in changes)])


def _assumed(use_case: UseCase) -> list[str]:
    if not use_case.assumptions:
        return []
    stated = [f"{LABELS.get(f, f)} = {value(a.value)}" for f, a in use_case.assumptions.items()]
    return [phrase("assumed", use_case.language, stated="; ".join(stated)), ""]


def _difference(found: Shortlist, before: Shortlist | None, language: str) -> list[str]:
    if before is None:
        return []
    old, new = {c.model_id: c.name for c in before.candidates}, {c.model_id: c.name for c in found.candidates}
    named = {"new": [n for i, n in new.items() if i not in old], "gone": [n for i, n in old.items() if i not in new]}
    parts = [phrase(key, language, names=", ".join(names)) for key, names in named.items() if names]
    return [phrase("changed", language, parts="; ".join(parts)) if parts else phrase("unchanged", language), ""]


def answer(found: Answer, language: str = "en") -> str:
    """An answer and its sources, a line for each name; a name with several pages shows where each lies."""
    named: dict[str, list[Citation]] = {}
    for citation in found.citations:
        pages = named.setdefault(citation.title or citation.source, [])
        if citation.url not in {page.url for page in pages}:
            pages.append(citation)
    sources = [f"- {_source(name, pages)}" for name, pages in named.items()]
    return found.answer + ("\n\n**" + phrase("sources", language) + "**\n" + "\n".join(sources) if sources else "")


def _source(name: str, pages: list[Citation]) -> str:
    if len(pages) > 1:
        return f"{name}: " + ", ".join(_link(urlsplit(page.url).netloc.removeprefix("www."), page) for page in pages)
    return _link(name, pages[0])


def _link(shown: str, page: Citation) -> str:
    return (f"[{shown}]({page.url})" if page.url else shown) + (f", {page.date}" if page.date else "")


def trial_offer(plan: Plan, estimate: TrialEstimate, notes: list[str], language: str = "en") -> str:
    """What would be run, before anything is sent."""
    minutes = f"{estimate.seconds / 60:.0f}" if estimate.seconds else ""
    offer = phrase(
        "offer",
        language,
        count=len(plan.candidates),
        names=_quoted(plan.candidates),
        prompts=len(plan.prompts) if isinstance(plan.prompts, list) else 0,
        judges=_quoted(plan.judge.models),
        protocol=plan.judge.protocol,
        calls=estimate.calls_candidate + estimate.calls_judge,
        money=money(estimate.money_usd),
        takes=phrase("takes", language, minutes=minutes) if minutes else "",
    )
    notices = [f"- {n}" for n in [*notes, *estimate.notes]]
    return "\n".join([offer, "", *notices, "", phrase("edit_prompts", language)])


def _quoted(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def conclusion(result: TrialResult | None, language: str = "en") -> str:
    """What the trial showed, in words a manager understands."""
    if result is None:
        return phrase("no_result", language)
    lines = [result.statement or phrase("ended", language, reason=result.stop_reason), ""]
    lines += [_standing(s, language) for s in result.standings]
    return "\n".join([*lines, "", *(f"*{w}*" for w in result.warnings), phrase("record", language)])


def _standing(s: Standing, language: str) -> str:
    score = phrase("not_scored", language)
    if s.score is not None:
        low, high = 0.0 if s.low is None else s.low, 1.0 if s.high is None else s.high
        score = phrase("range", language, score=f"{s.score:.0%}", low=f"{low:.0%}", high=f"{high:.0%}")
    return phrase("standing", language, model=s.model, score=score, n=s.n, unscored=s.unscored)
