"""Prints how well benchmarks are ranked for questions, by language, and how long it takes.

    python tests/bench/retrieval.py [QUESTIONS.jsonl ...] [--home FOLDER] [--misses] [--out PREDICTIONS.jsonl]

A question counts as hit where a benchmark of grade 2 or 3 is on top (hit@1) or among the first three (hit@3);
nDCG@5 has the gain 2^grade - 1.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from advisor.relevance.mentions import mentioned
from advisor.relevance.weighing import rank_benchmarks
from knowledge.catalog import Catalog, load_catalog
from knowledge.store import Store

QUESTIONS = Path(__file__).parents[1] / "data" / "benchmark_questions.jsonl"
GOOD = 2


def family(bench_id: str, catalog: Catalog) -> str:
    return catalog.benchmarks[bench_id].parent or bench_id


def graded(row: dict[str, Any], catalog: Catalog) -> dict[str, int]:
    """Grades by family; a name that no note has keeps its own name, so that it counts as missed."""
    grades: dict[str, int] = {}
    for name, grade in row["grades"].items():
        ids = mentioned(name, catalog.benchmarks) or [name]
        grades[family(ids[0], catalog) if ids[0] in catalog.benchmarks else name] = grade
    return grades


def measured(ranked: list[str], grades: dict[str, int]) -> tuple[float, float, float]:
    """hit@1, hit@3 and nDCG@5 of one question."""
    gains = [2 ** grades.get(bench, 0) - 1 for bench in ranked[:5]]
    best = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:5]
    hits = [grades.get(bench, 0) >= GOOD for bench in ranked]
    return float(any(hits[:1])), float(any(hits[:3])), discounted(gains) / discounted(best)


def discounted(gains: list[int]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def run(files: list[Path], home: Path, misses: bool, out: Path | None) -> None:
    catalog = load_catalog()
    started = time.perf_counter()
    store = Store.open(home)
    print(f"{len(store)} documents, ready after {time.perf_counter() - started:.2f} s")
    rank_benchmarks("warm up", store=store, catalog=catalog)
    for file in files:
        report(file, store, catalog, misses, out)


def report(file: Path, store: Store, catalog: Catalog, misses: bool, out: Path | None) -> None:
    by_language: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    times, predictions = [], []
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        started = time.perf_counter()
        found = rank_benchmarks(row["question"], store=store, catalog=catalog)
        times.append(1000 * (time.perf_counter() - started))
        figures = measured([family(b.id, catalog) for b in found], graded(row, catalog))
        by_language[row["lang"]].append(figures)
        predictions.append({"id": row["id"], "ranked": [b.name for b in found]})
        if misses and not figures[0]:
            print(f"  {row['id']} {row['question'][:70]} | {[b.id for b in found][:4]} | {row['grades']}")
    show(file, by_language, times)
    if out:
        out.write_text("".join(json.dumps(p, ensure_ascii=False) + "\n" for p in predictions), encoding="utf-8")


def show(file: Path, by_language: dict[str, list[tuple[float, float, float]]], times: list[float]) -> None:
    everything = [figures for rows in by_language.values() for figures in rows]
    print(f"{file.name}\n| language | n | hit@1 | hit@3 | nDCG@5 |\n|---|---|---|---|---|")
    for language, rows in [*sorted(by_language.items()), ("all", everything)]:
        means = " | ".join(f"{statistics.fmean(column):.3f}" for column in zip(*rows, strict=True))
        print(f"| {language} | {len(rows)} | {means} |")
    print(f"query: median {statistics.median(times):.0f} ms, slowest {max(times):.0f} ms\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("files", nargs="*", type=Path, default=[QUESTIONS])
    parser.add_argument("--home", type=Path, default=Path(tempfile.gettempdir()) / "retrieval-bench")
    parser.add_argument("--misses", action="store_true", help="print the questions whose first answer is wrong")
    parser.add_argument("--out", type=Path, help="write the ranked names of the last file")
    chosen = parser.parse_args()
    run(chosen.files, chosen.home, chosen.misses, chosen.out)


if __name__ == "__main__":
    main()
