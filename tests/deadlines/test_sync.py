"""Rows are made equal to what the timeline gives rise to: inserted, moved, closed, never deleted."""

import pytest
from django.db import DatabaseError, connection

from agencies.errors import InvalidInput
from deadlines import profile as profiles
from deadlines.calendars import Overridden
from deadlines.models import Alarm, Deadline
from deadlines.profile import Profile
from deadlines.selectors import provisional_subjects
from deadlines.services import Responsible, acknowledge, compare, sweep, sync
from tests.deadlines.conftest import ACCEPTED_AT, HOUR, MINUTE, Subject
from tests.deadlines.timelines import at

pytestmark = pytest.mark.django_db


def test_sync_writes_what_is_derived(subject):
    result = subject.happen("application.submitted", ACCEPTED_AT, emergency=False)
    assert {row.rule_id for row in result.deadlines} == {"D01", "D04", "D05"}
    row = subject.row("D01")
    assert (row.owner_role, row.agency, row.user) == ("filing_clerk", subject.world.court, None)
    assert (row.next_step, row.next_action_at) == ("S0", ACCEPTED_AT)
    assert row.subject_reference == "R-7KQ2"
    assert row.length == "2 h"


def test_next_deadline_is_the_earliest_strict_instant_of_a_running_duty(subject):
    assert subject.happen("application.submitted", ACCEPTED_AT).next_deadline == ACCEPTED_AT + 2 * HOUR
    accepted = subject.happen("application.accepted", ACCEPTED_AT + MINUTE, emergency=False)
    assert accepted.next_deadline == ACCEPTED_AT + MINUTE + 72 * HOUR
    done = subject.happen("order.issued", ACCEPTED_AT + HOUR, recipients=[], last_day="2026-09-11")
    assert done.next_deadline == ACCEPTED_AT + 25 * HOUR
    subject.happen("contact.recorded", ACCEPTED_AT + 2 * HOUR)
    # The end of an order is no duty: nothing presses but the visit.
    assert subject.row("D22").strict_at == subject.sync(ACCEPTED_AT + 2 * HOUR).next_deadline


def test_a_second_sync_changes_nothing_and_writes_nothing(subject, django_assert_max_num_queries):
    subject.accepted()
    before = list(Deadline.objects.order_by("pk").values())
    with django_assert_max_num_queries(3):
        subject.sync(ACCEPTED_AT + HOUR)
    assert list(Deadline.objects.order_by("pk").values()) == before


