"""The words of a prompt as candidates and judge get them: variables filled in."""

from __future__ import annotations

import json
import re
from typing import Any

from advisor.trial.schema import Message, Prompt

VARIABLE = re.compile(r"\{\{\s*([\w.-]+)\s*(?:\|[^}]*)?\}\}")


def fill(text: str, variables: dict[str, Any]) -> str:
    """Put values into `{{name}}`; a name without a value stays as it is. Values are not expanded again."""
    return VARIABLE.sub(lambda m: shown(variables[m[1]]) if m[1] in variables else m[0], text)


def shown(value: Any) -> str:
    """A value as text: JSON where it is none."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def chat(prompt: Prompt, system: str | None = None) -> list[dict[str, str]]:
    """The messages of a prompt with its variables filled in; its own system prompt goes before the plan's."""
    turns = [{"role": m.role, "content": fill(m.content, prompt.vars)} for m in prompt.messages]
    if prompt.prompt:
        turns.append({"role": "user", "content": fill(prompt.prompt, prompt.vars)})
    words = prompt.system if prompt.system is not None else system
    if words and not any(t["role"] == "system" for t in turns):
        turns.insert(0, {"role": "system", "content": fill(words, prompt.vars)})
    return turns


def filled(prompt: Prompt) -> Prompt:
    """The prompt as the judge should see it: variables in place."""
    if not prompt.vars:
        return prompt
    return prompt.model_copy(
        update={
            "prompt": fill(prompt.prompt, prompt.vars),
            "reference": fill(prompt.reference, prompt.vars) if prompt.reference else prompt.reference,
            "messages": [Message(role=m.role, content=fill(m.content, prompt.vars)) for m in prompt.messages],
        }
    )
