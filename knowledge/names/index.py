"""The id table as an index: ids of one model stand together, whatever their providers call it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from knowledge.names import words as w
from knowledge.names.grammar import is_size
from knowledge.names.table import OPENROUTER, NameRow

Key = frozenset[str]
"""Identity words of a model, without those that its names add or omit."""


def group_key(tokens: frozenset[str]) -> Key:
    """Identity words without those that names of one model add or omit (preview, latest, beta)."""
    drops = set(w.NAMING)
    if any(family <= tokens for family in w.PREVIEW_IS_ANOTHER):
        drops.discard("preview")
    if not any(t[0].isdigit() or t in w.VERSIONED for t in tokens):
        drops.discard("latest")
    return tokens - drops


def droppable(key: Key) -> Iterator[frozenset[str]]:
    """Sets of words that may be attributes in this family, smallest first, beginning with none."""
    soft = sorted(t for t in key & w.SOFT if not any(f <= key for f in w.NOT_DROPPED.get(t, ())))
    for n in range(len(soft) + 1):
        for combo in combinations(soft, n):
            yield frozenset(combo)


def without_sizes(key: Key) -> Key:
    """The key of a name that tells no size."""
    return frozenset(t for t in key if not is_size(t))


class Index:
    """Ids by id, by path below the provider, and by model."""

    def __init__(self, rows: Iterable[NameRow]) -> None:
        self.ids: dict[str, NameRow] = {}
        self._paths: dict[str, NameRow] = {}
        self._groups: dict[Key, list[NameRow]] = defaultdict(list)
        self._sizeless: dict[Key, set[Key]] = defaultdict(set)
        self._titles: dict[Key, set[str]] = defaultdict(set)
        for row in rows:
            self._add(row)
        self._join_linked_sizes()
        self._join_active_sizes()
        self._join_modes()

    def group(self, key: Key) -> list[NameRow]:
        """All ids of the model with this key; empty if there is none."""
        return self._groups.get(key, []) if key else []

    def by_path(self, path: str) -> NameRow | None:
        """The best-ranked id that has this path below its provider, such as `qwen/qwen3-32b`."""
        return self._paths.get(_path(path))

    def sizes(self, key: Key) -> set[Key]:
        """Keys that add only sizes to this one."""
        return {k for k in self._sizeless.get(without_sizes(key), ()) if key <= k}

    def titled(self, key: Key) -> Key | None:
        """The one model whose ids have a title with these words; None where several models or none have."""
        models = {group_key(self.ids[name].tokens) for name in self._titles.get(key, ())}
        return models.pop() if len(models) == 1 else None

    def _add(self, row: NameRow) -> None:
        key = group_key(row.tokens)
        self.ids[row.id] = row
        self._groups[key].append(row)
        self._sizeless[without_sizes(key)].add(key)
        if row.title:
            self._titles[group_key(row.title)].add(row.id)
        path = _path(row.id.split("/", 1)[1])
        if path not in self._paths or self._paths[path].rank > row.rank:
            self._paths[path] = row

    def _move(self, rows: list[NameRow], source: Key, target: Key) -> None:
        moved = {r.id for r in rows}
        self._groups[target] += rows
        self._groups[source] = [r for r in self._groups[source] if r.id not in moved]
        if not self._groups[source]:
            del self._groups[source]
            self._sizeless[without_sizes(source)].discard(source)

    def _join_linked_sizes(self) -> None:
        """A reseller's id that leaves out sizes of the model that it says it serves is that model."""
        for row in [r for r in self.ids.values() if r.base_model in self.ids]:
            key, real = group_key(row.tokens), group_key(self.ids[row.base_model or ""].tokens)
            if key < real and all(is_size(t) or t in w.LEFT_OUT for t in real - key):
                self._move([row], key, real)

    def _join_active_sizes(self) -> None:
        """`qwen3-coder-480b` is the one model of that name and size, whose maker adds `a35b`."""
        for key in [k for k in self._groups if any(is_size(t) for t in k)]:
            rows = self._groups[key]
            full = [k for k in self.sizes(key) if key < k and all(t.startswith("a") for t in k - key)]
            if len(full) == 1 and min(r.rank for r in rows) > OPENROUTER:
                self._move(rows, key, full[0])

    def _join_modes(self) -> None:
        """A reseller's `-thinking` or `-turbo` id of a model that is sold without the word is that model."""
        for key in [k for k in self._groups if k & w.SOFT]:
            rows = self._groups[key]
            plain = next((key - d for d in droppable(key) if d and self.group(key - d)), None)
            if plain is not None and min(r.rank for r in rows) > OPENROUTER:
                self._move([r._replace(variants=r.variants + 1) for r in rows], key, plain)


def _path(text: str) -> str:
    return text.lower().strip("~ ").removesuffix(":free")
