"""What a language model may add to the rules: task, domain and outcome metric, each with the user's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel

from advisor.errors import AdvisorError
from advisor.interview.rules_topic import task_scores
from advisor.interview.text import Text
from advisor.prompts import UNDERSTAND_SYSTEM, UNDERSTAND_USER
from advisor.schema import DOMAINS, TASKS, Domain, Fact, Task

if TYPE_CHECKING:
    from advisor.models import Speaker

MAX_TOKENS = 150
MAX_MESSAGE = 6000
CLEAR_MARGIN = 0.5


class Reading(BaseModel):
    """The model's reading of a message; every value needs its quote."""

    task_quote: str | None = None
    task: Task | None = None
    domain_quote: str | None = None
    domain: Domain | None = None
    outcome_metric_quote: str | None = None


def read(speaker: Speaker, message: str) -> Reading:
    """One call of at most 150 tokens of answer. Raises EndpointError where the endpoint fails."""
    system = UNDERSTAND_SYSTEM.format(tasks=", ".join(TASKS), domains=", ".join(DOMAINS))
    user = UNDERSTAND_USER.format(message=message[:MAX_MESSAGE].replace("</message>", "< /message>"))
    return speaker.structured(Reading, system, user, max_tokens=MAX_TOKENS)


def refine(speaker: Speaker, text: Text, facts: list[Fact]) -> list[Fact]:
    """The rules' facts with what the model settles; the rules alone where the model fails or adds nothing."""
    if not needs_model(text, facts):
        return facts
    try:
        reading = read(speaker, text.raw)
    except AdvisorError:
        return facts
    return merge(text, facts, reading)


def needs_model(text: Text, facts: list[Fact]) -> bool:
    """True where the rules found a use case but not what it is for; a call costs seconds on a small machine."""
    known = {f.field for f in facts}
    return ("task" not in known or not clear_task(text)) and len(text.low.split()) + len(text.low) // 12 >= 6


def clear_task(text: Text) -> bool:
    """True where one task leads the others by a margin."""
    weights = sorted((s.weight for s in task_scores(text).values()), reverse=True)
    return bool(weights) and (len(weights) == 1 or weights[0] - weights[1] >= CLEAR_MARGIN)


def merge(text: Text, facts: list[Fact], reading: Reading) -> list[Fact]:
    """Add the model's values with a quote from the message, where the rules have none; the rules win."""
    known = {f.field for f in facts}
    weights = task_scores(text)
    out = list(facts)
    if reading.task and "task" not in known and (quote := verbatim(text, reading.task_quote)) and (known or weights):
        out.append(Fact(field="task", value=reading.task, quote=quote, note="read by the language model"))
    return out


def verbatim(text: Text, quote: str | None) -> str | None:
    """The words of the message that a quote repeats, blanks aside; None where it repeats none."""
    words = (quote or "").split()
    if not words or len("".join(words)) < 3:
        return None
    match = re.search(r"\s+".join(map(re.escape, words)), text.raw, re.IGNORECASE)
    return match.group() if match else None
