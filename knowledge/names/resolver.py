"""From a name that a source uses to the one real model, or an honest abstention with its reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from knowledge.names import words as w
from knowledge.names.aliases import Aliases
from knowledge.names.choice import choose, date_is_version
from knowledge.names.dates import Date
from knowledge.names.grammar import Parsed, is_size, parse, simplify
from knowledge.names.index import Index, Key, droppable, group_key, without_sizes
from knowledge.names.table import LAB, OPENROUTER, VENDOR, NameRow

_PLUS = re.compile(r"\s\+\s(?![^(]*\))")
_BRACKET = re.compile(r"^(?P<head>[^(]+)\((?P<inner>[^()]+)\)")
_INNER = re.compile(r"_| - | x ")
_DRIVES = re.compile(r"^[\s+,:/|&-]*(?:with |using |and )?")
_CURATED = "curated: "
LONGEST_NAME = 300
_NONE: frozenset[str] = frozenset()


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
    """Finds the model that a name means in a table of ids; never the nearest neighbour.

    A name with a date after `catalogue_date` is newer than the table and gets no id.
    """

    def __init__(
        self, rows: Iterable[NameRow], aliases: Aliases | None = None, catalogue_date: dt.date | None = None
    ) -> None:
        self._aliases = aliases or Aliases()
        self._catalogue_date = catalogue_date
        self._index = Index(self._aliases.with_version_date_row(r) for r in rows)

    def resolve(self, raw_name: str, source: str = "") -> Resolution:
        """The model that `source` means by `raw_name`. Total: any string gives an answer or an abstention."""
        name = raw_name.strip()
        if len(name) > LONGEST_NAME:
            return _abstain("too long to be a name", parse(name[:LONGEST_NAME]))
        agent = w.SCAFFOLDS.match(name.lower())
        if agent:
            return self._resolve_driven(name[: agent.end()], name[agent.end() :], source)
        parts = _PLUS.split(name)
        if len(parts) > 1:
            return self._resolve_system(parts, source)
        found = self._resolve_one(name, source)
        if found.canonical_id is None and "swe" in source:
            return self._resolve_inner(name, source) or found
        return found

    def _resolve_driven(self, agent: str, rest: str, source: str) -> Resolution:
        """`Claude Code + Opus 4.6`, `Codex CLI (GPT-5.2 xhigh)`: the model that a command-line agent drives."""
        model = _DRIVES.sub("", rest).strip()
        if model.startswith("(") and model.endswith(")"):
            model = model[1:-1]
        if not model:
            return _abstain("an agent without a named model", parse(agent))
        return _with_scaffold(self.resolve(model, source), agent)

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
        pieces = [bracket["inner"]] if bracket else _INNER.split(name)[1:]
        for piece in pieces:
            inner = self._resolve_one(piece.strip(), source)
            if inner.canonical_id and parse(piece).tokens & w.FAMILIES:
                return _with_scaffold(inner, name.replace(piece, "").strip(" (_-x)"))
        return None

    def _resolve_one(self, name: str, source: str) -> Resolution:
        parsed = self._aliases.with_version_date(parse(name))
        parsed = replace(parsed, base=parsed.base or _means_base(parsed, source))
        exact = self._exact(name, parsed, source)
        if exact:
            return exact
        curated = self._by_alias(parsed, source)
        if curated:
            return curated
        if parsed.date and self._catalogue_date and parsed.date.after(self._catalogue_date):
            return _abstain("newer than the catalogue", parsed)
        if not any(c.isalpha() for t in parsed.tokens for c in t if not is_size(t)):
            return _abstain("no model name in it", parsed)
        if self._is_community(parsed):
            return _abstain("community model or unknown publisher", parsed)
        return self._by_tokens(parsed)

    def _by_alias(self, parsed: Parsed, source: str) -> Resolution | None:
        curated = self._aliases.find(parsed, source)
        if curated is None:
            return None
        if curated.id is None or curated.id not in self._index.ids:
            return _abstain(_CURATED + curated.reason, parsed)
        return self._answer(self._index.ids[curated.id], 0.95, parsed, _CURATED + curated.reason)

    def _exact(self, name: str, parsed: Parsed, source: str) -> Resolution | None:
        """The id that a name spells out, or the maker's id of the same model where a reseller's was spelled."""
        row = self._index.ids.get(name) or self._by_path(simplify(name))
        if row is None or row.base != parsed.base:
            return None
        if row.rank != LAB:
            better = self._by_alias(parsed, source) or self._by_tokens(parsed)
            if _replaces(better, self._index.ids, row):
                return better
        return self._answer(row, 0.98, parsed, "an id that models.dev lists")

    def _by_path(self, path: str) -> NameRow | None:
        """The id with this path below its provider, or with its last two parts (`novita/baai/bge-m3`)."""
        parts = path.split("/")
        if len(parts) < 2:
            return None
        return self._index.by_path(path) or self._index.by_path("/".join(parts[-2:]))

    def _is_community(self, parsed: Parsed) -> bool:
        """The publisher, which is the last part of the namespace, is neither a lab nor a host."""
        publisher = _squash(parsed.org.rpartition("/")[2])
        if not publisher or w.REGION.match(publisher):
            return False
        if publisher in w.QUANTISERS and any(a.startswith("quant=") for a in parsed.attributes):
            return False
        if publisher in w.ORG_MAKES:
            return not parsed.tokens & w.ORG_MAKES[publisher]
        return publisher not in w.LABS and publisher not in w.HOSTS

    def _by_tokens(self, parsed: Parsed) -> Resolution:
        key, refused = group_key(parsed.tokens), ""
        for dropped in droppable(key):
            rows = self._index.group(key - dropped)
            if not rows:
                continue
            row, why = choose(rows, parsed)
            if row is not None:
                return self._answer(row, 0.97 - 0.02 * len(dropped), parsed, why, dropped)
            refused = refused or why
        if refused:
            return _abstain(refused, parsed)
        found = self._by_completion(key, parsed)
        return found if found.canonical_id else self._by_title(key, parsed) or found

    def _by_completion(self, key: Key, parsed: Parsed) -> Resolution:
        """A name that leaves out a size which only one model of that name and version has."""
        if len(key) == 1 and not any(c.isdigit() for c in next(iter(key))):
            return _abstain("a family, not a model", parsed)
        for dropped in droppable(without_sizes(key)):
            keys = self._index.sizes(key - dropped)
            if len(keys) > 1:
                return _abstain("several sizes fit the name", parsed)
            if keys:
                row, why = choose(self._index.group(keys.pop()), parsed)
                if row is None:
                    return _abstain(why, parsed)
                return self._answer(row, 0.88, parsed, "the only size of that name", dropped)
        return _abstain("not in the catalogue", parsed)

    def _by_title(self, key: Key, parsed: Parsed) -> Resolution | None:
        """A name that no id spells, but that the catalogue gives as the title of one model's ids."""
        titled = self._index.titled(key)
        row, _ = choose(self._index.group(titled), parsed) if titled else (None, "")
        return self._answer(row, 0.9, parsed, "its title in the catalogue") if row else None

    def _answer(
        self, row: NameRow, confidence: float, parsed: Parsed, reason: str, dropped: frozenset[str] = _NONE
    ) -> Resolution:
        modes = [w.DROPPED_AS[t] for t in sorted(dropped) if w.DROPPED_AS.get(t)]
        config = ", ".join(dict.fromkeys(a for a in [*parsed.attributes, *modes] if a))
        confidence -= 0.03 if row.rank > VENDOR else 0.0
        return Resolution(row.id, round(confidence, 2), config, reason, self._key_of(row))

    def _key_of(self, row: NameRow) -> str:
        """The key of a listed model; the date is part of it where the model has several dated builds."""
        rows = self._index.group(group_key(row.tokens))
        builds = {r.date for r in [r for r in rows if r.rank <= VENDOR] or rows if r.date}
        return _key(row.tokens, row.date, row.base, len(builds) > 1)


