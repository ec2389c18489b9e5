"""What the candidates of a trial answered, read back from the journal. Nothing is asked, no model is started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor.errors import AdvisorError
from advisor.trial.flow import candidate_call
from advisor.trial.journal import Journal
from advisor.trial.journals import open_journal
from advisor.trial.plan import LOCAL_PREFIX, Route, Setup, local_identity, plan_of, prepare
from advisor.trial.prompt_text import filled
from advisor.trial.schema import Prompt

if TYPE_CHECKING:
    from advisor.settings import Settings


def recorded(trial_id: str, settings: Settings) -> dict[str, list[dict[str, Any]]]:
    """Prompts (`id`, `prompt`) and first answers (`item`, `model`, `text`) of a trial. Answers that cannot be
    found any more, as when an endpoint was taken out of the settings, are left out."""
    import json

    with open_journal(settings) as journal:
        known = journal.trial(trial_id)
        if known is None:
            return {"prompts": [], "answers": []}
        try:
            setup = prepare(plan_of(json.loads(known[0])), settings)
        except AdvisorError:  # the file of the prompts is gone or has changed
            return {"prompts": [], "answers": []}
        _connect_on_paper(setup, settings)
        prompts = [filled(p) for p in setup.prompts]
        found = [(p, m, _answer(journal, setup, p, m)) for p in prompts for m in setup.plan.candidates]
    return {
        "prompts": [{"id": p.id, "prompt": _asked(p)} for p in prompts],
        "answers": [{"item": p.id, "model": m, "text": text} for p, m, text in found if text is not None],
    }


def _connect_on_paper(setup: Setup, settings: Settings) -> None:
    """Routes as far as journal keys need them."""
    from advisor.endpoints.routes import resolve

    for name in setup.plan.candidates:
        if name.startswith(LOCAL_PREFIX):
            model = name.removeprefix(LOCAL_PREFIX)
            setup.routes[name] = Route(name, "local", "", model, identity=local_identity(settings))
            continue
        try:
            found = resolve(name, settings, setup.plan.endpoints)
        except AdvisorError:
            continue
        setup.routes[name] = Route(name, found.endpoint, found.base_url, found.model, identity=found.base_url)


def _answer(journal: Journal, setup: Setup, prompt: Prompt, model: str) -> str | None:
    if model in prompt.outputs:
        return prompt.outputs[model]
    if model not in setup.routes:
        return None
    reply = journal.reply(candidate_call(setup, prompt, 0, model).key())
    return reply.text if reply else None


def _asked(prompt: Prompt) -> str:
    """The prompt as people read it: its text, or its turns."""
    return prompt.prompt or "\n".join(f"{m.role}: {m.content}" for m in prompt.messages)
