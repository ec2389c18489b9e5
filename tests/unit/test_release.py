import datetime as dt

import pytest

from knowledge.catalog import load_catalog
from knowledge.release import agreed, release

LISTED = dt.date(2024, 1, 25)


@pytest.mark.parametrize(
    ("model_id", "stated", "told"),
    [
        ("shop/atlas-3-turbo-0613", LISTED, dt.date(2023, 6, 13)),
        ("shop/atlas-3-turbo-1224", LISTED, dt.date(2023, 12, 24)),
        ("shop/atlas-2-20220314", LISTED, dt.date(2022, 3, 14)),
        ("shop/atlas-2-2025-08-01", LISTED, dt.date(2025, 8, 1)),
        ("shop/atlas-2-2022-03-14.ft", LISTED, dt.date(2022, 3, 14)),
        ("shop/atlas-2-2307", LISTED, dt.date(2023, 7, 1)),
        ("shop/atlas-plus-05-2023", LISTED, dt.date(2023, 5, 1)),
        ("shop/atlas-2-250815", None, dt.date(2025, 8, 15)),
    ],
)
def test_an_old_build_is_as_old_as_its_id_says(model_id: str, stated: dt.date | None, told: dt.date) -> None:
    assert release(model_id, stated) == told


@pytest.mark.parametrize("name", ["atlas-2", "atlas-2-20240110", "atlas-2-0109", "atlas-2-0201", "atlas-2-2401"])
def test_an_announcement_within_weeks_of_the_build_stays(name: str) -> None:
    assert release(f"lab/{name}", LISTED) == LISTED


@pytest.mark.parametrize("name", ["atlas-2", "atlas-0613", "atlas-2-20250230", "atlas-34b-4096"])
def test_what_names_no_day_tells_nothing(name: str) -> None:
    assert release(f"lab/{name}", None) is None


def test_the_29th_of_february_is_of_a_leap_year() -> None:
    assert release("lab/atlas-0229", dt.date(2025, 6, 1)) == dt.date(2025, 6, 1)


MARCH, APRIL, JULY = dt.date(2025, 3, 5), dt.date(2025, 4, 1), dt.date(2025, 7, 23)


@pytest.mark.parametrize(
    ("stated", "own_list", "told"),
    [
        ([("models_dev", JULY), ("epoch", MARCH)], False, MARCH),
        ([("models_dev", JULY), ("epoch", MARCH)], True, JULY),
        ([("models_dev", MARCH), ("llm_stats", JULY)], True, MARCH),
        ([("models_dev", APRIL), ("openrouter_models", JULY)], True, JULY),
        ([("models_dev", APRIL), ("openrouter_models", JULY), ("llm_stats", dt.date(2025, 4, 29))], True, APRIL),
        ([("models_dev", APRIL), ("openrouter_models", MARCH)], True, APRIL),
        ([("open_llm_leaderboard", MARCH), ("models_dev", JULY)], True, JULY),
        ([("open_llm_leaderboard", MARCH)], True, MARCH),
    ],
)
def test_of_several_stated_dates_one_counts(stated: list[tuple[str, dt.date]], own_list: bool, told: dt.date) -> None:
    assert agreed(stated, own_list=own_list) == told


def test_an_offer_of_a_reseller_does_not_date_an_old_model() -> None:
    models = load_catalog().models
    assert models["kilo/mistralai/mistral-7b-instruct-v0.1"].released == dt.date(2023, 9, 27)
    assert models["eleutherai/pythia-12b"].released == dt.date(2023, 2, 28)


def test_no_date_of_the_catalogue_contradicts_the_id() -> None:
    assert [m.id for m in load_catalog().models.values() if release(m.id, m.released) != m.released] == []
