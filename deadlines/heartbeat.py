"""Signs of life of the engine, and its watch over the clocks it runs by (SR-42, SR-43)."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from deadlines import clock
from deadlines.alarms import raise_alarm

DRIFT_ALLOWED = timedelta(seconds=2)
JUMP_ALLOWED = timedelta(seconds=30)

_BEAT = """
    INSERT INTO deadlines_engineheartbeat (part, beat_at) VALUES (%s, clock_timestamp())
    ON CONFLICT (part) DO UPDATE SET beat_at = EXCLUDED.beat_at
    RETURNING beat_at
"""


@dataclass(slots=True)
class _SeenClocks:
    """The last reading of this process; a wall clock that moved apart from the other has jumped."""

    wall: datetime | None = None
    monotonic: float = 0.0

    def jump(self) -> timedelta:
        wall, monotonic = clock.real_now(), time.monotonic()
        moved = timedelta(0)
        if self.wall is not None:
            moved = (wall - self.wall) - timedelta(seconds=monotonic - self.monotonic)
        self.wall, self.monotonic = wall, monotonic
        return moved


_seen_clocks = _SeenClocks()


def beat(part: str, now: datetime) -> None:
    """Record that a part of the engine has just finished a run, by the database's own clock.

    Raises alarms when this machine's clock differs from the database's or has jumped.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [part])
        database_at: datetime = cursor.fetchone()[0]
    drift = abs(clock.real_now() - database_at)
    if drift > DRIFT_ALLOWED:
        seconds = int(drift.total_seconds())
        raise_alarm(key="clock_drift", kind="clock_drift", now=now, details={"seconds": seconds})
    jump = _seen_clocks.jump()
    if abs(jump) > JUMP_ALLOWED:
        seconds = int(jump.total_seconds())
        raise_alarm(key="clock_jump", kind="clock_jump", now=now, details={"seconds": seconds})
