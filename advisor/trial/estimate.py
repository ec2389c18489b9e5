"""What a plan will take, before anything is sent: calls, tokens, money, time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from advisor.trial.budget import Spent
from advisor.trial.judge import Judge
from advisor.trial.plan import Setup, prepare, price_at
from advisor.trial.prompt_text import chat
from advisor.trial.schema import Plan, Prompt, TrialEstimate

if TYPE_CHECKING:
    from advisor.settings import Settings

SAMPLE = 50
JUDGE_FRAME_TOKENS = 350
TOKEN_FRAME_TOKENS = 120
EXAMPLE_TOKENS = 330  # of the embedded judge; its server reads them once and keeps them
VERDICT_TOKENS = 80
SECONDS_REMOTE = 1.0
TOKENS_A_SECOND_REMOTE = 60.0
# Embedded models on two cores, measured with the 1.5B model; a smaller model is quicker in proportion to its size.
TOKENS_A_SECOND_LOCAL = 15.0
READ_A_SECOND_LOCAL = 60.0
MEASURED_AT_B = 1.5
START_SECONDS_LOCAL = 4.0


@dataclass(frozen=True, slots=True)
class Load:
    """Calls to one model: how many, and the mean tokens in and out of each; `kept` of those in are read only once."""

    model: str
    role: str
    calls: float
    tokens_in: float
    tokens_out: float
    kept: int = 0

    @property
    def tokens(self) -> float:
        """Tokens in and out of all its calls."""
        return self.calls * (self.tokens_in + self.tokens_out)

    def seconds_a_call(self) -> float:
        """Seconds that one call takes when it runs alone."""
        if not self.model.startswith("local/"):
            return SECONDS_REMOTE + self.tokens_out / TOKENS_A_SECOND_REMOTE
        slowness = _size_b(self.model) / MEASURED_AT_B
        read = self.tokens_in - self.kept
        return slowness * (read / READ_A_SECOND_LOCAL + self.tokens_out / TOKENS_A_SECOND_LOCAL)


@dataclass(frozen=True, slots=True)
class Work:
    """All calls of a plan, the judge's examination included."""

    loads: tuple[Load, ...]

    @property
    def calls(self) -> int:
        """How many calls, to candidates and judges."""
        return self.of("candidate") + self.of("judge")

    def of(self, role: str) -> int:
        """How many calls in this role."""
        return round(sum(load.calls for load in self.loads if load.role == role))

    def roles(self) -> Iterator[tuple[str, int, float]]:
        """(role, calls, mean seconds a call) of candidates and judges."""
        for role in ("candidate", "judge"):
            mine = [load for load in self.loads if load.role == role]
            calls = sum(load.calls for load in mine)
            yield role, self.of(role), sum(x.calls * x.seconds_a_call() for x in mine) / calls if calls else 0.0

    def seconds(self, concurrency: int) -> float:
        """Remote calls run side by side; embedded models share this machine's processor, so theirs add up."""
        remote = local = 0.0
        for load in self.loads:
            if load.model.startswith("local/"):
                local += load.calls * load.seconds_a_call() + START_SECONDS_LOCAL * (load.calls > 0)
            else:
                remote += load.calls * load.seconds_a_call()
        return local + remote / concurrency


def estimate(plan: Plan, *, settings: Settings) -> TrialEstimate:
    """The estimate for a plan. Nothing is sent and no model is started.

    Raises:
        BadInput: the plan or its prompts are not usable.
    """
    setup = prepare(plan, settings)
    judge = Judge(setup.plan.judge, setup.plan.judge.models) if setup.plan.judge.models else None
    return estimate_setup(setup, judge, settings)


def estimate_setup(setup: Setup, judge: Judge | None, settings: Settings) -> TrialEstimate:
    """The estimate for a plan whose prompts are loaded. Money is None where a price is not known."""
    work = planned_work(setup, judge)
    asked = [load for load in work.loads if load.calls]
    costs = {load: _cost(setup, load, settings) for load in asked}
    unpriced = [load.model for load, cost in costs.items() if cost is None]
    return TrialEstimate(
        calls_candidate=work.of("candidate"),
        calls_judge=work.of("judge"),
        tokens=round(sum(load.tokens for load in asked)),
        money_usd=None if unpriced else round(sum(c or 0 for c in costs.values()), 6),
        seconds=round(work.seconds(setup.plan.limits.concurrency), 1),
        notes=_notes(setup, judge, unpriced),
    )


