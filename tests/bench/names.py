"""Prints how well names that sources really use are resolved.

    python tests/bench/names.py [LABELS.csv] [--misses]

Columns: source, raw_name, canonical_id (or none), also (other right ids, separated by semicolons; `any NAME` means any
provider's id of that name). An id of another provider counts as right where it is the same model: its last part has
the same words, or both resolve to one model. Accuracy is over all rows, precision over those that were answered.
"""

from __future__ import annotations

import argparse
import csv
import re
from pathlib import Path

from knowledge.names import Resolver, default_resolver

LABELS = Path(__file__).parents[1] / "data" / "names.csv"


def words(model_id: str) -> list[str]:
    return sorted(re.findall(r"[a-z]+|\d+", model_id.lower().rsplit("/", 1)[-1]))


def right(found: str | None, row: dict[str, str], resolver: Resolver) -> bool:
    accepted = [row["canonical_id"], *(a.strip() for a in row["also"].split(";") if a.strip())]
    if found is None:
        return "none" in accepted
    ids = [a.removeprefix("any ") for a in accepted if a != "none"]
    same = resolver.resolve(found).key
    return any(found == i or words(found) == words(i) or same == resolver.resolve(i).key for i in ids)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", nargs="?", type=Path, default=LABELS)
    parser.add_argument("--misses", action="store_true")
    given = parser.parse_args()
    resolver = default_resolver()
    with given.labels.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    answers = [resolver.resolve(r["raw_name"], r["source"]).canonical_id for r in rows]
    good = [right(found, row, resolver) for found, row in zip(answers, rows, strict=True)]
    answered = [g for g, found in zip(good, answers, strict=True) if found]
    print(f"{len(rows)} names: accuracy {sum(good) / len(rows):.3f}, ", end="")
    print(f"precision when answered {sum(answered) / len(answered):.3f} ({len(answered)} answered)")
    for row, found, ok in zip(rows, answers, good, strict=True) if given.misses else ():
        if not ok:
            print(f"  {row['source']}: {row['raw_name']} -> {found}, not {row['canonical_id']}")


if __name__ == "__main__":
    main()
