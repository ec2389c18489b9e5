"""What a plan will take, before anything is sent: calls, tokens, money, time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from advisor.trial.judge import Judge
from advisor.trial.plan import Setup, prepare, price_at
from advisor.trial.progress import expected_calls
from advisor.trial.prompts_io import chat
from advisor.trial.schema import Plan, Prompt, TrialEstimate

if TYPE_CHECKING:
    from advisor.settings import Settings

SAMPLE = 50
JUDGE_FRAME_TOKENS = 350
VERDICT_TOKENS = 80
SECONDS_REMOTE = 1.0
TOKENS_A_SECOND_REMOTE = 60.0
TOKENS_A_SECOND_LOCAL = 20.0
READ_A_SECOND_LOCAL = 150.0


def estimate(plan: Plan, *, settings: Settings) -> TrialEstimate:
    """The estimate for a plan. Nothing is sent and no model is started.

    Raises:
        BadInput: the plan or its prompts are not usable.
    """
    setup = prepare(plan, settings)
    judge = Judge(setup.plan.judge, setup.plan.judge.models) if setup.plan.judge.models else None
    return estimate_setup(setup, judge, settings)


def estimate_setup(setup: Setup, judge: Judge | None, settings: Settings) -> TrialEstimate:
    """The estimate for a plan whose prompts are loaded: mean lengths of a sample of prompts, answers of half
    the allowed length. Money is None where a price is not known."""
    plan = setup.plan
    asked, judged = expected_calls(setup, judge)
    prompt_tokens = _mean_prompt_tokens(setup.prompts, plan.system)
    answer_tokens = plan.max_tokens / 2
    shown = 2 if plan.judge.protocol == "pairwise" else 1
    judge_tokens = JUDGE_FRAME_TOKENS + prompt_tokens + shown * answer_tokens
    models = [(m, asked / len(plan.candidates), prompt_tokens, answer_tokens) for m in plan.candidates]
    models += [(m, judged / len(plan.judge.models), judge_tokens, VERDICT_TOKENS) for m in plan.judge.models]
    tokens = sum(calls * (tokens_in + tokens_out) for _, calls, tokens_in, tokens_out in models)
    costs = [_cost(setup, m, calls, t_in, t_out, settings) for m, calls, t_in, t_out in models if calls]
    unpriced = [m for (m, calls, *_), cost in zip([x for x in models if x[1]], costs, strict=True) if cost is None]
    return TrialEstimate(
        calls_candidate=asked,
        calls_judge=judged,
        tokens=round(tokens),
        money_usd=None if unpriced else round(sum(c or 0 for c in costs), 6),
        seconds=round(_seconds(plan, models), 1),
        notes=_notes(plan, unpriced),
    )


def _mean_prompt_tokens(prompts: list[Prompt], system: str | None) -> float:
    step = max(1, len(prompts) // SAMPLE)
    some = prompts[::step]
    return sum(_tokens(p, system) for p in some) / len(some)


def _tokens(prompt: Prompt, system: str | None) -> int:
    return sum(len(m["content"].encode("utf-8", "replace")) // 4 + 8 for m in chat(prompt, system))


def _cost(
    setup: Setup, model: str, calls: float, tokens_in: float, tokens_out: float, settings: Settings
) -> float | None:
    price = setup.routes[model].price if model in setup.routes else price_at(model, setup.plan, settings)
    return None if price is None else calls * (tokens_in * price[0] + tokens_out * price[1]) / 1e6


def _seconds(plan: Plan, models: list[tuple[str, float, float, float]]) -> float:
    """Remote calls run side by side; embedded models share this machine's processor, so theirs add up."""
    remote = local = 0.0
    for model, calls, tokens_in, tokens_out in models:
        if model.startswith("local/"):
            local += calls * (tokens_in / READ_A_SECOND_LOCAL + tokens_out / TOKENS_A_SECOND_LOCAL)
        else:
            remote += calls * (SECONDS_REMOTE + tokens_out / TOKENS_A_SECOND_REMOTE)
    return local + remote / plan.limits.concurrency


def _notes(plan: Plan, unpriced: list[str]) -> list[str]:
    notes = []
    if unpriced:
        notes.append(
            f"No price is known for {', '.join(dict.fromkeys(unpriced))}: state it under 'prices' in the plan."
        )
        if plan.limits.money_usd is not None:
            notes.append("The cap on money counts only the models whose price is known.")
    if plan.design == "adaptive":
        notes.append("An adaptive design usually stops far below these figures.")
    return notes
