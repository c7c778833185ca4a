"""Wrong passwords: 5 for an account, 20 for an address in 15 minutes, then a growing wait (SR-23)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog
from django.test import Client

from agencies.models import User
from agencies.sign_in_limits import FAILURES_PER_ACCOUNT, FAILURES_PER_ADDRESS, WINDOW, wait_for
from agencies.time_source import wall_now
from tests.agencies.login import give_password, sign_in_by_hand

NOW = datetime(2026, 3, 11, 2, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOME, AWAY = "203.0.113.5", "198.51.100.7"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_urls")]


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    """What is counted here is failures, not the cost of Argon2."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(clerk):
    clerk.set_password("three-blue-kettles")
    clerk.save()
    return clerk


def _named(username):
    return User(username=username)


def fail(user, times=1, address=HOME):
    for _attempt in range(times):
        answer = give_password(Client(), user, "wrong-wrong-wrong", REMOTE_ADDR=address)
    return answer


def passes(user, address=HOME):
    answer = give_password(Client(), user, REMOTE_ADDR=address)
    return answer.status_code == 302 and answer.url.startswith("/staff/login/code/")


def test_sr_23_four_failures_cost_nothing(person, clock):
    assert fail(person, FAILURES_PER_ACCOUNT - 1).status_code == 200
    assert passes(person)


def test_sr_23_the_fifth_failure_starts_a_wait_that_is_told(person, clock):
    answer = fail(person, FAILURES_PER_ACCOUNT)
    assert answer.status_code == 429 and answer["Retry-After"] == "15"
    assert "15 秒后" in answer.content.decode()
    assert not passes(person)
    clock.shift(15 * SECOND)
    assert passes(person)


def test_sr_23_the_wait_grows_and_never_becomes_a_lock(person, clock):
    fail(person, FAILURES_PER_ACCOUNT - 1)
    waits = []
    for _attempt in range(6):
        fail(person)
        waits.append(wait_for(person.username, HOME, wall_now()))
        clock.shift(waits[-1])
    assert waits[:3] == [15 * SECOND, 30 * SECOND, 60 * SECOND]
    assert all(wait <= WINDOW for wait in waits)
    assert passes(person)


def test_sr_23_attempts_during_the_wait_do_not_lengthen_it(person, clock):
    fail(person, FAILURES_PER_ACCOUNT)
    fail(person, 10)
    assert AccessFailureLog.objects.count() == FAILURES_PER_ACCOUNT
    clock.shift(15 * SECOND)
    assert passes(person)


def test_sr_23_failures_are_forgotten_after_a_quarter_of_an_hour(person, clock):
    fail(person, FAILURES_PER_ACCOUNT - 1)
    clock.shift(WINDOW)
    assert fail(person, FAILURES_PER_ACCOUNT - 1).status_code == 200


def test_sr_23_changing_the_address_does_not_escape_the_account_limit(person, clock):
    for number in range(FAILURES_PER_ACCOUNT):
        fail(person, address=f"198.51.100.{number}")
    assert not passes(person, address="198.51.100.99")


def test_sr_23_an_address_that_tries_many_accounts_has_to_wait(person, clock, officer):
    for number in range(FAILURES_PER_ADDRESS):
        give_password(Client(), _named(f"somebody{number}"), "wrong-wrong-wrong", REMOTE_ADDR=AWAY)
    assert not passes(person, address=AWAY)
    assert passes(person, address=HOME)


def test_sr_23_strangers_cannot_keep_somebody_out_of_their_own_desk(person, clock):
    sign_in_by_hand(Client(REMOTE_ADDR=HOME), person)
    fail(person, FAILURES_PER_ACCOUNT, address=AWAY)
    assert not passes(person, address=AWAY)
    assert passes(person, address=HOME)


def test_sr_23_a_colleague_behind_the_same_address_does_not_stop_the_others(person, clock):
    sign_in_by_hand(Client(REMOTE_ADDR=HOME), person)
    for number in range(FAILURES_PER_ADDRESS):
        give_password(Client(), _named(f"somebody{number}"), "wrong-wrong-wrong", REMOTE_ADDR=HOME)
    assert passes(person, address=HOME)


def test_sr_23_signing_in_starts_the_count_anew(person, clock):
    fail(person, FAILURES_PER_ACCOUNT - 1)
    clock.shift(SECOND)
    sign_in_by_hand(Client(REMOTE_ADDR=HOME), person)
    clock.shift(SECOND)
    assert fail(person, FAILURES_PER_ACCOUNT - 1).status_code == 200


def test_sr_23_an_unknown_account_is_answered_the_same(clock):
    nobody = _named("nobody.here")
    assert fail(nobody, FAILURES_PER_ACCOUNT - 1).status_code == 200
    assert fail(nobody).status_code == 429


def test_sr_35_no_password_is_kept_with_the_failures(person, clock):
    fail(person, 2)
    kept = " ".join(str(row) for row in AccessAttempt.objects.values_list()) + " ".join(
        str(row) for row in AccessFailureLog.objects.values_list()
    )
    assert "wrong-wrong-wrong" not in kept
