"""What is known of a leaderboard or price source that a question names: what a row means, its traps, its licence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from advisor.schema import Citation
from knowledge.sources import load

if TYPE_CHECKING:
    from knowledge.catalog import Catalog
    from knowledge.schema import Source

# Words of sources' names that name no source by themselves.
_COMMON = frozenset([
    "arena", "awesome", "benchmarking", "berkeley", "catalogue", "english", "foundation", "function",
    "function-calling", "fused", "global", "hallucination", "index", "leaderboard", "leaderboards", "ledger", "lite",
    "model", "model-prices", "models", "open", "polyglot", "price", "prices", "rates", "scale", "stanford", "stats",
    "text", "text-to-sql",
])  # fmt: skip
_LEAST_LETTERS = 4


def named_sources(text: str, catalog: Catalog) -> list[Source]:
    """The sources that a text names by a word of their own. Names in capitals (HELM, SEAL) count only in capitals."""
    words = set(re.findall(r"[\w.-]*\w", text))
    lowered = {word.lower() for word in words}
    return [
        source
        for source in catalog.sources.values()
        if any(word in words if word.isupper() else word.lower() in lowered for word in _own_words(source))
    ]


def _own_words(source: Source) -> list[str]:
    words = re.findall(r"[\w.-]*\w", source.name)
    return [w for w in words if len(w) >= _LEAST_LETTERS and w.lower() not in _COMMON and not w.isdigit()]


def source_text(source: Source, catalog: Catalog) -> str:
    """What the snapshot has of a source and how to read it."""
    lines = [
        f"**{source.name}** ([{source.url}]({source.url})): a row is {source.row_means}.",
        f"- How to misread it: {source.traps}.",
        f"- In the snapshot of {catalog.snapshot_date}: {_shipped(source)}.",
    ]
    if _fetched(source):
        lines.append(f"- Newer data: `advisor knowledge refresh --source {source.id}`, for your own use.")
    return "\n".join(lines)


def _shipped(source: Source) -> str:
    if source.redistributable:
        return f"{source.rows:,} figures as of {source.date}, licence {source.licence}"
    return f"no figures, only this link (licence: {source.licence})"


def _fetched(source: Source) -> bool:
    return bool(getattr(load(source.id), "FILES", None))


def source_citation(source: Source) -> Citation:
    """Where the source is read, and of which day our knowledge of it is."""
    return Citation(source=source.name, url=source.url, title=source.name, date=str(source.date))
