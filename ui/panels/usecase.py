"""What was understood: each fact a chip that opens to correct it, with the words that it came from."""

from __future__ import annotations

from typing import Any

from advisor import wording
from advisor.schema import FIELDS, Fact, UseCase
from ui.forms import choices
from ui.panels.parts import button, empty, text
from ui.words import t


def facts(use_case: UseCase | None) -> str:
    """Facts and assumptions as chips, and a form for what was not said."""
    known = use_case or UseCase()
    parts = [_chips(t("You said"), known.facts, "fact"), _chips(t("I assume"), known.assumptions, "assumed")]
    if not any(parts):
        hint = t("What you say about your use case appears here, with the words it came from.")
        parts = [empty(t("Nothing understood yet."), hint)]
    missing = [f for f in FIELDS if f not in known.facts and f not in known.assumptions]
    return "".join(parts) + _add(missing)


def label(field: str) -> str:
    """A fact's name."""
    return t(wording.LABELS.get(field, field))


def shown(raw: Any) -> str:
    """A fact's value in words."""
    if isinstance(raw, list):
        return ", ".join(shown(item) for item in raw)
    return t(wording.value(raw))


def _chips(title: str, found: dict[str, Fact], kind: str) -> str:
    if not found:
        return ""
    chips = "".join(_chip(field, fact, kind) for field, fact in found.items())
    return f'<h2>{text(title)}</h2><div class="chips">{chips}</div>'


def _chip(field: str, fact: Fact, kind: str) -> str:
    words = f"“{fact.quote}”{wording.arithmetic(fact)}" if fact.quote else t(fact.note)
    only = f" {t('only')}" if fact.only else ""
    inside = (
        f'<span class="label">{text(label(field))}</span><strong>{text(shown(fact.value) + only)}</strong>'
        f'<span class="quote">{text(words)}</span>'
    )
    remove = button("edit", t("Remove"), field=field, value="") if kind == "fact" else ""
    form = f'<form data-act="edit" data-field="{field}">{_input(field, fact.value)}{_save()}{remove}</form>'
    return f'<details class="chip {kind}"><summary>{inside}</summary>{form}</details>'


def _save() -> str:
    return f'<button type="submit" class="mini">{text(t("Save"))}</button>'


def _input(field: str, value: Any) -> str:
    options = choices(field)
    named = f'name="value" aria-label="{text(label(field))}"'
    if not options:
        raw = ", ".join(map(str, value)) if isinstance(value, list) else wording.value(value) if value else ""
        return f'<input {named} value="{text(raw)}" autocomplete="off">'
    chosen = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    rows = "".join(
        f'<option value="{o}"{" selected" if o == chosen else ""}>{text(t(wording.value(o)))}</option>' for o in options
    )
    return f"<select {named}>{rows}</select>"


def _add(fields: list[str]) -> str:
    options = "".join(f'<option value="{f}">{text(label(f))}</option>' for f in fields)
    hint = t("a number, yes or no, or a list with commas")
    return (
        f'<details class="add"><summary>{text(t("Add a fact"))}</summary><form data-act="edit">'
        f'<select name="field" aria-label="{text(t("Fact"))}">{options}</select>'
        f'<input name="value" aria-label="{text(t("Value"))}" placeholder="{text(hint)}" autocomplete="off">'
        f"{_save()}</form></details>"
    )