def _replaces(better: Resolution, ids: dict[str, NameRow], row: NameRow) -> bool:
    """True if what rules and aliases say may stand for the id that was spelled out, date and mode included.

    Any reseller's id gives way, so that a model has one id; a maker's or OpenRouter's only to a higher rank.
    """
    if row.rank > OPENROUTER:
        return better.canonical_id is not None or better.reason.startswith(_CURATED)
    other = ids[better.canonical_id] if better.canonical_id else row
    if other.rank >= row.rank or row.variants:
        return False
    return row.date is None or (other.date is not None and other.date.agrees(row.date))


def _means_base(parsed: Parsed, source: str) -> bool:
    """An unmarked name of a family whose plain name is the base checkpoint, on a board that lists those."""
    if parsed.instruct or parsed.tokens & {"chat", "thinking"}:
        return False
    family = any(f <= parsed.tokens and _is_plain(parsed.tokens - f) for f in w.PLAIN_IS_BASE)
    hub = _squash(parsed.org.rpartition("/")[2]) in w.LABS or parsed.org.endswith("accounts/fireworks/models")
    return family and (hub or source.startswith(w.BASE_BOARDS))


def _is_plain(rest: frozenset[str]) -> bool:
    return all(is_size(t) or t in w.BASE_KINDS for t in rest)


def _squash(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _key(tokens: frozenset[str], date: Date | None, base: bool = False, several_builds: bool = False) -> str:
    words = sorted(group_key(tokens), key=lambda t: (t[0].isdigit(), t))
    old_build = date is not None and date.year is None and "gpt" in tokens
    dated = [str(date)] if date and (several_builds or old_build or date_is_version(tokens, date)) else []
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
