"""Replay: the adaptive design asks a recording of verdicts instead of a judge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from advisor.errors import BadInput
from advisor.trial.adaptive import Adaptive, Comparison
from advisor.trial.schema import Side, Verdict

SHARE = 0.1
SMALL = 60

Key = tuple[str, str, str]


def replay(
    rows: Iterable[Mapping[str, Any]], seed: int = 0, confidence: float = 0.95, limit: int | None = None
) -> dict[str, Any]:
    """Plays an adaptive trial against recorded verdicts.

    Args:
        rows: {"prompt_id", "model_a", "model_b", "order", "judge", "verdict"}; several judges are a panel; a
            pair may be missing or recorded in one order only.
        limit: most verdicts to ask for; None is a tenth of the recording (but no less than 60).

    Raises:
        BadInput: a row lacks a field, or no two models are compared.
    """
    book = _book(rows)
    total = sum(map(len, book.values()))
    models = sorted({m for _, a, b in book for m in (a, b)})
    prompts = sorted({p for p, _, _ in book})
    cap = min(total, max(round(total * SHARE), SMALL)) if limit is None else limit
    per_pair = total / len(book)
    race = Adaptive(
        models,
        prompts,
        confidence=confidence,
        seed=seed,
        limit=int(cap * 2 / per_pair),
        possible=lambda item, a, b: (item, *sorted((a, b))) in book,
    )
    asked = _play(race, book, cap)
    race.conclude()
    return _result(race, asked, total, len(prompts))


def _play(race: Adaptive, book: Mapping[Key, list[Verdict]], cap: int) -> int:
    """Ask until the race or the cap ends it; a prompt at a time, as small a batch as there is. Returns the calls."""
    asked = 0
    while not race.stop() and (batch := race.next_batch(1)):
        for comparison in batch:
            found = _recorded(comparison, book)
            if asked + len(found) > cap:
                return asked
            asked += len(found)
            for verdict in found:
                race.record(verdict)
    return asked


def _recorded(comparison: Comparison, book: Mapping[Key, list[Verdict]]) -> list[Verdict]:
    a, b = sorted((comparison.model_a, comparison.model_b))
    verdicts = book[comparison.item, a, b]
    turned = [v for v in verdicts if v.order == comparison.order]
    return [*turned, *(v for v in verdicts if v.order == "single" and comparison.order == "ab")]


def _book(rows: Iterable[Mapping[str, Any]]) -> dict[Key, list[Verdict]]:
    book: dict[Key, list[Verdict]] = defaultdict(list)
    for number, row in enumerate(rows, 1):
        try:
            verdict = _verdict(row)
        except KeyError as missing:
            raise BadInput(f"verdict {number} has no field {missing}: see `advisor trial replay --help`") from None
        a, b = sorted((verdict.model_a, str(verdict.model_b)))
        if a != b:
            book[verdict.item, a, b].append(verdict)
    if not book:
        raise BadInput("the recording compares no two models: give rows with model_a, model_b and a verdict")
    return dict(book)


def _verdict(row: Mapping[str, Any]) -> Verdict:
    """Models in alphabetical order, so that `order` means the same for every row of a pair."""
    a, b, order = str(row["model_a"]), str(row["model_b"]), row.get("order")
    winner: Side | None = row["verdict"] if row["verdict"] in ("A", "B", "tie") else None
    if a > b:
        a, b, winner = b, a, _turned(winner)
        order = {"ab": "ba", "ba": "ab"}.get(str(order), order)
    return Verdict(
        item=str(row["prompt_id"]),
        judge=str(row.get("judge", "judge")),
        model_a=a,
        model_b=b,
        order=order if order in ("ab", "ba") else "single",
        winner=winner,
    )


def _turned(winner: Side | None) -> Side | None:
    return {"A": "B", "B": "A", "tie": "tie", None: None}[winner]


def _result(race: Adaptive, asked: int, total: int, prompts: int) -> dict[str, Any]:
    reason = race.stop() or f"the cap of {asked} verdicts is reached"
    return {
        "standings": [s.model_dump() for s in race.standings()],
        "winner": race.winner,
        "tied": race.tied,
        "confidence": race.confidence,
        "stop_reason": reason,
        "statement": race.statement,
        "settle": race.settle,
        "calls": {"judge": asked, "recorded": total, "share": round(asked / total, 4)},
        "prompts": prompts,
    }
