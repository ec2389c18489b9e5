"""Vellum's LLM leaderboard: several benchmarks in percent. Not shipped: a page without a licence.

The page has no interface and no table of data; what a program can read are its schema.org sentences, one a model
and benchmark ("M scored 96.2% on GPQA Diamond"). Vellum's terms of use forbid automated collection without their
leave, so a refresh is for those who have it. The one copy that we have seen has its columns shifted by one and is
never read.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names

URL = "https://www.vellum.ai/llm-leaderboard"
PAGE = "vellum/llm-leaderboard.html"
FILE = "vellum/figures.json"
FILES = {PAGE: URL}
SENTENCE = re.compile(r"([^\"\\<>]{2,80}?) scored (\d+(?:\.\d+)?)% on ([^\"\\<>.]{2,60})")
BENCHMARKS = {
    "aime 2024": "aime-2024", "aime 2025": "aime-2025", "gpqa diamond": "gpqa-diamond", "gpqa": "gpqa-diamond",
    "swe bench": "swe-bench-verified", "swe-bench": "swe-bench-verified", "swe-bench verified": "swe-bench-verified",
    "math 500": "math-500", "bfcl": "bfcl", "humanity's last exam": "hle", "mmmlu": "mmmlu", "arc-agi 2": "arc-agi-2",
}  # fmt: skip

SOURCE = Source(
    id="vellum",
    name="Vellum LLM leaderboard",
    url=URL,
    licence="none; proprietary page whose terms forbid automated collection without leave: figures are not shipped",
    redistributable=False,
    date=dt.date(2025, 7, 10),
    attribution="Vellum",
    row_means="one model with vendor-reported and public figures of several benchmarks, in percent",
    traps="no interface, only sentences in a page; a known copy has every column shifted by one and must not be used",
    refresh_url=URL,
)


def prepare(raw: Path) -> None:
    """The sentences of the page as the file that `rows` reads: model, percent, benchmark."""
    text = html.unescape((raw / PAGE).read_text(encoding="utf-8"))
    found = [dict(zip(("model", "percent", "benchmark"), m.groups(), strict=True)) for m in SENTENCE.finditer(text)]
    (raw / FILE).write_text(json.dumps(found), encoding="utf-8")


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Figures on benchmarks of the registry; what Vellum copies from vendors counts as vendor-reported."""
    if not (raw / FILE).is_file():
        return
    for place, record in enumerate(load(raw / FILE)):
        benchmark, value = BENCHMARKS.get(record["benchmark"].strip().lower()), number(record["percent"])
        named = names.find(record["model"].strip(), SOURCE.id) if benchmark else None
        if benchmark and named and value is not None:
            yield Score(
                model_id=named.id, benchmark_id=benchmark, value=value, unit="percent", source_id=SOURCE.id,
                date=SOURCE.date, raw_name=record["model"].strip(), config=named.config, kind="vendor",
                locator=locate(FILE, "percent", place), url=SOURCE.url,
            )  # fmt: skip
