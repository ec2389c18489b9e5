"""What is asked of whom, and in which order: answers, then the judgements that they make possible.

Items are opened a window at a time, so that memory does not grow with the number of prompts. Within the window
candidates come before the judge: the work with the most steps left goes first, which keeps all slots busy to
the end. Where a cap will stop the trial, items are finished one after another instead.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from advisor.trial.client import Call, CallError, Reply
from advisor.trial.gate import Rank
from advisor.trial.judge import Judge, JudgeTask, Malformed
from advisor.trial.metrics import Scoreboard
from advisor.trial.plan import Setup
from advisor.trial.prompt_text import chat, filled
from advisor.trial.runner import Runner, Stopped
from advisor.trial.schema import Prompt, Unscored, Verdict

if TYPE_CHECKING:
    from advisor.trial.adaptive import Adaptive

VERDICT_TRIES = 4
ASK_LETTER = "Reply with one letter and nothing else."
ASK_AGAIN = "Reply again, with nothing but one complete JSON object of the form asked for."


@dataclass
class Collected:
    """What a trial brought in."""

    verdicts: list[Verdict] = field(default_factory=list)
    unscored: list[Unscored] = field(default_factory=list)
    malformed: int = 0
    truncated: int = 0


@dataclass
class Flow:
    """Asks all that a plan needs. `keep` is told every verdict as it comes. An adaptive design leaves its
    `race` here, and in `ended` why it stopped. `stage` names what comes before the trial itself."""

    setup: Setup
    runner: Runner
    judge: Judge | None
    board: Scoreboard
    keep: Callable[[Verdict], None]
    depth_first: bool = False
    collected: Collected = field(default_factory=Collected)
    race: Adaptive | None = None
    ended: str = ""
    examination: dict[str, Any] = field(default_factory=dict)
    stage: str = ""
    _early: dict[tuple[str, str], Reply] = field(default_factory=dict)

    async def full(self) -> None:
        """Every candidate on every prompt and sample, every judgement that the protocol asks for."""
        slots = self.setup.plan.limits.concurrency
        window = asyncio.Semaphore(max(1, slots // 2) if self.depth_first else max(32, 2 * slots))
        async with asyncio.TaskGroup() as group:
            for number, (prompt, sample) in enumerate(self.items()):
                await window.acquire()
                group.create_task(self._item(prompt, sample, number)).add_done_callback(lambda _: window.release())

    def items(self) -> Iterator[tuple[Prompt, int]]:
        """Prompts with their variables filled in, one for each sample; later samples are `id#2`, `id#3`, ..."""
        for prompt in self.setup.prompts:
            for sample in range(self.setup.plan.samples):
                name = prompt.id if sample == 0 else f"{prompt.id}#{sample + 1}"
                yield filled(prompt).model_copy(update={"id": name}), sample

    async def _item(self, prompt: Prompt, sample: int, number: int) -> None:
        answers: dict[str, str] = {}
        async with asyncio.TaskGroup() as group:
            for model in self.setup.plan.candidates:
                group.create_task(self._candidate(prompt, sample, number, model, answers, group))

    async def _candidate(
        self, prompt: Prompt, sample: int, number: int, model: str, answers: dict[str, str], group: asyncio.TaskGroup
    ) -> None:
        text = await self.answer(prompt, sample, model, self._rank(number, 0))
        if text is None:
            return
        answers[model] = text
        if self.judge is not None:
            await self.runner.gate.lull()
            for task in self._possible(prompt, model, answers):
                group.create_task(self._judged(task, self._rank(number, 1)))

    def _rank(self, number: int, stage: int) -> Rank:
        return (number, stage) if self.depth_first else (stage, number)

    def _possible(self, prompt: Prompt, model: str, answers: dict[str, str]) -> Iterator[JudgeTask]:
        """The judgements that became possible with this model's answer."""
        assert self.judge is not None
        if self.setup.plan.judge.protocol != "pairwise":
            yield from self.judge.tasks(prompt, {model: answers[model]})
            return
        for other in self.setup.plan.candidates:
            if other != model and other in answers:
                pair = {m: answers[m] for m in self.setup.plan.candidates if m in (model, other)}
                yield from self.judge.tasks(prompt, pair)

    async def answer(self, prompt: Prompt, sample: int, model: str, rank: Rank) -> str | None:
        """A candidate's answer, from the prompt's own outputs or by asking; None (and unscored) without one."""
        if model in prompt.outputs:
            self.board.add(prompt, model, Reply(prompt.outputs[model]), measured=False)
            return prompt.outputs[model]
        call = candidate_call(self.setup, prompt, sample, model)
        try:
            reply = self._early.pop((prompt.id, model), None) or await self.runner.ask(call, rank)
        except (CallError, Stopped) as error:
            self.leave_out(f"{prompt.id} {model}", str(error))
            return None
        self.collected.truncated += reply.finish_reason == "length"
        await self.board.add_async(prompt, model, reply, call.route)
        return reply.text

    async def first_answers(self, prompts: Sequence[Prompt]) -> dict[str, dict[str, str]]:
        """One candidate's answer to each of these prompts, candidates in turn; they are not asked for again."""
        names = self.setup.plan.candidates
        models = [names[n % len(names)] for n in range(len(prompts))]
        texts = await asyncio.gather(
            *(self._first(p, m, n) for n, (p, m) in enumerate(zip(prompts, models, strict=True)))
        )
        return {p.id: {m: t} for p, m, t in zip(prompts, models, texts, strict=True) if t is not None}

    async def _first(self, prompt: Prompt, model: str, number: int) -> str | None:
        if model in prompt.outputs:
            return prompt.outputs[model]
        try:
            reply = await self.runner.ask(candidate_call(self.setup, prompt, 0, model), (0, number))
        except (CallError, Stopped):
            return None
        self._early[prompt.id, model] = reply
        return reply.text

    async def _judged(self, task: JudgeTask, rank: Rank) -> None:
        self.take(await self.verdict(task, rank))

    def deciding_verdicts(self) -> list[Verdict]:
        """What the standings rest on: the judge's verdicts, or those of the metric that decides."""
        return self.collected.verdicts if self.setup.plan.deciding == "judge" else self.board.verdicts

    def take(self, verdict: Verdict) -> None:
        """Count a verdict, or list its item as unscored."""
        if verdict.winner is None and verdict.score is None:
            pair = verdict.model_a + (f" against {verdict.model_b} ({verdict.order})" if verdict.model_b else "")
            self.leave_out(f"{verdict.item} {pair}", verdict.reason)
        self.keep(verdict)
        self.collected.verdicts.append(verdict.model_copy(update={"reason": ""}))

    def leave_out(self, item: str, reason: str) -> None:
        """List an item as unscored."""
        self.collected.unscored.append(Unscored(item=item, reason=reason))

    async def verdict(self, task: JudgeTask, rank: Rank = (1,)) -> Verdict:
        """The judge's verdict. A reply that cannot be read is asked again; after the last try it is unscored."""
        assert self.judge is not None
        reason = ""
        for attempt in range(VERDICT_TRIES):
            try:
                reply = await self.runner.ask(judge_call(self.setup, task, attempt), rank)
            except (CallError, Stopped) as error:
                reason = str(error)
                break
            found = self.judge.parse(task, reply)
            if not isinstance(found, Malformed):
                return found
            self.collected.malformed += 1
            reason = f"malformed verdict, asked {attempt + 1} times: {found.reason}"
        return Verdict(
            item=task.item, judge=task.judge_model, model_a=task.model_a, model_b=task.model_b, order=task.order,
            reason=reason,
        )  # fmt: skip


def candidate_call(setup: Setup, prompt: Prompt, sample: int, model: str) -> Call:
    """The request that asks a candidate."""
    plan = setup.plan
    params = {"max_tokens": plan.max_tokens, "temperature": plan.temperature}
    if any((m if isinstance(m, str) else m.kind) == "cross_entropy" for m in plan.metrics):
        params |= {"logprobs": True, "top_logprobs": 20}
    return Call(setup.routes[model], chat(prompt, plan.system), params | plan.params.get(model, {}), sample=sample)


def judge_call(setup: Setup, task: JudgeTask, attempt: int) -> Call:
    """The request that asks a judge; a later attempt reminds it of the form, and differs from the one before."""
    messages = task.messages
    if attempt and messages[-1]["role"] == "user":
        again = f"{ASK_LETTER if task.question else ASK_AGAIN} (Try {attempt + 1}.)"
        messages = [*messages[:-1], {**messages[-1], "content": f"{messages[-1]['content']}\n\n{again}"}]
    params = task.params | setup.plan.params.get(task.judge_model, {})
    return Call(setup.routes[task.judge_model], messages, params, "judge", attempt=attempt)
