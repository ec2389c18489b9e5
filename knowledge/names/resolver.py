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
        path = _path(row.id.split("/", 1)[1])
        if path not in self._paths or self._paths[path].rank > row.rank:
            self._paths[path] = row

    def _fold_sizes(self) -> None:
        """A reseller's id that leaves out sizes of the model that it says it serves is that model."""
        for row in [r for r in self._ids.values() if r.base_model in self._ids]:
            key, real = group_key(row.tokens), group_key(self._ids[row.base_model or ""].tokens)
            if key < real and all(is_size(t) or t == "vl" for t in real - key) and row in self._groups.get(key, ()):
                self._groups[key].remove(row)
                self._groups[real].append(row)
                self._forget_if_empty(key)
        for key in [k for k in self._groups if any(is_size(t) for t in k)]:
            self._fold_active_size(key)

    def _fold_active_size(self, key: frozenset[str]) -> None:
        """`qwen3-coder-480b` is the one model of that name and size, whose maker adds `a35b`."""
        siblings = self._sizeless[frozenset(t for t in key if not is_size(t))]
        full = [k for k in siblings if key < k and all(t.startswith("a") for t in k - key)]
        if len(full) == 1 and min(r.rank for r in self._groups[key]) > OPENROUTER:
            self._groups[full[0]] += self._groups[key]
            self._groups[key] = []
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
                self._groups[plain] += [r._replace(variants=r.variants + 1) for r in rows]
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
        inner = self._resolve_one(models[0], "")
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
        curated = self._by_alias(parsed, name)
        if curated:
            return curated
        if parsed.date and parsed.date.after(CATALOGUE_DATE):
            return _abstain("newer than the catalogue", parsed)
        if not any(c.isalpha() for t in parsed.tokens for c in t if not is_size(t)):
            return _abstain("no model name in it", parsed)
        if self._is_community(parsed):
            return _abstain("community model or unknown publisher", parsed)
        return self._by_tokens(parsed)

    def _by_alias(self, parsed: Parsed, name: str) -> Resolution | None:
        curated = self._aliases.find(parsed, name)
        if curated is None:
            return None
        if curated.id is None or curated.id not in self._ids:
            return _abstain(curated.reason, parsed)
        return self._answer(self._ids[curated.id], 0.95, parsed, f"curated: {curated.reason}")

    def _exact(self, name: str, parsed: Parsed) -> Resolution | None:
        """The id that a name spells out, or the maker's id of the same model where a reseller's was spelled."""
        row = self._ids.get(name) or (self._paths.get(_path(simplify(name))) if "/" in name else None)
        if row is None or row.base != parsed.base:
            return None
        if row.rank != LAB:
            better = self._by_alias(parsed, name) or self._by_tokens(parsed)
            if better.canonical_id and _replaces(self._ids[better.canonical_id], row):
                return better
        return self._answer(row, 0.98, parsed, "an id that models.dev lists")

    def _is_community(self, parsed: Parsed) -> bool:
        parts = [_squash(p) for p in parsed.org.split("/") if p]
        if any(not parsed.tokens & w.ORG_MAKES[p] for p in parts if p in w.ORG_MAKES):
            return True
        return any(p not in w.LABS and p not in w.HOSTS for p in parts)

    def _by_tokens(self, parsed: Parsed) -> Resolution:
        key, refused = group_key(parsed.tokens), ""
        for dropped in _droppable(key):
            rows = self._groups.get(key - dropped)
            if not rows:
                continue
            row, why = choose(rows, parsed)
            if row is not None:
                config = [w.DROPPED_AS[t] for t in sorted(dropped) if w.DROPPED_AS.get(t)]
                return self._answer(row, 0.97 - 0.02 * len(dropped), parsed, why, config)
            refused = refused or why
        return _abstain(refused, parsed) if refused else self._by_completion(key, parsed)

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
        hits = hits or _same_month(kind, parsed.date)
        return (_best(hits, parsed.date, parsed), "same name and date") if hits else (None, "another dated version")
    if hits and _dated_id_wins(hits, kind, parsed):
        return _best(hits, parsed.date, parsed), "same name and date"
    return _snapshot(kind, parsed, parsed.date)


