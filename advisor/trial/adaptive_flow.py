"""The adaptive design: comparisons are asked for in small batches until the winner is clear.

A protocol that scores answers singly, or a metric that decides, serves as well: the higher score wins the pair.
"""

from __future__ import annotations

import asyncio

from advisor.trial.adaptive import Adaptive, Comparison
from advisor.trial.flow import Flow
from advisor.trial.judge import JudgeTask
from advisor.trial.prompt_text import filled
from advisor.trial.schema import Prompt, Side, Verdict

BATCH = 16
SAME = 1e-9


async def run_adaptive(flow: Flow) -> Adaptive:
    """Play the race to its end, or until a cap or the user stops it."""
    plan = flow.setup.plan
    race = Adaptive(
        plan.candidates,
        [p.id for p in flow.setup.prompts],
        confidence=plan.confidence,
        seed=plan.seed,
        weights={p.id: p.weight for p in flow.setup.prompts},
        prior=plan.prior,
        prior_prompts=plan.prior_prompts,
        margin=plan.margin,
    )
    asker = Asker(flow)
    while not flow.runner.stop_reason:
        if (reason := race.stop()) is not None:
            flow.ended = reason
            break
        batch = race.next_batch(min(plan.limits.concurrency, BATCH))
        if not batch:
            break
        for verdicts in await asyncio.gather(*(asker.compare(c) for c in batch)):
            for verdict in verdicts:
                race.record(verdict)
    if flow.runner.stop_reason != "cancelled":
        race.conclude()
    return race


class Asker:
    """Answers comparisons: gets the two answers, each once, and asks the judge or the deciding metric."""

    def __init__(self, flow: Flow):
        self._flow = flow
        self._prompts = {p.id: p for p in flow.setup.prompts}
        self._answers: dict[tuple[str, str], asyncio.Task[str | None]] = {}
        self._verdicts: dict[str, asyncio.Task[Verdict]] = {}

    async def compare(self, wanted: Comparison) -> list[Verdict]:
        """The verdicts on one comparison; none where an answer is missing."""
        prompt = filled(self._prompts[wanted.item])
        models = (wanted.model_a, wanted.model_b)
        texts = await asyncio.gather(*(self._answer(prompt, m) for m in models))
        answers = {m: t for m, t in zip(models, texts, strict=True) if t is not None}
        if len(answers) < len(models):
            return []
        plan = self._flow.setup.plan
        if plan.deciding != "judge":
            return self._by_score(wanted, [v for v in self._flow.board.verdicts if v.item == prompt.id])
        assert self._flow.judge is not None
        if plan.judge.protocol == "pairwise":
            tasks = self._flow.judge.pair(prompt, *models, answers, wanted.order)
            return list(await asyncio.gather(*(self._verdict(t) for t in tasks)))
        tasks = self._flow.judge.tasks(prompt, answers)
        return self._by_score(wanted, await asyncio.gather(*(self._verdict(t) for t in tasks)))

    def _answer(self, prompt: Prompt, model: str) -> asyncio.Task[str | None]:
        place = prompt.id, model
        if place not in self._answers:
            self._answers[place] = asyncio.ensure_future(self._flow.answer(prompt, 0, model, (0,)))
        return self._answers[place]

    def _verdict(self, task: JudgeTask) -> asyncio.Task[Verdict]:
        if task.key not in self._verdicts:
            self._verdicts[task.key] = asyncio.ensure_future(self._take(task))
        return self._verdicts[task.key]

    async def _take(self, task: JudgeTask) -> Verdict:
        verdict = await self._flow.verdict(task)
        self._flow.take(verdict)
        return verdict

    def _by_score(self, wanted: Comparison, scored: list[Verdict]) -> list[Verdict]:
        """Verdicts on the pair from the scores of its two answers, one for each judge."""
        by_judge: dict[str, dict[str, float]] = {}
        for verdict in scored:
            if verdict.score is not None:
                by_judge.setdefault(verdict.judge, {})[verdict.model_a] = verdict.score
        return [
            Verdict(
                item=wanted.item, judge=judge, model_a=wanted.model_a, model_b=wanted.model_b, order=wanted.order,
                winner=_higher(scores[wanted.model_a], scores[wanted.model_b]),
            )
            for judge, scores in by_judge.items()
            if wanted.model_a in scores and wanted.model_b in scores
        ]  # fmt: skip


def _higher(a: float, b: float) -> Side:
    return "tie" if abs(a - b) < SAME else "A" if a > b else "B"
