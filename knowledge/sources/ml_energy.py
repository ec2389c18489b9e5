"""ML.ENERGY leaderboard v3: speed and energy of open models served by vLLM on H100 and B200.

Not shipped: the leaderboard's repository has no licence. For each model, GPU and task the configuration with
the highest throughput counts; the hardware is part of the configuration.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from knowledge.schema import Score, Source, Unit
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names

FILE = "ml_energy/lm-arena-chat.json"
TASKS = "https://raw.githubusercontent.com/ml-energy/leaderboard/master/public/data/tasks"
FILES = {FILE: f"{TASKS}/lm-arena-chat.json"}
COLUMNS: dict[str, tuple[str, Unit]] = {
    "output_throughput_tokens_per_sec": ("ml-energy-tokens-per-second", "tokens_per_second"),
    "energy_per_token_joules": ("ml-energy-joules-per-token", "score"),
}

SOURCE = Source(
    id="ml_energy",
    name="ML.ENERGY leaderboard v3",
    url="https://ml.energy/leaderboard",
    licence="no licence file in the leaderboard's repository: figures are not shipped",
    redistributable=False,
    date=dt.date(2026, 2, 16),
    attribution="ML.ENERGY Initiative",
    row_means="model, GPU model, number of GPUs, precision, batch: energy per token, throughput, token latency",
    traps="throughput grows with the batch at the cost of latency; compare on the same GPU only",
    refresh_url=FILES[FILE],
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Throughput and energy of the fastest configuration by model and hardware."""
    runs = sorted(load(raw / FILE)["configurations"], key=_hardware)
    for hardware, same in groupby(runs, key=_hardware):
        best = max(same, key=lambda run: number(run["output_throughput_tokens_per_sec"]) or 0.0)
        named = names.find(hardware[0], SOURCE.id)
        for column, (benchmark, unit) in COLUMNS.items() if named else ():
            value = number(best[column])
            if named and value is not None:
                keys = ("model_id", "gpu_model", "num_gpus", "weight_precision", "max_num_seqs", column)
                yield Score(
                    model_id=named.id, benchmark_id=benchmark, value=value, unit=unit, source_id=SOURCE.id,
                    date=SOURCE.date, raw_name=hardware[0], config="gpu={1},gpus={2},precision={3}".format(*hardware),
                    locator=locate(FILE, column, "configurations", {k: best[k] for k in keys}), url=SOURCE.url,
                )  # fmt: skip


def _hardware(run: dict[str, Any]) -> tuple[str, str, str, str]:
    return run["model_id"], run["gpu_model"], run["num_gpus"], run["weight_precision"]
