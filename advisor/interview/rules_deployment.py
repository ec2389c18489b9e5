# ruff: noqa: E501 - a pattern is read best on one line
"""Where the model runs: by an API, on own servers, on a device."""

from __future__ import annotations

import re
from collections.abc import Iterator

from advisor.interview.context import after_correction, clause, negated, own_negation, soft
from advisor.interview.text import Text
from advisor.interview.vocabulary import pattern
from advisor.schema import Fact

PLACES = ("any", "on_device", "self_hosted", "api")
_VIA_API = re.compile(
    r"^(?:via|by|through an|over an|per|uber|uber eine|por|par|mediante|una|une|uma|un'|tramite|via een|przez|pres|via an|as an)?\s?(?:an?\s)?api\w*$|^api経由|^по api$|^apiで"
)
_ACTION = re.compile(
    r"\b(?:fetch\w*|quer\w+|call\w*|look\w*|check\w*|book\w*|pull\w*|read\w*|writ\w+|updat\w+|our|crm|erp|consult\w+|recuper\w*|interrog\w+|appel\w+|ruft|abruf\w*|abfrag\w*|zugriff|unsere?r?|nuestra|notre|nossa|nostra|system\w*|tool\w*|connect\w*|integrat\w*|exposed|expose|available)\b"
)
_RUNS = re.compile(
    r"\b(?:runs?|running|offline|local\w*|install\w*|work\w*|model|fits?|deploy\w*|must|need\w*|should)\b"
)


_CUT_OFF = re.compile(
    r"no internet|without (?:the |an )?internet|offline|ohne internet|sans internet|sin internet|sem internet"
)
_HOUSE = re.compile(
    r"\bon[- ]prem\w*|\bservers?\b|\bdata cent(?:er|re)s?\b|\brechenzentrum|\bserveurs?\b|\bservidor(?:es)?\b"
)


def deployment_fact(text: Text) -> Fact | None:
    """Where the model runs: "any" where it is said, else what a correction names, else what is said most often; a device
    beats a server."""
    found = {place: matches for place in PLACES if (matches := list(_said(text, place)))}
    if not found:
        return None
    corrected = {place: m for place, matches in found.items() for m in matches if after_correction(text, m)}
    often = max(found, key=lambda place: (len(found[place]), place == "on_device"))
    place = "any" if "any" in found else next(iter(corrected), often)
    return Fact(field="deployment", value=place, quote=text.quote(*corrected.get(place, found[place][0]).span()))


def _said(text: Text, place: str) -> Iterator[re.Match[str]]:
    """Words that say that the model runs in a place."""
    for match in pattern("flags.toml", "deployment", place, "strong").finditer(text.low):
        taken_back = negated(text, match) and not own_negation(match)
        if not (soft(clause(text, match)) or taken_back or _of_something_else(text, place, match)):
            yield match


def _of_something_else(text: Text, place: str, match: re.Match[str]) -> bool:
    """Whether an API is one that the model calls, a product what the firm sells, a device what others own, and no
    internet what a server has not."""
    if place == "api":
        return _is_integration(text, match) or _own_product(text, match)
    if place == "on_device" and _CUT_OFF.fullmatch(match.group()) and _HOUSE.search(text.low):
        return True
    theirs = place == "on_device" and match.group().startswith("on their")
    return theirs and not _RUNS.search(text.sentence(match.start()))


def _own_product(text: Text, match: re.Match[str]) -> bool:
    """ "We run a small SaaS" tells what the firm sells, not where the model runs."""
    return match.group() == "saas" and bool(
        re.search(r"\b(?:a|an|our|my|the|b2b|small|vertical|own)\s(?:[\w-]+\s)?$", text.before(match.start(), 24))
    )


def _is_integration(text: Text, match: re.Match[str]) -> bool:
    return bool(_VIA_API.match(match.group()) and _ACTION.search(text.sentence(match.start()).replace("api", "")))
