"""SWE-bench leaderboards: share of issues resolved, in percent. Not shipped: the site's data is non-commercial.

A row is a submission: a scaffold with a model. Only on the bash-only board, where all run in one small agent,
is the figure a model's own. A user who may use the data refreshes it for himself; the snapshot carries Epoch's
copy of the bash-only board, which is CC BY.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from knowledge.schema import Score, Source
from knowledge.sources.figures import config
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names
from knowledge.sources.rows import day

FILE = "swe_bench/leaderboards_2025-12-10_slim.json"
FILES = {FILE: "https://raw.githubusercontent.com/SWE-bench/swe-bench.github.io/master/data/leaderboards.json"}
BOARDS = {
    "bash-only": "swe-bench-bash-only", "Verified": "swe-bench-verified", "Lite": "swe-bench-lite",
    "Test": "swe-bench-test", "Multimodal": "swe-bench-multimodal",
}  # fmt: skip

SOURCE = Source(
    id="swe_bench",
    name="SWE-bench leaderboards",
    url="https://www.swebench.com/",
    licence="CC BY-NC 4.0: non-commercial, so figures are not shipped",
    redistributable=False,
    date=dt.date(2025, 12, 10),
    attribution="SWE-bench (swebench.com)",
    row_means="one submission: a scaffold with a model, and the share of issues that it resolved in percent",
    traps="only the bash-only board compares models; a tag names the model, several tags mean several models",
    refresh_url=FILES[FILE],
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Submissions with exactly one named model."""
    for board in load(raw / FILE)["leaderboards"]:
        benchmark = BOARDS.get(board["name"])
        for entry in board["results"] if benchmark else ():
            models = [tag.removeprefix("Model: ") for tag in entry["tags"] if tag.startswith("Model: ")]
            named = names.find(models[0], SOURCE.id) if len(models) == 1 else None
            value = number(entry["resolved"])
            if named and benchmark and value is not None:
                own = board["name"] == "bash-only"
                yield Score(
                    model_id=named.id, benchmark_id=benchmark, value=value, unit="percent", source_id=SOURCE.id,
                    date=day(entry["date"]) or SOURCE.date, raw_name=entry["name"],
                    config=config(named.config, "" if own else f"system={entry['name']}"),
                    kind="independent" if own else "scaffold", locator=_at(board["name"], entry), url=SOURCE.url,
                )  # fmt: skip


def _at(board: str, entry: dict[str, Any]) -> str:
    return locate(FILE, "resolved", "leaderboards", {"name": board}, "results", {"folder": entry["folder"]})
