"""Curated knowledge that no rule can have: renamed models, codenames, version numbers that stand for dates."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from knowledge.names.dates import Date
from knowledge.names.grammar import Parsed, is_size, parse
from knowledge.names.table import NameRow


@dataclass(frozen=True, slots=True)
class Alias:
    """A name that means `id`; None means that it has no id, for the reason given.

    `boards` are beginnings of the source names that use the name in this sense; empty means all do.
    """

    id: str | None
    reason: str
    source: str
    boards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Aliases:
    """Aliases by the parsed form of their names, and dates by version."""

    by_key: dict[tuple[frozenset[str], str], tuple[Alias, ...]] = field(default_factory=dict)
    versions: tuple[tuple[frozenset[str], frozenset[str], Date], ...] = ()

    def find(self, parsed: Parsed, board: str) -> Alias | None:
        """The alias of a name on a board, whatever its spelling, order and attributes; the board's own sense first."""
        if parsed.base:
            return None
        senses = self.by_key.get((parsed.tokens, str(parsed.date or "")), ())
        own = next((a for a in senses if a.boards and board.startswith(a.boards)), None)
        return own or next((a for a in senses if not a.boards), None)

    def with_version_date(self, parsed: Parsed) -> Parsed:
        """A name whose version number stands for a date (Mistral Large 3 is 2512), with that date."""
        for needs, drops, date in self.versions:
            if needs <= parsed.tokens:
                return replace(parsed, tokens=parsed.tokens - drops, date=date)
        return parsed

    def with_version_date_row(self, row: NameRow) -> NameRow:
        """The same for a row of the table."""
        for needs, drops, date in self.versions:
            if needs <= row.tokens:
                return row._replace(tokens=row.tokens - drops, date=date)
        return row


def load_aliases(path: Path) -> Aliases:
    """Read the curated file. Every entry names its source."""
    import yaml

    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    by_key: dict[tuple[frozenset[str], str], tuple[Alias, ...]] = {}
    for entry in raw["aliases"]:
        for name in entry["names"]:
            parsed = parse(name)
            alias = Alias(entry["id"], entry["reason"], entry["source"], tuple(entry.get("boards", ())))
            key = parsed.tokens, str(parsed.date or "")
            by_key[key] = (*by_key.get(key, ()), alias)
    return Aliases(by_key, tuple(_version(v) for v in raw["versions"]))


def _version(raw: dict[str, Any]) -> tuple[frozenset[str], frozenset[str], Date]:
    words = raw["name"].split()
    year, month = raw["date"].split("-")
    return (
        frozenset(words),
        frozenset(w for w in words if w[0].isdigit() and not is_size(w)),
        Date(int(year), int(month), None),
    )
