"""The judge: what it is asked for a prompt's answers, and what its replies mean."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from advisor.hostile_data import clean
from advisor.trial import embedded, protocols
from advisor.trial.guard import Guarded, guard, neutralise
from advisor.trial.schema import Criterion, JudgeSpec, Prompt, Side, Verdict
from advisor.trial.verdict_text import last_object, letter_probability

if TYPE_CHECKING:
    from advisor.trial.client import Reply

Order = Literal["ab", "ba", "single"]
PairOrder = Literal["ab", "ba"]
Both = tuple[tuple[str, str], tuple[str, str]]
TOP_LOGPROBS = 20
REASON_TOKENS = 400
FENCE_DIGITS = 8
ATTACK_NOTE = "passages that addressed the judge were removed"


@dataclass(frozen=True, slots=True)
class JudgeTask:
    """One call to a judge. `order` is the order shown; model_a and model_b don't move with it. `flagged`
    names the models whose answers tried to address the judge; `schema` is the form of the reply."""

    key: str
    item: str
    judge_model: str
    messages: list[dict[str, str]]
    params: dict[str, Any]
    model_a: str
    model_b: str | None = None
    order: Order = "single"
    question: str = ""
    flagged: tuple[str, ...] = ()
    schema: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Malformed:
    """A reply that holds no verdict. It is asked again and never counts as a score."""

    reason: str


class Judge:
    """Asks the judge models of `models` (a panel, if several) by the protocol of `spec`.

    A pair is always asked in both orders. With method "probability" a verdict is read from the
    probabilities of the letters A and B in one token; "reason" asks for a reason and then a verdict by
    schema; "auto" takes "probability" for embedded judges, which their measurements favour.
    """

    def __init__(self, spec: JudgeSpec, models: Sequence[str], *, use_case: str = "", seed: int = 0) -> None:
        self.spec = spec
        self.models = list(models)
        self.use_case = use_case
        self.seed = seed

    def tasks(self, prompt: Prompt, answers: Mapping[str, str]) -> list[JudgeTask]:
        """Every call that `prompt` needs: one an answer, or one for each pair and order, for each judge."""
        if self.spec.protocol != "pairwise":
            return [self._single(prompt, m, a, judge) for judge in self.models for m, a in answers.items()]
        pairs = combinations(answers, 2)
        return [t for a, b in pairs for order in _ORDERS for t in self.pair(prompt, a, b, answers, order)]

    def pair(
        self, prompt: Prompt, model_a: str, model_b: str, answers: Mapping[str, str], order: PairOrder
    ) -> list[JudgeTask]:
        """The calls that compare two models' answers, shown in `order`: one verdict for each judge."""
        both = (model_a, answers[model_a]), (model_b, answers[model_b])
        return [(self._embedded_pair if self.embedded(j) else self._pair)(prompt, both, order, j) for j in self.models]

    def calls_per_prompt(self, candidates: int) -> int:
        """Judge calls that one prompt takes with that many candidates, no call repeated."""
        if self.spec.protocol != "pairwise":
            return candidates * len(self.models)
        return candidates * (candidates - 1) * len(self.models)

    def by_letter(self, judge: str) -> bool:
        """Whether a pair's verdict is read from the probabilities of two letters."""
        auto = self.spec.method == "auto" and judge.startswith("local/")
        return self.spec.protocol == "pairwise" and (auto or self.spec.method == "probability")

    def embedded(self, judge: str) -> bool:
        """Whether pairs are put to this judge in the form for small models that run here."""
        return self.by_letter(judge) and judge.startswith("local/")

    def parse(self, task: JudgeTask, reply: Reply) -> Verdict | Malformed:
        """The verdict in a reply. Never raises: what cannot be read is `Malformed` with the reason."""
        if task.question:
            return _parse_token(task, reply)
        value = last_object(reply.text, task.schema)
        if value is None:
            cut = " (cut off at the token limit)" if reply.finish_reason == "length" else ""
            return Malformed(f"no JSON object of the asked form in the judge's reply{cut}")
        if task.model_b is not None:
            return _pair_verdict(task, value)
        return self._single_verdict(task, value)

    def _single(self, prompt: Prompt, model: str, answer: str, judge: str) -> JudgeTask:
        fence = self._fence(judge, prompt.id, model)
        safe = guard(answer, _task_text(prompt))
        system, schema = self._single_form(prompt, judge)
        parts = [*self._context(prompt, fence), protocols.block(fence, "answer", safe.text)]
        flagged = (model,) if safe.removed else ()
        return _task(
            judge, prompt.id, _messages(system, parts), _json_params(schema), model, schema=schema, flagged=flagged
        )

    def _single_form(self, prompt: Prompt, judge: str) -> tuple[str, dict[str, Any]]:
        rubric, extra, short = self.spec.rubric, self._extra(), judge.startswith("local/")
        if self.spec.protocol == "checklist":
            checks = rubric or protocols.DEFAULT_CHECKS
            return protocols.check_system(checks, extra), protocols.check_schema(checks, short=short)
        reference = self.spec.protocol == "reference" and prompt.reference is not None
        system = protocols.score_system(rubric, extra, reference=reference)
        return system, protocols.score_schema(rubric, short=short)

    def _pair(self, prompt: Prompt, both: Both, order: PairOrder, judge: str) -> JudgeTask:
        (model_a, _), (model_b, _) = both
        fence = self._fence(judge, prompt.id, model_a, model_b)
        safe = _safe(prompt, both, order)
        parts = [*self._context(prompt, fence), *_shown(fence, [g for _, g in safe])]
        system, params, schema, question = self._pair_form(judge)
        if question:
            parts.append(protocols.TOKEN_QUESTION)
        return _task(
            judge,
            prompt.id,
            _messages(system, parts),
            params,
            model_a,
            model_b,
            order,
            question,
            _flagged(safe),
            schema,
        )

    def _pair_form(self, judge: str) -> tuple[str, dict[str, Any], dict[str, Any], str]:
        """System text, request parameters, reply schema, and the question that a letter answers ("" for a reason)."""
        if self.by_letter(judge):
            return protocols.token_system(self.spec.rubric, self._extra()), dict(TOKEN_PARAMS), {}, "better"
        schema = protocols.pair_schema(short=judge.startswith("local/"))
        return protocols.pair_system(self.spec.rubric, self._extra()), _json_params(schema), schema, ""

    def _embedded_pair(self, prompt: Prompt, both: Both, order: PairOrder, judge: str) -> JudgeTask:
        (model_a, _), (model_b, _) = both
        safe = _safe(prompt, both, order, limit=embedded.CHARS)
        mark = self._fence(judge, prompt.id, model_a, model_b)[:4]
        system = embedded.system(self.spec.rubric, self._extra())
        answers = [g.text for _, g in safe]
        messages = embedded.messages(system, mark, _task_text(prompt), prompt.reference, answers)
        params, flagged = TOKEN_PARAMS | embedded.PARAMS, _flagged(safe)
        return _task(judge, prompt.id, messages, params, model_a, model_b, order, "better", flagged)

    def _context(self, prompt: Prompt, fence: str) -> list[str]:
        parts = [protocols.block(fence, "task", neutralise(_task_text(prompt)))]
        if prompt.reference is not None:
            parts.append(protocols.block(fence, "reference answer", neutralise(prompt.reference)))
        return parts

    def _extra(self) -> str:
        use = f"The answers are for this use: {neutralise(self.use_case)}" if self.use_case else ""
        return "\n".join(part for part in (use, self.spec.instructions) if part)

    def _fence(self, *parts: str) -> str:
        """A code that no answer can know, the same whenever the same task is asked again."""
        return _digest(str(self.seed), *parts)[:FENCE_DIGITS]

    def _single_verdict(self, task: JudgeTask, value: dict[str, Any]) -> Verdict:
        score = self._score(value)
        return _verdict(task, value, score=score, attack=bool(task.flagged) and score >= 0.9)

    def _score(self, value: dict[str, Any]) -> float:
        if "score" in value:
            return float(value["score"]) / protocols.SCALE
        if "scores" in value:
            return _weighted(self.spec.rubric, value["scores"]) / protocols.SCALE
        return _weighted(self.spec.rubric or protocols.DEFAULT_CHECKS, value["checks"])


