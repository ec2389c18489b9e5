"""Hugging Face LLM-Perf: prefill latency, decode throughput and memory of open models by hardware.

Not in the snapshot: the result files could not be had. The adapter reads the dataset's CSV files, which a user
with access to Hugging Face refreshes; batch 1, 256 tokens in, 64 out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from knowledge.schema import Score, Source, Unit
from knowledge.sources.figures import config
from knowledge.sources.locator import load, locate, number
from knowledge.sources.naming import Names

DATASET = "https://huggingface.co/datasets/optimum-benchmark/llm-perf-leaderboard/resolve/main/data"
MACHINES = ("1xA100", "1xA10", "1xT4")
FILES = {
    f"llm_perf/{name}": f"{DATASET}/{name}"
    for name in (f"perf-df-pytorch-cuda-unquantized-{machine}.csv" for machine in MACHINES)
}  # fmt: skip
COLUMNS: dict[str, tuple[str, Unit]] = {
    "report.prefill.latency.mean": ("llm-perf-prefill", "seconds"),
    "report.decode.throughput.value": ("llm-perf-decode", "tokens_per_second"),
    "report.decode.memory.max_allocated": ("llm-perf-memory", "count"),
}
SETUP = ("config.backend.torch_dtype", "config.backend.quantization_scheme")

SOURCE = Source(
    id="llm_perf",
    name="LLM-Perf leaderboard",
    url="https://huggingface.co/spaces/optimum/llm-perf-leaderboard",
    licence="Apache-2.0 by the Space, not verified for the data; results were not available to us",
    redistributable=False,
    date=dt.date(2026, 4, 3),
    attribution="Hugging Face optimum-benchmark, LLM-Perf",
    row_means="model x hardware x data type x quantisation: seconds to prefill, tokens a second, memory in MB",
    traps="config.environment.gpu_vram_mb is in bytes despite its name; failed runs have empty cells",
    refresh_url=next(iter(FILES.values())),
)


def rows(raw: Path, names: Names) -> Iterator[Score]:
    """Latency, throughput and memory by model, machine and data type."""
    for file in FILES:
        if (raw / file).is_file():
            machine = file.removesuffix(".csv").rsplit("-", 1)[-1]
            for record in load(raw / file):
                yield from _scores(file, machine, record, names)


def _scores(file: str, machine: str, record: dict[str, str], names: Names) -> Iterator[Score]:
    name = record["config.backend.model"]
    named = names.find(name, SOURCE.id)
    for column, (benchmark, unit) in COLUMNS.items() if named else ():
        value = number(record.get(column))
        if named and value is not None:
            setup = [f"{key.rsplit('.', 1)[-1]}={record[key]}" for key in SETUP if record.get(key)]
            key = {"config.backend.model": name} | {k: record[k] for k in SETUP if record.get(k)}
            yield Score(
                model_id=named.id, benchmark_id=benchmark, value=value, unit=unit, source_id=SOURCE.id,
                date=SOURCE.date, raw_name=name, config=config(named.config, f"machine={machine}", *setup),
                locator=locate(file, column, key), url=SOURCE.url,
            )  # fmt: skip
