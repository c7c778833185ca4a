"""Working days: adapters behind `periods.WorkCalendar`, chosen by name in a profile.

A year without official data is counted by weekends alone and reported by `covers`, so that the
result is marked provisional; it is never an error for the person who asked (law.md 3, invariant 45).
An override file corrects single days or brings a whole year before the package does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

import chinese_calendar
import yaml
from chinese_calendar.constants import holidays as chinese_holidays

from deadlines.periods import WorkCalendar

SATURDAY = 5


class CalendarError(ValueError):
    """An override file that cannot be read; says the file and the place."""


@dataclass(frozen=True, slots=True)
class Weekends:
    """Monday to Friday, every year: for a place whose periods know no other rest days."""

    def is_workday(self, day: date) -> bool:
        return day.weekday() < SATURDAY

    def covers(self, year: int) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class ChineseStateCouncil:
    """The State Council's yearly notice with its make-up workdays, from `chinesecalendar`."""

    def is_workday(self, day: date) -> bool:
        if not self.covers(day.year):
            return day.weekday() < SATURDAY
        return bool(chinese_calendar.is_workday(day))

    def covers(self, year: int) -> bool:
        # New Year's day alone may be known from the notice of the year before; the National Day is not.
        return date(year, 10, 1) in chinese_holidays


@dataclass(frozen=True, slots=True)
class Overridden:
    """A calendar with single days corrected and whole years added from a reviewed file."""

    base: WorkCalendar
    workdays: Mapping[date, bool] = field(default_factory=dict)
    whole_years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        known = self.workdays.get(day)
        if known is not None:
            return known
        return day.weekday() < SATURDAY if day.year in self.whole_years else self.base.is_workday(day)

    def covers(self, year: int) -> bool:
        return year in self.whole_years or self.base.covers(year)


CALENDARS: Mapping[str, Callable[[], WorkCalendar]] = {
    "chinesecalendar": ChineseStateCouncil,
    "weekends": Weekends,
}


@cache
def calendar_for(kind: str, overrides: Path | None = None) -> WorkCalendar:
    """The calendar a profile names, with its override file when that file exists."""
    base = CALENDARS[kind]()
    if overrides is None or not overrides.exists():
        return base
    return _with_overrides(base, overrides)


def _with_overrides(base: WorkCalendar, path: Path) -> Overridden:
    """Read `{2027: {complete: true, rest: [dates], workdays: [dates]}}`."""
    content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    if not isinstance(content, dict):
        raise CalendarError(f"{path.name}: the file must map a year to its days.")
    days: dict[date, bool] = {}
    whole_years: set[int] = set()
    for year, entry in content.items():
        _check_year(path, year, entry)
        days.update(dict.fromkeys(entry.get("rest", []), False))
        days.update(dict.fromkeys(entry.get("workdays", []), True))
        if entry.get("complete", False):
            whole_years.add(year)
    return Overridden(base, days, frozenset(whole_years))


def _check_year(path: Path, year: object, entry: object) -> None:
    if not isinstance(year, int) or not isinstance(entry, dict):
        raise CalendarError(f"{path.name}: {year!r} must be a year with its days.")
    unknown = set(entry) - {"complete", "rest", "workdays"}
    if unknown:
        raise CalendarError(f"{path.name}: {year}: unknown entry {sorted(unknown)[0]!r}.")
    rest, workdays = entry.get("rest", []), entry.get("workdays", [])
    for day in [*rest, *workdays]:
        if not isinstance(day, date) or day.year != year:
            raise CalendarError(f"{path.name}: {year}: {day!r} is not a day of that year.")
    if both := set(rest) & set(workdays):
        raise CalendarError(f"{path.name}: {year}: {min(both)} is both a rest day and a workday.")
