"""The engine: rungs of law.md 4, each once, with the true instant; people told; nothing decided."""

from datetime import timedelta

import pytest

from deadlines.models import Alarm, Deadline, DigestEntry, EscalationStep, OutboxMessage
from deadlines.services import acknowledge, sweep
from tests.deadlines.conftest import ACCEPTED_AT, HOUR, MINUTE, Subject, make_person
from tests.deadlines.timelines import at

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def steps_of(deadline: Deadline) -> list[tuple[str, int]]:
    return list(
        EscalationStep.objects.filter(deadline=deadline).order_by("due_at").values_list("step", "repeat")
    )


def told(step: str, deadline: Deadline, repeat: int = 0) -> set[str]:
    messages = OutboxMessage.objects.filter(
        step__step=step, step__repeat=repeat, step__deadline=deadline, channel="in_portal"
    )
    return set(messages.values_list("user__username", flat=True))


def climb(subject, *instants):
    for instant in instants:
        sweep(instant + SECOND)


def test_d02_ladder_tells_each_rung_its_people(subject):
    subject.named["judge"] = subject.world.people["judge"].pk
    subject.accepted()
    row = subject.row("D02")
    climb(subject, ACCEPTED_AT, ACCEPTED_AT + 36 * HOUR, ACCEPTED_AT + 54 * HOUR)
    climb(subject, ACCEPTED_AT + 64.8 * HOUR, row.strict_at, row.legal_at)

    assert steps_of(row) == [("S0", 0), ("S1", 0), ("S2", 0), ("S3", 0), ("S4", 0), ("S5", 0)]
    assert told("S0", row) == {"judge"}
    assert told("S1", row) == {"judge"}
    assert told("S2", row) == {"judge", "duty_judge", "supervisor"}
    assert told("S3", row) == {"judge", "duty_judge", "supervisor"}
    assert told("S4", row) == {"judge", "duty_judge", "supervisor", "president", "above"}
    assert told("S5", row) == {"judge", "supervisor", "president", "above"}


def test_d02_repeats_every_four_hours_until_decided(subject):
    subject.accepted()
    row = subject.row("D02")
    climb(subject, row.legal_at, row.legal_at + 4 * HOUR, row.legal_at + 8 * HOUR)
    assert [step for step in steps_of(row) if step[0] == "S5"] == [("S5", 0), ("S5", 1), ("S5", 2)]

    subject.happen("order.issued", row.legal_at + 9 * HOUR, recipients=["applicant"], last_day="2026-09-14")
    climb(subject, row.legal_at + 12 * HOUR)
    assert [step for step in steps_of(row) if step[0] == "S5"] == [("S5", 0), ("S5", 1), ("S5", 2)]
    row.refresh_from_db()
    assert row.state == "met_late"


def test_d03_climbs_faster_and_repeats_every_hour(subject):
    subject.accepted(emergency=True)
    row = subject.row("D03")
    climb(subject, ACCEPTED_AT, ACCEPTED_AT + 12 * HOUR, ACCEPTED_AT + 21.6 * HOUR)
    climb(subject, row.strict_at, row.legal_at, row.legal_at + HOUR)
    assert steps_of(row) == [("S0", 0), ("S2", 0), ("S3", 0), ("S4", 0), ("S5", 0), ("S5", 1)]
    due = dict(EscalationStep.objects.filter(deadline=row, repeat=0).values_list("step", "due_at"))
    assert due["S2"] == ACCEPTED_AT + 12 * HOUR
    assert due["S3"] == ACCEPTED_AT + 21.6 * HOUR


def test_d05_half_hour_goal_has_no_ladder(subject):
    subject.accepted()
    climb(subject, ACCEPTED_AT, ACCEPTED_AT + 100 * HOUR)
    assert steps_of(subject.row("D05")) == []