_ORDERS: tuple[PairOrder, PairOrder] = ("ab", "ba")
TOKEN_PARAMS = {"max_tokens": 1, "temperature": 0.0, "logprobs": True, "top_logprobs": TOP_LOGPROBS}


def _task_text(prompt: Prompt) -> str:
    turns = [f"{m.role}: {m.content}" for m in prompt.messages]
    system = [f"system: {prompt.system}"] if prompt.system else []
    return "\n".join([*system, *turns, *([prompt.prompt] if prompt.prompt else [])])


def _safe(prompt: Prompt, both: Both, order: PairOrder, **limit: int) -> list[tuple[str, Guarded]]:
    """Models and their answers, made safe, in the order shown."""
    shown = both if order == "ab" else both[::-1]
    return [(m, guard(text, _task_text(prompt), **limit)) for m, text in shown]


def _flagged(safe: Sequence[tuple[str, Guarded]]) -> tuple[str, ...]:
    return tuple(m for m, g in safe if g.removed)


def _shown(fence: str, answers: Sequence[Guarded]) -> Iterator[str]:
    for letter, safe in zip("AB", answers, strict=True):
        yield protocols.block(fence, f"answer {letter}", safe.text or "(empty)")


def _messages(system: str, parts: Sequence[str]) -> list[dict[str, str]]:
    return [{"role": "system", "content": system}, {"role": "user", "content": "\n\n".join(parts)}]


