"""Names of a whole CSV file at once."""

from __future__ import annotations

import csv
from pathlib import Path


def resolve_csv(src: Path, dst: Path) -> int:
    """Add `canonical_id` and `confidence` to a CSV with the columns `source` and `raw_name`.

    Both are empty where the resolver abstains. Row order and other columns are kept. Returns the number of
    rows; raises ValueError, with what to do, where the columns are missing or the file is not UTF-8.
    """
    from knowledge.names import default_resolver

    resolver = default_resolver()
    rows, columns = _read(src)
    for row in rows:
        found = resolver.resolve(row["raw_name"] or "", row["source"] or "")
        row["canonical_id"] = found.canonical_id or ""
        row["confidence"] = f"{found.confidence:.2f}" if found.canonical_id else ""
    with dst.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*columns, *(c for c in ("canonical_id", "confidence") if c not in columns)])
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def _read(src: Path) -> tuple[list[dict[str, str]], list[str]]:
    try:
        with src.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            columns = list(reader.fieldnames or ())
            rows = list(reader)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{src} cannot be read as CSV in UTF-8: save it as such and try again.") from error
    missing = [c for c in ("source", "raw_name") if c not in columns]
    if missing:
        raise ValueError(f"{src} has no column {' or '.join(missing)}: add a header line with source,raw_name.")
    if any(None in row for row in rows):
        raise ValueError(f"{src} has a line with more cells than its header: quote the cells that hold commas.")
    return rows, columns
