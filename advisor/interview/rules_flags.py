# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for yes-or-no fields and priority."""

from __future__ import annotations

import re
from typing import NamedTuple

from advisor.interview.context import clause, last, negated, own_negation, soft
from advisor.interview.rules_deployment import deployment_fact
from advisor.interview.rules_residency import residency_fact
from advisor.interview.text import Text
from advisor.interview.vocabulary import load, pattern
from advisor.schema import Fact

BOOLEANS = (
    "batch_ok",
    "needs_structured_output",
    "needs_tool_calling",
    "needs_reasoning",
    "needs_fine_tuning",
    "open_weights_required",
    "commercial_license_required",
    "official_provider_only",
)


def flag_facts(text: Text) -> list[Fact]:
    """Yes-or-no fields, deployment, residency and priority that a message states."""
    found = [_boolean(text, field) for field in BOOLEANS]
    found += [_choice(text, "priority"), deployment_fact(text), residency_fact(text)]
    return [f for f in found if f]


def _boolean(text: Text, field: str) -> Fact | None:
    no = last(pattern("flags.toml", field, "no"), text)
    yes_terms = pattern("flags.toml", field, "yes")
    hits = [m for m in yes_terms.finditer(text.low) if not (no and no.start() <= m.start() < no.end())]
    hits = [m for m in hits if not soft(clause(text, m)) and not _exempt(text, field, m)]
    best: tuple[int, bool, re.Match[str]] | None = (no.start(), False, no) if no else None
    for match in hits:
        value = not negated(text, match) or own_negation(match)
        if best is None or match.start() > best[0] and not (best[1] and not value and field != "batch_ok"):
            best = (match.start(), value, match)
    if best is None:
        return None
    return Fact(field=field, value=best[1], quote=text.quote(*best[2].span()))


class Exemption(NamedTuple):
    """Words that say nothing of a field where `before`, `after` or, between the same commas, `around` matches, or where
    `unless` does not match before them."""

    field: str
    words: str
    before: str | None = None
    after: str | None = None
    around: str | None = None
    unless: str | None = None

    def holds(self, text: Text, match: re.Match[str]) -> bool:
        before, after = text.before(match.start(), 30), text.after(match.end(), 24)
        return bool(
            (self.before is not None and re.search(rf"(?:{self.before})$", before))
            or (self.after is not None and re.match(self.after, after))
            or (self.around is not None and re.search(self.around, clause(text, match)))
            or (self.unless is not None and not re.search(rf"(?:{self.unless})$", before))
        )


EXEMPT = (
    Exemption(  # a format in which something is given
        "needs_structured_output",
        "excel|csv|xml|表格|columns",
        before=r"(?:from|in|read|reads|given as|given in|input|inputs|our|aus|von|desde|depuis|de nos|upload\w*|stored as|per|with|attached|"
        r"load\w*|this|these|those|pars\w+|open\w*|send|sends|sent|paste\w*|using|use|uses)\s(?:\w+\s)?",
        after=r"\s(?:models?|sheets? (?:with|of)|files? (?:with|of|from|we|they)|macros?|formula\w*|workbook|exports? (?:from|of))\b",
    ),
    Exemption(
        "needs_structured_output",
        "key[- ]value",
        after=r"[ -]?(?:pairs?|stores?)\s(?:in|from|hidden|inside|of)\b",
    ),
    Exemption(  # a style of programming
        "batch_ok",
        "async",
        after=r"\s(?!is|ok|fine|batch|processing|works|would|and\b|or\b)[a-z]",
    ),
    Exemption(
        "batch_ok",
        "at night|nachts|la nuit|de noche|di notte",
        around=r"\b(?:open|calls|work|staff|answer|shift|24)\b",
    ),
    Exemption(
        "needs_tool_calling",
        "browser",
        unless=r"(?:\b(?:use|uses|using|drive|drives|driving|operat\w+|control\w*|navigat\w+|steer\w*|open\w*|run\w*|click\w*|headless|via)|\bin)"
        r"\s(?:(?:a|the|its|my|our|own|real|web)\s){0,3}",
    ),
    Exemption(  # a query that somebody types
        "needs_tool_calling",
        "quer(?:y|ies) our",
        before=r"\b(?:every|each|per|the|a|any|user|search)\s",
    ),
    Exemption(
        "needs_fine_tuning",
        ".*",
        before=r"(?:community|third.party|random|other people's)\s(?:\w+\s)?",
    ),
)


def _exempt(text: Text, field: str, match: re.Match[str]) -> bool:
    """Whether the words say something else here."""
    rules = (rule for rule in EXEMPT if rule.field == field and re.fullmatch(rule.words, match.group()))
    return any(rule.holds(text, match) for rule in rules)


def _choice(text: Text, field: str) -> Fact | None:
    best: tuple[int, str, re.Match[str]] | None = None
    for value in load("flags.toml")[field]:
        for match in pattern("flags.toml", field, value, "strong").finditer(text.low):
            if (not negated(text, match) or own_negation(match)) and (best is None or match.start() >= best[0]):
                best = (match.start(), value, match)
    return Fact(field=field, value=best[1], quote=text.quote(*best[2].span())) if best else None
