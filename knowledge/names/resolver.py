"""From a name that a source uses to the one real model, or an honest abstention with its reason."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations

from knowledge.names import words as w
from knowledge.names.aliases import Aliases
from knowledge.names.dates import Date
from knowledge.names.grammar import Parsed, is_size, parse, simplify
from knowledge.names.table import LAB, OPENROUTER, VENDOR, NameRow

CATALOGUE_DATE = dt.date(2026, 7, 2)
_PLUS = re.compile(r"\s\+\s(?![^(]*\))")
_BRACKET = re.compile(r"^(?P<head>[^(]+)\((?P<inner>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a raw name means.

    `canonical_id` is None where the resolver abstains; `confidence` is 0 then. `config` holds what is not
    identity ("effort=high, quant=fp8"). `key` joins names of one real model that models.dev does not list.
    """

    canonical_id: str | None
    confidence: float
    config: str
    reason: str
    key: str


class Resolver:
    """Finds the model that a name means in a table of ids; never the nearest neighbour."""

    def __init__(self, rows: Iterable[NameRow], aliases: Aliases) -> None:
        self._aliases = aliases
        self._ids: dict[str, NameRow] = {}
        self._groups: dict[frozenset[str], list[NameRow]] = defaultdict(list)
        self._sizeless: dict[frozenset[str], set[frozenset[str]]] = defaultdict(set)
        self._paths: dict[str, NameRow] = {}
        for row in (self._aliases.with_version_date_row(r) for r in rows):
            self._add(row)
        self._fold_sizes()
        self._fold_modes()

    def _add(self, row: NameRow) -> None:
        key = group_key(row.tokens)
        self._ids[row.id] = row
        self._groups[key].append(row)
        self._sizeless[frozenset(t for t in key if not is_size(t))].add(key)
        if row.rank <= 3:
            self._paths.setdefault(_path(row.id.split("/", 1)[1]), row)

    def _fold_sizes(self) -> None:
        """A reseller's id that leaves out sizes of the model that it says it serves is that model."""
        for row in [r for r in self._ids.values() if r.base_model in self._ids]:
            key, real = group_key(row.tokens), group_key(self._ids[row.base_model or ""].tokens)
            if key < real and all(is_size(t) for t in real - key) and row in self._groups.get(key, ()):
                self._groups[key].remove(row)
                self._groups[real].append(row)
                self._forget_if_empty(key)

    def _forget_if_empty(self, key: frozenset[str]) -> None:
        if not self._groups[key]:
            del self._groups[key]
            self._sizeless[frozenset(t for t in key if not is_size(t))].discard(key)

    def _fold_modes(self) -> None:
        """A reseller's `-thinking` or `-turbo` id of a model that its maker sells as one is that model."""
        for key in [k for k in self._groups if k & w.SOFT]:
            rows = self._groups[key]
            plain = next((key - d for d in _droppable(key) if d and self._groups.get(key - d)), None)
            if plain is not None and min(r.rank for r in rows) > OPENROUTER:
                self._groups[plain] += [replace(r, variants=r.variants + 1) for r in rows]
                self._groups[key] = []
                self._forget_if_empty(key)

    def resolve(self, raw_name: str, source: str = "") -> Resolution:
        """The model that `source` means by `raw_name`. Total: any string gives an answer or an abstention."""
        name = raw_name.strip()
        parts = _PLUS.split(name)
        if len(parts) > 1:
            return self._resolve_system(parts, source)
        found = self._resolve_one(name, source)
        if found.canonical_id is None and "swe" in source:
            return self._resolve_inner(name, source) or found
        return found

    def _resolve_system(self, parts: list[str], source: str) -> Resolution:
        """`scaffold + model`: the model, if exactly one part names one."""
        models = [p for p in parts if parse(p).tokens & w.FAMILIES]
        if len(models) > 1:
            return _abstain("two models", parse(" ".join(parts)))
        if not models:
            return _abstain("system without a named model", parse(" ".join(parts)))
        inner = self._resolve_one(models[0], source)
        if inner.canonical_id is None:
            inner = self._resolve_inner(models[0], source) or inner
        return _with_scaffold(inner, " + ".join(p for p in parts if p is not models[0]))

    def _resolve_inner(self, name: str, source: str) -> Resolution | None:
        """`Scaffold (model)`, `scaffold_model`, `scaffold - model`, as agent boards write it."""
        bracket = _BRACKET.match(name)
        if bracket and " + " in bracket["inner"]:
            return _abstain("two models", parse(name))
        pieces = [bracket["inner"]] if bracket else re.split(r"_| - | x ", name)[1:]
        for piece in pieces:
            inner = self._resolve_one(piece.strip(), source)
            if inner.canonical_id and parse(piece).tokens & w.FAMILIES:
                return _with_scaffold(inner, name.replace(piece, "").strip(" (_-x)"))
        return None

    def _resolve_one(self, name: str, source: str) -> Resolution:
        parsed = self._aliases.with_version_date(parse(name))
        parsed = replace(parsed, base=parsed.base or _means_base(parsed, source))
        exact = self._exact(name, parsed)
        if exact:
            return exact
        curated = self._aliases.find(parsed, name)
        if curated:
            return self._curated(curated.id, curated.reason, parsed)
        if parsed.date and parsed.date.after(CATALOGUE_DATE):
            return _abstain("newer than the catalogue", parsed)
        if not parsed.tokens:
            return _abstain("no model name in it", parsed)
        if self._is_community(parsed):
            return _abstain("community model or unknown publisher", parsed)
        return self._by_tokens(parsed)

    def _curated(self, model_id: str | None, reason: str, parsed: Parsed) -> Resolution:
        if model_id is None or model_id not in self._ids:
            return _abstain(reason, parsed)
        return self._answer(self._ids[model_id], 0.95, parsed, f"curated: {reason}")

    def _exact(self, name: str, parsed: Parsed) -> Resolution | None:
        if name in self._ids:
            return self._answer(self._preferred(self._ids[name], parsed), 0.99, parsed, "a models.dev id")
        row = self._paths.get(_path(simplify(name))) if "/" in name else None
        if row is None or row.base != parsed.base:
            return None
        return self._answer(self._preferred(row, parsed), 0.98, parsed, "a provider's id of the model")

    def _preferred(self, row: NameRow, parsed: Parsed) -> NameRow:
        """The best-ranked id of the same model and date, for an id that a lower-ranked provider uses."""
        if row.rank == LAB:
            return row
        group = [r for r in self._groups.get(group_key(row.tokens), ()) if r.date == row.date and r.base == row.base]
        best = _best(group, parsed.date, parsed.tokens) if group else row
        return best if best.rank < row.rank and not best.variants else row

    def _is_community(self, parsed: Parsed) -> bool:
        parts = [_squash(p) for p in parsed.org.split("/") if p]
        return any(p not in w.LABS and p not in w.HOSTS for p in parts)

    def _by_tokens(self, parsed: Parsed) -> Resolution:
        key = group_key(parsed.tokens)
        for dropped in _droppable(key):
            rows = self._groups.get(key - dropped)
            if not rows:
                continue
            row, why = choose(rows, parsed)
            if row is None:
                return _abstain(why, parsed)
            config = [w.DROPPED_AS[t] for t in sorted(dropped) if w.DROPPED_AS.get(t)]
            return self._answer(row, 0.97 - 0.02 * len(dropped), parsed, why, config)
        return self._by_completion(key, parsed)

    def _by_completion(self, key: frozenset[str], parsed: Parsed) -> Resolution:
        """A name that leaves out a size which only one model of that name and version has."""
        plain = frozenset(t for t in key if not is_size(t))
        for dropped in _droppable(plain):
            keys = {k for k in self._sizeless.get(plain - dropped, ()) if key - dropped <= k}
            if len(keys) > 1:
                return _abstain("several sizes fit the name", parsed)
            if keys:
                row, why = choose(self._groups[keys.pop()], parsed)
                if row is None:
                    return _abstain(why, parsed)
                config = [w.DROPPED_AS[t] for t in sorted(dropped) if w.DROPPED_AS.get(t)]
                return self._answer(row, 0.88, parsed, "the only size of that name", config)
        return _abstain("not in the catalogue", parsed)

    def _answer(
        self, row: NameRow, confidence: float, parsed: Parsed, reason: str, more: Iterable[str] = ()
    ) -> Resolution:
        config = ", ".join(dict.fromkeys([*parsed.attributes, *more]))
        if row.rank > VENDOR:
            confidence = round(confidence - 0.03, 2)
        return Resolution(
            row.id, round(confidence, 2), config.strip(", "), reason, _key(row.tokens, row.date, row.base)
        )


