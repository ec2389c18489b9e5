"""Files and records behind a result: the decision to download, every pair of a trial to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from advisor.settings import Settings
from advisor.trial.schema import TrialResult

KINDS = {"markdown": "decision.md", "html": "decision.html", "json": "decision.json"}


def report_files(decision: dict[str, Any] | None, folder: Path) -> dict[str, Path | None]:
    """Write a decision record into `folder`, a file for each kind; no record, no files."""
    if not decision:
        return dict.fromkeys(KINDS)
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path | None] = {}
    for kind, name in KINDS.items():
        content = decision[kind]
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, indent=2, default=str)
        (folder / name).write_text(text, encoding="utf-8")
        files[kind] = folder / name
    return files


def record_of(result: TrialResult | None, settings: Settings) -> dict[str, Any] | None:
    """Verdicts, prompts and answers of a finished trial; None where there is none."""
    if result is None:
        return None
    from advisor.trial.answers import recorded
    from advisor.trial.trial import trial_record

    try:
        return trial_record(settings.home, result.trial_id, settings) | recorded(result.trial_id, settings)
    except AdvisorError:
        return None
