"""A finished trial in other forms: the decision record (Markdown, HTML, PDF), JSON, CSV, a promptfoo config."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from advisor.errors import BadInput
from advisor.settings import Settings
from advisor.trial.journals import open_journal
from advisor.trial.metrics import named
from advisor.trial.plan import plan_of, trial_named
from advisor.trial.prompt_text import chat
from advisor.trial.prompts_io import load_prompts
from advisor.trial.schema import Metric, Plan, Prompt, TrialResult, Verdict

COLUMNS = ("item", "judge", "model_a", "model_b", "order", "winner", "score", "p_a", "attack", "reason")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def export_trial(home: Path, trial_id: str, kind: str, settings: Settings | None = None) -> str | bytes:
    """A trial as its decision record (`markdown`, `html` or, in bytes, `pdf`), `json`, `csv` (one verdict a row) or
    `promptfoo` (its prompts, candidates and metrics as a config). `trial_id` may be the file of its plan.

    Raises:
        BadInput: there is no such trial or form, or the trial has no result yet.
    """
    if kind not in FORMS:
        raise BadInput(f"There is no form {kind!r}: choose one of {', '.join(FORMS)}.")
    settings = settings or Settings(home=home)
    trial_id = trial_named(trial_id, settings)
    with open_journal(settings) as journal:
        known = journal.trial(trial_id)
        if known is None:
            raise BadInput(f"There is no trial {trial_id!r}: `advisor trial show` lists the trials.")
        verdicts = list(journal.verdicts(trial_id))
    plan, result = plan_of(json.loads(known[0])), known[1]
    if result is None and kind != "promptfoo":
        raise BadInput(f"Trial {trial_id} has no result yet: `advisor trial resume {trial_id}` finishes it.")
    if result is not None and kind in ("markdown", "html", "pdf"):
        result = _noted(result, settings)
    return FORMS[kind](plan, result, verdicts)


def _noted(result: TrialResult, settings: Settings) -> TrialResult:
    from advisor.trial.records import with_insight

    return with_insight(result, settings)


def as_json(plan: Plan, result: TrialResult | None, verdicts: list[Verdict]) -> str:
    """Plan, result and verdicts as one document."""
    data = {
        "plan": plan.model_dump(mode="json"),
        "result": result.model_dump(mode="json") if result else None,
        "verdicts": [v.model_dump(mode="json") for v in verdicts],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_csv(plan: Plan, result: TrialResult | None, verdicts: list[Verdict]) -> str:
    """One row a verdict. A cell that a spreadsheet would run as a formula gets an apostrophe before it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(getattr(v, name)) for name in COLUMNS] for v in verdicts)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return "" if value is None else value


def as_markdown(plan: Plan, result: TrialResult | None, verdicts: list[Verdict]) -> str:
    """The decision record in Markdown."""
    return str(_record(plan, result)["markdown"])


def as_html(plan: Plan, result: TrialResult | None, verdicts: list[Verdict]) -> str:
    """The decision record as a page of its own."""
    return str(_record(plan, result)["html"])


def as_pdf(plan: Plan, result: TrialResult | None, verdicts: list[Verdict]) -> bytes:
    """The decision record in print."""
    from advisor.report import pdf

    return pdf.as_pdf(_record(plan, result)["markdown"])


def _record(plan: Plan, result: TrialResult | None) -> dict[str, Any]:
    from advisor.report.record import decision_record
    from advisor.schema import UseCase

    return decision_record(UseCase(text=plan.use_case) if plan.use_case else None, None, plan, result)


def as_promptfoo(plan: Plan, result: TrialResult | None, verdicts: list[Verdict]) -> str:
    """A promptfoo config (YAML) that asks the same candidates the same prompts. Variables are filled in."""
    import yaml

    prompts = load_prompts(plan.prompts).prompts
    config = {
        "description": plan.name,
        "prompts": ["{{conversation}}"],
        "providers": [_provider(model, plan) for model in plan.candidates],
        "tests": [_test(p, plan) for p in prompts],
    }
    return yaml.safe_dump(config, allow_unicode=True, sort_keys=False)


def _provider(model: str, plan: Plan) -> dict[str, Any]:
    endpoint, _, name = model.partition("/")
    config: dict[str, Any] = {"max_tokens": plan.max_tokens, "temperature": plan.temperature}
    if endpoint in plan.endpoints:
        config["apiBaseUrl"] = plan.endpoints[endpoint].base_url
        if plan.endpoints[endpoint].api_key_env:
            config["apiKeyEnvar"] = plan.endpoints[endpoint].api_key_env
    kind = "openrouter" if endpoint == "openrouter" else "openai:chat"
    return {"id": f"{kind}:{name}", "label": model, "config": config}


def _test(prompt: Prompt, plan: Plan) -> dict[str, Any]:
    checks = [c for metric in plan.metrics if (c := _assert(named(metric), prompt)) is not None]
    conversation = json.dumps(chat(prompt, plan.system), ensure_ascii=False)
    test: dict[str, Any] = {"description": prompt.id, "vars": {"conversation": conversation}}
    if prompt.reference is not None:
        test["vars"]["reference"] = prompt.reference
    return test | ({"assert": checks} if checks else {})


def _assert(metric: Metric, prompt: Prompt) -> dict[str, Any] | None:
    """The promptfoo check of the same meaning; None where there is none."""
    options, reference = metric.options, prompt.reference
    simple: dict[str, tuple[str, Any]] = {
        "exact": ("equals", reference),
        "contains": ("contains", options.get("value", reference)),
        "regex": ("regex", options.get("pattern")),
        "json_schema": ("is-json", options.get("schema")),
        "latency": ("latency", metric.threshold and metric.threshold * 1000),
        "cost": ("cost", metric.threshold),
    }
    kind, value = simple.get(metric.kind, ("", None))
    return {"type": kind, "value": value} if value is not None else None


FORMS: dict[str, Callable[[Plan, TrialResult | None, list[Verdict]], str | bytes]] = {
    "markdown": as_markdown,
    "html": as_html,
    "pdf": as_pdf,
    "json": as_json,
    "csv": as_csv,
    "promptfoo": as_promptfoo,
}
