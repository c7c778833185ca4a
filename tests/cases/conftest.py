"""Fixtures of the record's tests: the portal's clock where a test wants it, and staff at their desks."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client

from agencies.models import User
from deadlines import clock
from tests.agencies.login import sign_in


@pytest.fixture
def clock_at(db: None) -> Iterator[Callable[[datetime], datetime]]:
    """Set the portal's clock; it runs on from there until the test ends."""
    yield clock.set_to
    clock.forget()


@pytest.fixture
def at_desk(db: None) -> Callable[[User], Client]:
    """A browser in which this member of staff has signed in with both factors."""
    return lambda user: sign_in(Client(raise_request_exception=False), user)