def test_sync_takes_few_queries(subject, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        subject.happen("application.submitted", ACCEPTED_AT)
    with django_assert_max_num_queries(7):
        subject.happen("application.accepted", ACCEPTED_AT + MINUTE, emergency=False)


def test_rows_are_closed_and_never_deleted(subject):
    subject.accepted()
    subject.happen("emergency.marked", ACCEPTED_AT + HOUR)
    subject.happen("order.issued", ACCEPTED_AT + 2 * HOUR, recipients=["police"], last_day="2026-09-11")
    states = dict(Deadline.objects.values_list("rule_id", "state"))
    assert (states["D01"], states["D02"], states["D03"]) == ("met", "cancelled", "met")


def test_inv_10_stored_deadlines_equal_the_rebuilt_ones_and_a_difference_is_named(subject):
    subject.accepted()
    asked = {"subject_id": subject.subject_id, "profile_id": "cn", "events": subject.events}
    assert compare(**asked) == []
    row = subject.row("D02")
    row.strict_at -= HOUR
    row.save()
    [difference] = compare(**asked)
    assert (difference.rule_id, difference.field) == ("D02", "strict_at")
    Deadline.objects.filter(rule_id="D05").update(rule_id="D06")
    missing = [(found.rule_id, found.stored, found.derived) for found in compare(**asked) if not found.field]
    assert missing == [("D05", "missing", "running"), ("D06", "running", "missing")]


def test_a_named_judge_becomes_the_owner_and_a_change_follows_while_it_runs(subject):
    subject.accepted()
    people = subject.world.people
    subject.named["judge"] = people["judge"].pk
    subject.happen("application.assigned", ACCEPTED_AT + MINUTE)
    assert subject.row("D02").user == people["judge"]
    subject.named["judge"] = people["duty_judge"].pk
    subject.happen("application.assigned", ACCEPTED_AT + HOUR)
    assert subject.row("D02").user == people["duty_judge"]
    assert subject.row("D01").user is None


def test_one_request_may_have_a_body_of_its_own(subject):
    world = subject.world
    asked = {
        "officer": Responsible(world.police.pk),
        "officer:q2": Responsible(world.federation.pk, role="federation_worker"),
    }
    subject.events += _requests("q1", "q2")
    sync(
        subject_id=subject.subject_id,
        subject_reference="R",
        profile_id="cn",
        events=subject.events,
        responsible=asked,
        now=ACCEPTED_AT,
    )
    assert (subject.row("D10", "q1").agency, subject.row("D10", "q1").owner_role) == (world.police, "officer")
    other = subject.row("D10", "q2")
    assert (other.agency, other.owner_role) == (world.federation, "federation_worker")
    sweep(ACCEPTED_AT)
    told = set(other.steps.get().messages.values_list("user__username", flat=True))
    assert told == {"worker"}


def _requests(*names):
    from deadlines.timeline import TimelineEvent

    return [
        TimelineEvent("evidence.requested", ACCEPTED_AT, number, {"request": name})
        for number, name in enumerate(names)
    ]


def test_inv_45_data_that_arrives_moves_provisional_rows_and_ends_d99(subject, monkeypatch):
    made_at = at("12-28 10:00")
    result = subject.happen("order.issued", made_at, recipients=[], last_day="2027-03-01")
    assert {row.rule_id for row in result.deadlines if row.provisional} == {"D11"}
    assert subject.row("D99").is_running
    assert provisional_subjects() == [subject.subject_id]
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.details, alarm.closed_at) == ("holidays_missing", {"year": 2027}, None)
    sweep(made_at)

    known = Overridden(profiles.load_profile("cn").work_calendar(), {}, frozenset({2027}))
    monkeypatch.setattr(Profile, "work_calendar", lambda self: known)
    subject.sync(made_at + HOUR)
    assert not subject.row("D11").provisional
    assert provisional_subjects() == []
    assert subject.row("D99").state == "met"
    alarm.refresh_from_db()
    assert alarm.closed_at == made_at + HOUR
    assert compare(subject_id=subject.subject_id, profile_id="cn", events=subject.events) == []


def test_inv_45_one_alarm_for_a_year_however_many_cases(world):
    for _ in range(3):
        Subject(world).happen("order.issued", at("12-28 10:00"), recipients=[], last_day="2027-03-01")
    assert Alarm.objects.filter(kind="holidays_missing").count() == 1


def test_only_a_step_that_was_reached_can_be_acknowledged(subject):
    subject.accepted()
    row = subject.row("D02")
    judge = subject.world.people["judge"]
    with pytest.raises(InvalidInput):
        acknowledge(user=judge, deadline=row, step="S4", words="", now=ACCEPTED_AT)
    sweep(ACCEPTED_AT)
    first = acknowledge(user=judge, deadline=row, step="S0", words="在办", now=ACCEPTED_AT + MINUTE)
    again = acknowledge(user=judge, deadline=row, step="S0", words="再次", now=ACCEPTED_AT + HOUR)
    assert first == again
    row.refresh_from_db()
    assert row.is_running


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM deadlines_deadline",
        "DELETE FROM deadlines_escalationstep",
        "UPDATE deadlines_escalationstep SET due_at = now()",
    ],
)
def test_the_database_keeps_deadlines_and_steps(subject, statement):
    subject.accepted()
    sweep(ACCEPTED_AT)
    with pytest.raises(DatabaseError, match="are kept"), connection.cursor() as cursor:
        cursor.execute(statement)
