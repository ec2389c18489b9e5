"""What models may add to the rules: the task, with the user's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel

from advisor.endpoints.routes import LOCAL
from advisor.errors import AdvisorError
from advisor.interview.rules_topic import is_guess, task_scores
from advisor.interview.text import Text
from advisor.prompts import UNDERSTAND_SYSTEM, UNDERSTAND_USER
from advisor.schema import TASKS, Fact, Task

if TYPE_CHECKING:
    from advisor.endpoints.models import Speaker

MAX_TOKENS = 90
MAX_MESSAGE = 6000


class Reading(BaseModel):
    """The model's reading of a message: the words that name the task, then the task."""

    task_quote: str | None = None
    task: Task | None = None


def read(speaker: Speaker, message: str) -> Reading:
    """One call of at most 90 tokens of answer. Raises EndpointError where the endpoint fails."""
    system = UNDERSTAND_SYSTEM.format(tasks=", ".join(TASKS))
    user = UNDERSTAND_USER.format(message=message[:MAX_MESSAGE].replace("</message>", "< /message>"))
    return speaker.structured(Reading, system, user, max_tokens=MAX_TOKENS)


def refine(speaker: Speaker, text: Text, facts: list[Fact]) -> list[Fact]:
    """The facts, with the task as the language model reads it where they have none or a guess.

    An embedded model is not asked: it takes half a minute on two busy cores and was measured to name no task
    with the user's words (docs/interview.md)."""
    if speaker.model.startswith(f"{LOCAL}/") or not needs_model(facts):
        return facts
    try:
        return merge(text, facts, read(speaker, text.raw))
    except AdvisorError:
        return facts


def needs_model(facts: list[Fact]) -> bool:
    """True where a use case was found but not its task, or only a guess at it."""
    return bool(facts) and all(f.field != "task" or is_guess(f) for f in facts)


def merge(text: Text, facts: list[Fact], reading: Reading) -> list[Fact]:
    """The facts with the model's task.

    It needs a quote from the message, and must not contradict what evidence the rules have.
    """
    evidence = task_scores(text)
    quote = verbatim(text, reading.task_quote)
    if not reading.task or not quote or (evidence and reading.task not in evidence):
        return facts
    others = [f for f in facts if f.field != "task"]
    return [*others, Fact(field="task", value=reading.task, quote=quote, note="read by the language model")]


def verbatim(text: Text, quote: str | None) -> str | None:
    """The words of the message that a quote repeats, blanks aside; None where it repeats none."""
    words = (quote or "").split()
    if not words or len("".join(words)) < 3:
        return None
    match = re.search(r"\s+".join(map(re.escape, words)), text.raw, re.IGNORECASE)
    return match.group() if match else None
