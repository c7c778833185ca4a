"""Acceptance at the desk: three clicks, deadlines before saving, and who was first."""

import re
from datetime import timedelta

import pytest

from agencies.roles import Role
from cases.models import Case, CaseEvent
from cases.services import acceptance, evidence
from cases.vocabulary import EvidenceKind, State
from deadlines import clock
from tests.record import ACCEPTED_AT, HOUR, SUBMITTED_AT, refreshed

MINUTE = timedelta(minutes=1)


def url(case, page="accept"):
    return f"/desk/c/{case.pk}/{page}/"


def words(response):
    return response.content.decode()


def form_of(page):
    """What the page's form would send as it stands."""
    form = page[page.rindex("<form") : page.rindex("</form>")]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.fixture
def clerk(xinjin, at_desk):
    return at_desk(xinjin.one(Role.FILING_CLERK))


def test_an_application_is_accepted_in_three_clicks(xinjin, submitted_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    queue = words(clerk.get("/desk/queue/"))
    first = f"/desk/c/{submitted_case.pk}/"
    assert f'href="{first}"' in queue  # 1: open
    second = url(submitted_case)
    assert f'href="{second}"' in words(clerk.get(first))  # 2: accept
    form = words(clerk.get(second))
    answer = clerk.post(second, form_of(form) | {"pace": "normal"}, follow=True)  # 3: confirm
    assert answer.redirect_chain == [(url(submitted_case, "accepted"), 302)]
    case = refreshed(submitted_case)
    assert (case.state, case.number) == (State.ACCEPTED, "（2026）川0118民保令1号")
    done = words(answer)
    for shown in (
        case.number,
        "3月14日 10:20",
        "3月14日 11:00",
        str(xinjin.one(Role.JUDGE)),
        str(xinjin.one(Role.OFFICER)),
        str(xinjin.one(Role.FEDERATION_WORKER)),
        xinjin.police.name,
        xinjin.federation.name,
    ):
        assert shown in done, shown


def test_v01_v02_both_choices_show_their_deadlines_before_anything_is_saved(
    xinjin, submitted_case, clerk, clock_at
):
    clock_at(ACCEPTED_AT)
    page = words(clerk.get(url(submitted_case)))
    for shown in ("3月14日 10:20", "3月14日 11:00", "3月12日 10:20", "3月12日 11:00"):
        assert shown in page, shown
    assert str(xinjin.one(Role.JUDGE)) in page and xinjin.police.name in page
    assert refreshed(submitted_case).state == State.SUBMITTED


def test_the_clerk_may_choose_the_emergency(submitted_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    done = words(clerk.post(url(submitted_case), {"pace": "emergency"}, follow=True))
    assert refreshed(submitted_case).is_emergency
    assert "3月12日 10:20" in done and "3月12日 11:00" in done


def test_a_claimed_emergency_cannot_be_accepted_as_ordinary(urgent_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    page = words(clerk.get(url(urgent_case)))
    assert 'value="normal"' not in page and 'value="emergency"' in page
    clerk.post(url(urgent_case), {"pace": "normal"})
    assert refreshed(urgent_case).is_emergency


def test_the_second_clerk_reads_who_accepted_and_when(xinjin, submitted_case, at_desk, clock_at):
    first, second = xinjin.people[Role.FILING_CLERK]
    clock_at(ACCEPTED_AT)
    slow = at_desk(second)
    sent = form_of(words(slow.get(url(submitted_case)))) | {"pace": "emergency"}
    acceptance.accept_application(actor=first, case=submitted_case, now=clock.now())
    evidence.add_record(
        actor=xinjin.one(Role.OFFICER),
        case=submitted_case,
        kind=EvidenceKind.E02,
        description="随后加的记录",
        now=clock.now(),
    )
    for answer in (slow.post(url(submitted_case), sent), slow.get(url(submitted_case))):
        page = words(answer)
        assert answer.status_code == 409
        assert f"{first} 已在 3月11日 10:20 先一步处理了这个案件" in page
        assert "（2026）川0118民保令1号" in page and "确认受理" not in page
    assert CaseEvent.unscoped.filter(case=submitted_case, type="application.accepted").count() == 1


def test_after_another_change_both_values_are_shown_and_one_may_go_on(
    xinjin, submitted_case, at_desk, clock_at
):
    first, second = xinjin.people[Role.FILING_CLERK]
    clock_at(ACCEPTED_AT)
    slow = at_desk(second)
    sent = form_of(words(slow.get(url(submitted_case)))) | {"pace": "normal"}
    acceptance.mark_emergency(actor=first, case=submitted_case, reason_code="weapon", now=clock.now())
    answer = slow.post(url(submitted_case), sent)
    page = words(answer)
    assert answer.status_code == 409 and refreshed(submitted_case).state == State.SUBMITTED
    assert f"{first} 已在" in page and "已按情况紧急办理" in page
    theirs, mine = page.index("现在的情况"), page.index("您填写的（没有保存）")
    assert theirs < mine and "一般" in page[mine : mine + 500]
    again = slow.post(url(submitted_case), form_of(page) | {"pace": "emergency"})
    assert again.status_code == 302 and refreshed(submitted_case).is_emergency


def test_a_double_tap_accepts_once(submitted_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    sent = form_of(words(clerk.get(url(submitted_case)))) | {"pace": "normal"}
    assert [clerk.post(url(submitted_case), sent).status_code for _ in range(2)] == [302, 409]
    assert refreshed(submitted_case).number == "（2026）川0118民保令1号"


def test_without_a_choice_the_page_asks_for_one(submitted_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    answer = clerk.post(url(submitted_case), {"pace": ""})
    assert answer.status_code == 422 and "请选择一项" in words(answer)


def test_the_judge_on_duty_may_accept_and_another_judge_may_not(xinjin, submitted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT)
    off_duty = at_desk(xinjin.other(Role.JUDGE))
    for answer in (off_duty.get(url(submitted_case)), off_duty.post(url(submitted_case), {"pace": "normal"})):
        assert answer.status_code == 404
    assert refreshed(submitted_case).state == State.SUBMITTED
    on_duty = at_desk(xinjin.one(Role.JUDGE))
    assert on_duty.post(url(submitted_case), {"pace": "normal"}).status_code == 302


@pytest.mark.parametrize(
    "role",
    [
        Role.COURT_PRESIDENT,
        Role.COURT_SUPERVISOR,
        Role.OFFICER,
        Role.COMMANDER,
        Role.FEDERATION_WORKER,
        Role.FEDERATION_SUPERVISOR,
        Role.AUDITOR,
        Role.PLATFORM_ADMIN,
    ],
)
def test_other_roles_cannot_accept(xinjin, submitted_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT)
    visitor = at_desk(xinjin.one(role))
    for answer in (visitor.get(url(submitted_case)), visitor.post(url(submitted_case), {"pace": "normal"})):
        assert answer.status_code == 404
    assert refreshed(submitted_case).state == State.SUBMITTED


def test_a_clerk_of_another_court_cannot_accept(neighbour, submitted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT)
    stranger = at_desk(neighbour.one(Role.FILING_CLERK))
    assert stranger.post(url(submitted_case), {"pace": "normal"}).status_code == 404
    assert not Case.unscoped.exclude(state=State.SUBMITTED).exists()


def test_the_receipt_of_acceptance_is_for_accepted_cases(submitted_case, clerk, clock_at):
    clock_at(SUBMITTED_AT + HOUR)
    answer = clerk.get(url(submitted_case, "accepted"))
    assert answer.status_code == 302 and answer.url == f"/desk/c/{submitted_case.pk}/"


def test_nobody_on_duty_is_said_in_words(xinjin, submitted_case, clerk, clock_at):
    for body in (xinjin.police, xinjin.federation):
        body.is_active = False
        body.save()
    clock_at(ACCEPTED_AT)
    assert "没有登记的公安机关和妇联" in words(clerk.get(url(submitted_case)))
