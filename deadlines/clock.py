"""The one clock. Only edges (views, tasks, commands) ask it; services are handed `now`.

Where `settings.DEMO_CLOCK_ALLOWED` is true, a row may shift the clock for web, engine and commands
alike. The shift is read at most once a second per process, so a change is seen everywhere within a
second and at once in the process that made it. In production the row is neither read nor written.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import Error as DatabaseAway

CACHE_SECONDS = 1.0
NO_OFFSET = timedelta(0)


class DemoClockRefused(Exception):
    """The clock cannot be moved in this environment."""


class _OffsetCache:
    """The last shift read, with the monotonic second at which it goes stale."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._offset = NO_OFFSET
        self._fresh_until = 0.0

    def get(self) -> timedelta:
        with self._lock:
            if time.monotonic() >= self._fresh_until:
                self._offset = _read_offset(otherwise=self._offset)
                self._fresh_until = time.monotonic() + CACHE_SECONDS
            return self._offset

    def forget(self) -> None:
        with self._lock:
            self._offset = NO_OFFSET
            self._fresh_until = 0.0


_offset_cache = _OffsetCache()


def now() -> datetime:
    """This instant, aware, in UTC, with the demo shift where one is allowed."""
    return real_now() + offset()


def real_now() -> datetime:
    """The machine's own instant, never shifted: for leases, heartbeats and the watchdog."""
    return datetime.now(UTC)


def offset() -> timedelta:
    """How far the demo clock stands from the machine's; zero where it is not allowed."""
    return _offset_cache.get() if settings.DEMO_CLOCK_ALLOWED else NO_OFFSET


def set_to(instant: datetime) -> datetime:
    """Let the demo clock show the given instant now. Raises DemoClockRefused in production."""
    if instant.tzinfo is None:
        raise ValueError("The demo clock needs an instant with its time zone.")
    return _store(instant - real_now())


def advance(by: timedelta) -> datetime:
    """Move the demo clock by a length, forwards or back. Raises DemoClockRefused in production."""
    forget()
    return _store(offset() + by)


def reset() -> datetime:
    """Let the demo clock show the machine's time again. Raises DemoClockRefused in production."""
    return _store(NO_OFFSET)


def forget() -> None:
    """Drop the cached shift of this process."""
    _offset_cache.forget()


def _store(shift: timedelta) -> datetime:
    from deadlines.models import DemoClock

    if not settings.DEMO_CLOCK_ALLOWED:
        raise DemoClockRefused("The clock is never moved in production (SR-42).")
    DemoClock.objects.update_or_create(pk=DemoClock.ONLY, defaults={"offset": shift})
    forget()
    return now()


def _read_offset(*, otherwise: timedelta) -> timedelta:
    from deadlines.models import DemoClock

    try:
        row = DemoClock.objects.filter(pk=DemoClock.ONLY).values_list("offset", flat=True).first()
    except DatabaseAway:
        # The caller's transaction is broken or the database is away: the last known shift still holds.
        return otherwise
    return NO_OFFSET if row is None else row
