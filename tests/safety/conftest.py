"""The matrix's world: made once for a file of tests, each trial undone, all of it undone at the end."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings

from deadlines import clock
from tests.safety.doors import Browsers
from tests.safety.matrix import NOW, World, make_world

QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world at NOW, inside a transaction that is rolled back after the module's last test."""
    with (
        django_db_blocker.unblock(),
        pytest.MonkeyPatch.context() as patch,
        override_settings(PASSWORD_HASHERS=QUICK),
        transaction.atomic(),
    ):
        patch.setattr(clock, "real_now", lambda: NOW)
        patch.setattr(clock, "offset", timedelta)
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def browsers(world: World) -> Browsers:
    """Everybody's browser, signed in with the world."""
    return Browsers(world.people)
