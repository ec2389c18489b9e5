"""The words of the conversation: figures as they are, in the language of the user."""

from __future__ import annotations

import datetime as dt
import string

import pytest

from advisor import wording
from advisor.phrases import PHRASES, phrase
from advisor.schema import (
    FIELDS,
    Answer,
    Candidate,
    Citation,
    Cost,
    Estimate,
    Fact,
    Question,
    Shortlist,
    UseCase,
)
from advisor.trial.schema import Plan, Standing, TrialEstimate, TrialResult


def candidate(model_id: str = "x/a", name: str = "Model A") -> Candidate:
    return Candidate(
        model_id=model_id,
        name=name,
        provider="maker",
        roles=["best value"],
        quality=Estimate(mean=0.7, low=0.6, high=0.8, meaning="wins"),
        monthly_cost_usd=Cost(expected=12.5, basis=""),
    )


def listed(*candidates: Candidate) -> Shortlist:
    return Shortlist(candidates=list(candidates), considered=10, snapshot_date=dt.date(2026, 10, 1))


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("key", PHRASES)
def test_translations_are_complete_and_take_the_same_values(key: str) -> None:
    texts = PHRASES[key]
    assert set(texts) == {"en", "es", "de"}
    assert fields(texts["en"]) == fields(texts["es"]) == fields(texts["de"])


def test_another_language_gets_english() -> None:
    assert phrase("no_result", "fi") == "There is no result yet."


def test_every_fact_has_a_label() -> None:
    assert set(wording.LABELS) == set(FIELDS)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (True, "yes"),
        (False, "no"),
        (50_000.0, "50,000"),
        (2.5, "2.50"),
        (["es", "en"], "es, en"),
        ("rag_qa", "rag qa"),
        ("eu", "EU"),
        (["pdf", "text"], "PDF, text"),
    ],
)
def test_values_read_as_people_write(raw: object, text: str) -> None:
    assert wording.value(raw) == text


@pytest.mark.parametrize(
    ("amount", "text"), [(None, "unknown"), (0, "$0.00"), (0.0004, "$0.0004"), (12.5, "$12.50"), (1234.5, "$1,234")]
)
def test_money_has_as_many_digits_as_matter(amount: float | None, text: str) -> None:
    assert wording.money(amount) == text


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "1 candidates"), ("es", "1 candidatos"), ("de", "1 Kandidaten"), ("ja", "1 candidates")],
)
def test_the_shortlist_speaks_the_users_language(language: str, word: str) -> None:
    text = wording.shortlist(listed(candidate()), UseCase(language=language), None)
    assert word in text and "Model A" in text and "$12.50" in text and "2026-10-01" in text and "70%" in text


def test_the_shortlist_says_what_was_assumed_and_what_a_change_did() -> None:
    assumed = {"batch_ok": Fact(field="batch_ok", value=False)}
    text = wording.shortlist(
        listed(candidate("x/b", "Model B")), UseCase(assumptions=assumed), listed(candidate("x/a", "Model A"))
    )
    assert "batch is fine = no" in text and "new: Model B; gone: Model A" in text
    same = wording.shortlist(listed(candidate()), UseCase(), listed(candidate()))
    assert "left the shortlist as it was" in same


def test_where_nothing_fits_the_smallest_changes_are_listed() -> None:
    found = Shortlist(relaxations=["without 'budget': 3 models"])
    assert "- without 'budget': 3 models" in wording.shortlist(found, UseCase(), None)
    assert "loosen" in wording.shortlist(Shortlist(), UseCase(), None)


def test_braces_in_names_are_not_fields() -> None:
    assert "{place} {0}" in wording.shortlist(listed(candidate(name="{place} {0}")), UseCase(), None)


def test_a_question_has_its_reason() -> None:
    assert wording.question(Question(field="task", question="What?", why="Because.")) == "What?\n\n*Because.*"


def test_an_answer_lists_each_source_once() -> None:
    cited = [Citation(source="Board", url="https://b.org", date="2026")] * 2
    assert wording.answer(Answer(answer="Yes.", citations=cited)).count("https://b.org") == 1
    assert wording.answer(Answer(answer="Yes.")) == "Yes."


@pytest.mark.parametrize(("language", "word"), [("en", "Say **yes**"), ("es", "Diga **sí**"), ("de", "**Ja**")])
def test_a_trial_is_offered_with_its_price_before_anything_is_sent(language: str, word: str) -> None:
    plan = Plan.model_validate({"candidates": ["local/a", "local/b"], "prompts": ["x", "y", "z"]})
    estimate = TrialEstimate(calls_candidate=6, calls_judge=6, tokens=100, money_usd=0.0, seconds=180)
    text = wording.trial_offer(plan, estimate, ["a note"], language)
    assert "`local/a`, `local/b`" in text and "12" in text and "$0.00" in text and "- a note" in text and word in text


def test_the_conclusion_keeps_an_upper_end_of_zero() -> None:
    standings = [
        Standing(model="m/a", score=0.0, low=0.0, high=0.0, n=3),
        Standing(model="m/b", score=None, low=None, high=None, n=0, unscored=3),
    ]
    text = wording.conclusion(TrialResult(trial_id="t", standings=standings, stop_reason="all judged"))
    assert "`m/a`: 0% (0% to 0%), 3 judged" in text
    assert "`m/b`: not scored, 0 judged, 3 unscored" in text
    assert "The trial ended: all judged." in text


def test_no_result_is_said_in_german() -> None:
    assert wording.conclusion(None, "de") == "Es gibt noch kein Ergebnis."


def test_several_pages_of_one_source_stand_in_one_line() -> None:
    cited = [Citation(source="Board", url=url) for url in ("https://www.b.org/x", "https://c.org/y")]
    assert wording.answer(Answer(answer="Yes.", citations=cited)).endswith(
        "- Board: [b.org](https://www.b.org/x), [c.org](https://c.org/y)"
    )


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (1473.0004900163892, "elo", "1473 elo"),
        (5.74, "percent", "5.74 percent"),
        (0.83333333333, "fraction", "0.8333333 fraction"),
        (86.92031, "percent", "86.92031 percent"),
        (12345678.9, "count", "12,345,679 count"),
    ],
)
def test_a_figure_shows_the_digits_that_matter(value: float, unit: str, words: str) -> None:
    assert wording.figure(value, unit) == words


@pytest.mark.parametrize(
    ("quote", "note", "shown"),
    [
        ("30 a day", "14 x 30 a day x 30", " (14 x 30 a day x 30)"),
        ("our cards", "the cards are yours", ""),
        ("", "2 x 3", ""),
    ],
)
def test_a_figure_is_shown_with_its_arithmetic(quote: str, note: str, shown: str) -> None:
    assert wording.arithmetic(Fact(field="monthly_requests", value=1.0, quote=quote, note=note)) == shown
