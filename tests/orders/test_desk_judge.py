"""The judge's list: hers alone, by the strict clock, overdue first and said in words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.roles import Role
from cases.models import AccessLog, Recusal
from cases.services import acceptance
from tests.orders.desk import Desk, canaries_in, words_of
from tests.record import ACCEPTED_AT, HOUR, make_filing, refreshed, submit_case, urgent_answers

LIST = reverse("orders:judge")


def accept_another(desk: Desk, *, urgent: bool = False, at=ACCEPTED_AT):
    answers = {"danger_answers": urgent_answers()} if urgent else {}
    case = submit_case(make_filing(desk.district, **answers), at=at - HOUR / 3).case
    acceptance.accept_application(actor=desk.person(Role.FILING_CLERK), case=case, now=at)
    case = refreshed(case)
    if case.assigned_judge_id != desk.person(Role.JUDGE).pk:
        acceptance.assign_judge(
            actor=desk.person(Role.COURT_PRESIDENT), case=case, judge=desk.person(Role.JUDGE), now=at
        )
    return refreshed(case)


def test_the_nearest_strict_deadline_stands_first_with_the_legal_one_beside(desk: Desk) -> None:
    urgent = accept_another(desk, urgent=True)
    page = words_of(desk.browser(Role.JUDGE).get(LIST))
    assert page.index(urgent.number) < page.index(desk.case.number)
    assert "还有71:55" in page  # 72 h from 10:20, at 10:25
    assert "3月14日10:20" in page
    assert "3月14日11:00" in page
    assert "情况紧急" in page
    assert "用过刀或其他凶器" in page


def test_overdue_stands_first_and_is_said_in_words(desk: Desk, clock_at) -> None:
    late = desk.case
    later = accept_another(desk, at=ACCEPTED_AT + 70 * HOUR)
    clock_at(ACCEPTED_AT + 72 * HOUR + HOUR / 4)
    page = words_of(desk.browser(Role.JUDGE).get(LIST))
    assert page.index(late.number) < page.index(later.number)
    assert "已过0:15" in page
    assert "已超时限" in page
    clock_at(ACCEPTED_AT + 73 * HOUR)
    assert "已过法定期限" in words_of(desk.browser(Role.JUDGE).get(LIST))


def test_inv_11_the_list_is_right_with_the_engine_stopped(desk: Desk, clock_at) -> None:
    """No sweep has ever run in this test."""
    clock_at(ACCEPTED_AT + 66 * HOUR)
    page = words_of(desk.browser(Role.JUDGE).get(LIST))
    assert "还有6:00" in page
    assert "只剩一成时间" in page


def test_inv_25_a_recused_judge_sees_nothing_of_the_case(desk: Desk) -> None:
    judge = desk.person(Role.JUDGE)
    Recusal.unscoped.create(case=desk.case, user=judge, reason="own_word", since_at=ACCEPTED_AT)
    assert desk.case.number not in words_of(desk.browser(judge).get(LIST))
    assert desk.get(judge, "decide").status_code == 404


def test_inv_24_another_judges_cases_are_not_on_the_list(desk: Desk) -> None:
    page = words_of(desk.browser(desk.district.other(Role.JUDGE)).get(LIST))
    assert desk.case.number not in page
    assert "没有等待裁定的案件" in page


@pytest.mark.parametrize(
    "role", [Role.FILING_CLERK, Role.OFFICER, Role.FEDERATION_WORKER, Role.COURT_PRESIDENT]
)
def test_the_list_is_for_judges_only(desk: Desk, role: str) -> None:
    assert desk.browser(role).get(LIST).status_code == 404


def test_sr_03_the_list_holds_no_secret_and_has_a_neutral_title(desk: Desk) -> None:
    page = desk.browser(Role.JUDGE).get(LIST).content.decode()
    assert canaries_in(page) == []
    assert "<title>半小时</title>" in page


def test_sr_18_the_look_at_the_list_is_logged(desk: Desk) -> None:
    desk.browser(Role.JUDGE).get(LIST)
    assert AccessLog.objects.filter(user=desk.person(Role.JUDGE), purpose="judge.list").count() == 1


def test_the_live_part_is_the_inside_of_the_list(desk: Desk) -> None:
    inside = (
        desk.browser(Role.JUDGE).get(reverse("orders:judge_rows"), headers={"X-Live": "1"}).content.decode()
    )
    assert "<html" not in inside
    assert desk.case.number in inside
    assert inside in desk.browser(Role.JUDGE).get(LIST).content.decode()


def test_the_list_takes_the_same_few_queries_however_long_it_is(desk: Desk) -> None:
    browser = desk.browser(Role.JUDGE)
    browser.get(LIST)
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get(LIST)
    for _each in range(3):
        accept_another(desk)
    with CaptureQueriesContext(connection) as four:
        browser.get(LIST)
    assert len(four) == len(one) <= 15, [query["sql"][:110] for query in four]
