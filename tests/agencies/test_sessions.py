"""Staff sessions: 20 minutes idle, 10 hours in all, one for each person (SR-22)."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from agencies.models import StaffSession
from agencies.sessions import end_sessions
from tests.agencies.login import sign_in, sign_in_by_hand

NOW = datetime(2026, 3, 11, 2, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_urls")]


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def is_open(client):
    return client.get("/staff/").status_code == 200


def test_sr_22_twenty_minutes_without_work_end_it(client, clerk, clock):
    sign_in(client, clerk)
    clock.shift(20 * MINUTE - SECOND)
    assert is_open(client)
    clock.shift(20 * MINUTE)
    assert not is_open(client)


def test_sr_22_the_person_is_told_why(client, clerk, clock):
    sign_in(client, clerk)
    clock.shift(21 * MINUTE)
    page = client.get("/staff/", follow=True).content.decode()
    assert "20 分钟没有操作" in page and "工作人员登录" in page


def test_sr_22_work_keeps_it_open_up_to_ten_hours(client, clerk, clock):
    sign_in(client, clerk)
    for _quarter in range(39):
        clock.shift(15 * MINUTE)
        assert is_open(client)
    clock.shift(15 * MINUTE)
    assert not is_open(client)


def test_sr_22_a_page_that_refreshes_itself_is_no_work(client, clerk, clock):
    sign_in(client, clerk)
    for _minute in range(19):
        clock.shift(MINUTE)
        assert client.get("/staff/", headers={"X-Background": "1"}).status_code == 200
    clock.shift(MINUTE)
    assert not is_open(client)


def test_sr_22_an_ended_session_stays_ended(client, clerk, clock):
    sign_in(client, clerk)
    clock.shift(21 * MINUTE)
    assert not is_open(client)
    clock.shift(-10 * MINUTE)
    assert not is_open(client)


def test_sr_22_a_new_sign_in_ends_the_old_one_and_tells_both(clerk):
    old, new = Client(), Client()
    sign_in_by_hand(old, clerk)
    sign_in_by_hand(new, clerk, steps_ahead=1)
    page = new.get("/staff/confirm/").content.decode()
    assert "另一处的登录已被结束" in page
    gone = old.get("/staff/", follow=True).content.decode()
    assert "刚刚在别处登录" in gone
    assert is_open(new)


def test_sr_22_a_first_sign_in_warns_of_nothing(client, clerk):
    sign_in_by_hand(client, clerk)
    assert "另一处" not in client.get("/staff/confirm/").content.decode()


def test_sr_22_sessions_of_other_people_are_untouched(clerk, officer):
    one, other = Client(), Client()
    sign_in(one, clerk)
    sign_in(other, officer)
    end_sessions(clerk)
    assert not is_open(one)
    assert is_open(other)


def test_sr_22_disabling_ends_it_at_once(client, clerk):
    sign_in(client, clerk)
    clerk.is_active = False
    clerk.save()
    assert not is_open(client)


def test_sr_22_a_changed_password_ends_it_at_once(client, clerk):
    sign_in(client, clerk)
    clerk.set_password("another-long-one")
    clerk.save()
    assert not is_open(client)


def test_sr_22_a_session_that_signing_in_did_not_make_opens_nothing(client, clerk):
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert not is_open(client)
    assert client.get("/api/issue/").status_code == 401


def test_sr_22_a_busy_desk_does_not_write_on_every_page(client, clerk, clock, django_assert_num_queries):
    sign_in(client, clerk)
    clock.shift(SECOND)
    with django_assert_num_queries(4):  # Django's session, the user, the staff session, the memberships
        assert is_open(client)
    assert StaffSession.objects.get().last_seen_at == NOW


def test_visitors_cost_no_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/")
