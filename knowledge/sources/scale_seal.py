"""Scale AI SEAL leaderboards: score with interval, in percent. Not shipped: Scale's terms apply.

The boards are pages whose data lies in them as an array of entries; one page a board. Only boards that compare
models in one set-up are read.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.schema import Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.pages import next_array
from knowledge.sources.rows import day

BOARDS = {"humanitys_last_exam": "hle", "multichallenge": "multichallenge"}
SITE = "https://labs.scale.com/leaderboard"
FILE = "scale_seal/boards.json"
FILES = {f"scale_seal/{slug}.html": f"{SITE}/{slug}" for slug in BOARDS}

SOURCE = Source(
    id="scale_seal",
    name="Scale AI SEAL leaderboards",
    url=SITE,
    licence="none; Scale's terms apply: figures are not shipped",
    redistributable=False,
    date=dt.date(2025, 7, 10),
    attribution="Scale AI",
    row_means="model, score and half-width of its 95% interval on one private-set board",
    traps="tied ranks repeat; a star or a contamination note marks a model that may have seen the prompts",
    refresh_url=f"{SITE}/humanitys_last_exam",
)


def prepare(raw: Path) -> None:
    """The entries of the pages, by board, as the file that `rows` reads."""
    boards = {slug: next_array(_page(raw, slug), "entries") for slug in BOARDS}
    (raw / FILE).write_text(json.dumps(boards), encoding="utf-8")


def _page(raw: Path, slug: str) -> str:
    return (raw / f"scale_seal/{slug}.html").read_text(encoding="utf-8")


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Scores of models that are not marked as contaminated, on the boards in the registry of benchmarks."""
    if not (raw / FILE).is_file():
        return
    for slug, entries in load(raw / FILE).items():
        for place, entry in enumerate(entries):
            if entry.get("contaminationMessage"):
                names.drop(SOURCE.id, "marked as contaminated")
                continue
            yield from _score(slug, place, entry, names)


def _score(slug: str, place: int, entry: dict[str, Any], names: Names) -> Iterator[Score]:
    value, name = number(entry["score"]), entry["model"].rstrip("* ")
    named = names.find(name, SOURCE.id)
    if named and value is not None:
        half = number(entry.get("confidenceInterval_upper")) or 0.0
        yield Score(
            model_id=named.id, benchmark_id=BOARDS[slug], value=value, unit="percent", source_id=SOURCE.id,
            date=day(entry.get("createdAt")) or SOURCE.date, raw_name=name, config=named.config,
            low=value - half, high=value + half, locator=locate(FILE, "score", slug, place), url=f"{SITE}/{slug}",
        )  # fmt: skip