def group_key(tokens: frozenset[str]) -> frozenset[str]:
    """Identity tokens without the words that names of one model add or omit (preview, latest, beta)."""
    drops = set(w.NAMING)
    if any(family <= tokens for family in w.PREVIEW_IS_ANOTHER):
        drops.discard("preview")
    if not any(t[0].isdigit() or t in w.VERSIONED for t in tokens):
        drops.discard("latest")
    return tokens - drops


def choose(rows: list[NameRow], parsed: Parsed) -> tuple[NameRow | None, str]:
    """The id of a model that fits the date and the kind of weights of a name, and how it was chosen."""
    kind = [r for r in rows if r.base == parsed.base]
    if not kind:
        return None, "base weights are not in the catalogue" if parsed.base else "only base weights are listed"
    if parsed.date is None:
        return _undated(kind, parsed)
    hits = [r for r in kind if r.date and r.date.matches(parsed.date)]
    if _date_is_version(parsed.tokens, parsed.date):
        return (
            (_best(hits, parsed.date, parsed.tokens), "same name and date") if hits else (None, "another dated version")
        )
    if hits and _dated_id_wins(hits, kind, parsed):
        return _best(hits, parsed.date, parsed.tokens), "same name and date"
    plain = [r for r in kind if r.date is None]
    if plain:
        return _best(plain, None, parsed.tokens), "a snapshot of the version"
    dates = {str(r.date) for r in kind}
    return (
        (_best(kind, None, parsed.tokens), "the only dated version")
        if len(dates) == 1
        else (None, "another dated version")
    )


