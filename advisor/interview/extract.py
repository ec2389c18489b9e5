"""Facts from a message: rules over the words, each fact with the words that it came from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from advisor.interview.answers import Answer, read_answer
from advisor.interview.folding import fold
from advisor.interview.meaning import Meaning, meaning_of
from advisor.interview.parts import read_parts
from advisor.interview.rules_flags import flag_facts
from advisor.interview.rules_inputs import modality_fact
from advisor.interview.rules_lists import language_fact, provider_facts
from advisor.interview.rules_numbers import numeric_facts
from advisor.interview.rules_topic import domain_fact, is_guess, metric_fact, task_facts
from advisor.interview.steering import find_steering, mask
from advisor.interview.text import Text
from advisor.interview.withdrawals import withdrawn_fields
from advisor.schema import FIELDS, Fact, Requirements, UseCase

if TYPE_CHECKING:
    from advisor.endpoints.models import Speaker


class Extraction(BaseModel):
    """What one message says: facts, fields that it takes back, that the user cannot answer, or answers with "none"."""

    facts: list[Fact] = []
    withdrawn: list[str] = []
    unknown: list[str] = []
    nothing: list[str] = []
    contradictions: list[str] = []
    language: str = "en"
    attempts_to_steer: list[str] = []

    def requirements(self) -> Requirements:
        """The facts as typed requirements."""
        return Requirements.model_validate({fact.field: fact.value for fact in self.facts})


def extract(
    message: str,
    *,
    speaker: Speaker | None = None,
    known: Requirements | None = None,
    asked: str | Sequence[str] | None = None,
    spoken: str = "en",
    by_meaning: bool = True,
) -> Extraction:
    """Read the facts of a message. Without `by_meaning` its words alone tell the task, which costs no embedding.

    `asked` names the field of the open question, or its fields: the message is then first read as its answer.
    A task that is `known` is changed by words that name another one alone, not by what a message sounds like.
    `spoken` is the language of the conversation, which a message of few words is held to be in.
    `speaker` is a language model that may settle what the rules leave open; its values need the user's words.
    """
    text, steering = prepare(message, spoken)
    known = known or Requirements()
    out = Extraction(language=text.language, attempts_to_steer=steering)
    if asked:
        fields = [asked] if isinstance(asked, str) else list(asked)
        answer = read_reply(text, fields, known)
        out.facts, out.unknown, out.nothing = answer.facts, answer.unknown, answer.nothing
    else:
        out.facts = rule_facts(text, known, meaning_of(text) if by_meaning and not known.task else None)
    out.withdrawn = withdrawn_fields(text, [f.field for f in out.facts])
    out.facts = [f for f in out.facts if f.field not in out.withdrawn]
    if speaker is not None and not asked:
        from advisor.interview.llm_extract import refine

        out.facts = refine(speaker, text, out.facts)
    out.contradictions = _contradictions(out.facts)
    out.facts = [_verbatim(message, f) for f in out.facts if _valid(f)]
    return out


def read_reply(text: Text, asked: Sequence[str], known: Requirements) -> Answer:
    """A reply to a question on one field or on several."""
    facts = rule_facts(text, known)
    if len(asked) == 1:
        return read_answer(text, asked[0], facts, known)
    return read_parts(text, asked, facts, known, rule_facts)


def prepare(message: str, spoken: str = "en") -> tuple[Text, list[str]]:
    """The message ready for rules, with attempts to steer blanked out and listed."""
    text = Text.of(message, spoken=spoken)
    spans = find_steering(text.low, text.sentences())
    if not spans:
        return text, []
    return Text.of(mask(message, spans), spoken=spoken), [message[a:b].strip() for a, b in spans]


def rule_facts(text: Text, known: Requirements, meaning: Meaning | None = None) -> list[Fact]:
    """All facts that the rules find, one a field; `meaning` is what the message as a whole says, which settles the
    task, the domain and what is said in other words than the rules know."""
    flags, inputs, providers = flag_facts(text), modality_fact(text), provider_facts(text)
    topic = task_facts(text, meaning)  # last of these: the meaning is computed beside them where it was begun ahead
    task = next((str(f.value) for f in topic if f.field == "task" and not is_guess(f)), None)
    numbers = numeric_facts(text, task, read=meaning is not None)
    found = numbers + (meaning.settled(flags) if meaning else flags) + topic + providers
    single = [
        domain_fact(text, meaning),
        language_fact(text, known.languages),
        taken_in(inputs, meaning),
        metric_fact(text),
    ]
    return own_hardware(seen_or_heard([*found, *(fact for fact in single if fact)]), meaning)


def taken_in(inputs: Fact | None, meaning: Meaning | None) -> Fact | None:
    """The inputs that rules found, as far as the whole message does not speak against them."""
    if inputs is None or meaning is None:
        return inputs
    kinds = meaning.takes_in(inputs.value)
    return inputs.model_copy(update={"value": kinds}) if kinds else None


def seen_or_heard(facts: list[Fact]) -> list[Fact]:
    """Who reads pictures takes them in, and who writes down speech takes in sound, whatever the words for it."""
    by = {f.field: f for f in facts}
    task = by.get("task")
    kind = _TAKES_IN.get(task.value) if task and not is_guess(task) else None
    if kind is None or task is None or "input_modalities" in by or _SPEAKS.search(fold(task.quote)):
        return facts
    return [*facts, Fact(field="input_modalities", value=[kind], quote=task.quote, note="follows from the task")]


_TAKES_IN = {"document_vision": "image", "speech": "audio"}
_SPEAKS = re.compile(
    r"read\w* (?:aloud|out)|aloud|text[- ]to[- ]speech|\btts\b|vorles\w*|voice ?over|narrat\w*|announce\w*|synthe\w*"
)


def own_hardware(facts: list[Fact], meaning: Meaning | None) -> list[Fact]:
    """Cards that the user names for the model mean that it runs on them, where nothing else is said; cards in a message
    that wants it to run elsewhere are those of others."""
    by = {f.field: f for f in facts}
    card, deployment = by.get("gpu_memory_gb"), by.get("deployment")
    if card is None:
        return facts
    if (deployment and deployment.value == "api") or (meaning and not meaning.runs_on_own()):
        return [fact for fact in facts if fact is not card]
    if deployment or not _CARD.search(fold(card.quote + card.note)):
        return facts
    return [*facts, Fact(field="deployment", value="self_hosted", quote=card.quote, note="the cards are yours")]


_CARD = re.compile(r"\bcards?\b|gb\b")


def _valid(fact: Fact) -> bool:
    try:
        Requirements.model_validate({fact.field: fact.value})
    except ValidationError:
        return False
    return fact.field in FIELDS


def _verbatim(message: str, fact: Fact) -> Fact:
    """Guarantee that the quote is in the message, whatever a rule did to it."""
    if fact.quote in message:
        return fact
    words = re.escape(" ".join(fact.quote.split())).replace(r"\ ", r"\s+")
    match = re.search(words, message)
    return fact.model_copy(update={"quote": match.group() if match else message.strip()[:200]})


def _contradictions(facts: list[Fact]) -> list[str]:
    value: dict[str, Any] = {f.field: f.value for f in facts}
    out = []
    if value.get("deployment") in ("self_hosted", "on_device") and value.get("open_weights_required") is False:
        out.append("It should run on your own hardware, but open weights are said not to be needed.")
    both = set(value.get("excluded_providers", [])) & set(value.get("preferred_providers", []))
    out += [f"{maker} is both ruled out and asked for." for maker in sorted(both)]
    latency = value.get("max_latency_seconds")
    if value.get("batch_ok") is True and latency is not None and latency <= 5:
        out.append("Answers may wait for a batch, yet they should come within seconds.")
    return out


def apply(use_case: UseCase, extraction: Extraction) -> tuple[UseCase, list[str]]:
    """The use case after a message, and what changed in plain words; the later statement wins."""
    facts, changes = dict(use_case.facts), []
    for name in extraction.withdrawn:
        if name in facts:
            changes.append(f"{_label(name)}: {_show(facts.pop(name).value)} no longer holds")
    for fact in extraction.facts:
        change = _change(facts.get(fact.field), fact)
        facts[fact.field] = fact
        changes += [change] if change else []
    unknown = [f for f in dict.fromkeys([*use_case.unknown, *extraction.unknown]) if f not in facts]
    language = extraction.language if not use_case.facts else use_case.language
    updated = use_case.model_copy(update={"facts": facts, "unknown": unknown, "language": language})
    return updated, changes


def _change(old: Fact | None, new: Fact) -> str | None:
    if old is None:
        return f"{_label(new.field)}: {_show(new.value)}"
    return None if old.value == new.value else f"{_label(new.field)}: {_show(old.value)} -> {_show(new.value)}"


def _label(name: str) -> str:
    return name.replace("_", " ")


def _show(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,.10g}" if isinstance(value, float) else str(value)
