"""Interviews played against scripted users: each has an opening, an answer a field, and changes of mind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from advisor.errors import BadInput
from advisor.interview.conditions import applies
from advisor.interview.extract import apply, extract
from advisor.interview.questions import LIMIT
from advisor.schema import Question, UseCase

if TYPE_CHECKING:
    from advisor.endpoints.models import Speaker

Ask = Callable[[UseCase, Sequence[str]], Question | None]
Advise = Callable[[UseCase], list[str]]
_PUZZLED = "Sorry, I don't know what you mean."


@dataclass
class ScriptedUser:
    """A persona at work. Each part of a question is a turn and gets a line of the reply. A change is added to the reply
    of its turn, whatever was asked, and lasts."""

    persona: dict[str, Any]
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._answers = dict(self.persona["answers"])

    def reply(self, asked: str) -> str:
        """The answer to one part of a question."""
        self.asked.append(asked)
        reply = str(self._answers.get(asked, _PUZZLED))
        for change in self.persona.get("changes", []):
            if change["after_turn"] == len(self.asked):
                reply += " " + change["append"]
                self._answers.update(change.get("answers_after", {}))
        return reply


def simulate(
    personas: Iterable[dict[str, Any]],
    ask: Ask,
    shortlist: Advise | None = None,
    *,
    speaker: Speaker | None = None,
    limit: int = LIMIT,
) -> list[dict[str, Any]]:
    """Play every persona: rows with the fields asked (`asked`), the same by question (`questions`), the final
    requirements and the shortlist.

    `ask` gives the next question for a use case and the fields asked so far, `shortlist` the model ids.
    """
    return [_play(persona, ask, shortlist, speaker, limit) for persona in personas]


def _play(
    persona: dict[str, Any], ask: Ask, shortlist: Advise | None, speaker: Speaker | None, limit: int
) -> dict[str, Any]:
    missing = [k for k in ("id", "opening", "answers") if k not in persona]
    if missing:
        raise BadInput(f"A persona lacks {', '.join(missing)}; each needs id, opening and answers.")
    user = ScriptedUser(persona)
    use_case = hear(UseCase(), persona["opening"], speaker=speaker)
    keys: list[str] = []
    while len(keys) < limit and (question := ask(use_case, keys)):
        put, reply = _put(user, question, use_case)
        keys.append("+".join(put))
        use_case = hear(use_case, reply, asked=put)
    return {
        "id": persona["id"],
        "asked": user.asked,
        "questions": [key.split("+") for key in keys],
        "requirements": use_case.requirements().stated(),
        "shortlist": shortlist(use_case) if shortlist else [],
    }


def _put(user: ScriptedUser, question: Question, use_case: UseCase) -> tuple[list[str], str]:
    """The parts of a question that are for this user, and the reply, a line for each. A part that an earlier one of the
    same reply rules out, such as the memory of a machine that the user does not have, is passed over, as people do."""
    put, lines = [question.field], [user.reply(question.field)]
    for part in question.also:
        use_case = hear(use_case, lines[-1], asked=put[-1:])
        if applies(use_case, part):
            put.append(part)
            lines.append(user.reply(part))
    return put, "\n".join(lines)


def hear(
    use_case: UseCase, message: str, *, asked: Sequence[str] | None = None, speaker: Speaker | None = None
) -> UseCase:
    """The use case after one message."""
    found = extract(message, speaker=speaker, known=use_case.requirements(), asked=asked, spoken=use_case.language)
    text = use_case.text if asked else f"{use_case.text}\n{message}".strip()
    updated, _ = apply(use_case, found)
    return updated.model_copy(update={"text": text})
