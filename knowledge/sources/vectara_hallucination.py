"""Vectara's hallucination leaderboard: summaries of given documents, judged by HHEM; rates in percent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.figures import scores
from knowledge.sources.locator import load
from knowledge.sources.naming import Names
from knowledge.sources.pages import readme_table, unlink, write_csv

FILE = "vectara_hallucination/leaderboard_2026-03-10.csv"
README = "vectara_hallucination/README.md"
FILES = {README: "https://raw.githubusercontent.com/vectara/hallucination-leaderboard/main/README.md"}
COLUMNS = {"Hallucination Rate": "vectara-hallucination", "Answer Rate": "vectara-answer-rate"}

SOURCE = Source(
    id="vectara_hallucination",
    name="Vectara hallucination leaderboard",
    url="https://github.com/vectara/hallucination-leaderboard",
    licence="Apache-2.0",
    redistributable=True,
    date=dt.date(2026, 3, 10),
    attribution="Vectara hallucination leaderboard",
    row_means="model, share of summaries with a hallucination (lower is better), share of documents answered",
    traps="a new set of documents since November 2025: not comparable with older tables",
    refresh_url=FILES[README],
)


def prepare(raw: Path) -> None:
    """The table of the README as the file that `rows` reads."""
    table = readme_table(raw / README, "Hallucination Rate")
    write_csv(raw / FILE, list(table[0]), ([unlink(row[c])[0] for c in table[0]] for row in table))


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Hallucination and answer rate by model."""
    for record in load(raw / FILE):
        name = record["Model"]
        named = names.find(name, SOURCE.id)
        if named:
            yield from scores(record, COLUMNS, named, SOURCE, file=FILE, key={"Model": name}, raw_name=name)