def _json_params(schema: dict[str, Any]) -> dict[str, Any]:
    form = protocols.response_format("verdict", schema)
    return {"max_tokens": REASON_TOKENS, "temperature": 0.0, "response_format": form}


def _task(
    judge: str,
    item: str,
    messages: list[dict[str, str]],
    params: dict[str, Any],
    model_a: str,
    model_b: str | None = None,
    order: Order = "single",
    question: str = "",
    flagged: tuple[str, ...] = (),
    schema: dict[str, Any] | None = None,
) -> JudgeTask:
    content = json.dumps([messages, params], sort_keys=True, ensure_ascii=False)
    key = _digest(judge, item, model_a, model_b or "", order, question, content)
    return JudgeTask(key, item, judge, messages, params, model_a, model_b, order, question, flagged, schema or {})


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _weighted(criteria: Sequence[Criterion], values: Mapping[str, float]) -> float:
    total = sum(c.weight for c in criteria)
    return sum(c.weight * float(values[c.name]) for c in criteria) / total


def _verdict(task: JudgeTask, value: Mapping[str, Any], **fields: Any) -> Verdict:
    reason = clean(str(value.get("reason", "")))
    if task.flagged:
        reason = f"{reason} [{', '.join(task.flagged)}: {ATTACK_NOTE}]".strip()
    return Verdict(
        item=task.item,
        judge=task.judge_model,
        model_a=task.model_a,
        model_b=task.model_b,
        order=task.order,
        reason=reason,
        **fields,
    )


def _pair_verdict(task: JudgeTask, value: dict[str, Any]) -> Verdict:
    winner: Side = value["verdict"]
    if winner != "tie" and task.order == "ba":
        winner = "B" if winner == "A" else "A"
    return _verdict(task, value, winner=winner, attack=_favours_flagged(task, winner))


def _parse_token(task: JudgeTask, reply: Reply) -> Verdict | Malformed:
    first = letter_probability(reply.logprobs)
    if first is None:
        return Malformed("the endpoint gave no probabilities for the letters A and B")
    p_a = first if task.order == "ab" else 1 - first
    winner: Side = "A" if p_a > 0.5 else "B" if p_a < 0.5 else "tie"
    return _verdict(task, {}, winner=winner, p_a=p_a, attack=_favours_flagged(task, winner))


def _favours_flagged(task: JudgeTask, winner: Side) -> bool:
    favoured = {"A": task.model_a, "B": task.model_b}.get(winner)
    others = {task.model_a, task.model_b} - {favoured}
    return favoured in task.flagged and not others <= set(task.flagged)
