"""Which benchmarks to read for a use case: those its words ask for, those of its task, and boards elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from advisor.advice.rules import IRRELEVANT, Case
from advisor.advice.words import words
from advisor.relevance.weighing import rank_benchmarks
from advisor.schema import RankedBenchmark, Shortlist

if TYPE_CHECKING:
    from advisor.services import Services
    from knowledge.catalog import Catalog
    from knowledge.schema import Benchmark

SHOWN = 4
USEFUL = 0.3
SURE, PLAIN = 0.6, 0.95
LONG_TOKENS = 32_000
BOARDS = 2
RANKED = 8
# What a requirement asks for beside the task, as a question of its own.
FACETS = {
    "long": "answer questions on very long documents of hundreds of pages",
    "languages": "knowledge and understanding in languages other than English",
}


def benchmark_lines(text: str, case: Case, shortlist: Shortlist, services: Services, language: str) -> list[str]:
    """One line for each benchmark with its limit, one on what tells little, one on boards elsewhere."""
    lines = [_line(b, language) for b in read_first(text, case, shortlist, services)]
    if case.req.task in IRRELEVANT:
        lines.append(f"{words('little', language)}: {IRRELEVANT[case.req.task]}.")
    return [*lines, *_boards(case, language)]


def read_first(text: str, case: Case, shortlist: Shortlist, services: Services) -> list[RankedBenchmark]:
    """What the words of the text ask for, a long input and foreign languages included, then what fits the task."""
    catalog = services.catalog
    asked = [b for b in _ranked(text, case, services) if _belongs(b, catalog.benchmarks[b.id], case)]
    facets = [b for facet in _facets(case) for b in _ranked(FACETS[facet], case, services)[:1]]
    by_needs = [b for b in _ranked("", case, services, least=0.0) if _fits(catalog.benchmarks[b.id], case)]
    found = [*asked[:2], *facets, *fitting(case, shortlist, catalog), *asked[2:], *by_needs]
    return _distinct((b for b in found if not _of_little_use(b, case)), catalog)[:SHOWN]


def fitting(case: Case, shortlist: Shortlist, catalog: Catalog) -> list[RankedBenchmark]:
    """Ranked benchmarks that measure a task of the case and do not belong to another trade."""
    return [b for b in shortlist.benchmarks if _fits(catalog.benchmarks.get(b.id), case)][:SHOWN]


def _ranked(text: str, case: Case, services: Services, least: float = SURE) -> list[RankedBenchmark]:
    found = rank_benchmarks(text, store=services.store, catalog=services.catalog, requirements=case.stated, k=RANKED)
    return [b for b in found if b.relevance >= least]


def _of_little_use(b: RankedBenchmark, case: Case) -> bool:
    return b.name.split(" (")[0] in IRRELEVANT.get(case.req.task or "", "")


def _facets(case: Case) -> Iterator[str]:
    if case.prompt_tokens >= LONG_TOKENS:
        yield "long"
    if set(case.stated.languages) - {"en"} and "translation" not in case.tasks:
        yield "languages"


def _distinct(found: Iterable[RankedBenchmark], catalog: Catalog) -> list[RankedBenchmark]:
    first: dict[str, RankedBenchmark] = {}
    for ranked in found:
        bench = catalog.benchmarks.get(ranked.id)
        first.setdefault((bench.parent if bench else None) or ranked.id, ranked)
    return list(first.values())


def _fits(bench: Benchmark | None, case: Case) -> bool:
    measured = bench is not None and max((bench.tasks.get(t, 0) for t in case.tasks), default=0) >= USEFUL
    return bench is not None and measured and _of_the_trade(bench, case)


def _belongs(ranked: RankedBenchmark, bench: Benchmark, case: Case) -> bool:
    """A long description holds words of many things: what it asks for measures a task of it, or is of its trade."""
    special = case.req.domain in set(bench.domains) - {"general", "software"} and "general" not in bench.domains
    plain = not case.req.domain and ranked.relevance >= PLAIN
    return special or plain or _fits(bench, case)


def _of_the_trade(bench: Benchmark, case: Case) -> bool:
    trades = set(bench.domains) - {"general"}
    return not trades or "general" in bench.domains or case.req.domain in trades


def _line(b: RankedBenchmark, language: str) -> str:
    why = b.why.removeprefix("Measures: ").split(". Useful for:")[0].rstrip(".")
    limit = f" {words('limit', language)}: {_lowered(b.limits[0].split(';')[0])}." if b.limits else ""
    name = f"[{b.name}]({b.sources[0]})" if b.sources else b.name
    return f"{name}: {why}.{limit}"


def _lowered(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _boards(case: Case, language: str) -> list[str]:
    """Leaderboards of the Spaces directory for the trade or the languages of the case."""
    from knowledge.directory import find_leaderboards

    trade = case.req.domain if case.req.domain not in (None, "general", "software") else ""
    languages = set(case.stated.languages) - {"en"}
    found = find_leaderboards(trade or "", limit=BOARDS, languages=languages) if trade or languages else []
    listed = ", ".join(f"[{board.name}]({board.url})" for board in found)
    return [f"{words('boards', language)}: {listed}."] if found else []