def test_d13_warns_applicant_and_federation_before_the_end(subject):
    subject.accepted()
    subject.happen("order.issued", ACCEPTED_AT + HOUR, recipients=[], last_day="2026-09-11")
    row = subject.row("D13")
    for days in (30, 14, 7, 1):
        climb(subject, row.strict_at - timedelta(days=days))
    assert steps_of(row) == [("W30", 0), ("W14", 0), ("W7", 0), ("W1", 0)]
    assert told("W30", row) == {"worker"}
    assert told("W1", row) == {"worker", "leader"}
    to_applicant = OutboxMessage.objects.filter(channel="safe")
    assert to_applicant.count() == 4
    assert set(to_applicant.values_list("subject_id", flat=True)) == {subject.subject_id}


def test_after_an_outage_the_applicant_gets_the_last_warning_only(subject):
    subject.accepted()
    subject.happen("order.issued", ACCEPTED_AT + HOUR, recipients=[], last_day="2026-09-11")
    row = subject.row("D13")
    climb(subject, row.strict_at - timedelta(days=5))
    assert steps_of(row) == [("W30", 0), ("W14", 0), ("W7", 0)]
    assert OutboxMessage.objects.get(channel="safe").step.step == "W7"


def test_d13_of_a_short_order_leaves_out_warnings_before_its_start(subject):
    subject.accepted()
    subject.happen("order.issued", ACCEPTED_AT + HOUR, recipients=[], last_day="2026-03-20")
    row = subject.row("D13")
    climb(subject, row.strict_at)
    assert steps_of(row) == [("W7", 0), ("W1", 0)]


def test_d15_reaches_the_court_over_the_federation(subject):
    subject.accepted()
    subject.happen("withdrawal.requested", ACCEPTED_AT + HOUR)
    row = subject.row("D15")
    climb(subject, row.strict_at)
    assert told("S4", row) == {"worker", "leader", "judge", "duty_judge"}


def test_inv_07_overdue_changes_no_state(subject):
    subject.accepted()
    before = list(Deadline.objects.order_by("pk").values_list("state", "closed_at", "strict_at", "legal_at"))
    sweep(ACCEPTED_AT + 1000 * HOUR)
    after = list(Deadline.objects.order_by("pk").values_list("state", "closed_at", "strict_at", "legal_at"))
    assert after == before


def test_inv_08_a_step_is_recorded_once_however_often_it_is_swept(subject):
    subject.accepted()
    for _ in range(3):
        sweep(ACCEPTED_AT + 37 * HOUR)
    assert steps_of(subject.row("D02")) == [("S0", 0), ("S1", 0)]
    assert OutboxMessage.objects.filter(user=subject.world.people["judge"], channel="in_portal").count() == 1


def test_inv_09_after_an_outage_each_step_has_its_true_due_instant(subject):
    subject.accepted()
    row = subject.row("D02")
    back_at = row.legal_at + 10 * HOUR
    sweep(back_at)
    recorded = EscalationStep.objects.filter(deadline=row).order_by("due_at")
    assert [(step.step, step.repeat, step.due_at) for step in recorded] == [
        ("S0", 0, ACCEPTED_AT),
        ("S1", 0, ACCEPTED_AT + 36 * HOUR),
        ("S2", 0, ACCEPTED_AT + 54 * HOUR),
        ("S3", 0, ACCEPTED_AT + 64.8 * HOUR),
        ("S4", 0, row.strict_at),
        ("S5", 0, row.legal_at),
        ("S5", 1, row.legal_at + 4 * HOUR),
        ("S5", 2, row.legal_at + 8 * HOUR),
    ]
    assert {step.recorded_at for step in recorded} == {back_at}
    row.refresh_from_db()
    assert (row.next_step, row.next_repeat) == ("S5", 3)
    assert row.next_action_at == row.legal_at + 12 * HOUR


def test_after_an_outage_people_get_one_digest_per_channel(subject):
    subject.accepted()
    sweep(subject.row("D02").legal_at + 10 * HOUR)
    president = subject.world.people["president"]
    digests = OutboxMessage.objects.filter(user=president)
    assert sorted(digests.values_list("channel", "template_id")) == [
        ("email", "staff.digest"),
        ("in_portal", "staff.digest"),
        ("sms", "staff.digest"),
    ]
    # S4, S5 and two repeats of D02.
    assert {message.params["count"] for message in digests} == {4}
    assert DigestEntry.objects.filter(message__user=president).count() == 4
    assert not OutboxMessage.objects.filter(template_id="staff.step").exists()


