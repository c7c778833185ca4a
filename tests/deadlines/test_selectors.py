"""What pages ask: clocks with both readings, the ladder so far, notices, and why a deadline is what it is."""

from datetime import timedelta

import pytest
from django.utils import translation

from deadlines.models import Deadline
from deadlines.selectors import (
    deadlines_of,
    due_within,
    explain,
    ladder_of,
    mark_read,
    notices_for,
    overdue,
    running_deadlines,
    unread_count,
)
from deadlines.services import acknowledge, sweep
from tests.deadlines.conftest import ACCEPTED_AT, HOUR, MINUTE, Subject

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def test_running_deadlines_come_first_and_by_strict_instant(subject):
    subject.accepted()
    subject.happen("withdrawal.requested", ACCEPTED_AT + HOUR)
    shown = deadlines_of(subject.subject_id, ACCEPTED_AT + HOUR)
    assert [row.deadline.rule_id for row in shown] == ["D05", "D15", "D02", "D01", "D04"]
    assert shown[2].name == "作出裁定（72小时）"
    with translation.override("en"):
        assert deadlines_of(subject.subject_id, ACCEPTED_AT)[1].name == "Coercion review"


def test_tiles_count_duties_only_among_what_was_handed_in(world):
    mine, foreign = Subject(world).accepted(), Subject(world).accepted()
    rows = running_deadlines([mine.subject_id])
    assert [row.rule_id for row in rows] == ["D02"]
    now = ACCEPTED_AT + 71 * HOUR
    assert due_within(rows, now, 2 * HOUR).count() == 1
    assert overdue(rows, now).count() == 0
    assert overdue(rows, now + HOUR).count() == 1
    assert foreign.row("D02") not in rows


def test_the_ladder_so_far_says_who_was_told_how_and_who_answered(subject):
    people = subject.world.people
    subject.named["judge"] = people["judge"].pk
    subject.accepted()
    row = subject.row("D02")
    sweep(ACCEPTED_AT + SECOND)
    sweep(ACCEPTED_AT + 60 * HOUR)
    acknowledge(user=people["judge"], deadline=row, step="S0", words="在办", now=ACCEPTED_AT + MINUTE)
    ladder = ladder_of(row)
    assert [line.step.step for line in ladder] == ["S0", "S1", "S2"]
    assert {(told.user, told.channel) for told in ladder[0].told} == {
        (people["judge"], "站内"),
        (people["judge"], "电子邮件"),
    }
    assert [answer.words for answer in ladder[0].acknowledgements] == ["在办"]
    # S1 and S2 were told in a digest after the outage.
    assert {told.user for told in ladder[2].told} == {
        people["judge"],
        people["duty_judge"],
        people["supervisor"],
    }


def test_notices_lead_to_the_case_and_count_until_read(subject, django_assert_num_queries):
    judge = subject.world.people["judge"]
    subject.named["judge"] = judge.pk
    subject.accepted()
    sweep(ACCEPTED_AT + SECOND)
    with django_assert_num_queries(1):
        [notice] = notices_for(judge, ACCEPTED_AT + HOUR)
    assert notice.subject_id == subject.subject_id
    assert "R-7KQ2" in notice.body
    assert "2026-03-14 10:20" in notice.body
    assert unread_count(judge) == 1
    mark_read(subject.world.people["clerk"], [notice.message.pk], ACCEPTED_AT)
    assert unread_count(judge) == 1
    mark_read(judge, [notice.message.pk], ACCEPTED_AT)
    assert unread_count(judge) == 0


def test_a_digest_is_shown_in_words(subject):
    subject.accepted()
    sweep(ACCEPTED_AT + 80 * HOUR)
    [notice] = notices_for(subject.world.people["president"], ACCEPTED_AT + 81 * HOUR)
    assert "您有 3 条期限提醒" in notice.body


def explained(subject, rule_id, key=""):
    return explain(subject.row(rule_id, key))


def test_why_72_hours(subject):
    subject.accepted()
    why = explained(subject, "D02")
    assert (why.basis, why.rule_class) == ("ADVL 28", "法律规定")
    assert "七十二小时" in why.article
    assert dict(why.inputs)["起算时间"] == "2026-03-11 10:20"
    assert why.lines == [
        "严格计算：2026-03-11 10:20 + 72 小时 = 2026-03-14 10:20。",
        "法定计算：期间开始的时不计入，自 2026-03-11 11:00 起 + 72 小时 = 2026-03-14 11:00；不因节假日顺延。",
    ]


def test_why_a_late_mark_left_it_unchanged(subject):
    subject.accepted()
    subject.happen("emergency.marked", ACCEPTED_AT + 70 * HOUR)
    assert (
        explained(subject, "D03").lines[-1]
        == "按“作出裁定（72小时）”（D02）届满更早，取较早者：2026-03-14 10:20。"
    )


def test_why_a_day_rolled(subject):
    from tests.deadlines.timelines import at

    subject.happen("order.issued", at("02-10 09:00"), recipients=[], last_day="2026-08-10")
    assert explained(subject, "D11").lines == [
        "开始的日 2026-02-10 不计入，+ 5 日 = 2026-02-15，该日为休息日，顺延至 2026-02-24，届满于 2026-02-24 24:00。"
    ]
    assert explained(subject, "D13").lines == [
        "自作出之日 2026-02-10 起 6 个月：至 2026-08-10，届满于 2026-08-10 24:00。"
    ]


def test_why_it_is_provisional(subject):
    from tests.deadlines.timelines import at

    subject.happen("order.issued", at("12-28 09:00"), recipients=[], last_day="2027-03-01")
    why = explained(subject, "D11")
    assert why.provisional
    assert "暂按周末推算" in why.lines[-1]
    assert (
        explained(subject, "D13")
        .lines[0]
        .endswith("以文书载明或上限为准，至 2027-03-01，届满于 2027-03-01 24:00。")
    )
    assert explained(subject, "D99").lines == ["届满时间：2026-12-29 12:00。"]


def test_every_rule_can_be_explained(world):
    from deadlines.profile import load_profile
    from deadlines.timeline import TimelineEvent

    subject = Subject(world)
    for rule in load_profile("cn").rules:
        for trigger in rule.starts_on:
            payload = {"recipients": ["police"], **trigger.where}
            if trigger.after:
                subject.events.append(TimelineEvent(trigger.after, ACCEPTED_AT, len(subject.events), payload))
            subject.events.append(TimelineEvent(trigger.event, ACCEPTED_AT, len(subject.events), payload))
    subject.sync(ACCEPTED_AT)
    seen = set()
    for row in Deadline.objects.all():
        assert explain(row).lines
        seen.add(row.rule_id)
    # Both decision rules never run at once, and only the one that ran has a row; nothing was provisional.
    assert {rule.id for rule in load_profile("cn").rules} - seen == {"D03", "D99"}
