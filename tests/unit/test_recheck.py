"""A decision against a catalogue that has moved on."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from advisor.errors import BadInput
from advisor.report import recheck as door
from advisor.schema import Candidate, Cost, Estimate, Evidence, Exclusion, Shortlist

DAY = dt.date(2026, 11, 1)


class Catalog:
    def __init__(self, *known: str, retired: str = ""):
        self.models = {m: type("Row", (), {"retired": DAY if m == retired else None})() for m in known}


class Services:
    def __init__(self, catalog: Catalog):
        self.catalog = catalog


def candidate(name: str, *, cost: float | None = 100.0, mean: float = 0.6, score: float = 70.0) -> Candidate:
    row = Evidence(benchmark="Board", benchmark_id="board", value=score, unit="percent", source="B", date=DAY, url="")
    return Candidate(
        model_id=f"lab/{name}",
        name=name,
        provider="lab",
        roles=["best value"],
        quality=Estimate(mean=mean, low=mean - 0.1, high=mean + 0.1, meaning="share"),
        monthly_cost_usd=Cost(expected=cost, basis=""),
        basics={"context_window": 1000},
        evidence=[row],
    )


def shortlist(*candidates: Candidate, **more: Any) -> Shortlist:
    return Shortlist(candidates=list(candidates), snapshot_date=DAY, **more)


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Recheck `before` against what the advisor would propose today."""

    def run(before: Shortlist, today: Shortlist, catalog: Catalog | None = None, **more: Any) -> door.Recheck:
        monkeypatch.setattr("advisor.recommend.shortlist_for", lambda *_: today)
        known = catalog or Catalog(*(c.model_id for c in (*before.candidates, *today.candidates)))
        body = {"use_case": {"text": "support"}, "shortlist": before.model_dump(mode="json"), **more}
        return door.recheck(body, Services(known))  # type: ignore[arg-type]

    return run


def test_nothing_changed_stands(check: Any) -> None:
    same = shortlist(candidate("a"), candidate("b"))
    found = check(same, same)
    assert (found.verdict, found.changes) == ("stands", [])


def test_a_dearer_choice_is_reviewed_and_a_small_change_is_not(check: Any) -> None:
    before = shortlist(candidate("a"))
    assert check(before, shortlist(candidate("a", cost=105))).verdict == "stands"
    found = check(before, shortlist(candidate("a", cost=130)))
    assert found.verdict == "review"
    assert found.reasons == ["a: expected cost a month was $100.00, is $130.00"]


def test_a_price_that_is_no_longer_known_is_a_change(check: Any) -> None:
    found = check(shortlist(candidate("a")), shortlist(candidate("a", cost=None)))
    assert [(c.kind, c.now) for c in found.changes] == [("price", None)]


def test_a_retired_choice_falls(check: Any) -> None:
    gone = shortlist(excluded=[Exclusion(model_id="lab/a", reason="retired on 2026-11-01")])
    found = check(shortlist(candidate("a")), gone, Catalog("lab/a", retired="lab/a"))
    assert found.verdict == "falls"
    assert found.changes[0].kind == "retired"


def test_a_choice_that_breaks_a_constraint_now_falls(check: Any) -> None:
    gone = shortlist(excluded=[Exclusion(model_id="lab/a", reason="no offer keeps data in the EU")])
    found = check(shortlist(candidate("a")), gone, Catalog("lab/a"))
    assert found.verdict == "falls"
    assert "no offer keeps data in the EU" in found.reasons[0]


def test_another_candidate_that_is_gone_leaves_the_decision_standing(check: Any) -> None:
    found = check(shortlist(candidate("a"), candidate("b")), shortlist(candidate("a")), Catalog("lab/a"))
    assert found.verdict == "stands"
    assert [c.kind for c in found.changes] == ["unknown"]


def test_a_newcomer_is_reviewed_and_outranks_where_its_interval_lies_above(check: Any) -> None:
    before = shortlist(candidate("a"))
    assert check(before, shortlist(candidate("a"), candidate("n"))).changes[0].kind == "new model"
    found = check(before, shortlist(candidate("a"), candidate("n", mean=0.8)))
    assert (found.verdict, found.changes[0].kind) == ("review", "outranked")


def test_a_changed_figure_is_told_with_both_values(check: Any) -> None:
    found = check(shortlist(candidate("a")), shortlist(candidate("a", score=71)))
    assert [(c.kind, c.then, c.now) for c in found.changes] == [("figure", 70.0, 71.0)]


def test_the_winner_of_the_trial_is_what_was_chosen(check: Any) -> None:
    both = shortlist(candidate("a"), candidate("b"))
    assert check(both, both, result={"winner": "openrouter/lab/b"}).chosen == "lab/b"


@pytest.mark.parametrize("document", [[], {}, {"candidates": []}, {"candidates": [{"model_id": 1}]}])
def test_what_is_no_decision_is_refused(document: Any) -> None:
    with pytest.raises(BadInput, match="decision"):
        door.recheck(document, Services(Catalog()))  # type: ignore[arg-type]
