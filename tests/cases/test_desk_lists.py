"""Home, the body's own cases, and notices."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.roles import Role
from cases.models import Recusal
from cases.services import acceptance
from deadlines.models import Acknowledgement, Deadline, OutboxMessage
from deadlines.services import sweep
from tests.agencies.people import make_user
from tests.record import ACCEPTED_AT, HOUR, SUBMITTED_AT, make_filing, submit_case

MINUTE = timedelta(minutes=1)
FIELD = [Role.OFFICER, Role.COMMANDER, Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR]


def words(response):
    return response.content.decode()


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.FILING_CLERK, "/desk/queue/"),
        (Role.JUDGE, "/desk/judge/"),
        *[(role, "/desk/mine/") for role in FIELD],
        (Role.AUDITOR, "/desk/notices/"),
        (Role.PLATFORM_ADMIN, "/desk/notices/"),
    ],
)
def test_each_role_arrives_at_its_own_list(xinjin, at_desk, clock_at, role, first):
    clock_at(ACCEPTED_AT)
    answer = at_desk(xinjin.one(role)).get("/desk/")
    assert answer.status_code == 302 and answer.url == first


def test_somebody_without_a_role_is_told_so(db, at_desk):
    desk = at_desk(make_user())
    assert "没有案件工作台" in words(desk.get("/desk/"))
    assert desk.get("/desk/mine/").status_code == 404


@pytest.mark.parametrize("role", FIELD)
def test_cases_shared_with_the_body_by_next_deadline(xinjin, at_desk, clock_at, role):
    clerk = xinjin.one(Role.FILING_CLERK)
    ordinary, urgent, waiting = (submit_case(make_filing(xinjin)).case for _ in range(3))
    acceptance.accept_application(actor=clerk, case=ordinary, now=ACCEPTED_AT)
    acceptance.accept_application(actor=clerk, case=urgent, emergency=True, now=ACCEPTED_AT + MINUTE)
    clock_at(ACCEPTED_AT + HOUR)
    page = words(at_desk(xinjin.one(role)).get("/desk/mine/"))
    assert page.index("民保令2号") < page.index("民保令1号")
    assert "还有 23:00" in page and "还有 70:59" in page
    assert waiting.staff_reference not in page


def test_the_newest_first(xinjin, at_desk, clock_at):
    clerk = xinjin.one(Role.FILING_CLERK)
    for late in (0, 1):
        case = submit_case(make_filing(xinjin), at=SUBMITTED_AT + late * MINUTE).case
        acceptance.accept_application(actor=clerk, case=case, now=ACCEPTED_AT, emergency=not late)
    clock_at(ACCEPTED_AT + HOUR)
    page = words(at_desk(xinjin.one(Role.OFFICER)).get("/desk/mine/?order=new"))
    assert page.index("民保令2号") < page.index("民保令1号")


def test_inv_25_a_recused_officer_finds_nothing_in_the_list(xinjin, accepted_case, at_desk, clock_at):
    officer = xinjin.one(Role.OFFICER)
    Recusal.unscoped.create(case=accepted_case, user=officer, reason="own_word", since_at=ACCEPTED_AT)
    clock_at(ACCEPTED_AT + HOUR)
    desk = at_desk(officer)
    for address in ("/desk/mine/", "/desk/mine/?order=new", "/desk/mine/rows/"):
        assert accepted_case.number not in words(desk.get(address))


def test_sr_15_another_district_has_an_empty_list(neighbour, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + HOUR)
    for role in FIELD:
        page = words(at_desk(neighbour.one(role)).get("/desk/mine/?order=new"))
        assert accepted_case.number not in page and "还没有案件与本单位有关" in page


@pytest.mark.parametrize("order", ["due", "new"])
def test_long_lists_go_on_without_a_gap_or_a_repeat(xinjin, at_desk, clock_at, settings, monkeypatch, order):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr("cases.desk.mine.PAGE", 3)
    references = {submit_case(make_filing(xinjin)).case.staff_reference for _ in range(7)}
    clock_at(ACCEPTED_AT)
    desk = at_desk(xinjin.one(Role.FILING_CLERK))
    seen, address = [], f"/desk/mine/?order={order}"
    while address:
        page = desk.get(address)
        seen += [row.case.staff_reference for row in page.context["rows"]]
        address = page.context["next_url"] and f"/desk/mine/{page.context['next_url']}"
    assert len(seen) == 7 and set(seen) == references


@pytest.mark.parametrize("query", ["?at=yesterday&id=1", "?at=2026-03-11&id=x", "?order=drop&at=&id="])
def test_a_mangled_address_starts_from_the_top(xinjin, accepted_case, at_desk, clock_at, query):
    clock_at(ACCEPTED_AT + HOUR)
    answer = at_desk(xinjin.one(Role.OFFICER)).get(f"/desk/mine/{query}")
    assert answer.status_code == 200 and accepted_case.number in words(answer)


def test_what_waits_for_the_own_body_stands_on_top(xinjin, accepted_case, at_desk, clock_at):
    Deadline.objects.filter(subject_id=accepted_case.pk, rule_id="D02").update(
        agency=xinjin.police, owner_role=Role.OFFICER
    )
    clock_at(ACCEPTED_AT + HOUR)
    police = words(at_desk(xinjin.one(Role.OFFICER)).get("/desk/mine/"))
    federation = words(at_desk(xinjin.one(Role.FEDERATION_WORKER)).get("/desk/mine/"))
    assert "轮到本单位" in police and "轮到本单位" not in federation


def test_the_list_costs_as_many_queries_for_fifty_rows_as_for_one(xinjin, at_desk, clock_at, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    clerk = xinjin.one(Role.FILING_CLERK)

    def accept(count):
        for _ in range(count):
            case = submit_case(make_filing(xinjin)).case
            acceptance.accept_application(actor=clerk, case=case, now=ACCEPTED_AT)
        clock_at(ACCEPTED_AT + MINUTE)
        desk.get("/desk/mine/")
        with CaptureQueriesContext(connection) as queries:
            assert desk.get("/desk/mine/").status_code == 200
        return len(queries)

    desk = at_desk(xinjin.one(Role.OFFICER))
    assert accept(1) == accept(49) <= 15


def test_notices_lead_to_the_case_and_are_confirmed(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    judge = xinjin.one(Role.JUDGE)
    desk = at_desk(judge)
    page = words(desk.get("/desk/notices/"))
    assert f'href="/desk/c/{accepted_case.pk}/"' in page and "未确认" in page
    for hidden in ("林小雨", "赵大山", accepted_case.number):
        assert hidden not in page
    notice = OutboxMessage.objects.get(user=judge, template_id="staff.case_assigned", channel="in_portal")
    done = words(desk.post(f"/desk/notices/{notice.pk}/seen/", follow=True))
    assert "已确认" in done and "未确认" not in done
    notice.refresh_from_db()
    assert notice.read_at is not None


def test_a_rung_is_acknowledged_with_words_and_the_clock_runs_on(xinjin, accepted_case, at_desk, clock_at):
    sweep(clock_at(ACCEPTED_AT + 36 * HOUR))
    judge = xinjin.one(Role.JUDGE)
    desk = at_desk(judge)
    notice = OutboxMessage.objects.filter(user=judge, step__isnull=False, channel="in_portal").latest("pk")
    assert notice.step.deadline.subject_id == accepted_case.pk
    desk.post(f"/desk/notices/{notice.pk}/seen/", {"words": "今天下午作出"})
    row = Acknowledgement.objects.get(user=judge)
    assert (row.words, row.step) == ("今天下午作出", notice.step.step)
    assert Deadline.objects.get(pk=notice.step.deadline_id).is_running


def test_nobody_confirms_a_notice_of_another(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    notice = OutboxMessage.objects.get(
        user=xinjin.one(Role.JUDGE), template_id="staff.case_assigned", channel="in_portal"
    )
    desk = at_desk(xinjin.one(Role.OFFICER))
    answers = [desk.post(f"/desk/notices/{key}/seen/") for key in (notice.pk, 99999999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    notice.refresh_from_db()
    assert notice.read_at is None


def test_all_plain_notices_are_confirmed_at_once_but_no_rung(xinjin, accepted_case, at_desk, clock_at):
    sweep(clock_at(ACCEPTED_AT + 36 * HOUR))
    judge = xinjin.one(Role.JUDGE)
    desk = at_desk(judge)
    desk.get("/desk/notices/")
    desk.post("/desk/notices/seen/")
    unread = OutboxMessage.objects.filter(user=judge, channel="in_portal", read_at=None)
    assert unread and all(row.step_id is not None or row.template_id == "staff.digest" for row in unread)


def test_the_number_of_unread_notices_stands_in_the_shell(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(Role.OFFICER)).get("/desk/mine/"))
    assert '<span class="count">1</span>' in page


def test_sr_34_a_notice_is_not_confirmed_by_opening_an_address(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    desk = at_desk(xinjin.one(Role.JUDGE))
    assert desk.get("/desk/notices/seen/").status_code == 405