def test_a_second_batch_joins_the_open_digest(world, subject):
    subject.accepted()
    other = Subject(world).accepted()
    sweep(other.row("D02").legal_at + HOUR, batch=1)
    digest = OutboxMessage.objects.get(user=world.people["president"], channel="in_portal")
    assert digest.params["count"] == 4


def test_a_very_long_outage_is_recorded_repeat_by_repeat(subject):
    subject.accepted()
    row = subject.row("D02")
    sweep(row.legal_at + 100 * 4 * HOUR)
    assert EscalationStep.objects.filter(deadline=row, step="S5").count() == 101


def test_acknowledgement_silences_repeats_for_that_person_and_step_only(subject):
    subject.accepted()
    row = subject.row("D02")
    climb(subject, row.legal_at)
    president = subject.world.people["president"]
    acknowledge(user=president, deadline=row, step="S5", words="已知悉", now=row.legal_at + HOUR)
    climb(subject, row.legal_at + 4 * HOUR)
    assert "president" not in told("S5", row, repeat=1)
    assert "supervisor" in told("S5", row, repeat=1)
    row.refresh_from_db()
    assert row.next_action_at == row.legal_at + 8 * HOUR


def test_inv_49_an_empty_rung_raises_an_alarm_that_closes_when_filled(subject):
    membership = subject.world.people["president"].memberships.get()
    membership.valid_until = ACCEPTED_AT
    membership.save()
    subject.accepted()
    row = subject.row("D02")
    climb(subject, row.strict_at)
    alarm = Alarm.objects.get(key=f"duty_gap:{subject.world.court.pk}:court_president")
    assert alarm.closed_at is None

    membership.valid_until = None
    membership.save()
    sweep(row.strict_at + MINUTE)
    alarm.refresh_from_db()
    assert alarm.closed_at is not None


def test_d99_reaches_the_platforms_administrators_wherever_they_sit(subject):
    admin = make_person("admin", subject.world.above, "platform_admin")
    subject.happen("order.issued", at("12-28 10:00"), recipients=[], last_day="2027-03-01")
    sweep(at("12-28 10:00"))
    assert told("S0", subject.row("D99")) == {admin.username}


def test_a_mark_moves_the_ladder_and_an_unmark_takes_it_up_again(subject):
    subject.accepted()
    climb(subject, ACCEPTED_AT)
    subject.happen("emergency.marked", ACCEPTED_AT + 10 * HOUR)
    assert subject.row("D02").next_action_at is None
    assert subject.row("D03").next_action_at == ACCEPTED_AT + 10 * HOUR
    subject.happen("emergency.unmarked", ACCEPTED_AT + 20 * HOUR)
    d02 = subject.row("D02")
    assert (d02.next_step, d02.next_action_at) == ("S1", ACCEPTED_AT + 36 * HOUR)
    assert subject.row("D03").next_action_at is None


def test_a_clock_that_goes_back_neither_repeats_nor_hides_a_step(subject):
    subject.accepted()
    climb(subject, ACCEPTED_AT + 36 * HOUR)
    messages = OutboxMessage.objects.count()
    climb(subject, ACCEPTED_AT + HOUR)
    assert OutboxMessage.objects.count() == messages
    climb(subject, ACCEPTED_AT + 54 * HOUR)
    assert ("S2", 0) in steps_of(subject.row("D02"))


def test_a_rung_that_no_profile_knows_is_an_alarm_and_not_lost(subject):
    subject.accepted()
    Deadline.objects.filter(rule_id="D02").update(ladder="gone")
    sweep(ACCEPTED_AT + HOUR)
    row = subject.row("D02")
    assert row.next_action_at > ACCEPTED_AT + HOUR
    assert Alarm.objects.filter(key="ladder_unknown:cn:D02").exists()


def test_an_idle_sweep_takes_few_queries(subject, django_assert_max_num_queries):
    subject.accepted()
    sweep(ACCEPTED_AT + SECOND)
    with django_assert_max_num_queries(6):
        sweep(ACCEPTED_AT + 2 * SECOND)
