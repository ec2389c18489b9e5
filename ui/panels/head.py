"""The line on top: what this is, earlier work, sharing, the language. And the line on what goes on now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from advisor.session import Conversation
from ui.panels.parts import button, empty, text
from ui.words import LANGUAGES, spoken, t

ENDED = {"complete": "complete", "running": "unfinished", "cancelled": "stopped", "cap": "stopped at a cap"}


def header(model: str, snapshot_date: object, history: Sequence[Conversation], trials: Sequence[dict[str, Any]]) -> str:
    """Title, what answers here, and the menu."""
    where = t("runs on this machine") if model.startswith("local/") else t("is asked over its endpoint")
    about = t("Data of {date}. {model} {where}.", date=snapshot_date, model=model.split("/", 1)[-1], where=where)
    past = _conversations(history) + _trials(trials)
    return (
        f'<header id="head"><h1>{text(t("LLM advisor"))}</h1><span class="note">{text(about)}</span>'
        f'<nav aria-label="{text(t("Conversations"))}"><a class="mini" id="new" href="?new=1">{text(t("New"))}</a>'
        f'<details id="earlier"><summary class="mini">{text(t("History"))}</summary><div class="menu">{past}</div>'
        f"</details>{button('share', t('Copy link'), said=t('Copied'))}{_languages()}</nav></header>"
    )


def _languages() -> str:
    options = "".join(
        f'<option value="{code}"{" selected" if code == spoken() else ""}>{name}</option>'
        for code, name in LANGUAGES.items()
    )
    return f'<select data-act="language" class="mini" aria-label="{text(t("Language"))}">{options}</select>'


def _conversations(history: Sequence[Conversation]) -> str:
    if not history:
        return empty(t("No earlier conversations."))
    rows = "".join(
        f'<li><a href="?c={text(c.id)}">{text(c.title)}</a> <small>{text(_when(c.updated))}</small></li>'
        for c in history
    )
    return f"<h2>{text(t('Conversations'))}</h2><ul>{rows}</ul>"


def _trials(trials: Sequence[dict[str, Any]]) -> str:
    rows = "".join(
        f'<li><a href="?t={text(r["trial_id"])}">{text(r["name"])}</a> '
        f"<small>{text(t(ENDED.get(r['state'], r['state'])))}, {text(_when(r['updated']))}</small></li>"
        for r in trials
    )
    return f"<h2>{text(t('Trials'))}</h2><ul>{rows}</ul>" if rows else ""


def _when(moment: str) -> str:
    return moment[:16].replace("T", " ")


def status(
    words: str, turn: int, *, steps: tuple[int, int] | None = None, can_stop: bool = False, unfinished: bool = False
) -> str:
    """What goes on now, with a way to stop it; quiet while the advisor waits for the user. `turn` counts the work of
    the conversation that is done."""
    if words:
        far = text(t(" ({done} of {total})", done=steps[0], total=steps[1])) if steps else ""
        stop = button("stop", t("Stop")) if can_stop else ""
        return (
            f'<p class="working" role="status" data-turn="{turn}"><i></i><span>{text(t(words))}{far}</span>{stop}</p>'
        )
    left = button("resume", t("Go on")) if unfinished else ""
    said = f"<span>{text(t('Work here was interrupted.'))}</span>{left}" if unfinished else ""
    return f'<p class="idle" data-turn="{turn}">{said}</p>'
