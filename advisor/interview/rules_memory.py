"""Rules for the memory of the user's own cards."""

from __future__ import annotations

import re
from functools import lru_cache

from advisor.interview.candidates import Candidate, choose, cue
from advisor.interview.conditions import OWN
from advisor.interview.quantities import Quantity, card_names
from advisor.interview.shared_cards import cards_for_model, left_for_model
from advisor.interview.text import Text
from advisor.interview.vocabulary import load, pattern


def memory_of(text: Text, quantities: list[Quantity]) -> Candidate | None:
    """Gigabytes that the model can use, over all cards."""
    found = [c for i, q in enumerate(quantities) if (c := _memory(text, q, quantities[:i], quantities))]
    if found:
        free = [c for c in found if c.score >= 3]
        return choose(text, free or found, floor=1.0)
    return _named_cards(text, quantities)


def _of_others(text: Text, start: int, end: int) -> bool:
    """Machines that are spoken of, but are not for the model: a neighbour's, a colleague's, those of cameras."""
    before, after = re.split(r"[;,(]", text.before(start, 60))[-1], re.split(r"[;)]", text.after(end, 70))[0]
    around, sentence = f"{before} | {after}", text.sentence(start)
    if cue("others_machines").search(around):
        return not cue("free_memory").search(around)
    if len(sentence.split()) <= _SHORT or cue("our_machine").search(sentence):
        return False
    return not any(pattern("flags.toml", "deployment", where, "strong").search(text.low) for where in OWN)


_SHORT = 7  # words of a sentence that says little else


def _memory(text: Text, q: Quantity, earlier: list[Quantity], quantities: list[Quantity]) -> Candidate | None:
    if q.kind != "memory" or q.period or _of_others(text, q.start, q.end):
        return None
    near = text.before(q.start, 60) + " | " + re.split(r"[,;.]", text.after(q.end, 40))[0]
    close = text.before(q.start, 14) + " | " + re.split(r"[,;.]", text.after(q.end, 26))[0]
    if cue("not_memory").search(re.split(r"[,;(]", text.after(q.end, 26))[0]) or not re.search(
        rf"{cue('memory').pattern}|for the model|fur das modell",
        f"{near} | {text.low[max(0, q.start - 160) : q.start]}",
    ):
        return None
    if (left := left_for_model(text, q.end, q.value)) is not None:
        return Candidate(left, q.start, q.end, 5.0, "what is left for the model")
    free = bool(cue("free_memory").search(close))
    cards = _cards(text, q, earlier)
    shared = cards_for_model(text, q.end, cards) if cards > 1 else None
    cards = shared or (1 if free else cards)
    note = f"{cards:g} cards x {q.value:g} GB" if cards > 1 else ""
    return Candidate(q.value * cards, q.start, q.end, 1.0 + 2 * free + bool(cue("memory").search(near)), note)


def _cards(text: Text, q: Quantity, earlier: list[Quantity]) -> float:
    start = text.sentence_span(q.start)[0]
    if re.search(
        r"(?:total|together|combined|insgesamt|zusammen|gesamt|en total|au total|in totale|合計|共)\W*$",
        text.before(q.start, 16),
    ) or re.match(
        r"\s?(?:vram\s|gpu\s)?(?:in total|total|insgesamt|together|combined|altogether|zusammen)", text.after(q.end, 24)
    ):
        return 1
    after = re.match(r"\s?[x×]\s?(\d{1,2})(?!\d)", text.low[q.end :])
    count = float(after.group(1)) if after else 1.0
    for other in earlier:
        if (
            other.kind != "count"
            or other.start < start
            or other.value > 64
            or other.value != int(other.value)
            or other.period
        ):
            continue
        gap = text.low[other.end : q.start]
        if len(gap) < 48 and (_OF_CARDS.match(gap) or _cards_named().match(gap)):
            count *= other.value
    return count


_OF_CARDS = re.compile(
    rf"\s?[x×]\s?|\s?(?:node|server|machine|gpu|card|karte|карт|枚|台|块|张|servers|maquin)"
    rf"|[\s-](?:\w+[\s-]){{0,2}}(?:{cue('memory').pattern})"
)


@lru_cache(maxsize=1)
def _cards_named() -> re.Pattern[str]:
    """The name of a card behind its number: "two A100s with 40 GB"."""
    names = "|".join(sorted(map(re.escape, ("a100", *load("cues.toml")["gpus"])), key=len, reverse=True))
    return re.compile(rf"\s(?:(?:nvidia|rtx|geforce|tesla|radeon)\s){{0,2}}(?:{names})s?(?![a-z0-9])[^.;\d]*$")


def _named_cards(text: Text, quantities: list[Quantity]) -> Candidate | None:
    total, start, end = 0.0, None, 0
    for _, size, words in card_names():
        for match in words.finditer(text.low):
            if start is not None and match.start() < end:
                continue
            head = text.before(match.start(), 24)
            near = [q for q in quantities if q.kind == "count" and 0 <= match.start() - q.end < 22 and q.value <= 64]
            behind = re.match(r"s?\s?(?:gpus?\s)?[x×]\s?(\d{1,2})(?!\d)", text.low[match.end() :])
            count = float(behind.group(1)) if behind else near[-1].value if near else 1.0
            if _of_others(text, match.start(), match.end()):
                continue
            if re.search(r"(?:no|without|kein\w*|sin|sans|sem)\s(?:\w+\s)?$", head):
                continue
            count = (cards_for_model(text, match.end(), count) or count) if count > 1 else count
            total, start, end = total + size * count, match.start() if start is None else start, match.end()
    return Candidate(total, start, end, note="memory of the named cards") if start is not None else None
