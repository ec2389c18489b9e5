"""Times of the capability model: fitting a snapshot, loading the kept fit, scoring a use case."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from advisor.evidence import load_posterior
from knowledge.catalog import load_catalog

REPEATS = 20
BARS_MS = {"load a kept fit": 100, "score a use case": 20}


def milliseconds(work: Callable[[], object]) -> float:
    """Median of repeated runs."""
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    catalog = load_catalog()
    with tempfile.TemporaryDirectory() as folder:
        home, start = Path(folder), time.perf_counter()
        posterior = load_posterior(catalog, home=home)
        print(f"fit the snapshot: {time.perf_counter() - start:.1f} s, once")
        weights = dict.fromkeys(sorted(catalog.benchmarks)[::4], 0.5)
        posterior.rank(weights)
        found = {
            "load a kept fit": milliseconds(lambda: load_posterior(catalog, home=home)),
            "score a use case": milliseconds(lambda: posterior.rank(weights)),
        }
    for name, value in found.items():
        print(f"{name}: {value:.1f} ms (bar {BARS_MS[name]} ms){'' if value < BARS_MS[name] else ' MISSED'}")


if __name__ == "__main__":
    main()
