"""Ids that mean the same model: a rolling alias and its one build, and other spellings of a name."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from knowledge.makers import lab_of, maker_of
from knowledge.names.grammar import parse
from knowledge.schema import Model, Score

DATED = re.compile(r"[-@](20\d{2}-\d{2}-\d{2}|20\d{6})$")
ALIAS = re.compile(r"-latest$|(?<=-\d)-0$")
ONE_DATE_A_NAME = {"anthropic", "openai", "google", "xai", "moonshotai", "zhipuai", "sakana"}
SAME_RELEASE = dt.timedelta(days=60)  # sources date a release by its announcement or by the first offer


def twins(ids: set[str]) -> dict[str, str]:
    """Ids that mean the same model as another: a rolling alias, and the one dated id that it stands for.

    Makers for whom a date is the version are left apart, and so is an alias with several dated ids. Of twins
    the id of the lab's own list stays, and of those the dated one.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for model_id in ids:
        lab = _lab(model_id)
        if lab in ONE_DATE_A_NAME:
            groups[f"{lab}/{ALIAS.sub('', DATED.sub('', model_id.split('/')[-1]))}"].append(model_id)
    found: dict[str, str] = {}
    for group in groups.values():
        dates = {m.group() for model_id in group if (m := DATED.search(model_id))}
        if len(dates) == 1 and len(group) > 1:
            best = max(group, key=lambda i: (i.count("/") == 1, bool(DATED.search(i)), i))
            found |= {model_id: best for model_id in group if model_id != best}
    return found


def spellings(models: Iterable[Model], scores: Iterable[Score]) -> dict[str, str]:
    """Ids that spell a model in another way than its first id: other punctuation, the maker's name, a day without its
    year. Ids that one source lists side by side, or whose releases differ, are of two models. The id with most figures
    stays, of these the first in the alphabet."""
    rows = {row.id: row for row in models}
    on: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for score in scores:
        on[score.model_id].add((score.source_id, score.benchmark_id))
    groups: dict[Any, list[str]] = defaultdict(list)
    for model_id in sorted(rows):
        if key := _spelt(rows[model_id]):
            groups[key].append(model_id)
    found: dict[str, str] = {}
    for group in groups.values():
        best, *others = sorted(group, key=lambda i: (-len(on[i]), i))
        found |= {i: best for i in others if not on[i] & on[best] and _may_be(rows[i], rows[best])}
    return found


def _spelt(model: Model) -> tuple[Any, ...] | None:
    """What two spellings of one model have in common; None for a name without a number, whose meaning may change."""
    last = model.id.split("/")[-1]
    name = parse(last)
    own = name.tokens - {model.maker, lab_of(model.maker)}
    day = (name.date.month, name.date.day) if name.date else None
    told = own and any(c.isdigit() for c in last)
    return (model.maker, own, day, name.instruct, name.base, name.attributes) if told else None


def _may_be(one: Model, other: Model) -> bool:
    """Whether two rows may be of one release, by the dates in their ids and by those that sources state."""
    told, too = (parse(row.id.split("/")[-1]).date for row in (one, other))
    if told and too and not told.agrees(too):
        return False
    return one.released is None or other.released is None or abs(one.released - other.released) <= SAME_RELEASE


def _lab(model_id: str) -> str:
    parts = model_id.split("/")
    return lab_of(maker_of(parts[-2]) or parts[-2])
