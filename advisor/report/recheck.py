"""Does a decision still stand? A decision record is held against the catalogue of today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ValidationError

from advisor.errors import BadInput
from advisor.schema import Candidate, Shortlist, UseCase

if TYPE_CHECKING:
    from advisor.services import Services

Kind = Literal["retired", "unknown", "excluded", "price", "figure", "estimate", "new model", "outranked", "context"]
COST_CHANGE = 0.1  # share of the monthly cost from which a change is worth a look
DOWNFALL: tuple[Kind, ...] = ("retired", "unknown", "excluded")
NEEDED = "Give the JSON of a decision record, or what `advisor recommend --json` printed."


class Change(BaseModel):
    """One thing that differs between then and now. `then` and `now` are as the catalogue prints them."""

    kind: Kind
    model_id: str
    what: str
    then: Any = None
    now: Any = None


class Recheck(BaseModel):
    """What changed since a decision. `verdict`: `stands`, `review` (someone should look), or `falls` (what was
    chosen can no longer be had under the stated constraints)."""

    verdict: Literal["stands", "review", "falls"]
    chosen: str
    reasons: list[str]
    changes: list[Change]
    then: str
    now: str


def recheck(decision: dict[str, Any], services: Services) -> Recheck:
    """Hold a decision record (`decision.json`, or the document of `recommend --json`) against today's catalogue.

    Raises:
        BadInput: the document is not a decision, or names no model.
    """
    use_case, before = _read(decision)
    chosen = _chosen(decision, before, services)
    from advisor.recommend import shortlist_for

    today = shortlist_for(use_case, services)
    changes = [c for old in before.candidates for c in _model_changes(old, today, services)]
    changes += _newcomers(before, today, chosen)
    return Recheck(
        verdict=_verdict(changes, chosen),
        chosen=chosen,
        reasons=_reasons(changes, chosen),
        changes=changes,
        then=str(before.snapshot_date),
        now=str(today.snapshot_date),
    )


def _read(decision: dict[str, Any]) -> tuple[UseCase, Shortlist]:
    """Use case and shortlist of either form of a decision."""
    if not isinstance(decision, dict):
        raise BadInput(f"This is not a decision. {NEEDED}")
    try:
        if decision.get("shortlist") and decision.get("use_case"):
            found = UseCase.model_validate(decision["use_case"]), Shortlist.model_validate(decision["shortlist"])
        else:
            found = _from_contract(decision)
    except (ValidationError, KeyError, TypeError) as error:
        raise BadInput(f"The decision cannot be read ({_where(error)}). {NEEDED}") from None
    if not found[1].candidates:
        raise BadInput(f"The decision names no candidate, so there is nothing to check. {NEEDED}")
    return found


def _from_contract(document: dict[str, Any]) -> tuple[UseCase, Shortlist]:
    facts = {name: {f["field"]: f for f in document.get(name, [])} for name in ("facts", "assumptions")}
    use_case = UseCase.model_validate({"text": document.get("text", ""), **facts})
    kept = {k: document.get(k) or [] for k in ("excluded", "benchmarks", "relaxations", "sensitivity")}
    shortlist = {"candidates": document["candidates"], "snapshot_date": document.get("snapshot_date"), **kept}
    return use_case, Shortlist.model_validate(shortlist)


def _where(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return "wrong at " + ".".join(str(part) for part in error.errors()[0]["loc"])
    return f"missing: {error}"


def _chosen(decision: dict[str, Any], before: Shortlist, services: Services) -> str:
    """The winner of the trial under its catalogue id, else the first candidate of the shortlist."""
    winner = (decision.get("result") or {}).get("winner")
    if not winner:
        return before.candidates[0].model_id
    name = str(winner).split("/", 1)[-1]
    listed = [c.model_id for c in before.candidates if c.model_id.rsplit("/", 1)[-1] == name.rsplit("/", 1)[-1]]
    from advisor.answers.model_card import in_catalogue
    from knowledge.names import default_resolver

    return listed[0] if listed else in_catalogue(default_resolver().resolve(name), services.catalog) or str(winner)


def _model_changes(old: Candidate, today: Shortlist, services: Services) -> list[Change]:
    model = services.catalog.models.get(old.model_id)
    if model is None:
        return [Change(kind="unknown", model_id=old.model_id, what=f"{old.name} is no longer in the catalogue")]
    new = next((c for c in (*today.candidates, *today.others) if c.model_id == old.model_id), None)
    if new is None:
        reason = next((e.reason for e in today.excluded if e.model_id == old.model_id), "it is no longer offered")
        kind: Kind = (
            "retired" if model.retired and today.snapshot_date and model.retired <= today.snapshot_date else "excluded"
        )
        return [Change(kind=kind, model_id=old.model_id, what=f"{old.name} is ruled out now: {reason}", now=reason)]
    return [*_cost(old, new), *_context(old, new), *_estimate(old, new), *_figures(old, new)]


def _cost(old: Candidate, new: Candidate) -> list[Change]:
    then, now = old.monthly_cost_usd.expected, new.monthly_cost_usd.expected
    if then == now or then is None and now is None:
        return []
    if then and now and abs(now / then - 1) < COST_CHANGE:
        return []
    what = f"{old.name}: expected cost a month was {_money(then)}, is {_money(now)}"
    return [Change(kind="price", model_id=old.model_id, what=what, then=then, now=now)]


def _context(old: Candidate, new: Candidate) -> list[Change]:
    then, now = old.basics.get("context_window"), new.basics.get("context_window")
    if then == now:
        return []
    what = f"{old.name}: context window was {then or 'unknown'} tokens, is {now or 'unknown'}"
    return [Change(kind="context", model_id=old.model_id, what=what, then=then, now=now)]


def _estimate(old: Candidate, new: Candidate) -> list[Change]:
    then, now = old.quality, new.quality
    if then.low <= now.mean <= then.high:
        return []
    what = f"{old.name}: its estimate was {then.mean:.0%} ({then.low:.0%} to {then.high:.0%}), is {now.mean:.0%}"
    return [Change(kind="estimate", model_id=old.model_id, what=what, then=then.mean, now=now.mean)]


def _figures(old: Candidate, new: Candidate) -> list[Change]:
    """Figures that changed or came since, of the benchmarks that are shown."""
    before = {(e.benchmark_id, e.source, e.config): e for e in old.evidence}
    changes = []
    for e in new.evidence:
        was = before.get((e.benchmark_id, e.source, e.config))
        if was is None or was.value == e.value:
            continue
        what = f"{old.name}: {e.benchmark} at {e.source} was {was.value} ({was.date}), is {e.value} ({e.date})"
        changes.append(Change(kind="figure", model_id=old.model_id, what=what, then=was.value, now=e.value))
    return changes


def _newcomers(before: Shortlist, today: Shortlist, chosen: str) -> list[Change]:
    """Candidates of today that were no candidates then; one whose whole interval lies above the choice outranks it."""
    known = {c.model_id for c in before.candidates}
    held = next((c for c in (*today.candidates, *today.others) if c.model_id == chosen), None)
    changes = []
    for c in today.candidates:
        if c.model_id in known:
            continue
        better = held is not None and c.quality.low > held.quality.mean
        what = f"{c.name} is a candidate now ({', '.join(c.roles)}): {c.quality.mean:.0%}, "
        what += f"{_money(c.monthly_cost_usd.expected)} a month"
        kind: Kind = "outranked" if better else "new model"
        changes.append(Change(kind=kind, model_id=c.model_id, what=what, now=c.quality.mean))
    return changes


def _verdict(changes: list[Change], chosen: str) -> Literal["stands", "review", "falls"]:
    of_chosen = {c.kind for c in changes if c.model_id == chosen}
    if of_chosen & set(DOWNFALL):
        return "falls"
    if of_chosen & {"price", "estimate", "context"} or any(c.kind in ("outranked", "new model") for c in changes):
        return "review"
    return "stands"


def _reasons(changes: list[Change], chosen: str) -> list[str]:
    """What the verdict rests on, in words."""
    telling = [c.what for c in changes if c.model_id == chosen or c.kind in ("outranked", "new model")]
    return telling or ["Nothing that the decision rests on has changed."]


def _money(value: float | None) -> str:
    return "unknown" if value is None else f"${value:,.2f}"
