"""What holds for every instant and every timeline: invariants 1-4, 13 and 45 of law.md 11."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from deadlines import periods
from deadlines.calendars import calendar_for
from deadlines.derivation import DeadlineState, derive
from deadlines.profile import load_profile
from deadlines.timeline import TimelineEvent

CHINA = load_profile("cn")
SHANGHAI = CHINA.zone
CALENDAR = CHINA.work_calendar()
HOUR = timedelta(hours=1)
H72, H24 = 72 * HOUR, 24 * HOUR

instants = st.datetimes(
    min_value=datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    max_value=datetime(2029, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(
    [SHANGHAI, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Kolkata"), ZoneInfo("Europe/Madrid")]
)
days = st.dates(min_value=date(2024, 1, 1), max_value=date(2029, 12, 31))


class EveryDayOff:
    """A calendar without a single working day but Mondays, to show that hours never ask it."""

    def is_workday(self, day: date) -> bool:
        return day.weekday() == 0

    def covers(self, year: int) -> bool:
        return True


@given(instants, st.integers(1, 2000), zones)
def test_inv_02_strict_is_at_most_an_hour_before_legal(start, count, zone):
    period = periods.hours(start, count * HOUR, zone)
    assert period.strict_at <= period.legal_at <= period.strict_at + HOUR
    assert period.strict_at == start + count * HOUR


@given(instants)
def test_inv_04_holidays_never_move_an_hour_clock(accepted_at):
    accepted = [TimelineEvent("application.accepted", accepted_at, 1, {"emergency": False})]
    with_holidays = derive(accepted, CHINA, CALENDAR)
    without = derive(accepted, CHINA, EveryDayOff())
    assert [row for row in with_holidays if row.rule_id == "D02"] == [
        row for row in without if row.rule_id == "D02"
    ]


marks = st.lists(
    st.tuples(
        st.sampled_from(["emergency.marked", "emergency.unmarked", "application.assigned"]),
        st.timedeltas(min_value=timedelta(0), max_value=100 * HOUR),
    ),
    max_size=8,
)


@given(instants, st.booleans(), marks)
def test_inv_01_03_one_decision_clock_that_a_mark_never_lengthens(accepted_at, emergency, later):
    events = [TimelineEvent("application.accepted", accepted_at, 1, {"emergency": emergency})]
    longest = periods.hours(accepted_at, H72, SHANGHAI)
    before = _decision(events)
    is_marked = emergency
    for event_type, after in sorted(later, key=lambda step: step[1]):
        events.append(TimelineEvent(event_type, accepted_at + after, len(events) + 1, {}))
        now = _decision(events)
        if event_type == "emergency.marked":
            assert now.strict_at <= before.strict_at
            assert now.legal_at <= before.legal_at
            is_marked = True
        elif event_type == "emergency.unmarked":
            is_marked = False
        assert now.strict_at <= longest.strict_at
        assert now.legal_at <= longest.legal_at
        assert now.strict_at <= now.legal_at <= now.strict_at + HOUR
        if not is_marked:
            assert (now.strict_at, now.legal_at) == (longest.strict_at, longest.legal_at)
        before = now


def _decision(events):
    running = [
        row
        for row in derive(events, CHINA, CALENDAR)
        if row.rule_id in {"D02", "D03"} and row.state == DeadlineState.RUNNING
    ]
    assert len(running) == 1
    return running[0]


@given(instants, days)
def test_inv_13_an_order_is_valid_for_six_months_at_most(made_at, last_day):
    issued = [TimelineEvent("order.issued", made_at, 1, {"recipients": [], "last_day": last_day.isoformat()})]
    [row] = [row for row in derive(issued, CHINA, CALENDAR) if row.rule_id == "D13"]
    longest = periods.months(made_at, CHINA.validity.max_months, SHANGHAI)
    assert row.strict_at <= longest.strict_at
    made_on = made_at.astimezone(SHANGHAI).date()
    assert longest.last_on.day == made_on.day or (longest.last_on + timedelta(days=1)).day == 1


@given(days, st.integers(0, 400))
def test_inv_45_a_period_of_days_always_ends_on_a_working_day_and_never_fails(day, count):
    start = datetime.combine(day, datetime.min.time(), tzinfo=SHANGHAI)
    period = periods.days(start, count, SHANGHAI, CALENDAR, roll=True)
    assert period.last_on >= day + timedelta(days=count)
    assert CALENDAR.is_workday(period.last_on)
    assert period.provisional or CALENDAR.covers(period.last_on.year)
    if period.last_on.year > 2026:
        assert period.provisional
        assert period.last_on.weekday() < 5
    assert period.strict_at == period.legal_at


@given(days, st.integers(1, 24))
def test_months_never_skip_a_month(day, count):
    last = periods.months_later(day, count)
    assert (last.year * 12 + last.month) - (day.year * 12 + day.month) == count
    assert last.day <= day.day


@given(days)
def test_a_roll_stops_at_the_first_working_day(day):
    rolled = periods.roll_to_workday(day, calendar_for("chinesecalendar")).day
    between = [day + timedelta(days=offset) for offset in range((rolled - day).days)]
    assert not any(CALENDAR.is_workday(passed) for passed in between)
