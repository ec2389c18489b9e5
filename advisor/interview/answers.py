"""Reading a message as the answer to the open question."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from advisor.interview.quantities import Quantity, find_quantities, period_factor
from advisor.interview.rules_deployment import deployment_fact
from advisor.interview.rules_flags import BOOLEANS
from advisor.interview.rules_inputs import modality_fact
from advisor.interview.rules_lists import COUNTRIES, language_fact, provider_mentions, says_only
from advisor.interview.rules_residency import region_mentions, residency_fact
from advisor.interview.rules_topic import scores, task_scores
from advisor.interview.text import Text
from advisor.interview.vocabulary import Terms, pattern
from advisor.schema import Fact, Requirements

NUMERIC = (
    "monthly_requests",
    "input_tokens_per_request",
    "output_tokens_per_request",
    "monthly_budget_usd",
    "max_latency_seconds",
    "min_context_tokens",
    "gpu_memory_gb",
)
KINDS = {
    "monthly_requests": "count",
    "monthly_budget_usd": "money",
    "max_latency_seconds": "time",
    "gpu_memory_gb": "memory",
}
FEWEST_TOKENS = 10  # a bare figure below counts something else than tokens
_EXPLICIT = ("monthly_requests", "monthly_budget_usd", "data_residency", "excluded_providers")
_TOPICAL = ("task", "secondary_tasks", "domain", "outcome_metric")


@dataclass
class Answer:
    """Facts that an answer gives, the asked fields that the user cannot answer, and those answered with "none"."""

    facts: list[Fact] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    nothing: list[str] = field(default_factory=list)


def words(name: str, *path: str) -> Terms:
    """A list of answers.toml as a pattern."""
    return pattern("answers.toml", name, *path)


def read_answer(text: Text, asked: str, facts: list[Fact], known: Requirements) -> Answer:
    """The answer to `asked`, with what the message volunteers beside it."""
    answer = Answer([f for f in facts if f.field != asked and volunteered(text, f)])
    head = head_of(text)
    if words("unknown").search(head.low) or re.fullmatch(r"[\s?？.…-]*", head.low):
        answer.unknown.append(asked)
        return answer
    value = _value(head, asked, facts, known)
    if asked in NUMERIC:  # one figure is not two facts
        answer.facts = [f for f in answer.facts if f.field not in NUMERIC or f.value != value]
    if value is None:
        answer.unknown.append(asked)
    elif value == []:
        answer.nothing.append(asked)
    else:
        only = asked == "preferred_providers" and says_only(head, provider_mentions(head))
        quote = text.raw.strip()[:200]
        answer.facts.append(Fact(field=asked, value=value, quote=quote, origin="answered", only=only))
    return answer


def head_of(text: Text) -> Text:
    """The part of a reply that answers, without an afterthought that changes something else."""
    match = re.search(rf"(?<=[\w.!?。！？)\s])\s*(?:{words('volunteered').pattern})", text.low[1:])
    cut = match.start() + 1 if match and match.start() > 3 else len(text.raw)
    return Text.of(text.raw[:cut], text.language)


def volunteered(text: Text, fact: Fact) -> bool:
    """Whether a fact on something else than what was asked is meant: most words of an answer are about the question."""
    at = text.raw.find(fact.quote)
    head = len(head_of(text).raw)
    if at >= head:
        return fact.field not in _TOPICAL
    if at >= text.sentence_span(0)[1]:
        return fact.field not in (*_TOPICAL, *BOOLEANS, "input_modalities")
    return fact.field in _EXPLICIT


def _value(text: Text, asked: str, facts: list[Fact], known: Requirements) -> Any:
    """The value that an answer gives; [] for a clear "none", None where it cannot be read."""
    stated = next((f.value for f in facts if f.field == asked), None)
    if asked in BOOLEANS:
        return _yes_or_no(text, stated)
    if asked in NUMERIC:
        return _number(text, asked, stated, known)
    if asked == "languages" and stated:
        return stated
    return _READERS[asked](text, stated, known)


def _yes_or_no(text: Text, stated: Any) -> bool | None:
    if words("vague").search(text.low):
        return None
    yes, no = words("yes").search(text.low), words("no").search(text.low)
    if stated is False or (no and not yes and stated is not True):
        return False
    if yes and no:
        return bool(stated) if no.start() > yes.start() and stated is not None else yes.start() < no.start()
    return True if yes or stated else None


def _number(text: Text, asked: str, stated: Any, known: Requirements) -> float | list[Any] | None:
    quantities = [q for q in find_quantities(text) if q.kind != "share"]
    kind = KINDS.get(asked, "length")
    fitting = [q for q in quantities if q.kind == kind and not (kind == "count" and q.number.weak and not q.period)]
    bare = [q for q in quantities if q.kind == "count" and not q.number.weak]
    if stated is not None:
        return float(stated)
    chosen = fitting[-1] if fitting else bare[-1] if bare else None
    if chosen and asked == "monthly_budget_usd" and chosen.per == "request":
        return round(chosen.value * known.monthly_requests, 4) if known.monthly_requests else None
    if chosen and kind == "length" and chosen.kind == "count" and chosen.value < FEWEST_TOKENS:
        return None  # "two sentences"
    if chosen is None:
        return [] if words("no").search(text.low) or words("anywhere").search(text.low) else None
    return in_base(asked, chosen)


def in_base(asked: str, quantity: Quantity) -> float:
    """A quantity in the unit of a field: a month, US dollars, seconds, tokens."""
    value = quantity.top if asked in ("max_latency_seconds", "monthly_budget_usd") else quantity.value
    if quantity.period and asked in ("monthly_requests", "monthly_budget_usd"):
        value *= period_factor(quantity.period)
    return round(value, 4)


def _task(text: Text, stated: Any, known: Requirements) -> str | None:
    found = task_scores(text)
    return max(found, key=lambda t: found[t].weight, default=None)


def _secondary(text: Text, stated: Any, known: Requirements) -> list[str] | None:
    if words("none_at_all").search(text.low) or (words("no").match(text.low.strip()) and len(text.low) < 40):
        return []
    found = {t: s.weight for t, s in task_scores(text).items() if t != known.task}
    best = max(found.values(), default=0.0)
    return [t for t, w in found.items() if w >= max(0.6 * best, 1.0)] or None


def _domain(text: Text, stated: Any, known: Requirements) -> str | None:
    found = scores(text, "domains.toml")
    return max(found, key=lambda d: found[d].weight, default=None)


def _languages(text: Text, stated: Any, known: Requirements) -> list[str] | None:
    fact = language_fact(text, [])
    if fact is None and (codes := _CODES.fullmatch(text.low.strip(" ."))):
        fact = language_fact(Text.of(codes.group().upper()), [])
    return fact.value if fact else _none_or_unread(text)


_CODES = re.compile(r"[a-z]{2}(?:\s?[/,+&]\s?[a-z]{2})+")


def _none_or_unread(text: Text) -> list[str] | None:
    return [] if words("no").search(text.low) or words("none_at_all").search(text.low) else None


def _modalities(text: Text, stated: Any, known: Requirements) -> list[str] | None:
    fact = modality_fact(text)
    return fact.value if fact else ["text"]


_OF_COUNTRY = {
    "chinese": re.compile(r"\b(?:chin[ae]s\w*|chin[oa]s?|chinois\w*|cinesi)\b|中国"),
    "american": re.compile(r"\b(?:american\w*|amerikan\w*|estadounidens\w*|americain\w*)\b"),
}


def _providers(text: Text, stated: Any, known: Requirements) -> list[str] | None:
    named = [m.value for m in provider_mentions(text)] + [c for c, said in _OF_COUNTRY.items() if said.search(text.low)]
    found = [v for name in named for v in COUNTRIES.get(name, (name,))]
    return list(dict.fromkeys(found)) or _none_or_unread(text)


def _first_of(text: Text, *path: str) -> str | None:
    from advisor.interview.vocabulary import load

    found = {}
    for value in load("answers.toml")[path[0]]:
        if match := words(path[0], value).search(text.low):
            found[value] = match.start()
    return min(found, key=lambda v: found[v], default=None)


def _deployment(text: Text, stated: Any, known: Requirements) -> str | None:
    fact = deployment_fact(text)
    return fact.value if fact else _first_of(text, "deployment")


def _residency(text: Text, stated: Any, known: Requirements) -> str | None:
    places = region_mentions(text)
    if len(places) > 1 and words("anywhere").search(text.low):
        return "none"
    if places:
        return places[-1][0]
    fact = residency_fact(text)
    if fact:
        return str(fact.value)
    if _first_of(text, "deployment") in ("self_hosted", "on_device"):
        return "on_prem"
    return "none" if words("anywhere").search(text.low) or words("no").search(text.low) else None


def _priority(text: Text, stated: Any, known: Requirements) -> str | None:
    return stated or _first_of(text, "priority")


def _metric(text: Text, stated: Any, known: Requirements) -> str | None:
    first = text.raw[: text.sentence_span(0)[1]].strip(" .。!\n")
    match = re.match(rf"(?:(?:{words('filler').pattern})[\s,]+)+", Text.of(first).low)
    return stated or (first[match.end() :] if match else first) or None


def reader(field: str) -> Callable[[Text, Any, Requirements], Any]:
    """What reads the value of a field from an answer; None where it cannot."""
    return _READERS[field]


_READERS: dict[str, Callable[[Text, Any, Requirements], Any]] = {
    "task": _task,
    "secondary_tasks": _secondary,
    "domain": _domain,
    "languages": _languages,
    "input_modalities": _modalities,
    "deployment": _deployment,
    "data_residency": _residency,
    "excluded_providers": _providers,
    "preferred_providers": _providers,
    "outcome_metric": _metric,
    "priority": _priority,
}
