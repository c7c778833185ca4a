"""One-time codes: each works once, wrong ones cost a growing wait, fresh for five minutes (SR-21 to SR-23)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from agencies import second_factor
from agencies.models import SecondFactorState
from agencies.second_factor import (
    FREE_FAILURES,
    FRESH_FOR,
    LONGEST_WAIT,
    STEP_SECONDS,
    Verdict,
    check_totp,
    code_at_step,
    is_fresh,
    mark_fresh,
    matching_step,
    step_at,
    verify_totp,
    was_shown,
)
from tests.agencies.login import SECRET, sign_in
from tests.agencies.people import make_user

NOW = datetime(2026, 3, 11, 2, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)
STEP = timedelta(seconds=STEP_SECONDS)
# RFC 6238, appendix B: the SHA-1 vectors, of which a six-digit code is the last six digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_VECTORS = [
    (59, "94287082"),
    (1111111109, "07081804"),
    (1111111111, "14050471"),
    (1234567890, "89005924"),
    (2000000000, "69279037"),
    (20000000000, "65353130"),
]


def code(moment, steps=0):
    return code_at_step(SECRET, step_at(moment) + steps)


def wrong(moment):
    accepted = {code(moment, steps) for steps in (-1, 0, 1)}
    return next(digits for digits in ("000000", "111111", "222222", "333333") if digits not in accepted)


@pytest.fixture
def user(db):
    user = make_user()
    second_factor.set_up(user, SECRET, NOW)
    return user


@pytest.mark.parametrize(("seconds", "digits"), RFC_VECTORS)
def test_sr_21_codes_are_those_of_rfc_6238(seconds, digits):
    assert code_at_step(RFC_SECRET, seconds // STEP_SECONDS) == digits[-6:]


@given(st.integers(min_value=0, max_value=2**33), st.integers(min_value=-5, max_value=5))
def test_sr_21_only_the_neighbouring_steps_are_accepted(seconds, steps):
    now = datetime.fromtimestamp(seconds + 10 * STEP_SECONDS, UTC)
    here = step_at(now)
    found = matching_step(SECRET, code_at_step(SECRET, here + steps), now)
    if abs(steps) <= 1:
        assert found is not None and abs(found - here) <= 1
    else:
        assert found is None or code_at_step(SECRET, found) == code_at_step(SECRET, here + steps)


@given(st.text(max_size=12))
def test_sr_21_no_text_but_the_code_passes(text):
    step = matching_step(SECRET, text, NOW)
    assert step is None or code_at_step(SECRET, step) == "".join(text.split())


def test_sr_21_a_code_may_be_typed_with_a_space(user):
    digits = code(NOW)
    assert verify_totp(user, f" {digits[:3]} {digits[3:]} ", NOW)


def test_sr_21_a_code_works_once(user):
    assert verify_totp(user, code(NOW), NOW)
    assert check_totp(user, code(NOW), NOW + SECOND).verdict is Verdict.USED
    assert not verify_totp(user, code(NOW), NOW + STEP)


@pytest.mark.django_db(transaction=True)
def test_sr_21_a_code_works_once_for_any_number_of_browsers_at_the_same_moment():
    user = make_user()
    second_factor.set_up(user, SECRET, NOW)

    def try_it(_number):
        try:
            return verify_totp(user, code(NOW), NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(try_it, range(6))) == [False] * 5 + [True]


def test_sr_21_an_older_code_does_not_work_after_a_newer_one(user):
    assert verify_totp(user, code(NOW), NOW)
    assert check_totp(user, code(NOW, -1), NOW).verdict is Verdict.USED
    assert verify_totp(user, code(NOW, 1), NOW)


def test_sr_21_another_persons_code_does_not_work(user):
    other = make_user()
    second_factor.set_up(other, RFC_SECRET, NOW)
    assert check_totp(other, code(NOW), NOW).verdict is Verdict.WRONG


def test_sr_21_without_a_second_factor_no_code_is_right(db):
    assert check_totp(make_user(), code(NOW), NOW).verdict is Verdict.NOT_SET_UP


def test_sr_21_a_new_secret_takes_the_place_of_the_old(user):
    second_factor.set_up(user, RFC_SECRET, NOW)
    assert not verify_totp(user, code(NOW), NOW)
    assert verify_totp(user, code_at_step(RFC_SECRET, step_at(NOW)), NOW)


def test_sr_23_wrong_codes_cost_a_growing_wait_kept_in_the_database(user):
    moment, waits = NOW, []
    for _attempt in range(FREE_FAILURES + 8):
        check = check_totp(user, wrong(moment), moment)
        assert check.verdict is Verdict.WRONG
        waits.append(check.wait)
        moment += check.wait + SECOND
    assert waits[:FREE_FAILURES] == [timedelta()] * FREE_FAILURES
    assert waits[FREE_FAILURES:] == sorted(waits[FREE_FAILURES:])
    assert waits[FREE_FAILURES] == timedelta(seconds=15)
    assert waits[-1] == LONGEST_WAIT
    assert SecondFactorState.objects.get(user=user).failures == FREE_FAILURES + 8


def test_sr_23_during_the_wait_even_the_right_code_waits_and_then_passes(user):
    for _attempt in range(FREE_FAILURES + 1):
        check = check_totp(user, wrong(NOW), NOW)
    early = check_totp(user, code(NOW), NOW + SECOND)
    assert early.verdict is Verdict.TOO_SOON and early.wait == check.wait - SECOND
    later = NOW + check.wait
    assert verify_totp(user, code(later), later)
    assert SecondFactorState.objects.get(user=user).failures == 0


def test_sr_23_a_used_code_is_not_counted_as_a_failure(user):
    verify_totp(user, code(NOW), NOW)
    for _attempt in range(10):
        check_totp(user, code(NOW), NOW)
    assert verify_totp(user, code(NOW, 1), NOW)


def test_sr_22_fresh_for_five_minutes_from_when_it_was_shown(db):
    request = HttpRequest()
    request.session = Client().session
    assert not is_fresh(request, NOW) and not was_shown(request)
    mark_fresh(request, NOW)
    assert is_fresh(request, NOW) and is_fresh(request, NOW + FRESH_FOR) and was_shown(request)
    assert not is_fresh(request, NOW + FRESH_FOR + SECOND)
    assert not is_fresh(request, NOW - SECOND)


def test_sr_22_what_needs_it_fresh_asks_for_the_code_and_goes_on(client, clerk, own_urls):
    sign_in(client, clerk, fresh=False)
    answer = client.get("/staff/fresh/")
    assert answer.url == "/staff/confirm/?next=%2Fstaff%2Ffresh%2F"
    assert client.get(answer.url).status_code == 200
    refused = client.post("/staff/confirm/", {"code": "000000", "next": "/staff/fresh/"})
    assert refused.status_code == 200 and "验证码不对" in refused.content.decode()
    now = second_factor.next_unused_step(clerk, datetime.now(UTC))
    passed = client.post("/staff/confirm/", {"code": code_at_step(SECRET, now), "next": "/staff/fresh/"})
    assert passed.url == "/staff/fresh/"
    assert client.get("/staff/fresh/").content == b"fresh"


def test_sr_22_a_foreign_next_leads_to_the_desk(client, clerk, own_urls):
    sign_in(client, clerk)
    page = client.get("/staff/confirm/?next=https://evil.example/")
    assert page.context["next"] == "/desk/"