def _replaces(better: NameRow, row: NameRow) -> bool:
    """True if the better-ranked id may stand for the one that was spelled out, date and mode included."""
    if better.rank >= row.rank:
        return False
    if row.rank > OPENROUTER:
        return True
    return not row.variants and (row.date is None or (better.date is not None and better.date.agrees(row.date)))


def _same_month(rows: list[NameRow], date: Date) -> list[NameRow]:
    """Ids of the one dated build that a month and year can mean."""
    found = [r for r in rows if r.date and r.date.agrees(date)]
    return found if len({(r.date.month, r.date.day) for r in found if r.date and r.date.day}) == 1 else []


def _snapshot(rows: list[NameRow], parsed: Parsed, date: Date) -> tuple[NameRow | None, str]:
    """The version of which an unlisted date is a snapshot; a date of the same month is the same release."""
    month = _same_month(rows, date)
    if month and (min(r.rank for r in month) <= VENDOR or _is_old_build(parsed, month[0].date)):
        return _best(month, date, parsed), "a release of the same month"
    if _is_old_build(parsed, date) and any(r.date for r in rows):
        return None, "another dated version"
    own = [r for r in rows if r.rank <= VENDOR] or month or rows
    plain = [r for r in own if r.date is None]
    if plain:
        return _best(plain, None, parsed), "a snapshot of the version"
    if len({r.date for r in own}) == 1:
        return _best(own, None, parsed), "the only dated version"
    return None, "another dated version"


def _is_old_build(parsed: Parsed, date: Date | None) -> bool:
    """GPT-3.5 and GPT-4 builds are told apart by month and day alone (0314, 1106)."""
    return "gpt" in parsed.tokens and date is not None and date.year is None


def _dated_id_wins(hits: list[NameRow], rows: list[NameRow], parsed: Parsed) -> bool:
    """A dated id wins over the version's own id if a maker lists it, or if it is a build of its own."""
    version_is_listed = any(r.date is None and r.rank <= VENDOR for r in rows)
    old_build = _is_old_build(parsed, parsed.date)
    return min(r.rank for r in hits) <= VENDOR or not version_is_listed or old_build


def _undated(rows: list[NameRow], parsed: Parsed) -> tuple[NameRow | None, str]:
    if not _date_is_version(parsed.tokens, parsed.date):
        return _best(rows, None, parsed), "same name"
    own = [r for r in rows if r.rank <= VENDOR]
    if own and all(r.date for r in own) and len({r.date for r in own}) == 1:
        return _best(own, None, parsed), "the maker's only dated version"
    plain = [r for r in rows if r.date is None]
    if plain:
        return _best(plain, None, parsed), "same name"
    if "qwen" in parsed.tokens or any(family <= parsed.tokens for family in w.DATE_IS_VERSION):
        return None, "only a dated version is listed"
    months = {(r.date.year, r.date.month, r.date.day) for r in rows if r.date}
    return (
        (_best(rows, None, parsed), "the only dated version") if len(months) == 1 else (None, "several dated versions")
    )


def _date_is_version(tokens: frozenset[str], date: Date | None) -> bool:
    """True where another date is another model (Mistral, Command R, DeepSeek, Kimi, Qwen's YYMM)."""
    rolling = tokens & w.ROLLING and not any(c.isdigit() for t in tokens for c in t)
    if rolling or any(family <= tokens for family in w.DATE_IS_VERSION):
        return True
    if tokens & w.DATE_IS_SNAPSHOT:
        return False
    if "qwen" in tokens:
        return date is None or date.day is None or not tokens & w.QWEN_HOSTED
    return True


def _best(rows: list[NameRow], date: Date | None, parsed: Parsed) -> NameRow:
    """Lab before vendor before OpenRouter before resellers; among resellers the spelling nearest to the name."""
    spelling = Counter(_words(r.id) for r in rows)
    raw = set(_words(parsed.raw).split())
    return min(
        rows,
        key=lambda r: (
            r.rank,
            r.variants,
            len((r.tokens ^ parsed.tokens) & w.NAMING),
            r.order,
            (r.date is None) != (date is None),
            not r.id.startswith("alibaba-cn/"),
            len(raw ^ set(_words(r.id).split())),
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
    return text.lower().strip("~ ").removesuffix(":free")


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
