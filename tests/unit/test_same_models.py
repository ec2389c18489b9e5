"""Which ids mean one model, and which only look like it."""

from __future__ import annotations

import datetime as dt

import pytest

from knowledge.same_models import spellings
from knowledge.schema import Model, Score

DAY = dt.date(2026, 1, 1)


def model(model_id: str, maker: str = "deepseek", released: dt.date | None = None) -> Model:
    return Model(id=model_id, name=model_id, maker=maker, released=released, source_id="s", date=DAY)


def score(model_id: str, source: str = "s", board: str = "b") -> Score:
    return Score(
        model_id=model_id, benchmark_id=board, value=0.5, unit="fraction", source_id=source, date=DAY, raw_name=model_id
    )  # fmt: skip


@pytest.mark.parametrize(
    ("first", "other", "maker"),
    [
        ("amazon-bedrock/amazon.nova-lite-v1:0", "amazon/amazon.nova-lite-v1-0", "amazon"),
        ("ibm/granite-3.3-8b-instruct", "ibm/granite-3-3-8b-instruct", "ibm"),
        ("deepseek/deepseek-v4-pro-20260813", "deepseek/deepseek-v4-pro-0813", "deepseek"),
        ("openrouter/deepseek/deepseek-v3.2", "deepseek/v3.2", "deepseek"),
    ],
)
def test_other_spellings_are_of_the_model_with_most_figures(first: str, other: str, maker: str) -> None:
    assert spellings([model(other, maker), model(first, maker)], [score(first)]) == {other: first}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("deepseek/deepseek-llm-67b-base", "deepseek/deepseek-llm-67b-chat"),
        ("deepseek/deepseek-v4-pro", "deepseek/deepseek-v4-pro-0813"),
        ("deepseek/deepseek-v4-pro-0813", "deepseek/deepseek-v4-pro-20260913"),
        ("deepseek/deepseek-v4-pro-20250813", "deepseek/deepseek-v4-pro-20260813"),
        ("deepseek/deepseek-1.3b", "deepseek/deepseek-13b"),
        ("deepseek/deepseek-chat", "openrouter/deepseek/deepseek-chat"),
    ],
)
def test_other_weights_builds_and_sizes_are_other_models(one: str, other: str) -> None:
    assert spellings([model(one), model(other)], [score(one)]) == {}


def test_what_one_board_lists_side_by_side_are_two_models() -> None:
    one, other = "deepseek/deepseek-v3.2", "openrouter/deepseek/v3.2"
    both = [model(one), model(other)]
    assert spellings(both, [score(one), score(other, board="c")]) == {other: one}
    assert spellings(both, [score(one), score(other)]) == {}


def test_releases_far_apart_are_of_two_models() -> None:
    old, new = dt.date(2026, 4, 24), dt.date(2026, 8, 13)
    assert (
        spellings([model("deepseek/deepseek-v4-pro", released=old), model("deepseek/v4-pro", released=new)], []) == {}
    )
    near = model("deepseek/v4-pro", released=old + dt.timedelta(days=20))
    assert spellings([model("deepseek/deepseek-v4-pro", released=old), near], []) == {
        "deepseek/v4-pro": "deepseek/deepseek-v4-pro"
    }
