"""Short timelines for the tests of rules: `clocks(event(...), ...)["D02"]`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from deadlines.calendars import Weekends
from deadlines.derivation import DerivedDeadline, derive
from deadlines.periods import WorkCalendar
from deadlines.profile import Profile, load_profile
from deadlines.timeline import TimelineEvent

SHANGHAI = ZoneInfo("Asia/Shanghai")
Happening = tuple[str, str, dict[str, Any]]


def at(text: str) -> datetime:
    """A day or minute of 2026 in Shanghai: "03-11 10:20"."""
    return datetime.fromisoformat(text if text.startswith("20") else f"2026-{text}").replace(tzinfo=SHANGHAI)


def event(event_type: str, when: str, **payload: Any) -> Happening:
    return event_type, when, payload


def events(*happenings: Happening) -> list[TimelineEvent]:
    return [
        TimelineEvent(event_type, at(when), sequence, payload)
        for sequence, (event_type, when, payload) in enumerate(happenings)
    ]


class Clocks:
    """Derived deadlines by rule and key."""

    def __init__(self, derived: list[DerivedDeadline]) -> None:
        self._by_name = {f"{row.rule_id}:{row.key}".rstrip(":"): row for row in derived}

    def __getitem__(self, name: str) -> DerivedDeadline:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __iter__(self) -> Iterator[DerivedDeadline]:
        return iter(self._by_name.values())

    def running(self) -> set[str]:
        return {name for name, row in self._by_name.items() if row.state == "running"}


def clocks(
    *happenings: Happening, profile: Profile | None = None, calendar: WorkCalendar | None = None
) -> Clocks:
    chosen = profile or load_profile("cn")
    return Clocks(derive(events(*happenings), chosen, calendar or chosen.work_calendar()))


SUBMITTED = event("application.submitted", "03-11 10:10", emergency=False, triage="none")
ACCEPTED = event("application.accepted", "03-11 10:20", emergency=False)
EMERGENCY = event("application.accepted", "03-11 10:20", emergency=True)
ISSUED = event(
    "order.issued", "03-11 15:00", recipients=["applicant", "respondent", "police"], last_day="2026-09-11"
)
REJECTED = event("application.rejected", "03-11 15:00", recipients=["applicant"])
PLAIN_WEEK = Weekends()
