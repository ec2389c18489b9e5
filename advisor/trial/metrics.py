"""Outcome metrics: what can be measured of an answer without a judge."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from advisor.errors import BadInput
from advisor.trial.client import Reply, Route
from advisor.trial.measured import Measured
from advisor.trial.schema import Metric, Plan, Prompt, Verdict

REGEX_SECONDS = 0.5
MAX_TEXT = 200_000
LOWER_IS_BETTER = frozenset({"latency", "cost", "length", "refusal", "cross_entropy"})
BOUNDED = frozenset(
    {"exact", "contains", "regex", "json_schema", "numeric", "label", "f1", "token_f1", "refusal", "python"}
)
NEEDS_REFERENCE = frozenset({"exact", "numeric", "label", "f1", "token_f1", "cross_entropy"})
NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][-+]?\d+)?%?")
REFUSALS = re.compile(
    r"\b(i(?:'|’)?m sorry|i am sorry|i apologi[sz]e|sorry)\b.{0,80}\b(can(?:no|')?t|unable|not able|won(?:'|’)t)\b"
    r"|\bi (?:can(?:no|'|’)t|am unable to|am not able to|won(?:'|’)t|must decline to) "
    r"(?:help|assist|provide|comply|do that|answer|fulfil|create|write|share|discuss|engage)"
    r"|\bas an ai(?: language model)?,? i (?:can(?:no|'|’)t|do not|am not)"
    r"|\b(?:lo siento|desol[ée]|je suis désolée?|es tut mir leid|tut mir leid|mi dispiace|sinto muito|desculpe)\b"
    r".{0,80}\b(?:no puedo|ne peux pas|kann (?:ich )?(?:\w+ ){0,3}nicht|non posso|não posso)\b",
    re.I | re.S,
)


Scorer = Callable[[Prompt, Reply, Mapping[str, Any]], Measured]


def exact(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """1 if the answer is the reference, white space at the ends and (unless case_sensitive) case apart."""
    return _truth(_plain(reply.text, options) == _plain(prompt.reference or "", options))


def contains(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """1 if the answer contains `value` (text or list; all of them, or any with mode: any), else the reference."""
    wanted = options.get("value", prompt.reference)
    if wanted is None:
        return Measured(None, "no value and no reference")
    text = _plain(reply.text, options)
    hits = [_plain(str(w), options) in text for w in (wanted if isinstance(wanted, list) else [wanted])]
    return _truth(any(hits) if options.get("mode") == "any" else all(hits))


def regex(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """1 if `pattern` is found in the answer; given up after half a second."""
    import regex as bounded

    flags = 0 if options.get("case_sensitive", True) else bounded.IGNORECASE
    try:
        found = bounded.search(str(options["pattern"]), reply.text[:MAX_TEXT], flags=flags, timeout=REGEX_SECONDS)
    except TimeoutError:
        return Measured(None, f"the pattern took longer than {REGEX_SECONDS:g} s")
    return _truth(found is not None)


def json_schema(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """1 if the answer is JSON that fits `schema`; a code fence around it is allowed unless strict."""
    import jsonschema

    try:
        value = json.loads(reply.text if options.get("strict") else unfenced(reply.text))
    except (ValueError, RecursionError):
        return Measured(0.0, "not JSON")
    try:
        jsonschema.validate(value, options.get("schema") or {})
    except jsonschema.ValidationError as error:
        return Measured(0.0, error.message[:200])
    return Measured(1.0)


def numeric(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """1 if the last number of the answer is within `abs` or `rel` (default 1e-6) of the reference's."""
    wanted, found = last_number(prompt.reference or ""), last_number(reply.text)
    if wanted is None:
        return Measured(None, "the reference holds no number")
    if found is None:
        return Measured(0.0, "no number in the answer")
    return _truth(
        math.isclose(found, wanted, rel_tol=float(options.get("rel", 1e-6)), abs_tol=float(options.get("abs", 0)))
    )


