"""One real name for each model: from the names that sources use to models.dev ids, or an honest abstention."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from knowledge.names.aliases import Alias, Aliases, load_aliases
from knowledge.names.batch import resolve_csv
from knowledge.names.resolver import Resolution, Resolver
from knowledge.names.table import NameRow, build_table, read_table, write_table

__all__ = [
    "Alias",
    "Aliases",
    "NameRow",
    "Resolution",
    "Resolver",
    "build_table",
    "default_resolver",
    "load_aliases",
    "read_table",
    "resolve_csv",
    "write_table",
]

_KNOWLEDGE = Path(__file__).resolve().parent.parent
TABLE_PATH = _KNOWLEDGE / "snapshot" / "names.jsonl.gz"
ALIASES_PATH = _KNOWLEDGE / "names_aliases.yaml"


@lru_cache(maxsize=1)
def default_resolver() -> Resolver:
    """The resolver over the shipped table and the curated aliases."""
    rows, catalogue_date = read_table(TABLE_PATH)
    return Resolver(rows, load_aliases(ALIASES_PATH), catalogue_date)
