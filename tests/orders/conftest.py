"""The desk of the court: signed-in people, and the portal's clock at an instant of the story."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from agencies.models import User
from cases.models import Case
from deadlines import clock
from tests.agencies.login import sign_in
from tests.orders.desk import DECIDED_AT, Desk
from tests.record import District


@pytest.fixture
def clock_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Stops the portal's clock at an instant; the machine's own, which one-time codes use, goes on."""

    def stop(instant: datetime) -> None:
        monkeypatch.setattr(clock, "real_now", lambda: instant)
        monkeypatch.setattr(clock, "offset", timedelta)

    return stop


@pytest.fixture
def signed_in(db: None) -> Callable[[User], Client]:
    """A browser of this member of staff, past both factors."""
    return lambda user: sign_in(Client(), user)


@pytest.fixture
def desk(
    xinjin: District,
    accepted_case: Case,
    clock_at: Callable[[datetime], object],
    signed_in: Callable[[User], Client],
) -> Desk:
    """An accepted case ten minutes after acceptance, and the people who work on it."""
    clock_at(DECIDED_AT)
    return Desk(xinjin, accepted_case, signed_in)