def label(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """1 if the answer names the reference label and no other of `labels`."""
    found = found_label(reply.text, options["labels"])
    return Measured(float(found == _fold(prompt.reference or "")), label=found)


def token_f1(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """Harmonic mean of precision and recall over words shared with the reference (as in SQuAD)."""
    wanted, found = (re.findall(r"\w+", _fold(t)) for t in (prompt.reference or "", reply.text))
    shared = sum((Counter(wanted) & Counter(found)).values())
    if not wanted or not found:
        return Measured(float(wanted == found))
    return Measured(2 * shared / (len(wanted) + len(found)))


def cross_entropy(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """Minus the natural logarithm of the probability of the right label, from the first token's alternatives."""
    if not reply.logprobs:
        return Measured(None, "the endpoint gives no token probabilities")
    shares = label_shares(reply.logprobs, options["labels"])
    right = shares.get(_fold(prompt.reference or ""))
    if right is None:
        return Measured(None, "the reference is not among the labels")
    return Measured(-math.log(max(right, 1e-6)))


def length(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """Words of the answer; characters or tokens with unit."""
    unit = options.get("unit", "words")
    if unit == "tokens":
        return Measured(float(reply.output_tokens)) if reply.output_tokens else Measured(None, "no token count")
    return Measured(float(len(reply.text) if unit == "characters" else len(reply.text.split())))


def refusal(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """1 if the answer opens by declining the task, or is empty."""
    opening = reply.text.strip()[:300]
    return _truth(not opening or REFUSALS.search(opening) is not None)


def latency(prompt: Prompt, reply: Reply, options: Mapping[str, Any]) -> Measured:
    """Seconds from request to whole answer."""
    return Measured(reply.latency_s) if reply.latency_s else Measured(None, "not measured")


SCORERS: dict[str, Scorer] = {
    f.__name__: f
    for f in (exact, contains, regex, json_schema, numeric, label, token_f1, cross_entropy, length, refusal, latency)
} | {"f1": label}
KINDS = (*SCORERS, "cost", "python")


def unfenced(text: str) -> str:
    """The content of a code fence where the text is one, else the text."""
    fence = re.fullmatch(r"\s*```[\w-]*\n(.*?)\n?```\s*", text, re.S)
    return fence[1] if fence else text


def last_number(text: str) -> float | None:
    """The last number of a text: thousands separators are read, a percent sign is left off."""
    for match in reversed(list(NUMBER.finditer(text[-20_000:]))):
        if any(c.isdigit() for c in match[0]):
            return float(match[0].rstrip("%").replace(",", ""))
    return None


def found_label(text: str, labels: Sequence[str]) -> str:
    """The label that a text gives: the whole text, its last line, or the only one named; "" if unclear."""
    folded = {_fold(name): name for name in labels}
    stripped = _fold(text)
    last = _fold(stripped.rsplit("\n", 1)[-1].rsplit(":", 1)[-1])
    for whole in (stripped, last):
        if whole in folded:
            return whole
    named = {name for name in folded if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", stripped)}
    inside = {n for n in named if any(n != m and n in m for m in named)}
    return (named - inside).pop() if len(named - inside) == 1 else ""


def label_shares(logprobs: Sequence[Mapping[str, Any]], labels: Sequence[str]) -> dict[str, float]:
    """Probability of each label from the alternatives of the first token that is not white space. A token
    counts for the labels that start with it, in equal parts; what no label starts with counts for none."""
    first = next((t for t in logprobs if _fold(str(t.get("token", "")))), None)
    shares = {_fold(name): 0.0 for name in labels}
    for entry in (first or {}).get("top_logprobs") or ([first] if first else []):
        token = _fold(str(entry["token"]))
        owners = [name for name in shares if token and name.startswith(token)]
        for name in owners:
            shares[name] += math.exp(float(entry["logprob"])) / len(owners)
    return shares


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Unweighted mean of the F1 of every right label; pairs are (right, answered)."""
    names = {right for right, _ in pairs}
    if not names:
        return None
    scores = []
    for name in names:
        hits = sum(r == a == name for r, a in pairs)
        relevant = sum(r == name for r, _ in pairs) + sum(a == name for _, a in pairs)
        scores.append(2 * hits / relevant)
    return sum(scores) / len(scores)


def percentile(values: Sequence[float], share: float) -> float | None:
    """Linear between the two nearest values; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _truth(value: bool) -> Measured:
    return Measured(float(value))


def _fold(text: str) -> str:
    return text.strip().strip("\"'`*.!").strip().casefold()


def _plain(text: str, options: Mapping[str, Any]) -> str:
    return text.strip() if options.get("case_sensitive") else text.strip().casefold()


@dataclass
class Series:
    """The values of one metric for one candidate."""

    values: array[float] = field(default_factory=lambda: array("d"))
    pairs: list[tuple[str, str]] = field(default_factory=list)

    def mean(self) -> float | None:
        """Their mean; None of nothing."""
        return math.fsum(self.values) / len(self.values) if self.values else None


class Scoreboard:
    """Measures answers as they come; keeps numbers, not texts.

    Raises:
        BadInput: a metric is not known, lacks an option, or cannot decide as configured.
    """

    def __init__(self, plan: Plan, prompts: Sequence[Prompt], *, code_allowed: bool = False):
        self.metrics = [named(m) for m in plan.metrics]
        self.deciding = plan.deciding
        self.verdicts: list[Verdict] = []
        self._series: dict[tuple[str, str], Series] = defaultdict(Series)
        self._workers: dict[str, Any] = {}
        for metric in self.metrics:
            _check(metric, prompts, deciding=metric.name == plan.deciding)
            if metric.kind == "python":
                self._workers[metric.name] = _worker(plan, metric, code_allowed)

    def close(self) -> None:
        """End the processes of custom metrics."""
        for worker in self._workers.values():
            worker.close()

    async def add_async(self, prompt: Prompt, model: str, reply: Reply, route: Route) -> None:
        """Measure one answer; custom metrics wait in a thread for their process."""
        import asyncio

        for metric in self.metrics:
            if metric.name in self._workers:
                worker = self._workers[metric.name]
                self._record(metric, prompt, model, await asyncio.to_thread(worker.score, prompt, reply))
        self.add(prompt, model, reply, route)

    def add(
        self, prompt: Prompt, model: str, reply: Reply, route: Route | None = None, *, measured: bool = True
    ) -> None:
        """Measure one answer. `measured` is False for answers that were there before: no latency, no cost."""
        for metric in self.metrics:
            if metric.kind == "cost":
                cost = route.cost(*reply.usage) if route else None
                self._record(metric, prompt, model, Measured(cost, "" if cost is not None else "no price is known"))
            elif metric.kind in SCORERS:
                self._record(metric, prompt, model, SCORERS[metric.kind](prompt, reply, metric.options))
        if measured:
            self._series["latency_s", model].values.append(reply.latency_s)
            self._series["output_tokens", model].values.append(reply.output_tokens)
            if route and (cost := route.cost(*reply.usage)) is not None:
                self._series["cost_usd", model].values.append(cost)

    def summary(self, model: str) -> dict[str, float | None]:
        """Means by metric, with latency percentiles (seconds), mean output tokens and cost of a task."""
        found: dict[str, float | None] = {}
        for metric in self.metrics:
            series = self._series[metric.name, model]
            found[metric.name] = macro_f1(series.pairs) if metric.kind == "f1" else series.mean()
        seconds = self._series["latency_s", model].values
        if seconds:
            found["latency_p50_s"] = percentile(seconds, 0.5)
            found["latency_p95_s"] = percentile(seconds, 0.95)
            found["output_tokens"] = self._series["output_tokens", model].mean()
        if self._series["cost_usd", model].values:
            found["cost_per_task_usd"] = self._series["cost_usd", model].mean()
        return {k: None if v is None else round(v, 6) for k, v in found.items()}

    def _record(self, metric: Metric, prompt: Prompt, model: str, found: Measured) -> None:
        series = self._series[metric.name, model]
        if found.value is not None:
            series.values.append(found.value)
        if metric.kind == "f1":
            series.pairs.append((_fold(prompt.reference or ""), found.label))
        if metric.name == self.deciding:
            self.verdicts.append(_verdict(metric, prompt, model, found))


def named(metric: Metric | str) -> Metric:
    """A metric with its name filled in.

    Raises:
        BadInput: its kind is not known.
    """
    metric = Metric(kind=metric) if isinstance(metric, str) else metric
    if metric.kind not in KINDS:
        raise BadInput(f"The metric {metric.kind!r} is not known: choose one of {', '.join(sorted(KINDS))}.")
    return metric if metric.name else metric.model_copy(update={"name": metric.kind})


def _check(metric: Metric, prompts: Sequence[Prompt], *, deciding: bool) -> None:
    for option, kinds in (("pattern", {"regex"}), ("labels", {"label", "f1", "cross_entropy"})):
        if metric.kind in kinds and not metric.options.get(option):
            raise BadInput(f"The metric {metric.name!r} needs the option {option!r}.")
    if metric.kind in NEEDS_REFERENCE and not any(p.reference is not None for p in prompts):
        raise BadInput(f"The metric {metric.name!r} compares with a reference, and no prompt has one.")
    if deciding and metric.threshold is None and metric.kind not in BOUNDED:
        raise BadInput(f"The metric {metric.name!r} decides only with a threshold: state what is good enough.")
    if metric.kind == "regex":
        _check_pattern(metric)


def _check_pattern(metric: Metric) -> None:
    import regex as bounded

    try:
        bounded.compile(str(metric.options["pattern"]))
    except bounded.error as error:
        raise BadInput(f"The pattern of {metric.name!r} is not a regular expression: {error}.") from error


def _verdict(metric: Metric, prompt: Prompt, model: str, found: Measured) -> Verdict:
    """The value as a score from 0 to 1: the pass mark met or not, else the value, turned where lower is better."""
    place: dict[str, Any] = {"item": prompt.id, "judge": f"metric:{metric.name}", "model_a": model}
    if found.value is None:
        return Verdict(**place, reason=found.reason)
    lower = metric.kind in LOWER_IS_BETTER
    if metric.threshold is not None:
        passed = found.value <= metric.threshold if lower else found.value >= metric.threshold
        return Verdict(**place, score=float(passed), reason=found.reason)
    return Verdict(**place, score=1 - found.value if lower else min(1.0, max(0.0, found.value)), reason=found.reason)


def _worker(plan: Plan, metric: Metric, allowed: bool) -> Any:
    if not (plan.allow_code and allowed):
        raise BadInput(
            f"The metric {metric.name!r} runs Python code: set allow_code in the plan and ADVISOR_ALLOW_CODE=1."
        )
    from advisor.trial.custom import CustomMetric

    return CustomMetric(metric)
