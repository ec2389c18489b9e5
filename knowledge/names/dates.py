"""Dates in model names: how they are written, and when two of them are the same day or month."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH = r"(?<![a-z])(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_Y, _YY, _M, _D = r"(?P<y>20[12]\d)", r"(?P<yy>2[2-9])", r"(?P<m>0[1-9]|1[0-2])", r"(?P<d>0[1-9]|[12]\d|3[01])"
_EDGE, _END = r"(?<![\d.])", r"(?![\d.]|[bmk]\b)"
_PATTERNS = tuple(
    re.compile(_EDGE + body + _END)
    for body in (
        rf"{_Y}[-/.]?{_M}[-/.]?{_D}",
        rf"{_M}[-/]{_D}[-/]{_Y}",
        rf"{_MONTH}[ -]?(?:(?P<d>\d\d?),? )?{_Y}",
        rf"{_YY}-{_M}-{_D}",
        rf"{_M}[-/]{_Y}",
        rf"{_Y}[-/]{_M}",
        rf"{_YY}{_M}{_D}",
        rf"{_M}[-/]{_D}",
        rf"{_YY}[-/.]{_M}",
        rf"{_M}{_D}",
        rf"{_YY}{_M}",
        rf"{_MONTH} ?{_YY}",
    )
)


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as the name tells it; a missing part is None."""

    year: int | None
    month: int
    day: int | None

    def matches(self, other: Date) -> bool:
        """Equal in every part that both tell, and they share more than the month alone."""
        parts = ("year", "month", "day")
        told = [p for p in parts if getattr(self, p) is not None and getattr(other, p) is not None]
        return len(told) > 1 and self.agrees(other)

    def agrees(self, other: Date) -> bool:
        """Equal in every part that both tell, be it the month alone (May 2025 and 05-28)."""
        pairs = ((self.year, other.year), (self.month, other.month), (self.day, other.day))
        return all(a == b for a, b in pairs if a is not None and b is not None)

    def same_month(self, other: Date) -> bool:
        """The same month, of the same year where both tell it."""
        return self.month == other.month and (self.year == other.year or None in (self.year, other.year))

    def as_month_and_year(self) -> Date:
        """`08-24` read as August 2024 where no day makes sense."""
        return Date(2000 + self.day, self.month, None) if self.year is None and self.day else self

    def after(self, day: dt.date) -> bool:
        """True if the date is certainly later than `day`."""
        if self.year is None:
            return False
        return (self.year, self.month, self.day or 1) > (day.year, day.month, day.day)

    def __str__(self) -> str:
        parts = (f"{self.year:04d}" if self.year else "", f"{self.month:02d}", f"{self.day:02d}" if self.day else "")
        return "-".join(p for p in parts if p)


def take_date(name: str) -> tuple[Date | None, str]:
    """The first date in a name, by the least ambiguous spelling, and the name without it."""
    for pattern in _PATTERNS:
        match = pattern.search(name)
        if match:
            return _date(match), name[: match.start()] + " " + name[match.end() :]
    return None, name


def _date(match: re.Match[str]) -> Date:
    parts = match.groupdict()
    month = int(parts["m"]) if parts.get("m") else _MONTHS[parts["name"]]
    year = int(parts["y"]) if parts.get("y") else 2000 + int(parts["yy"]) if parts.get("yy") else None
    return Date(year, month, int(parts["d"]) if parts.get("d") else None)
