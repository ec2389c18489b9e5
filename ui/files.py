"""Files and records behind a result: the decision to download, every pair of a trial to read."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.services import Services
from advisor.settings import Settings
from advisor.trial.schema import TrialResult
from ui.view import View

KINDS = {
    "markdown": "decision.md",
    "html": "decision.html",
    "pdf": "decision.pdf",
    "json": "decision.json",
    "csv": "verdicts.csv",
    "promptfoo": "promptfoo.yaml",
}
OF_TRIAL = ("csv", "promptfoo")


def report_files(view: View, folder: Path, services: Services) -> dict[str, Any]:
    """Write the decision record, and what the trial exports, into `folder`: kind to file, None where there is none.
    `shown` is the record's text. Before a trial the record tells the candidates alone."""
    record = view.decision or _before_a_trial(view, services)
    files: dict[str, Any] = dict.fromkeys(KINDS)
    if not record:
        return files
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, str | bytes] = {kind: record[kind] for kind in ("markdown", "html")}
    contents["json"] = json.dumps(record["json"], ensure_ascii=False, indent=2, default=str)
    contents["pdf"] = printed(record["markdown"])
    if view.result:
        contents |= _exports(view.result.trial_id, services.settings)
    for kind, content in contents.items():
        files[kind] = folder / KINDS[kind]
        files[kind].write_bytes(content.encode() if isinstance(content, str) else content)
    return files | {"shown": record["markdown"]}


@lru_cache(maxsize=64)
def printed(markdown: str) -> bytes:
    """A record in print; kept, as a page that is opened again shows the same one."""
    from advisor.report.pdf import as_pdf

    return as_pdf(markdown)


def _before_a_trial(view: View, services: Services) -> dict[str, Any] | None:
    from advisor.report.record import decision_record

    if view.shortlist is None or not view.shortlist.candidates:
        return None
    return decision_record(view.use_case, view.shortlist, None, None, catalog=services.catalog)


def _exports(trial_id: str, settings: Settings) -> dict[str, str | bytes]:
    from advisor.trial.export import export_trial

    try:
        return {kind: export_trial(settings.home, trial_id, kind, settings) for kind in OF_TRIAL}
    except AdvisorError:  # the journal of the trial was moved away
        return {}


def record_of(result: TrialResult | None, settings: Settings) -> dict[str, Any] | None:
    """Verdicts, prompts and answers of a finished trial; None where there is none."""
    if result is None:
        return None
    from advisor.trial.answers import recorded
    from advisor.trial.records import trial_record

    try:
        return trial_record(settings.home, result.trial_id, settings) | recorded(result.trial_id, settings)
    except AdvisorError:
        return None
