"""The one clock: shifted for everybody in the demo, never in production."""

import time
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from deadlines import clock
from deadlines.models import DemoClock

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


def near(instant: datetime, wanted: datetime) -> bool:
    return abs(instant - wanted) < 5 * SECOND


def test_without_a_shift_it_is_the_machines_time():
    assert near(clock.now(), datetime.now(UTC))
    assert clock.now().tzinfo is UTC


def test_the_demo_clock_moves_at_once_where_it_was_moved():
    wanted = datetime(2026, 3, 11, 2, 20, tzinfo=UTC)
    clock.set_to(wanted)
    assert near(clock.now(), wanted)
    clock.advance(36 * HOUR)
    assert near(clock.now(), wanted + 36 * HOUR)
    clock.reset()
    assert near(clock.now(), datetime.now(UTC))


def test_another_process_sees_the_shift_within_a_second(monkeypatch):
    clock.now()
    DemoClock.objects.create(pk=DemoClock.ONLY, offset=HOUR)
    assert near(clock.now(), datetime.now(UTC))
    later = time.monotonic() + clock.CACHE_SECONDS
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert near(clock.now(), datetime.now(UTC) + HOUR)


def test_the_shift_is_read_once_a_second_at_most(django_assert_num_queries):
    clock.forget()
    with django_assert_num_queries(1):
        for _ in range(50):
            clock.now()


def test_sr_42_production_neither_reads_nor_writes_the_shift(settings, django_assert_num_queries):
    clock.advance(HOUR)
    settings.DEMO_CLOCK_ALLOWED = False
    with django_assert_num_queries(0):
        assert near(clock.now(), datetime.now(UTC))
    for move in (lambda: clock.advance(HOUR), clock.reset, lambda: clock.set_to(datetime.now(UTC))):
        with pytest.raises(clock.DemoClockRefused):
            move()
    with pytest.raises(CommandError, match="never moved in production"):
        call_command("demo_clock", "--reset")


def test_the_clock_goes_on_in_a_transaction_that_is_broken():
    clock.advance(HOUR)
    assert clock.offset() == HOUR
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        try:
            cursor.execute("SELECT 1/0")
        except DatabaseError:
            clock._offset_cache._fresh_until = 0.0
            assert clock.offset() == HOUR
            raise


def test_a_naive_instant_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        clock.set_to(datetime(2026, 3, 11, 10, 20))  # noqa: DTZ001


def shown(*arguments: str) -> str:
    out = StringIO()
    call_command("demo_clock", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_command_sets_advances_shows_and_resets():
    assert shown("--at", "2026-03-11T10:20") == "2026-03-11T10:20:00+08:00"
    assert shown("--advance", "3 h").startswith("2026-03-11T13:20")
    assert shown("--advance=-90 min").startswith("2026-03-11T11:50")
    assert shown().startswith("2026-03-11T11:50")
    shown("--reset")
    assert not DemoClock.objects.exclude(offset=timedelta(0)).exists()


@pytest.mark.parametrize("arguments", [["--at", "tomorrow"], ["--advance", "a while"], ["--at=2026-02-31"]])
def test_the_command_says_how_to_write_it(arguments):
    with pytest.raises(CommandError, match="write"):
        call_command("demo_clock", *arguments)
