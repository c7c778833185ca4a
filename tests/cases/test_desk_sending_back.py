"""Correction, transfer and refusal at the filing desk."""

from datetime import timedelta

import pytest

from agencies.roles import Role
from cases.models import CaseEvent
from cases.services import acceptance
from cases.vocabulary import State
from deadlines import clock
from tests.record import ACCEPTED_AT, HOUR, SUBMITTED_AT, applicant_of, make_filing, refreshed, submit_case

MINUTE = timedelta(minutes=1)
OTHERS = [
    Role.COURT_PRESIDENT,
    Role.COURT_SUPERVISOR,
    Role.OFFICER,
    Role.COMMANDER,
    Role.FEDERATION_WORKER,
    Role.FEDERATION_SUPERVISOR,
    Role.AUDITOR,
    Role.PLATFORM_ADMIN,
]


def url(case, page):
    return f"/desk/c/{case.pk}/{page}/"


def words(response):
    return response.content.decode()


@pytest.fixture
def clerk(xinjin, at_desk, clock_at):
    clock_at(ACCEPTED_AT)
    return at_desk(xinjin.one(Role.FILING_CLERK))


def test_inv_20_one_notice_with_every_point_at_once(submitted_case, clerk):
    answer = clerk.post(
        url(submitted_case, "correct"),
        {"common": ["respondent", "facts"], "points": "医院的诊断书\n\n孩子的出生日期", "days": 3},
        follow=True,
    )
    page = words(answer)
    event = CaseEvent.unscoped.get(case=submitted_case, type="correction.requested")
    assert len(event.payload["points"]) == 4 and event.payload["days"] == 3
    for point in event.payload["points"]:
        assert point in page
    assert refreshed(submitted_case).state == State.CORRECTION_REQUESTED


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ({"points": "", "days": 3}, "请写明需要补充什么"),
        ({"points": "诊断书", "days": 9}, "补正期限请填 1 到 7 天"),
        ({"points": "诊断书", "days": "三"}, "补正期限请填 1 到 7 天"),
        ({"points": "长" * 201, "days": 3}, "有一条超过 200 字"),
    ],
)
def test_a_notice_that_cannot_be_sent_says_why_and_keeps_what_was_typed(
    submitted_case, clerk, sent, complaint
):
    answer = clerk.post(url(submitted_case, "correct"), sent)
    page = words(answer)
    assert answer.status_code == 422 and complaint in page
    assert sent["points"] in page
    assert refreshed(submitted_case).state == State.SUBMITTED


def test_inv_20_a_second_notice_is_refused_in_words(xinjin, submitted_case, clerk):
    acceptance.request_correction(
        actor=xinjin.one(Role.FILING_CLERK), case=submitted_case, points=["姓名"], days=3, now=clock.now()
    )
    acceptance.supply_correction(actor=applicant_of(submitted_case), case=submitted_case, now=clock.now())
    for answer in (
        clerk.get(url(submitted_case, "correct")),
        clerk.post(url(submitted_case, "correct"), {"points": "再来一条", "days": 3}),
    ):
        assert answer.status_code == 409 and "已经通知补正过一次" in words(answer)
    assert CaseEvent.unscoped.filter(case=submitted_case, type="correction.requested").count() == 1


def test_inv_06_a_transfer_keeps_the_receipt_instant_and_the_reason(
    xinjin, neighbour, submitted_case, clerk, at_desk
):
    found = words(clerk.get(url(submitted_case, "transfer"), {"q": neighbour.court.name}))
    assert neighbour.court.name in found and "3月11日 10:00" in found
    answer = clerk.post(
        f"{url(submitted_case, 'transfer')}?q={neighbour.court.name}",
        {"court": neighbour.court.pk, "reason": "双方都住在那边的辖区"},
    )
    assert answer.status_code == 302 and answer.url == "/desk/queue/"
    case = refreshed(submitted_case)
    assert (case.court, case.submitted_at) == (neighbour.court, SUBMITTED_AT)
    there = at_desk(neighbour.one(Role.FILING_CLERK))
    assert case.staff_reference in words(there.get("/desk/queue/"))
    assert "双方都住在那边的辖区" in words(there.get(f"/desk/c/{case.pk}/"))


