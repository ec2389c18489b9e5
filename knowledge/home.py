"""Where snapshots are: the one that the product ships, and a refreshed one in the data folder."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import platformdirs

SHIPPED = Path(__file__).parent / "snapshot"


def refreshed_snapshot(home: Path | None = None) -> Path | None:
    """The refreshed snapshot in the data folder if it is whole and not older than the shipped one."""
    folder = (home or default_home()) / "snapshot"
    try:
        current = folder / (folder / "current").read_text(encoding="utf-8").strip()
        manifest = json.loads((current / "manifest.json").read_text(encoding="utf-8"))
        shipped = json.loads((SHIPPED / "manifest.json").read_text(encoding="utf-8"))
        whole = all(_digest(current / f"{name}.jsonl.gz") == t["sha256"] for name, t in manifest["tables"].items())
        return current if whole and manifest["date"] >= shipped["date"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def default_home() -> Path:
    """The data folder: `ADVISOR_HOME`, or the platform's user data folder."""
    return Path(os.environ.get("ADVISOR_HOME") or platformdirs.user_data_dir("llm-advisor"))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
