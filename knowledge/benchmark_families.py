"""Families of benchmarks: a board with its categories, subsets and copies."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.catalog import Catalog


def family_of(benchmark_id: str, catalog: Catalog) -> str:
    """The board that a category or subset belongs to, following parents."""
    seen = {benchmark_id}
    while True:
        benchmark = catalog.benchmarks.get(benchmark_id)
        if benchmark is None or benchmark.parent is None or benchmark.parent in seen:
            return benchmark_id
        benchmark_id = benchmark.parent
        seen.add(benchmark_id)


def tasks_of(benchmark_id: str, catalog: Catalog) -> dict[str, float]:
    """The tasks of a board; a category without its own has those of the board it belongs to."""
    board, seen = catalog.benchmarks[benchmark_id], {benchmark_id}
    while not board.tasks and board.parent in catalog.benchmarks and board.parent not in seen:
        board = catalog.benchmarks[board.parent]
        seen.add(board.id)
    return board.tasks
