"""The duty roster: INV-49, there is a person for every hour, or a gap that raises an alarm."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.duty import all_gaps, gaps, on_duty, people_for, uncovered
from agencies.models import DutyShift, Membership
from agencies.roles import Role
from tests.agencies.people import make_agency, make_member

MONDAY = datetime(2026, 3, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
JUDGE = Role.JUDGE

hours = st.integers(min_value=-5, max_value=30)
shift_hours = st.tuples(hours, hours).filter(lambda pair: pair[0] < pair[1])


def at(hour):
    return MONDAY + hour * HOUR


def shift(agency, user, first, last, **fields):
    return DutyShift.objects.create(
        agency=agency, user=user, starts_at=at(first), ends_at=at(last), **{"role": JUDGE, **fields}
    )


@pytest.fixture
def court(db):
    return make_agency()


@pytest.fixture
def judge(court):
    return make_member(court, JUDGE)


@pytest.fixture
def other_judge(court):
    return make_member(court, JUDGE)


@given(st.lists(shift_hours, max_size=8))
def test_inv_49_every_hour_is_covered_or_in_a_gap_never_both(pairs):
    intervals = [(at(first), at(last)) for first, last in pairs]
    missing = uncovered(intervals, at(0), at(24))
    for hour in range(24):
        covered = any(first <= at(hour) < last for first, last in intervals)
        in_gap = any(first <= at(hour) < last for first, last in missing)
        assert covered is not in_gap
    assert missing == sorted(missing)
    assert all(first < last for first, last in missing)


def test_inv_49_a_shift_holds_from_its_start_until_before_its_end(court, judge):
    shift(court, judge, 8, 20)
    assert on_duty(court.pk, JUDGE, at(8)) == [judge]
    assert on_duty(court.pk, JUDGE, at(20) - timedelta(microseconds=1)) == [judge]
    assert on_duty(court.pk, JUDGE, at(20)) == []


def test_inv_49_a_stand_in_replaces_the_person_they_stand_in_for(court, judge, other_judge):
    third = make_member(court, JUDGE)
    shift(court, judge, 0, 24)
    shift(court, third, 0, 24)
    shift(court, other_judge, 10, 12, is_standin=True, stands_in_for=judge)
    assert on_duty(court.pk, JUDGE, at(9)) == [judge, third]
    assert on_duty(court.pk, JUDGE, at(10)) == [other_judge, third]
    assert on_duty(court.pk, JUDGE, at(12)) == [judge, third]


def test_inv_49_a_stand_in_for_nobody_in_particular_replaces_all(court, judge, other_judge):
    shift(court, judge, 0, 24)
    shift(court, other_judge, 10, 12, is_standin=True)
    assert on_duty(court.pk, JUDGE, at(11)) == [other_judge]


def test_inv_49_a_stand_in_who_left_replaces_nobody(court, judge, other_judge):
    shift(court, judge, 0, 24)
    shift(court, other_judge, 10, 12, is_standin=True, stands_in_for=judge)
    other_judge.is_active = False
    other_judge.save()
    assert on_duty(court.pk, JUDGE, at(11)) == [judge]


def test_inv_49_a_shift_of_someone_without_the_role_is_a_gap(court, judge):
    shift(court, judge, 0, 24)
    Membership.objects.filter(user=judge).update(valid_until=at(6))
    assert on_duty(court.pk, JUDGE, at(5)) == [judge]
    assert on_duty(court.pk, JUDGE, at(6)) == []
    assert [(gap.starts_at, gap.ends_at) for gap in gaps(court.pk, JUDGE, at(0), at(24))] == [(at(6), at(24))]


def test_inv_49_other_bodies_and_roles_do_not_cover(court, judge):
    elsewhere = make_agency()
    shift(elsewhere, make_member(elsewhere, JUDGE), 0, 24)
    shift(court, make_member(court, Role.FILING_CLERK), 0, 24, role=Role.FILING_CLERK)
    assert on_duty(court.pk, JUDGE, at(3)) == []
    assert len(gaps(court.pk, JUDGE, at(0), at(24))) == 1


def test_inv_49_with_nobody_on_duty_everyone_with_the_role_is_called(court, judge, other_judge):
    shift(court, judge, 8, 20)
    assert people_for(court.pk, JUDGE, at(9)) == [judge]
    assert people_for(court.pk, JUDGE, at(22)) == [judge, other_judge]


def test_inv_49_with_nobody_at_all_the_caller_is_told_by_an_empty_list(court):
    assert people_for(court.pk, JUDGE, at(9)) == []


def test_inv_49_all_gaps_names_each_rung_without_a_person(court, judge):
    shift(court, judge, 0, 24)
    found = {(gap.agency_id, gap.role): (gap.starts_at, gap.ends_at) for gap in all_gaps(at(0), at(36))}
    assert found[court.pk, JUDGE] == (at(24), at(36))
    assert found[court.pk, Role.FILING_CLERK] == (at(0), at(36))
    assert (court.pk, Role.AUDITOR) not in found


def test_inv_49_gaps_costs_the_same_for_one_and_many_bodies(court, judge, django_assert_num_queries):
    for _ in range(5):
        make_agency()
    with django_assert_num_queries(3):
        all_gaps(at(0), at(24))