def planned_work(setup: Setup, judge: Judge | None) -> Work:
    """Every call of a plan if none is in the journal and each is answered at once: mean lengths of a sample of
    prompts, answers of half the allowed length, and for the judge what its protocol shows and asks."""
    plan, prompts = setup.plan, setup.prompts
    prompt_tokens, answer_tokens = _mean_prompt_tokens(prompts, plan.system), plan.max_tokens / 2
    loads = [
        Load(m, "candidate", sum(m not in p.outputs for p in prompts) * plan.samples, prompt_tokens, answer_tokens)
        for m in plan.candidates
    ]
    if judge is not None:
        judged = _judged(setup, judge)
        shown = prompt_tokens + (2 if plan.judge.protocol == "pairwise" else 1) * answer_tokens
        for model in judge.models:
            frame, verdict = _verdict_tokens(plan, judge, model)
            kept = EXAMPLE_TOKENS if judge.embedded(model) else 0
            loads.append(Load(model, "judge", judged / len(judge.models), kept + frame + shown, verdict, kept))
    return Work(tuple(loads))


def caps_bind(setup: Setup, judge: Judge | None, spent: Spent, settings: Settings) -> bool:
    """Whether a cap will probably stop the trial, so that items should be finished one after another."""
    limits, takes = setup.plan.limits, estimate_setup(setup, judge, settings)
    needs = (
        (limits.calls, takes.calls_candidate + takes.calls_judge - spent.calls),
        (limits.tokens, takes.tokens - spent.tokens),
        (limits.money_usd, (takes.money_usd or 0) - spent.money_usd),
    )
    return any(cap is not None and need > cap for cap, need in needs)


def _judged(setup: Setup, judge: Judge) -> int:
    plan = setup.plan
    judged = len(setup.prompts) * plan.samples * judge.calls_per_prompt(len(plan.candidates))
    return judged + _examination_calls(setup, judge)


def _examination_calls(setup: Setup, judge: Judge) -> int:
    if not setup.plan.judge.examine:
        return 0
    from advisor.trial.examine import planned_calls

    return planned_calls(judge, setup.prompts)


def _verdict_tokens(plan: Plan, judge: Judge, model: str) -> tuple[int, int]:
    """Tokens of the judge's instructions and of its reply."""
    if plan.judge.protocol == "pairwise" and judge.by_letter(model):
        return TOKEN_FRAME_TOKENS, 1
    return JUDGE_FRAME_TOKENS, VERDICT_TOKENS


def _mean_prompt_tokens(prompts: list[Prompt], system: str | None) -> float:
    step = max(1, len(prompts) // SAMPLE)
    some = prompts[::step]
    return sum(_tokens(p, system) for p in some) / len(some)


def _tokens(prompt: Prompt, system: str | None) -> int:
    return sum(len(m["content"].encode("utf-8", "replace")) // 4 + 8 for m in chat(prompt, system))


def _size_b(model: str) -> float:
    """Billions of parameters that the name of an embedded model states: qwen2.5-coder-0.5b, smollm2-135m."""
    import re

    found = re.search(r"(?<![\d.])(\d+(?:\.\d+)?)([bm])\b", model.lower())
    if not found:
        return MEASURED_AT_B
    return float(found[1]) / (1000 if found[2] == "m" else 1)


def _cost(setup: Setup, load: Load, settings: Settings) -> float | None:
    known = setup.routes.get(load.model)
    price = known.price if known else price_at(load.model, setup.plan, settings)
    return None if price is None else load.calls * (load.tokens_in * price[0] + load.tokens_out * price[1]) / 1e6


def _notes(setup: Setup, judge: Judge | None, unpriced: list[str]) -> list[str]:
    plan, notes = setup.plan, []
    if judge is not None and (calls := _examination_calls(setup, judge)):
        notes.append(f"{calls} of the judge's calls examine the judge itself, on planted errors.")
    if unpriced:
        notes.append(
            f"No price is known for {', '.join(dict.fromkeys(unpriced))}: state it under 'prices' in the plan."
        )
        if plan.limits.money_usd is not None:
            notes.append("The cap on money counts only the models whose price is known.")
    if plan.design == "adaptive":
        notes.append("An adaptive design usually stops far below these figures.")
    return notes
