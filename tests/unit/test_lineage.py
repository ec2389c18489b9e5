import datetime as dt
from typing import Any

from advisor.capability.lineage import builds, lineage, release_dates, siblings, stamped, variants
from knowledge.schema import Model


def model(name: str, **fields: Any) -> Model:
    return Model(id=f"lab/{name}", name=name, maker="lab", source_id="s", date=dt.date(2026, 1, 1), **fields)


def test_reads_family_and_version_and_not_the_size() -> None:
    assert lineage(model("atlas-2.5-70b-instruct")) == ("lab", "atlas", (2, 5))
    assert lineage(model("atlas-8b")).version == ()


def test_a_dated_snapshot_tells_its_date() -> None:
    assert stamped(model("atlas-2-20250314")) == dt.date(2025, 3, 14)
    assert stamped(model("atlas-2-2025-13-40")) is None


def test_an_undated_model_stands_between_its_siblings() -> None:
    first, last = dt.date(2024, 1, 1), dt.date(2025, 1, 1)
    found = release_dates([model("atlas-1", released=first), model("atlas-2"), model("atlas-3", released=last)])
    assert first < found["lab/atlas-2"] < last


def test_a_later_version_comes_after_and_a_stranger_stays_unknown() -> None:
    found = release_dates([model("atlas-1", released=dt.date(2024, 1, 1)), model("atlas-2"), model("zephyr-9")])
    assert found["lab/atlas-2"] > dt.date(2024, 1, 1)
    assert "lab/zephyr-9" not in found


def test_an_unmeasured_variant_stands_where_its_base_stands() -> None:
    models = [
        model("atlas-large-5.5"),
        model("atlas-large-5.5-fast"),
        model("atlas-large-5.5-mini"),
        model("atlas-5.5"),
    ]
    assert variants(models, {0}) == {1: [0]}


def test_a_variant_has_the_size_and_version_of_its_base() -> None:
    models = [model("atlas-3.1-8b"), model("atlas-3.1-70b-law"), model("atlas-3.3-8b-law"), model("atlas-3.1-8b-law")]
    assert variants(models, {0}) == {3: [0]}


def test_siblings_are_the_base_else_the_nearest_of_the_line_the_family_the_maker() -> None:
    days = [dt.date(2025, month, 1) for month in (1, 4, 7, 10)]
    measured = [model(f"atlas-large-{n}", released=day) for n, day in enumerate(days, 1)]
    names = ["atlas-large-4-fast", "atlas-large-latest", "atlas-mini-9", "zephyr-1"]
    models = [*measured, *map(model, names)]
    found = siblings(models, set(range(4)), ["chat"] * len(models))
    assert found[4] == [3]
    assert found[5] == found[6] == [3, 2, 1]
    assert found.keys() == {4, 5, 6, 7}
    assert siblings(models, set(range(4)), ["chat"] * 4 + ["embedding"] * 4) == {4: [3]}


def test_a_name_without_a_date_has_the_dated_builds_of_the_same_name() -> None:
    dated = ["atlas-3-2025-03-01", "atlas-3-2025-09-01", "atlas-3-2026-01-01"]
    models = [model(name) for name in [*dated, "atlas-3", "atlas-3-mini", "atlas-3-base", "atlas-3-latest"]]
    assert builds(models, {0, 1}) == {3: [0, 1], 6: [0, 1]}


def test_a_name_that_came_out_in_other_years_is_none_of_the_builds() -> None:
    models = [
        model("atlas-3-2025-03-01", released=dt.date(2025, 3, 1)),
        model("atlas-3", released=dt.date(2023, 12, 1)),
        model("atlas-3-latest", released=dt.date(2023, 12, 1)),
    ]
    assert builds(models, {0}) == {2: [0]}


def test_builds_come_before_variants_and_those_far_in_time_do_not_tell() -> None:
    models = [
        model("atlas-3-2025-03-01", released=dt.date(2025, 3, 1)),
        model("atlas-3-2021-03-01", released=dt.date(2021, 3, 1)),
        model("atlas-3", released=dt.date(2025, 3, 1)),
    ]
    assert siblings(models, {0, 1}, ["chat"] * 3) == {2: [0]}
