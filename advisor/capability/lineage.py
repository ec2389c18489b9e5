"""Where a model stands in its family: leading words and version of its name, and from them a release date.

Many boards name models that no price list dates. A name tells its place between dated siblings, which is enough
for a prior; the guess is never shown as a fact.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from knowledge.names.grammar import parse

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from knowledge.schema import Model

NEAREST = 3  # siblings that tell of a model without a figure
SAME_TIME = 365  # days: siblings farther off than the nearest by more do not tell
NEXT_STEP = dt.timedelta(days=150)  # a usual distance between two versions of a family
STAMP = re.compile(r"(?<!\d)(20[2-3]\d)-?([01]\d)-?([0-3]\d)(?!\d)")
SIZE = re.compile(r"(?<![a-z\d.])(?:[ae]?\d+(?:\.\d+)?[bm]|\d+x\d+b)(?![a-z\d])")
VERSION = re.compile(r"(?<![\d.])v?(\d{1,2}(?:[.-]\d{1,2}){0,2})(?![\d.]|[bkm](?![a-z]))")


VARIANTS = frozenset(
    [
        "preview",
        "latest",
        "thinking",
        "instruct",
        "chat",
        "it",
        "hf",
        "reasoning",
        "exp",
        "experimental",
        "sft",
        "dpo",
        "gptq",
        "awq",
        "non",
    ]
)  # words that tell a configuration, not a line of products


SMALLER = re.compile(r"mini|nano|lite|flash|small|tiny|haiku|air|micro|edge")


class Lineage(NamedTuple):
    """Maker, first word of the name, and version: `("openai", "gpt", (5, 2))`."""

    maker: str
    family: str
    version: tuple[int, ...]


def lineage(model: Model) -> Lineage:
    """Read the name; a model without a version has an empty one."""
    name = STAMP.sub("", SIZE.sub("", model.id.split("/")[-1].lower()))
    family = (re.findall(r"[a-z]{2,}", name) or [""])[0]
    found = VERSION.search(name)
    version = tuple(int(p) for p in re.split(r"[.-]", found.group(1))) if found else ()
    return Lineage(model.maker, family, version)


def line(model: Model) -> tuple[str, ...]:
    """The line of products: maker and words of the name without version, size and date, as in claude, haiku."""
    return (model.maker, *sorted(_words(model))[:4])


def stamped(model: Model) -> dt.date | None:
    """The date that a dated snapshot carries in its name."""
    found = STAMP.search(model.id)
    try:
        return dt.date(*(int(p) for p in found.groups())) if found else None
    except ValueError:
        return None


def release_dates(models: Iterable[Model]) -> dict[str, dt.date]:
    """A release date for every model whose name or siblings give one; published dates stay as they are."""
    models = list(models)
    known = {m.id: day for m in models if (day := m.released or stamped(m))}
    siblings: dict[tuple[str, str], list[tuple[tuple[int, ...], dt.date]]] = defaultdict(list)
    for model in models:
        if model.id in known:
            maker, family, version = lineage(model)
            siblings[maker, family].append((version, known[model.id]))
    for model in models:
        if model.id not in known:
            maker, family, version = lineage(model)
            guess = _between(version, siblings[maker, family])
            if guess:
                known[model.id] = guess
    return known


def _between(version: tuple[int, ...], dated: list[tuple[tuple[int, ...], dt.date]]) -> dt.date | None:
    """The middle of the nearest versions, a step after the last, or the date of the same version."""
    if not version or not dated:
        return None
    same = [d for v, d in dated if v == version]
    if same:
        return min(same)
    before = max(((v, d) for v, d in dated if v and v < version), default=None)
    after = min(((v, d) for v, d in dated if v > version), default=None)
    if before and after:
        return before[1] + (after[1] - before[1]) / 2 if after[1] > before[1] else before[1]
    if before:
        return before[1] + NEXT_STEP
    return after[1] - NEXT_STEP if after else None


def variants(models: Sequence[Model], measured: Collection[int]) -> dict[int, list[int]]:
    """For models that are not in `measured`: the measured ones that they are a variant of (numbers of `models`).

    A variant has the version, the size and all words of the name, and adds some that make it no smaller, as a faster
    route or an edition for a trade does: "atlas-large-5.5-fast" is a variant of "atlas-large-5.5".
    """
    places = [(_words(m), lineage(m).version, tuple(SIZE.findall(m.id.split("/")[-1].lower()))) for m in models]
    at: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number in measured:
        at[places[number][1:]].append(number)
    found: dict[int, list[int]] = {}
    for number, (words, version, size) in enumerate(places):
        if version and number not in measured:
            alike = [r for r in at[version, size] if _extends(words, places[r][0])]
            most = max((len(places[r][0]) for r in alike), default=0)
            if most:
                found[number] = [r for r in alike if len(places[r][0]) == most]
    return found


def builds(models: Sequence[Model], measured: Collection[int]) -> dict[int, list[int]]:
    """For names without a date that are not in `measured`: the measured dated builds of the same name.

    "atlas-large" and "atlas-large-latest" stand for one of "atlas-large-2402" and "atlas-large-2411", unless the model
    came out more than a year before or after: then its name was given twice.
    """
    named = [parse(m.id.split("/")[-1]) for m in models]
    keys = [(m.maker, n.tokens - {"latest"}, n.instruct, n.base) for m, n in zip(models, named, strict=True)]
    dated: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number in sorted(measured):
        if named[number].date:
            dated[keys[number]].append(number)
    days = _days(models)
    found: dict[int, list[int]] = {}
    for number, name in enumerate(named):
        if number not in measured and not name.date:
            rolling, day = "latest" in name.tokens, days[number]
            same_time = [n for n in dated[keys[number]] if rolling or _near(day, days[n])]
            found |= {number: same_time} if same_time else {}
    return found


def siblings(models: Sequence[Model], measured: Collection[int], kinds: Sequence[str]) -> dict[int, list[int]]:
    """For models that are not in `measured`: the measured ones that tell of them (numbers of `models`).

    Of the same kind: its builds, else what it is a variant of, else the nearest in time of its line, of its family, of
    its maker, and no older ones than a year before the nearest. An undated name, as a rolling alias is, has the newest
    for its nearest.
    """
    bases, days = variants(models, measured) | builds(models, measured), _days(models)
    keys = [_relations(m, kind) for m, kind in zip(models, kinds, strict=True)]
    at: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number in sorted(measured):
        for key in keys[number]:
            at[key].append(number)
    latest = max((day for day in days if day), default=0)
    found = {n: bases.get(n) or next((at[k] for k in key if k in at), []) for n, key in enumerate(keys)}

    def distance(number: int, other: int) -> int:
        return abs((days[number] or latest) - (days[other] or 0))

    def nearest(number: int, of: list[int]) -> list[int]:
        least = min(distance(number, other) for other in of)
        near = [other for other in of if distance(number, other) <= least + SAME_TIME]
        return sorted(near, key=lambda other: distance(number, other))[:NEAREST]

    return {n: nearest(n, of) for n, of in found.items() if of and n not in measured}


def _days(models: Sequence[Model]) -> list[int | None]:
    """The day of each model's release, known or guessed."""
    dates = release_dates(models)
    return [day.toordinal() if (day := dates.get(m.id)) else None for m in models]


def _near(one: int | None, other: int | None) -> bool:
    """Whether nothing says that two models came out more than a year apart."""
    return one is None or other is None or abs(one - other) <= SAME_TIME


def _relations(model: Model, kind: str) -> list[tuple[object, ...]]:
    """Groups that a model belongs to, the closest first: its line, its family, its maker."""
    return [("line", kind, line(model)), ("family", kind, *lineage(model)[:2]), ("maker", kind, model.maker)]


def _words(model: Model) -> frozenset[str]:
    name = STAMP.sub("", model.id.split("/")[-1].lower())
    return frozenset(re.findall(r"[a-z]{2,}", name)) - VARIANTS


def _extends(words: frozenset[str], base: frozenset[str]) -> bool:
    return bool(base) and base <= words and not any(SMALLER.search(word) for word in words - base)
