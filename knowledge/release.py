"""When a model came out: by its id, where that carries a date, and by what sources state.

Price lists date a model by the day they began to offer it, which for an old build may be years late. The id of a dated
build tells better: `gpt-3.5-turbo-0613` is of 13 June, whoever lists it when. A build is announced within weeks of its
date, so a stated release near it stays. Of several stated releases the first counts, with the exceptions that
`agreed` names.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Sequence

from knowledge.names.dates import Date, take_date

SUFFIX = re.compile(r"\.(?=[a-z])")  # `gpt-4o-mini-2024-07-18.ft`
NEAR = dt.timedelta(days=31)  # between the date of a build and its announcement
FAR = dt.timedelta(days=45)  # a month that a list rounded down to its first day, and two weeks
DATED_BY_RELEASE = ("epoch", "mteb")  # sources that date the model itself, not its place on a price list
DATED_BY_UPLOAD = ("open_llm_leaderboard",)  # a copy of the weights may come years after the model


def agreed(stated: Sequence[tuple[str, dt.date]], *, own_list: bool) -> dt.date:
    """The release of a model by what sources say: pairs of source id and date, the source that counts first.

    `own_list` tells that the model's id is one of its maker's price list. A reseller's list dates the offer, so the
    sources that date models come before it. The first day of a month may stand for a month or a year: it yields to the
    earliest exact day that is later by more than a month and a half, where no source confirms it. The day on which
    weights were uploaded counts where nothing else is known.
    """
    stated = [pair for pair in stated if pair[0] not in DATED_BY_UPLOAD] or stated
    first = stated[0][1]
    dated = [day for source, day in stated if source in DATED_BY_RELEASE]
    if dated and not own_list:
        return min(dated)
    exact = [day for _, day in stated if day.day != 1]
    doubted = first.day == 1 and exact and all(day - first > FAR for day in exact)
    return min(exact) if doubted else first


def release(model_id: str, stated: dt.date | None) -> dt.date | None:
    """The release of a model: as `stated`, unless the date in its id contradicts that by more than a month.

    A month without a day gives its first day. A day without a year (`0613`) is the last such day before the stated
    release, and tells nothing without one.
    """
    told, _ = take_date(SUFFIX.sub(" ", model_id.split("/")[-1].lower()))
    built = _span(told, stated) if told else None
    if built is None or (stated and built[0] - NEAR <= stated <= built[1] + NEAR):
        return stated
    return built[0]


def _span(told: Date, stated: dt.date | None) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that the date of an id can mean; None where it names no day."""
    year = told.year or (stated and _year(told, stated))
    if not year:
        return None
    days = calendar.monthrange(year, told.month)[1]
    first, last = told.day or 1, told.day or days
    return (dt.date(year, told.month, first), dt.date(year, told.month, last)) if last <= days else None


def _year(told: Date, stated: dt.date) -> int:
    """The year of the last such day before a release, or within the weeks after it."""
    latest = stated + NEAR
    return latest.year - ((told.month, told.day or 1) > (latest.month, latest.day))
