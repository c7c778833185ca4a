"""The portal's clock at an instant of the story, and people of the district as callers."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from agencies.models import User
from deadlines import clock
from tests.api.caller import Caller
from tests.record import ACCEPTED_AT, HOUR

NOW = ACCEPTED_AT + HOUR / 6


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stops the portal's clock ten minutes after acceptance; the machine's own, for codes, goes on."""

    def stop(instant: datetime) -> None:
        monkeypatch.setattr(clock, "real_now", lambda: instant)
        monkeypatch.setattr(clock, "offset", timedelta)

    stop(NOW)
    return stop


@pytest.fixture
def call(db: None) -> Callable[[User | None], Caller]:
    return Caller.of
