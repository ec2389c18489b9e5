"""Requests a month from a number that the reader of numbers takes for the volume, and those that multiply it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from advisor.interview.candidates import Candidate, cue
from advisor.interview.quantities import Quantity, period_factor, period_near
from advisor.interview.rules_volume import month_factor
from advisor.interview.text import Text

DAYS, HOURS = 30, 24  # of a month, of a day
MONTH = DAYS * HOURS * 3600  # seconds
_DAY_WORDS = re.compile(r"\W?(?:[^\W\d_]+ )?(?:days|tage|jours|dias|giorni|dagen|dagar|dni)\b")


def volume_read(
    text: Text, quantity: Quantity, times: Sequence[Quantity], quantities: Sequence[Quantity], *, whole: bool
) -> Candidate | None:
    """Requests a month. A time ("one every five minutes") says how long it is from one to the next; a count without a
    period is nothing or, with `whole`, that of the whole job, over the months that it may take."""
    if not whole and quantity.kind != "time" and _period(text, quantity, times) is None:
        return None
    value, note = _monthly(text, quantity, times, quantities)
    counts = [q.number.value for q in times if q.kind == "count" and not _are_days(text, q)]
    shown = " x ".join([*(f"{count:g}" for count in counts), *filter(None, [note])])
    return Candidate(value * math.prod(counts), quantity.start, quantity.end, note=shown) if value else None


def _monthly(
    text: Text, quantity: Quantity, times: Sequence[Quantity], quantities: Sequence[Quantity]
) -> tuple[float, str]:
    number, hours = quantity.number.value, _hours(times)
    if quantity.kind == "time":
        gap = f"one every {number:g} {quantity.unit}s"
        return (MONTH / quantity.value * hours / HOURS if quantity.value else 0.0), gap
    period = _period(text, quantity, times)
    if period is None:
        return _whole_job(number, quantities)
    if period in SHORT:
        days, label = _days(text, quantity, times, quantities)
        a_day = number * period_factor(period) / DAYS * hours / HOURS
        return a_day * days, f"{number:g} a {period} x {hours:g} hours x {label}"
    if period == "day":
        days, label = _days(text, quantity, times, quantities)
        return number * days, f"{number:g} a day x {label}"
    factor, label = month_factor(text, replace(quantity, period=period), quantities)
    return number * factor, f"{number:g} a {period} x {label}" if factor != 1 else f"{number:g}"


def _period(text: Text, quantity: Quantity, times: Sequence[Quantity]) -> str | None:
    return quantity.period or _shift(text, quantity, times) or period_near(text, quantity)


SHORT = ("hour", "minute", "second")


def _hours(times: Sequence[Quantity]) -> float:
    """Hours of a day in which requests come."""
    return next((q.number.value for q in times if q.kind == "time" and q.unit == "hour"), HOURS)


def _days(
    text: Text, quantity: Quantity, times: Sequence[Quantity], quantities: Sequence[Quantity]
) -> tuple[float, str]:
    """Days of a month on which requests come, and how that is said."""
    said = [q for q in times if (q.kind == "time" and q.unit == "day") or _are_days(text, q)]
    if not said:
        return month_factor(text, replace(quantity, period="day"), quantities)
    days = said[0].number.value
    return (days * DAYS / 7, f"{days:g} days a week x 30/7") if days <= 7 else (days, f"{days:g} days")


_A_SHIFT = re.compile(r"(?:[^\W\d_]+ ){0,3}(?:shift|schicht|turno|equipe|ploeg|poste)s?\b")


def _shift(text: Text, quantity: Quantity, times: Sequence[Quantity]) -> str | None:
    """What comes in a shift comes in a day, times its shifts."""
    behind = text.after(quantity.number.end, WIDTH).lstrip()
    return "day" if times and _A_SHIFT.match(behind) else None


WIDTH = 40  # characters behind a number in which its shift is named


def _whole_job(number: float, quantities: Sequence[Quantity]) -> tuple[float, str]:
    """A job that may take some months, else within one."""
    months = [q.number.value for q in quantities if q.kind == "time" and q.unit == "month" and not q.period]
    if months and 1 < max(months) <= LONGEST:
        return number / max(months), f"{number:g} in {max(months):g} months"
    return number, f"{number:g}, counted whole"


LONGEST = 36  # months of a job: more tell of something else


def _are_days(text: Text, quantity: Quantity) -> bool:
    """Whether a count is that of the days of a month on which people work."""
    behind = text.low[quantity.number.end :][:30]
    return bool(cue("workdays").match(behind.lstrip()) or (quantity.number.value > 7 and _DAY_WORDS.match(behind)))
