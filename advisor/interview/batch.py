"""Extraction for files: rows {"id", "message"} in, rows {"id", "requirements"} out."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.errors import BadInput
from advisor.interview.extract import extract

if TYPE_CHECKING:
    from advisor.endpoints.models import Speaker


def read_rows(path: Path, keys: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows of a JSON Lines file. Raises BadInput that names the file and the line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Cannot read {path}: {error}; give a UTF-8 file of JSON lines.") from error
    return [_row(path, i, line, keys) for i, line in enumerate(lines, 1) if line.strip()]


def _row(path: Path, number: int, line: str, keys: tuple[str, ...]) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadInput(f"{path}, line {number}: not JSON ({error.msg}); correct the line.") from error
    missing = [k for k in keys if not isinstance(row, dict) or k not in row]
    if missing:
        raise BadInput(f"{path}, line {number}: {' and '.join(missing)} missing; each row needs {', '.join(keys)}.")
    return dict(row)


def write_rows(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write JSON Lines in one step: the file is complete or not there."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    try:
        draft.write_text(body, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise BadInput(f"Cannot write {path}: {error}; give a folder that exists.") from error


def extract_file(src: str | Path, dst: str | Path, speaker: Speaker | None = None) -> int:
    """Extract every message of a file; all rows are checked before the first is read. Returns the count."""
    rows = read_rows(Path(src), ("id", "message"))
    for number, row in enumerate(rows, 1):
        if not isinstance(row["message"], str):
            raise BadInput(f"{src}, row {number}: message must be a text; put it in quotes.")
    out = [{"id": row["id"], "requirements": requirements_of(row["message"], speaker)} for row in rows]
    write_rows(Path(dst), out)
    return len(out)


def requirements_of(message: str, speaker: Speaker | None = None) -> dict[str, Any]:
    """The fields that a message states, as plain data."""
    return extract(message, speaker=speaker).requirements().stated()
