"""Signing staff in, for tests of any room: `sign_in` at once, `sign_in_by_hand` through the pages."""

import functools
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.test import Client

from agencies import second_factor
from agencies.models import User
from agencies.second_factor import FRESH_FOR, code_at_step, step_at
from agencies.sessions import start_session
from agencies.time_source import wall_now

PASSWORD = "three-blue-kettles"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def sign_in(client: Client, user: User, *, fresh: bool = True) -> Client:
    """Make the client's session that of a user who passed both factors; stale ones when not `fresh`."""
    now = wall_now()
    if not second_factor.has_second_factor(user):
        second_factor.set_up(user, SECRET, now)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    request = HttpRequest()
    request.session = client.session
    start_session(request, user, now)
    second_factor.mark_fresh(request, now if fresh else now - FRESH_FOR - timedelta(seconds=1))
    request.session.save()
    return client


def with_factors(user: User, now: datetime | None = None) -> User:
    """Give the user PASSWORD and SECRET."""
    user.password = _hash_of_password()
    user.save()
    second_factor.set_up(user, SECRET, now or wall_now())
    return user


@functools.cache
def _hash_of_password() -> str:
    """Argon2id is slow on purpose; once for all tests is enough."""
    return make_password(PASSWORD)


def code_now(steps_ahead: int = 0) -> str:
    """The code of SECRET; ask one step ahead for a second use within the same half minute."""
    return code_at_step(SECRET, step_at(wall_now()) + steps_ahead)


def give_password(client: Client, user: User, password: str = PASSWORD, **extra):
    return client.post("/staff/login/", {"login": user.username, "password": password}, **extra)


def sign_in_by_hand(client: Client, user: User, *, steps_ahead: int = 0):
    """Password page, then code page; the answer of the last."""
    give_password(client, user)
    return client.post("/staff/login/code/", {"code": code_now(steps_ahead)})
