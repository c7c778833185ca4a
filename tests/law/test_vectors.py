"""The twenty vectors of law.md 3, read off the pure functions and the CN profile's calendar."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from deadlines import periods
from deadlines.calendars import calendar_for
from deadlines.derivation import DeadlineState, derive
from deadlines.profile import load_profile
from deadlines.timeline import TimelineEvent

SHANGHAI = ZoneInfo("Asia/Shanghai")
CALENDAR = calendar_for("chinesecalendar")
H72, H24 = timedelta(hours=72), timedelta(hours=24)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def last_day_of(made: str, count: int) -> tuple[date | None, bool]:
    period = periods.days(at(made + " 09:30"), count, SHANGHAI, CALENDAR, roll=True)
    assert period.strict_at == period.legal_at == periods.end_of_day(period.last_on, SHANGHAI)
    return period.last_on, period.provisional


def test_v01_72_hours():
    period = periods.hours(at("2026-03-11 10:20"), H72, SHANGHAI)
    assert period.strict_at == at("2026-03-14 10:20")
    assert period.legal_at == at("2026-03-14 11:00")


def test_v02_24_hours():
    period = periods.hours(at("2026-03-11 10:20"), H24, SHANGHAI)
    assert period.strict_at == at("2026-03-12 10:20")
    assert period.legal_at == at("2026-03-12 11:00")


def test_v03_exactly_on_the_hour():
    period = periods.hours(at("2026-03-11 10:00:00"), H72, SHANGHAI)
    assert period.strict_at == at("2026-03-14 10:00")
    assert period.legal_at == at("2026-03-14 11:00")


def test_v04_national_day_does_not_move_hours():
    period = periods.hours(at("2026-09-30 23:59:59"), H72, SHANGHAI)
    assert period.strict_at == at("2026-10-03 23:59:59")
    assert period.legal_at == at("2026-10-04 00:00")


def decision_clock(*later: tuple[str, str]) -> tuple[datetime, datetime]:
    """The one running decision clock after acceptance on 2026-03-11 10:20 and the events that follow."""
    timeline = [("application.accepted", "2026-03-11 10:20"), *later]
    events = [
        TimelineEvent(event_type, at(when), sequence, {"emergency": False})
        for sequence, (event_type, when) in enumerate(timeline)
    ]
    running = [
        deadline
        for deadline in derive(events, load_profile("cn"), CALENDAR)
        if deadline.rule_id in {"D02", "D03"} and deadline.state == DeadlineState.RUNNING
    ]
    assert len(running) == 1
    return running[0].strict_at, running[0].legal_at


def test_v05_a_later_mark_counts_from_the_mark():
    clock = decision_clock(("emergency.marked", "2026-03-11 20:10"))
    assert clock == (at("2026-03-12 20:10"), at("2026-03-12 21:00"))


def test_v06_a_late_mark_never_lengthens():
    clock = decision_clock(("emergency.marked", "2026-03-14 08:00"))
    assert clock == (at("2026-03-14 10:20"), at("2026-03-14 11:00"))


def test_v07_unmark_restores_72_hours_from_acceptance():
    clock = decision_clock(
        ("emergency.marked", "2026-03-11 20:10"), ("emergency.unmarked", "2026-03-12 09:00")
    )
    assert clock == (at("2026-03-14 10:20"), at("2026-03-14 11:00"))


def test_v08_over_the_year():
    period = periods.hours(at("2026-12-31 23:30"), H24, SHANGHAI)
    assert period.strict_at == at("2027-01-01 23:30")
    assert period.legal_at == at("2027-01-02 00:00")


def test_v09_a_make_up_workday_is_a_workday():
    assert last_day_of("2026-02-09", 5) == (date(2026, 2, 14), False)


def test_v10_spring_festival():
    assert last_day_of("2026-02-10", 5) == (date(2026, 2, 24), False)


def test_v11_spring_festival():
    assert last_day_of("2026-02-11", 5) == (date(2026, 2, 24), False)


def test_v12_labour_day():
    assert last_day_of("2026-04-29", 5) == (date(2026, 5, 6), False)


def test_v13_saturday_rolls_to_monday():
    assert last_day_of("2026-01-26", 5) == (date(2026, 2, 2), False)


def test_v14_a_working_day_stays():
    assert last_day_of("2026-05-08", 5) == (date(2026, 5, 13), False)


def test_v15_a_missing_year_is_provisional():
    assert last_day_of("2026-12-28", 5) == (date(2027, 1, 4), True)


def months_from(made: str, count: int) -> date | None:
    period = periods.months(at(made + " 23:10"), count, SHANGHAI)
    assert period.strict_at == period.legal_at == periods.end_of_day(period.last_on, SHANGHAI)
    assert not period.provisional
    return period.last_on


def test_v16_six_months():
    assert months_from("2026-03-15", 6) == date(2026, 9, 15)
    assert periods.months(at("2026-03-15 09:00"), 6, SHANGHAI).strict_at == at("2026-09-16 00:00")


def test_v17_six_months_to_a_shorter_month():
    assert months_from("2026-08-31", 6) == date(2027, 2, 28)


def test_v18_one_month_to_a_shorter_month():
    assert months_from("2026-08-31", 1) == date(2026, 9, 30)


def test_v19_ten_days():
    assert last_day_of("2026-09-29", 10) == (date(2026, 10, 9), False)


def test_v20_seven_days():
    assert last_day_of("2026-10-09", 7) == (date(2026, 10, 16), False)
