"""Rows of any source become prompts: columns under their other names, turns of a conversation, checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from advisor.errors import BadInput
from advisor.hostile_data import parse_json, sane
from advisor.trial.prompt_text import shown
from advisor.trial.schema import Message, Prompt

MAX_PROMPTS = 200_000
MAX_CHARS = 2_000_000
MOST_VALUES = 100_000
ALIASES = {
    "prompt": ("prompt", "question", "instruction", "input", "query", "text", "user", "problem"),
    "reference": ("reference", "expected", "answer", "target", "ideal", "output", "label", "ground_truth", "solution"),
    "id": ("id", "prompt_id", "item", "question_id", "key"),
    "system": ("system", "system_prompt"),
    "messages": ("messages", "conversation", "conversations", "turns"),
    "weight": ("weight",),
    "outputs": ("outputs", "responses"),
    "vars": ("vars", "variables"),
}
ROLES = {"human": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant", "developer": "system"}


def checked(rows: Iterable[tuple[int, Any]], what: str) -> list[Prompt]:
    """Prompts from numbered rows; `what` names one of them.

    Raises:
        BadInput: a row is not usable, an id is there twice, or there are no rows or too many.
    """
    prompts: list[Prompt] = []
    seen: set[str] = set()
    for number, row in rows:
        prompt = _prompt(row, number, what)
        if prompt.id in seen:
            raise BadInput(f"The id {prompt.id!r} of {what} {number} is there twice: ids must differ.")
        seen.add(prompt.id)
        prompts.append(prompt)
        if len(prompts) > MAX_PROMPTS:
            raise BadInput(f"More than {MAX_PROMPTS} prompts: take a sample.")
    if not prompts:
        raise BadInput("There are no prompts: give at least one.")
    return prompts


def _prompt(row: Any, number: int, what: str) -> Prompt:
    row = sane(row, f"The {what} {number} of the prompts", MOST_VALUES)
    fields = {"prompt": row} if isinstance(row, str) else _fields(row, number, what)
    try:
        prompt = Prompt.model_validate({"id": str(number), **fields})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInput(f"The {what} {number} of the prompts is not usable: {place}: {first['msg']}.") from error
    if not prompt.prompt.strip() and not prompt.messages:
        raise BadInput(f"The {what} {number} of the prompts is empty: give 'prompt' or 'messages'.")
    if sum(map(len, (prompt.prompt, *(m.content for m in prompt.messages)))) > MAX_CHARS:
        raise BadInput(f"The {what} {number} of the prompts is longer than {MAX_CHARS} characters.")
    return prompt


def _fields(row: Any, number: int, what: str) -> dict[str, Any]:
    """Our fields from a row whose columns may have other names; columns of no meaning to us become variables."""
    if not isinstance(row, dict):
        raise BadInput(f"The {what} {number} of the prompts is neither text nor an object.")
    lower = {str(k).strip().lower(): v for k, v in row.items() if v is not None}
    names = {ours: next((a for a in aliases if a in lower), None) for ours, aliases in ALIASES.items()}
    if names["messages"]:
        names["prompt"] = None
    found = {ours: lower[name] for ours, name in names.items() if name is not None}
    used = {name for name in names.values() if name}
    extra = {str(k): v for k, v in row.items() if str(k).strip().lower() not in used and v is not None}
    return _shaped(found, extra, number, what)


def _shaped(found: dict[str, Any], extra: dict[str, Any], number: int, what: str) -> dict[str, Any]:
    outputs = _object(found.get("outputs"), f"outputs of {what} {number}")
    for name in [k for k in extra if k.startswith(("output:", "answer:"))]:
        outputs[name.partition(":")[2]] = extra.pop(name)
    fields: dict[str, Any] = {
        "vars": {**extra, **_object(found.get("vars"), f"vars of {what} {number}")},
        "outputs": {k: shown(v) for k, v in outputs.items()},
    }
    fields |= {k: _text(found[k]) for k in ("id", "prompt", "reference", "system") if k in found}
    if "weight" in found:
        fields["weight"] = found["weight"]
    if "messages" in found:
        fields["messages"] = [_message(m, number, what) for m in _turns(found["messages"], number, what)]
    return fields


def _text(value: Any) -> str:
    """A cell as text; of a list of acceptable answers the first."""
    if isinstance(value, list) and value and all(isinstance(v, str) for v in value):
        return value[0]
    return shown(value)


def _object(value: Any, what: str) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ValueError as error:
            raise BadInput(f"The {what} are not a JSON object: {error}.") from error
    if not isinstance(value, dict):
        raise BadInput(f"The {what} are not an object of name and value.")
    return dict(value)


def _turns(value: Any, number: int, what: str) -> list[Any]:
    if isinstance(value, str):
        try:
            value = parse_json(value)
        except ValueError as error:
            raise BadInput(f"The messages of {what} {number} are not JSON: {error}.") from error
    if not isinstance(value, list) or not value:
        raise BadInput(f"The messages of {what} {number} are not a list of turns.")
    return value


def _message(turn: Any, number: int, what: str) -> Message:
    if isinstance(turn, str):
        return Message(role="user", content=turn)
    if isinstance(turn, Message):
        return turn
    if not isinstance(turn, dict):
        raise BadInput(f"A turn of {what} {number} has no role and content.")
    role = str(turn.get("role", turn.get("from", "user"))).lower()
    role = ROLES.get(role, role)
    if role not in ("system", "user", "assistant"):
        raise BadInput(f"A turn of {what} {number} has the role {role!r}: use system, user or assistant.")
    return Message.model_validate({"role": role, "content": shown(turn.get("content", turn.get("value", "")))})