def _dated_id_wins(hits: list[NameRow], rows: list[NameRow], parsed: Parsed) -> bool:
    """A dated id wins over the version's own id if a maker lists it, or if it is a build of its own."""
    version_is_listed = any(r.date is None and r.rank <= VENDOR for r in rows)
    old_build = "gpt" in parsed.tokens and parsed.date is not None and parsed.date.year is None
    return min(r.rank for r in hits) <= VENDOR or not version_is_listed or old_build


def _undated(rows: list[NameRow], parsed: Parsed) -> tuple[NameRow | None, str]:
    if not _date_is_version(parsed.tokens, parsed.date):
        return _best(rows, None, parsed.tokens), "same name"
    own = [r for r in rows if r.rank <= VENDOR]
    if own and all(r.date for r in own) and len({r.date for r in own}) == 1:
        return _best(own, None, parsed.tokens), "the maker's only dated version"
    plain = [r for r in rows if r.date is None]
    if plain:
        return _best(plain, None, parsed.tokens), "same name"
    months = {(r.date.year, r.date.month, r.date.day) for r in rows if r.date}
    return (
        (_best(rows, None, parsed.tokens), "the only dated version")
        if len(months) == 1
        else (None, "several dated versions")
    )


def _date_is_version(tokens: frozenset[str], date: Date | None) -> bool:
    """True where another date is another model (Mistral, Command R, DeepSeek, Kimi, Qwen's YYMM)."""
    if any(family <= tokens for family in w.DATE_IS_VERSION):
        return True
    if tokens & w.DATE_IS_SNAPSHOT:
        return False
    if "qwen" in tokens:
        rolling = not any(t[0].isdigit() for t in tokens)
        return rolling or date is None or date.day is None or not tokens & w.QWEN_HOSTED
    return True


def _best(rows: list[NameRow], date: Date | None, tokens: frozenset[str] = frozenset()) -> NameRow:
    """Lab before vendor before OpenRouter before resellers; among resellers the commonest spelling."""
    spelling = Counter(_words(r.id) for r in rows)
    return min(
        rows,
        key=lambda r: (
            r.rank,
            r.variants,
            len((r.tokens ^ tokens) & w.NAMING),
            r.order,
            (r.date is None) != (date is None),
            not r.id.startswith("alibaba-cn/"),
            -spelling[_words(r.id)],
            len(r.id),
            r.id,
        ),
    )


def _words(model_id: str) -> str:
    return " ".join(sorted(re.findall(r"[a-z]+|\d+", model_id.lower().rpartition("/")[2])))


def _droppable(key: frozenset[str]) -> Iterable[frozenset[str]]:
    """Sets of words that may be attributes in this family, smallest first."""
    soft = sorted(t for t in key & w.SOFT if not any(f <= key for f in w.NOT_DROPPED.get(t, ())))
    for n in range(len(soft) + 1):
        for combo in combinations(soft, n):
            yield frozenset(combo)


def _means_base(parsed: Parsed, source: str) -> bool:
    """An unmarked name of a family whose plain name is the base checkpoint, on a board that lists those."""
    if parsed.instruct or parsed.tokens & {"chat", "thinking"}:
        return False
    family = any(f <= parsed.tokens and _is_plain(parsed.tokens - f) for f in w.PLAIN_IS_BASE)
    hub = parsed.hub_style and _squash(parsed.org.rpartition("/")[2]) in w.LABS
    return family and (hub or source.startswith(w.BASE_BOARDS))


def _is_plain(rest: frozenset[str]) -> bool:
    return all(is_size(t) or t in w.BASE_KINDS for t in rest)


def _path(text: str) -> str:
    return text.lower().strip("~ ")


def _squash(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _key(tokens: frozenset[str], date: Date | None, base: bool = False) -> str:
    words = sorted(group_key(tokens), key=lambda t: (t[0].isdigit(), t))
    dated = [str(date)] if date and _date_is_version(tokens, date) else []
    return "-".join(words + dated + (["base"] if base else []))


def _abstain(reason: str, parsed: Parsed) -> Resolution:
    key = _key(parsed.tokens, parsed.date, parsed.base)
    org = _squash(parsed.org.rpartition("/")[2])
    if org and org not in w.LABS and org not in w.HOSTS:
        key = f"{org}/{key}"
    return Resolution(None, 0.0, ", ".join(a for a in parsed.attributes if a), reason, key)


def _with_scaffold(inner: Resolution, scaffold: str) -> Resolution:
    note = f"scaffold={scaffold.strip()}"
    config = f"{inner.config}, {note}" if inner.config else note
    confidence = round(max(0.0, inner.confidence - 0.05), 2) if inner.canonical_id else 0.0
    return replace(inner, config=config, confidence=confidence)