def test_inv_30_after_the_transfer_the_case_is_not_found_any_more(xinjin, neighbour, submitted_case, clerk):
    clerk.post(
        f"{url(submitted_case, 'transfer')}?q={neighbour.court.court_code}",
        {"court": neighbour.court.pk, "reason": "双方都住在那边的辖区"},
    )
    for page in ("", "transfer/", "accept/"):
        assert clerk.get(f"/desk/c/{submitted_case.pk}/{page}").status_code == 404
    assert submitted_case.staff_reference not in words(clerk.get("/desk/queue/"))


def test_courts_of_the_places_in_the_application_are_proposed(xinjin, neighbour, at_desk, clock_at):
    case = submit_case(make_filing(xinjin, respondent_region=neighbour.region)).case
    clock_at(ACCEPTED_AT)
    page = words(at_desk(xinjin.one(Role.FILING_CLERK)).get(url(case, "transfer")))
    assert neighbour.court.name in page
    assert f'value="{xinjin.court.pk}"' not in page


@pytest.mark.parametrize("reason", ["", "短", "长" * 501])
def test_a_transfer_needs_a_reason(neighbour, submitted_case, clerk, reason):
    answer = clerk.post(
        f"{url(submitted_case, 'transfer')}?q={neighbour.court.court_code}",
        {"court": neighbour.court.pk, "reason": reason},
    )
    assert answer.status_code == 422
    assert refreshed(submitted_case).court != neighbour.court


def test_a_court_that_was_not_offered_is_refused(submitted_case, clerk):
    answer = clerk.post(url(submitted_case, "transfer"), {"court": "999999", "reason": "不在本院辖区"})
    assert answer.status_code == 422


def test_not_accepting_needs_a_reason_of_the_list_and_tells_the_remedy(submitted_case, clerk):
    page = words(clerk.get(url(submitted_case, "decline")))
    assert "可以补充后再申请" in page
    for wrong in ("", "anything"):
        assert clerk.post(url(submitted_case, "decline"), {"reason_code": wrong}).status_code == 422
    clerk.post(url(submitted_case, "decline"), {"reason_code": "not_domestic"})
    assert refreshed(submitted_case).state == State.NOT_ACCEPTED


@pytest.mark.parametrize("page", ["correct", "transfer", "decline"])
def test_after_acceptance_the_clerk_reads_who_was_first(xinjin, submitted_case, clerk, page):
    other = xinjin.other(Role.FILING_CLERK)
    acceptance.accept_application(actor=other, case=submitted_case, now=clock.now())
    answer = clerk.get(url(submitted_case, page))
    assert answer.status_code == 409
    assert f"{other} 已在 3月11日 10:20 先一步处理了这个案件" in words(answer)


def test_a_stale_notice_shows_both_values_and_keeps_what_was_typed(xinjin, submitted_case, clerk):
    old = refreshed(submitted_case).version
    acceptance.mark_emergency(
        actor=xinjin.other(Role.FILING_CLERK), case=submitted_case, reason_code="weapon", now=clock.now()
    )
    answer = clerk.post(
        url(submitted_case, "correct"),
        {"version": old, "common": ["facts", "relation"], "points": "诊断书", "days": 2},
    )
    page = words(answer)
    assert answer.status_code == 409
    assert str(xinjin.other(Role.FILING_CLERK)) in page and "已按情况紧急办理" in page
    assert page.count("诊断书") >= 2 and page.count(" checked") == 2
    assert f'value="{old + 1}"' in page


@pytest.mark.parametrize("page", ["correct", "transfer", "decline"])
def test_others_do_not_find_these_pages(xinjin, submitted_case, at_desk, clock_at, page):
    clock_at(SUBMITTED_AT + HOUR)
    for role in OTHERS:
        visitor = at_desk(xinjin.one(role))
        for answer in (visitor.get(url(submitted_case, page)), visitor.post(url(submitted_case, page), {})):
            assert answer.status_code == 404, role
