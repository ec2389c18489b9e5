"""The words of the conversation. Code puts every figure; nothing here asks a language model."""

from __future__ import annotations

from typing import Any

from advisor.schema import Answer, Candidate, Question, Shortlist, UseCase
from advisor.trial.schema import Plan, TrialEstimate, TrialResult

WELCOME = (
    "I help you choose a language model for a business use case, and prove the choice with a trial on your own "
    "task.\n\n"
    "- **Describe your use case**: what the model should do, how often, in which languages, at what cost, and "
    "where the data may go.\n"
    "- **Ask about a benchmark**: for example *which benchmark tells whether a model follows formatting rules?*\n"
    "- **Run a trial**: say *start the trial* once there are candidates, or open the Trial tab."
)
NEXT = (
    "All right. Correct a fact, ask about a benchmark or a model, or say **start the trial** when you want to compare "
    "models on your own prompts."
)
NO_PLAN = "There is no trial to run yet: describe your use case first, or open the Trial tab."
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
    "needs_fine_tuning": "fine-tuning needed", "excluded_providers": "not from", "preferred_providers": "rather from",
    "outcome_metric": "measure of success", "priority": "comes first",
}  # fmt: skip


def value(raw: Any) -> str:
    """A fact's value as people write it: `50,000`, `yes`, `es, en`."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    if isinstance(raw, (int, float)):
        return f"{raw:,.0f}" if float(raw).is_integer() else f"{raw:,.2f}"
    if isinstance(raw, (list, tuple)):
        return ", ".join(value(item) for item in raw)
    return str(raw).replace("_", " ")


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


def shortlist(found: Shortlist, use_case: UseCase, before: Shortlist | None) -> str:
    """The candidates in a few lines; the table beside the chat has the rest."""
    if not found.candidates:
        return _nothing_fits(found)
    lines = [f"**{len(found.candidates)} candidates** out of {found.considered} models in the catalogue:", ""]
    lines += [_candidate(i, c) for i, c in enumerate(found.candidates, 1)]
    lines += ["", *_assumed(use_case), *_difference(found, before)]
    lines.append(
        f"Figures are of {found.snapshot_date}; each one's source is in the Candidates tab. Benchmarks only give "
        "candidates: say **start the trial** to compare models on prompts of your own task."
    )
    return "\n".join(lines)


def _candidate(place: int, c: Candidate) -> str:
    quality = f"{c.quality.mean:.0%} ({c.quality.low:.0%} to {c.quality.high:.0%})"
    cost = money(c.monthly_cost_usd.expected)
    return f"{place}. **{c.name}** ({c.provider}): {', '.join(c.roles)}. Quality {quality}; about {cost} a month."


def _nothing_fits(found: Shortlist) -> str:
    lines = ["No model of the catalogue meets every constraint. The smallest changes that let one pass:", ""]
    lines += [f"- {r}" for r in found.relaxations] or ["- none was found; loosen a constraint and I look again"]
    return "\n".join(lines)


def _assumed(use_case: UseCase) -> list[str]:
    if not use_case.assumptions:
        return []
    stated = [f"{LABELS.get(f, f)} = {value(a.value)}" for f, a in use_case.assumptions.items()]
    return [f"I assumed: {'; '.join(stated)}. Correct me where that is wrong.", ""]


def _difference(found: Shortlist, before: Shortlist | None) -> list[str]:
    if before is None:
        return []
    old, new = {c.model_id: c.name for c in before.candidates}, {c.model_id: c.name for c in found.candidates}
    joined = [n for i, n in new.items() if i not in old]
    left = [n for i, n in old.items() if i not in new]
    if not joined and not left:
        return ["The change left the shortlist as it was.", ""]
    parts = [f"new: {', '.join(joined)}" if joined else "", f"gone: {', '.join(left)}" if left else ""]
    return [f"What the change did: {'; '.join(p for p in parts if p)}.", ""]


def answer(found: Answer) -> str:
    """An answer and its sources."""
    seen = {(c.title or c.source, c.url, c.date): None for c in found.citations}
    sources = [f"- {f'[{name}]({url})' if url else name}{f', {date}' if date else ''}" for name, url, date in seen]
    return found.answer + ("\n\n**Sources**\n" + "\n".join(sources) if sources else "")


def trial_offer(plan: Plan, estimate: TrialEstimate, notes: list[str]) -> str:
    """What would be run, before anything is sent."""
    prompts = plan.prompts if isinstance(plan.prompts, list) else []
    calls = estimate.calls_candidate + estimate.calls_judge
    takes = f", about {estimate.seconds / 60:.0f} minutes" if estimate.seconds else ""
    lines = [
        f"Here is a trial for your approval: {len(plan.candidates)} candidates "
        f"({', '.join(f'`{c}`' for c in plan.candidates)}), {len(prompts)} prompts, judged by "
        f"{', '.join(f'`{j}`' for j in plan.judge.models)} ({plan.judge.protocol}). At most {calls} calls, "
        f"{money(estimate.money_usd)}{takes}.",
        "",
        *(f"- {n}" for n in [*notes, *estimate.notes]),
        "",
        "The prompts are in the Trial tab: edit them or paste your own. Say **yes** to start.",
    ]
    return "\n".join(lines)


def conclusion(result: TrialResult | None) -> str:
    """What the trial showed, in words a manager understands."""
    if result is None:
        return "There is no result yet."
    lines = [result.statement or f"The trial ended: {result.stop_reason}.", ""]
    for s in result.standings:
        score = "not scored" if s.score is None else f"{s.score:.0%} ({s.low or 0:.0%} to {s.high or 1:.0%})"
        lines.append(f"- `{s.model}`: {score}, {s.n} judged, {s.unscored} unscored")
    lines += ["", *(f"*{w}*" for w in result.warnings), "The decision record is ready in the Report tab."]
    return "\n".join(lines)
