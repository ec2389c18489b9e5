# ruff: noqa: E501 - a pattern is read best on one line
"""Rules for the budget: money of which the message makes a limit, among all the money that it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from advisor.interview.candidates import Candidate, choose, cue
from advisor.interview.heads import is_people
from advisor.interview.quantities import Quantity, period_factor
from advisor.interview.rules_volume import is_label, is_withdrawn
from advisor.interview.text import Text


def budget_of(text: Text, quantities: list[Quantity], volume: float | None) -> Candidate | None:
    """US dollars a month."""
    found = [c for q in quantities if (c := _budget(text, q, quantities, volume))]
    return choose(text, found, floor=_BUDGET_FLOOR)


def _budget(text: Text, q: Quantity, quantities: list[Quantity], volume: float | None) -> Candidate | None:
    labelled = re.search(r"(?:budget|presupuesto|orcamento|予算|预算)[^.\n\d]{0,14}$", text.before(q.start, 30))
    if q.kind == "count" and labelled and not q.number.weak and not is_label(text, q):
        q = replace(q, kind="money", unit="USD")
    if (
        q.kind != "money"
        or q.value < 0
        or is_withdrawn(text, q)
        or q.per == "tokens"
        or q.period in ("hour", "minute", "second")
    ):
        return None
    if re.search(r"[-−]\s?$", text.before(q.start, 3)):
        return None
    value, note = monthly_money(text, q, quantities, volume)
    if value is None:
        return None
    near = text.before(q.start, 60) + " " + text.after(q.end, 30)
    before, after = re.split(r"[:;,]", text.before(q.start, 60))[-1], re.split(r"[:;,]", text.after(q.end, 30))[0]
    score = 2.0 * bool(cue("budget").search(near)) + (q.period in ("month", "year")) + 2 * bool(labelled)
    score += (q.per == "request") + (len(re.findall(r"[^\W\d_]+", before + after)) <= _FEW_WORDS)
    score -= 4 * bool(cue("not_budget").search(f"{before} {after}")) + 1.5 * (q.per == "head")
    score -= 3 * bool(q.per != "request" and cue("priced").search(before[-40:]) and not cue("limit").search(before))
    score -= 2 * (value > _IMPLAUSIBLE)
    return Candidate(value, q.start, q.end, score, note)


_IMPLAUSIBLE = 500_000.0  # USD a month: revenue, capital, a grant
_BUDGET_FLOOR = 1.0  # money needs a word that makes it the limit: most that a message names is the price of something
_FEW_WORDS = 3


def monthly_money(
    text: Text, q: Quantity, quantities: Sequence[Quantity], volume: float | None
) -> tuple[float | None, str]:
    """US dollars a month of an amount, by its period or what it is for, and the arithmetic. None where it is for a
    request or a head, and nobody says how many there are."""
    amount, rate = q.top, f" at {q.factor:g} USD" if q.factor not in (1.0, 0.01) else ""
    base = f"{q.number.top or q.number.value:g} {q.unit}{rate}"
    if (q.per == "request" and _is_request(text, q, quantities)) or _PRICE_PER.search(text.before(q.start, 60)):
        return (amount * volume, f"{base} x {volume:g} requests") if volume else (None, "")
    if q.per == "request":
        return None, ""
    if q.per == "head":
        heads = next((o for o in quantities if o.kind == "count" and is_people(text, o)), None)
        factor = period_factor(q.period) if q.period else 1.0
        return (amount * heads.value * factor, f"{base} x {heads.value:g}") if heads else (None, "")
    factor = period_factor(q.period) if q.period else 1.0
    by = {"week": " x 30/7", "quarter": " / 3", "year": " / 12", "day": " x 30"}.get(q.period or "", "")
    return amount * factor, base + by if by or rate else ""


def _is_request(text: Text, q: Quantity, quantities: Sequence[Quantity]) -> bool:
    """Whether a price is for what the message counts or for a request, not for a litre or an hour of something else."""
    noun = _PRICED_NOUN.match(text.after(q.end, 40)) or _EACH_BEFORE_PRICE.search(text.before(q.start, 30))
    if noun is None or not noun.group(1).isascii() or cue("requests").match(noun.group(1)):
        return True
    counted = " ".join(text.after(o.number.end, 40) for o in quantities if o.kind == "count")
    return bool(re.search(rf"\b{re.escape(noun.group(1)[:4])}", counted))


_PRICED_NOUN = re.compile(
    r"\s?(?:/\s?|(?:per|a|an|each|every|por|pro|je|par|la|le|al|ao|cada|ogni|chaque|into each|for each|for every|for one|pour chaque|fur jede[ns]?)\s+)([^\W\d_]+)"
)
_EACH_BEFORE_PRICE = re.compile(r"\beach\s([^\W\d_]+)\s[^.]{0,12}$")

_PRICE_PER = re.compile(
    r"\b(?:price|cost|preis|kosten|precio|coste|prix|cout|preco|custo) (?:per|pro|por|par) \w+ (?:can't|cannot|must not|may not|"
    r"darf|no puede|ne doit)?[^.\d]{0,24}$"
)
