"""How time, memory and disk grow with the snapshot: a quarter, a half and all of its models and texts.

    .venv/bin/python tests/campaign/growth.py

Each size is measured in a process of its own, with models and texts drawn by a fixed seed. Prints one JSON line each.
"""

from __future__ import annotations

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from advisor.evidence import load_posterior
from advisor.relevance.weighing import benchmark_weights
from advisor.schema import UseCase
from advisor.shortlist.build import build_shortlist
from advisor.shortlist.columns import columns_of
from knowledge.catalog import Catalog, ModelIndex, load_catalog
from knowledge.contents import all_documents
from knowledge.store import Store

SHARES = (0.25, 0.5, 1.0)
QUESTION = "Answer questions of engineers on manuals of thousands of pages, with citations ({})"
REPEATS = 15


def part_of(whole: Catalog, share: float) -> Catalog:
    """A catalogue with a share of the models, and what is known of them."""
    kept = set(random.Random(0).sample(sorted(whole.models), round(share * len(whole.models))))
    part = Catalog(whole.folder)
    part.__dict__["models"] = ModelIndex((m for name, m in whole.models.items() if name in kept), {})
    part.__dict__["scores"] = [s for s in whole.scores if s.model_id in kept]
    part.__dict__["offers"] = [o for o in whole.offers if o.model_id in kept]
    return part


def texts(share: float) -> list[Any]:
    """A share of the store's documents."""
    every = list(all_documents())
    return random.Random(0).sample(every, round(share * len(every)))


def seconds(work: Callable[[], object]) -> float:
    """Time of one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def middle_ms(work: Callable[[int], object]) -> float:
    """Median of calls, which get their number, in milliseconds."""
    return round(1000 * statistics.median([seconds(lambda n=n: work(n)) for n in range(REPEATS)]), 1)


def folder_mb(folder: Path) -> float:
    return round(sum(f.stat().st_size for f in folder.rglob("*") if f.is_file()) / 2**20, 1)


def measured(share: float, home: Path) -> dict[str, Any]:
    """What one size takes."""
    catalog, documents = part_of(load_catalog(), share), texts(share)
    built = seconds(lambda: Store.open(home, load=lambda: documents, key=str(share)).close())
    store = Store.open(home, load=lambda: documents, key=str(share))
    fitted = seconds(lambda: load_posterior(catalog, home=home))
    posterior = load_posterior(catalog, home=home)
    weights = benchmark_weights(UseCase(text=QUESTION.format("")), store=store, catalog=catalog)
    columns_of(catalog)

    def shortlist(number: int) -> None:
        asked = UseCase(text=QUESTION.format(number))
        build_shortlist(asked, catalog=catalog, weights=weights, ranked=[], posterior=posterior)

    return {
        "share": share, "models": len(catalog.models), "scores": len(catalog.scores), "texts": len(documents),
        "build_store_s": round(built, 1), "store_mb": folder_mb(home / "store"),
        "query_ms": middle_ms(lambda n: store.search(QUESTION.format(n))),
        "fit_s": round(fitted, 1), "fit_mb": folder_mb(home / "posterior"),
        "load_fit_ms": middle_ms(lambda n: load_posterior(catalog, home=home)),
        "score_ms": middle_ms(lambda n: posterior.rank(weights)), "shortlist_ms": middle_ms(shortlist),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }  # fmt: skip


def main() -> None:
    """All sizes, or the one that is named."""
    if len(sys.argv) > 1:
        with tempfile.TemporaryDirectory(prefix="advisor-growth-") as folder:
            print(json.dumps(measured(float(sys.argv[1]), Path(folder))), flush=True)
        return
    for share in SHARES:
        subprocess.run([sys.executable, __file__, str(share)], check=True)


if __name__ == "__main__":
    main()
