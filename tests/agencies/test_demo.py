"""The demo's people: everyone can sign in, every rung has somebody, and production refuses all of it."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from agencies.demo import BODIES, DEMO_PASSWORD, PEOPLE, current_code, demo_secret, seed_agencies
from agencies.duty import all_gaps, on_duty
from agencies.models import Agency, DutyShift, Membership, User
from agencies.roles import ROLES_OF_KIND, Role
from agencies.second_factor import secret_of, verify_totp
from agencies.time_source import wall_now

NOW = datetime(2026, 3, 11, 2, 20, tzinfo=UTC)
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def counts():
    return [model.objects.count() for model in (Agency, User, Membership, DutyShift)]


def test_two_districts_have_every_body_and_two_of_each_role():
    people = seed_agencies(NOW)
    posts = Counter((person.body, person.role) for person in PEOPLE)
    for district, court_code in (("xinjin", "川0118"), ("pujiang", "川0131")):
        assert people.agencies[f"{district}.court"].court_code == court_code
        assert {f"{district}.{kind}" for kind in ("court", "police", "federation", "committee")} <= set(
            people.agencies
        )
        for kind in ("court", "police", "federation"):
            for role in ROLES_OF_KIND[kind] - {Role.AUDITOR, Role.PLATFORM_ADMIN}:
                assert posts[f"{district}.{kind}", role] == 2
    assert {person.role for person in PEOPLE} == set(Role)


def test_inv_49_the_roster_has_a_person_for_every_hour_of_thirty_days():
    people = seed_agencies(NOW)
    districts = {pk for code, pk in ((c, a.pk) for c, a in people.agencies.items()) if "chengdu" not in code}
    gaps = [gap for gap in all_gaps(NOW, NOW + 30 * DAY) if gap.agency_id in districts]
    assert gaps == []


def test_the_roster_shows_a_stand_in():
    people = seed_agencies(NOW)
    court = people.agencies["xinjin.court"].pk
    assert on_duty(court, Role.JUDGE, NOW) == [people.users["xinjin.judge1"]]
    noon_of_leave = datetime(2026, 3, 18, 4, tzinfo=UTC)
    assert on_duty(court, Role.JUDGE, noon_of_leave) == [people.users["xinjin.judge2"]]


def test_seeding_again_changes_nothing():
    seed_agencies(NOW)
    before = counts()
    seed_agencies(NOW)
    assert counts() == before


def test_seeding_later_extends_the_roster():
    people = seed_agencies(NOW)
    seed_agencies(NOW + 20 * DAY)
    assert on_duty(people.agencies["xinjin.court"].pk, Role.JUDGE, NOW + 45 * DAY)


def test_seeding_again_leaves_a_changed_password_alone():
    user = seed_agencies(NOW).users["xinjin.clerk1"]
    user.set_password("another-long-one")
    user.save()
    assert seed_agencies(NOW).users["xinjin.clerk1"].check_password("another-long-one")


def test_the_demo_password_keeps_our_own_rules():
    validate_password(DEMO_PASSWORD)
    assert seed_agencies(NOW).users["pujiang.lead2"].check_password(DEMO_PASSWORD)


def test_secrets_are_fixed_and_differ_and_codes_work_twice_in_a_row():
    user = seed_agencies(NOW).users["xinjin.judge1"]
    assert secret_of(user) == demo_secret("xinjin.judge1")
    assert len({demo_secret(person.username) for person in PEOPLE}) == len(PEOPLE)
    assert verify_totp(user, current_code(user, NOW), NOW)
    assert verify_totp(user, current_code(user, NOW), NOW)


def test_the_command_prints_a_code(capsys):
    user = seed_agencies(NOW).users["xinjin.judge1"]
    call_command("staff_code", "xinjin.judge1")
    assert capsys.readouterr().out.split() == ["xinjin.judge1", current_code(user, wall_now())]


def test_production_refuses_the_demo(settings):
    user = seed_agencies(NOW).users["xinjin.judge1"]
    settings.PRODUCTION = True
    with pytest.raises(ImproperlyConfigured):
        seed_agencies(NOW)
    with pytest.raises(ImproperlyConfigured):
        current_code(user, NOW)


def test_body_codes_are_unique():
    assert len({body.code for body in BODIES}) == len(BODIES)
