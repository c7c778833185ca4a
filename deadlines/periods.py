"""How a period of law is counted (law.md 3). Pure: instants and days in, instants and days out.

Every instant is aware; results are in UTC. A period has two readings: `strict_at` counts from the
second of the event and drives every alarm; `legal_at` counts from the next full hour (CPL: the hour
in which a period begins is not counted) and says when the act is late in law. Periods of days and
months end at 24:00 of their last day, written as the midnight that follows; there both readings agree.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

ONE_HOUR = timedelta(hours=1)
ONE_DAY = timedelta(days=1)
# No country closes for two months; a calendar that says so is broken data.
LONGEST_CLOSURE_DAYS = 60


class WorkCalendar(Protocol):
    """Which days are working days, and for which years that is known."""

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day; by weekday alone when the year is not covered."""

    def covers(self, year: int) -> bool:
        """Whether the official holidays of this year are loaded."""


@dataclass(frozen=True, slots=True)
class Period:
    """The end of a period. `last_on` is set for periods of days, months and set days."""

    strict_at: datetime
    legal_at: datetime
    last_on: date | None = None
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class RolledDay:
    """A last day after the roll over rest days; provisional when a year without data was asked."""

    day: date
    provisional: bool


def floor_to_hour(instant: datetime, zone: ZoneInfo) -> datetime:
    """The start of the local clock hour that contains the instant, in UTC."""
    local = instant.astimezone(zone)
    return local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)


def hours(started_at: datetime, length: timedelta, zone: ZoneInfo) -> Period:
    """A period of whole hours: no roll over nights, rest days or holidays (CPL, law.md 3)."""
    started_at = _aware_utc(started_at)
    return Period(
        strict_at=started_at + length,
        legal_at=floor_to_hour(started_at, zone) + ONE_HOUR + length,
    )


def minutes(started_at: datetime, length: timedelta) -> Period:
    """A period of minutes: targets of our own, no legal reading apart from the strict one."""
    ends_at = _aware_utc(started_at) + length
    return Period(strict_at=ends_at, legal_at=ends_at)


def days(started_at: datetime, count: int, zone: ZoneInfo, calendar: WorkCalendar, *, roll: bool) -> Period:
    """A period of days: the day of the event is not counted, rest days inside are.

    With `roll` a last day that is a rest day moves to the next working day.
    """
    last = local_day(started_at, zone) + timedelta(days=count)
    rolled = roll_to_workday(last, calendar) if roll else RolledDay(last, provisional=False)
    return ending_on(rolled.day, zone, provisional=rolled.provisional)


def months(started_at: datetime, count: int, zone: ZoneInfo) -> Period:
    """A period of months from the day itself: same day-number, or that month's last day; no roll."""
    return ending_on(months_later(local_day(started_at, zone), count), zone)


def ending_on(last_on: date, zone: ZoneInfo, *, provisional: bool = False) -> Period:
    """A period that ends at 24:00 of the given day."""
    ends_at = end_of_day(last_on, zone)
    return Period(strict_at=ends_at, legal_at=ends_at, last_on=last_on, provisional=provisional)


def next_workday_at(started_at: datetime, at: time, zone: ZoneInfo, calendar: WorkCalendar) -> Period:
    """The given local time on the first working day after the day of the event."""
    rolled = roll_to_workday(local_day(started_at, zone) + ONE_DAY, calendar)
    ends_at = datetime.combine(rolled.day, at, tzinfo=zone).astimezone(UTC)
    return Period(strict_at=ends_at, legal_at=ends_at, last_on=rolled.day, provisional=rolled.provisional)


def months_later(day: date, count: int) -> date:
    """Same day-number `count` months later, or the last day of that month when it is shorter."""
    return day + relativedelta(months=count)


def roll_to_workday(day: date, calendar: WorkCalendar) -> RolledDay:
    """The day itself if offices work on it, else the next day on which they do."""
    provisional = False
    for candidate in _days_from(day):
        provisional = provisional or not calendar.covers(candidate.year)
        if calendar.is_workday(candidate):
            return RolledDay(candidate, provisional)
    raise ValueError(f"The calendar has no working day within {LONGEST_CLOSURE_DAYS} days of {day}.")


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of the instant in the law's zone."""
    return _aware_utc(instant).astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of the day: the following local midnight, in UTC."""
    return datetime.combine(day + ONE_DAY, time.min, tzinfo=zone).astimezone(UTC)


def earlier(one: Period, other: Period) -> Period:
    """Each reading taken apart at its minimum: a second ground can shorten, never lengthen."""
    return Period(
        strict_at=min(one.strict_at, other.strict_at),
        legal_at=min(one.legal_at, other.legal_at),
        last_on=one.last_on if one.strict_at <= other.strict_at else other.last_on,
        provisional=one.provisional or other.provisional,
    )


def _days_from(day: date) -> Iterator[date]:
    for offset in range(LONGEST_CLOSURE_DAYS):
        yield day + timedelta(days=offset)


def _aware_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"A naive instant has no place in law: {instant!r}.")
    return instant.astimezone(UTC)
