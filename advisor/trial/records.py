"""What is kept of trials: the list of them, and everything on one of them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import AdvisorError, BadInput
from advisor.trial.answers import recorded
from advisor.trial.insight import Insight, insight
from advisor.trial.journals import open_journal
from advisor.trial.plan import plan_of
from advisor.trial.schema import Plan, TrialResult

if TYPE_CHECKING:
    from advisor.settings import Settings


def list_trials(home: Path, settings: Settings | None = None) -> list[dict[str, Any]]:
    """Every trial of a data folder, the newest first: trial_id, name, state, started, updated (ISO 8601)."""
    with open_journal(settings_of(settings, home)) as journal:
        rows = journal.trials()
    for row in rows:
        row["state"] = row.pop("status")
        for name in ("started", "updated"):
            row[name] = dt.datetime.fromtimestamp(row[name], dt.UTC).isoformat(timespec="seconds")
    return rows


def trial_record(home: Path, trial_id: str, settings: Settings | None = None) -> dict[str, Any]:
    """Plan, result, every verdict, the prompts ({id, prompt}) and the answers ({item, model, text}) of a trial, and
    the `insight` into its judge: biases, length-controlled win rates, human labels.

    Raises:
        BadInput: there is no such trial.
    """
    with open_journal(settings_of(settings, home)) as journal:
        known = journal.trial(trial_id)
        if known is None:
            raise BadInput(f"There is no trial {trial_id!r}: `advisor trial show` lists the trials.")
        verdicts = [v.model_dump(mode="json") for v in journal.verdicts(trial_id)]
    plan = plan_of_json(known[0]).model_dump(mode="json")
    result = known[1].model_dump(mode="json") if known[1] else None
    record = {"trial_id": trial_id, "plan": plan, "result": result, "verdicts": verdicts}
    record |= recorded(trial_id, settings_of(settings, home))
    return record | {"insight": insight(home, record).model_dump(mode="json")}


def with_insight(result: TrialResult, settings: Settings) -> TrialResult:
    """The result with what its journal and labels say of the judge, in plain sentences."""
    try:
        record = trial_record(settings.home, result.trial_id)
    except AdvisorError:  # the journal was moved away: the result stands without it
        return result
    return result.model_copy(update={"judge_notes": Insight.model_validate(record["insight"]).sentences()})


def plan_of_json(text: str) -> Plan:
    """A plan as the journal keeps it."""
    return plan_of(json.loads(text))


def settings_of(settings: Settings | None, home: Path | None) -> Settings:
    """These settings, or those of the environment, for a data folder of the caller's choice."""
    if settings is None:
        from advisor.settings import Settings as Made

        settings = Made()
    return settings if home is None else settings.model_copy(update={"home": home})
