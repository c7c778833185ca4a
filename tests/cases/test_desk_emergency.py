"""The emergency mark at the desk: shorter only, shown before saving, taken back by a judge alone."""

from datetime import timedelta

import pytest

from agencies.roles import Role
from cases.models import CaseEvent
from cases.services import acceptance
from deadlines import clock
from tests.record import ACCEPTED_AT, HOUR, SUBMITTED_AT, refreshed

MARKED_AT = ACCEPTED_AT.replace(hour=20, minute=10)
FIELD = [Role.OFFICER, Role.COMMANDER, Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR]


def url(case, page):
    return f"/desk/c/{case.pk}/{page}/"


def words(response):
    return response.content.decode()


@pytest.mark.parametrize("role", [Role.FILING_CLERK, Role.JUDGE])
def test_v05_the_new_deadline_is_shown_before_saving(xinjin, accepted_case, at_desk, clock_at, role):
    clock_at(MARKED_AT)
    somebody = at_desk(xinjin.one(role))
    page = words(somebody.get(url(accepted_case, "mark")))
    for shown in ("3月14日 10:20", "3月14日 11:00", "3月12日 20:10", "3月12日 21:00"):
        assert shown in page, shown
    assert not refreshed(accepted_case).is_emergency
    done = words(somebody.post(url(accepted_case, "mark"), {"reason_code": "new_threat"}, follow=True))
    assert refreshed(accepted_case).is_emergency and "3月12日 20:10" in done


def test_inv_03_a_late_mark_changes_nothing_and_says_so_before(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + 70 * HOUR)
    page = words(at_desk(xinjin.one(Role.JUDGE)).get(url(accepted_case, "mark")))
    assert page.count("3月14日 10:20") == 2


def test_a_submitted_case_is_marked_too(xinjin, submitted_case, at_desk, clock_at):
    clock_at(SUBMITTED_AT + timedelta(minutes=5))
    clerk = at_desk(xinjin.one(Role.FILING_CLERK))
    assert "24 小时从受理时起算" in words(clerk.get(url(submitted_case, "mark")))
    clerk.post(url(submitted_case, "mark"), {"reason_code": "danger_signs"})
    assert refreshed(submitted_case).is_emergency


def test_v07_only_a_judge_takes_it_back(xinjin, accepted_case, at_desk, clock_at):
    clerk, judge = xinjin.one(Role.FILING_CLERK), xinjin.one(Role.JUDGE)
    acceptance.mark_emergency(actor=clerk, case=accepted_case, reason_code="weapon", now=MARKED_AT)
    clock_at(ACCEPTED_AT + 22 * HOUR)
    assert at_desk(clerk).get(url(accepted_case, "unmark")).status_code == 404
    desk = at_desk(judge)
    page = words(desk.get(url(accepted_case, "unmark")))
    assert "3月12日 20:10" in page and "3月14日 10:20" in page
    desk.post(url(accepted_case, "unmark"), {"reason_code": "safe_now"})
    assert not refreshed(accepted_case).is_emergency
    assert CaseEvent.unscoped.get(case=accepted_case, type="emergency.unmarked").payload == {
        "reason_code": "safe_now"
    }


@pytest.mark.parametrize("role", FIELD)
def test_police_and_federation_propose_and_the_court_decides(xinjin, accepted_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + HOUR)
    visitor = at_desk(xinjin.one(role))
    assert visitor.get(url(accepted_case, "mark")).status_code == 404
    assert visitor.post(url(accepted_case, "mark"), {"reason_code": "weapon"}).status_code == 404
    page = words(visitor.post(url(accepted_case, "propose"), {"reason_code": "police_report"}, follow=True))
    assert "有单位建议按情况紧急办理" in page
    assert not refreshed(accepted_case).is_emergency


@pytest.mark.parametrize("page", ["mark", "propose"])
def test_a_case_that_is_an_emergency_already_says_so(xinjin, accepted_case, at_desk, clock_at, page):
    acceptance.mark_emergency(
        actor=xinjin.one(Role.JUDGE), case=accepted_case, reason_code="weapon", now=MARKED_AT
    )
    clock_at(MARKED_AT + HOUR)
    somebody = at_desk(xinjin.one(Role.FILING_CLERK if page == "mark" else Role.OFFICER))
    answer = somebody.get(url(accepted_case, page))
    assert answer.status_code == 409 and "已经按情况紧急办理" in words(answer)


def test_two_who_mark_at_once(xinjin, accepted_case, at_desk, clock_at):
    first, second = xinjin.people[Role.JUDGE]
    clock_at(MARKED_AT)
    slow = at_desk(second)
    old = refreshed(accepted_case).version
    acceptance.mark_emergency(actor=first, case=accepted_case, reason_code="weapon", now=clock.now())
    answer = slow.post(url(accepted_case, "mark"), {"version": old, "reason_code": "new_threat"})
    page = words(answer)
    assert answer.status_code == 409
    assert f"{first} 已在 3月11日 20:10" in page and "有新的威胁" in page and "确认紧急" not in page


def test_without_a_reason_nothing_happens(xinjin, accepted_case, at_desk, clock_at):
    clock_at(MARKED_AT)
    judge = at_desk(xinjin.one(Role.JUDGE))
    for wrong in ("", "because"):
        assert judge.post(url(accepted_case, "mark"), {"reason_code": wrong}).status_code == 422
    assert not refreshed(accepted_case).is_emergency
