"""What people type into the page's forms, as typed values. A mistake is one sentence that says what to do."""

from __future__ import annotations

import json
import re
import types
import typing
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import ValidationError

from advisor.errors import BadInput
from advisor.schema import FIELDS, Requirements
from advisor.trial.schema import JudgeSpec, Limits, Plan, Prompt, Protocol

LIST_FIELDS = {name for name, info in Requirements.model_fields.items() if typing.get_origin(info.annotation) is list}
MOST_ON_PAGE = 1000
YES, NO = {"yes", "true", "1", "y", "sí", "si", "ja", "oui"}, {"no", "false", "0", "n", "nein", "non"}


class FormError(BadInput):
    """A form that cannot be used as it is."""


def _kind(field: str) -> Any:
    annotation = Requirements.model_fields[field].annotation
    if typing.get_origin(annotation) is types.UnionType or typing.get_origin(annotation) is typing.Union:
        return typing.get_args(annotation)[0]
    return annotation


def choices(field: str) -> tuple[str, ...]:
    """The values that a fact can have where they are few: those of its type, or yes and no; else none."""
    if field in LIST_FIELDS:
        return ()
    kind = _kind(field)
    return ("yes", "no") if kind is bool else typing.get_args(kind) if typing.get_origin(kind) is Literal else ()


def fact_value(field: str, raw: str) -> Any:
    """The value of a fact from text: numbers with separators, yes and no, lists by commas; empty removes it."""
    raw = (raw or "").strip()
    if field not in FIELDS:
        raise FormError(f"'{field}' is no fact. Facts: {', '.join(FIELDS)}.")
    if not raw:
        return None
    if field in LIST_FIELDS:
        value: Any = [part.strip().lower() for part in raw.split(",") if part.strip()]
    elif _kind(field) is bool:
        value = _yes_or_no(field, raw)
    elif _kind(field) is float:
        value = _number(field, raw)
    else:
        value = raw if field == "outcome_metric" else raw.lower().replace(" ", "_")
    try:
        Requirements.model_validate({field: value})
    except ValidationError as error:
        raise FormError(f"{field.replace('_', ' ')}: {error.errors()[0]['msg']}.") from error
    return value


def _yes_or_no(field: str, raw: str) -> bool:
    if raw.lower() in YES | NO:
        return raw.lower() in YES
    raise FormError(f"{field.replace('_', ' ')}: answer yes or no.")


def _number(field: str, raw: str) -> float:
    try:
        return float(raw.replace(",", "").replace("$", "").replace("_", ""))
    except ValueError as error:
        raise FormError(f"{field.replace('_', ' ')}: '{raw}' is not a number; write for example 50000.") from error


def prompts_text(prompts: str | Sequence[Prompt | str]) -> str:
    """Prompts for the text box: a line each, or JSON Lines as soon as one has more than a line of text."""
    if isinstance(prompts, str):
        return ""
    rows = [_row(p) for p in prompts]
    if all(set(row) <= {"prompt"} and "\n" not in row.get("prompt", "") for row in rows):
        return "\n".join(row.get("prompt", "") for row in rows)
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)


def _row(prompt: Prompt | str) -> dict[str, Any]:
    """What a prompt holds; an id that only counts lines is left out."""
    if isinstance(prompt, str):
        return {"prompt": prompt}
    row = prompt.model_dump(exclude_defaults=True)
    if re.fullmatch(r"(draft-|p)?\d+", prompt.id):
        row.pop("id")
    return row


def uploaded(file: str) -> str:
    """Prompts of a file for the text box.

    Raises:
        BadInput: the file cannot be read as prompts, or has too many to edit on a page.
    """
    from advisor.trial.prompts_io import load_prompts

    found = load_prompts(file).prompts
    if len(found) > MOST_ON_PAGE:
        raise FormError(f"{len(found)} prompts are too many for the page: run the file with `advisor trial run PLAN`.")
    return prompts_text(found)


def form_values(plan: Plan) -> dict[str, Any]:
    """A plan as values of the trial form, by the names of its parts."""
    limits = plan.limits
    return {
        "prompts": prompts_text(plan.prompts),
        "models": plan.candidates,
        "judge": next(iter(plan.judge.models), None),
        "protocol": plan.judge.protocol,
        "calls": limits.calls,
        "money": limits.money_usd,
        "minutes": limits.minutes,
        "tokens": plan.max_tokens,
    }


def plan_from_form(
    prompts: str,
    candidates: list[str] | None,
    judge: str | None,
    protocol: Protocol,
    calls: float | None,
    money: float | None,
    minutes: float | None,
    tokens: float | None,
    *,
    use_case: str = "",
) -> Plan:
    """The plan that the trial form describes.

    Raises:
        BadInput: something is missing, or the prompts cannot be read.
    """
    from advisor.trial.prompts_io import parse_text

    if not candidates:
        raise FormError("Choose at least one candidate: a model as endpoint/model, for example local/smollm2-135m.")
    if not judge:
        raise FormError("Choose a judge: a model as endpoint/model.")
    if not (prompts or "").strip():
        raise FormError("There are no prompts: type some, one a line, upload a file, or draft a trial.")
    items = parse_text(prompts).prompts
    local = any(m.startswith("local/") for m in [*candidates, judge])
    return Plan(
        name="trial from the page",
        use_case=use_case,
        candidates=candidates,
        judge=JudgeSpec(models=[judge], protocol=protocol),
        prompts=list(items),
        max_tokens=int(tokens or 160),
        limits=Limits(
            concurrency=2 if local else 8, calls=int(calls) if calls else None, money_usd=money, minutes=minutes
        ),
    )
