"""Relevance of benchmarks as the user wants it: computed weights with some of them set by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from advisor.errors import BadInput

if TYPE_CHECKING:
    from knowledge.catalog import Catalog


def overridden(weights: Mapping[str, float], wanted: Mapping[str, float], catalog: Catalog) -> dict[str, float]:
    """`weights` (benchmark id to relevance, 0 to 1) with the ones in `wanted` in their place.

    A weight for a board holds for its categories too, unless one has a weight of its own.
    """
    for benchmark, weight in wanted.items():
        if benchmark not in catalog.benchmarks:
            raise BadInput(f"'{benchmark}' is no benchmark. `advisor benchmarks TEXT --json` shows ids.")
        if not (math.isfinite(weight) and 0 <= weight <= 1):
            raise BadInput(f"The weight of {benchmark} is {weight:g}; it must lie between 0 and 1.")
    below = {b.id: wanted[b.parent] for b in catalog.benchmarks.values() if b.parent and b.parent in wanted}
    return {**weights, **below, **wanted}


def read_weights(texts: Iterable[str]) -> dict[str, float]:
    """`BENCHMARK=W` texts of a command line."""
    found: dict[str, float] = {}
    for text in texts:
        name, sign, value = text.rpartition("=")
        try:
            found[name] = float(value)
        except ValueError:
            sign = ""
        if not (name and sign):
            raise BadInput(f"'{text}' is no weight. Write BENCHMARK=W with W between 0 and 1, as in gpqa=0.8.")
    return found
