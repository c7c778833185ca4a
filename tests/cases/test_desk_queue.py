"""The filing desk's queue: order, words, walls, cost (journeys 3.3, screen 1)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.roles import Role
from cases.models import AccessLog, Recusal
from cases.services import acceptance
from cases.vocabulary import DangerSign
from tests.record import (
    ACCEPTED_AT,
    CANARIES,
    HOUR,
    SUBMITTED_AT,
    make_filing,
    submit_case,
    urgent_answers,
)

MINUTE = timedelta(minutes=1)
URL = "/desk/queue/"


@pytest.fixture
def clerk(xinjin, at_desk):
    return at_desk(xinjin.one(Role.FILING_CLERK))


def words(response):
    return response.content.decode()


def test_emergency_is_on_top_with_the_danger_words_that_put_it_there(xinjin, clerk, clock_at):
    plain = submit_case(make_filing(xinjin), at=SUBMITTED_AT).case
    urgent = submit_case(make_filing(xinjin, danger_answers=urgent_answers()), at=SUBMITTED_AT + MINUTE).case
    clock_at(SUBMITTED_AT + 5 * MINUTE)
    page = words(clerk.get(URL))
    assert page.index(urgent.staff_reference) < page.index(plain.staff_reference)
    row = page[page.index(urgent.staff_reference) : page.index(plain.staff_reference)]
    assert str(DangerSign.NEXT_DAY.label) in row and str(DangerSign.WEAPON.label) in row
    assert "情况紧急" in row


@pytest.mark.parametrize(
    ("later", "state", "waited"),
    [(3 * MINUTE, "新到", "0:03"), (23 * MINUTE, "快到时限", "0:23"), (31 * MINUTE, "已超时限", "0:31")],
)
def test_waiting_time_against_the_target_in_words(urgent_case, clerk, clock_at, later, state, waited):
    clock_at(SUBMITTED_AT + later)
    page = words(clerk.get(URL))
    assert state in page and f">{waited}</span> / 0:30" in page


def test_the_ordinary_target_is_two_hours(submitted_case, clerk, clock_at):
    clock_at(SUBMITTED_AT + HOUR)
    page = words(clerk.get(URL))
    assert ">1:00</span> / 2:00" in page and "新到" in page


def test_whose_turn_it_is(xinjin, submitted_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    assert "等本院受理" in words(clerk.get(URL))
    acceptance.request_correction(
        actor=xinjin.one(Role.FILING_CLERK),
        case=submitted_case,
        points=["对方的姓名"],
        days=3,
        now=ACCEPTED_AT,
    )
    assert "等申请人补充材料" in words(clerk.get(URL))


def test_each_row_opens_the_case(submitted_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    page = words(clerk.get(URL))
    assert f'href="/desk/c/{submitted_case.pk}/"' in page
    assert clerk.get(f"/desk/c/{submitted_case.pk}/").status_code == 200


def test_an_accepted_case_has_left_the_queue(accepted_case, clerk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(clerk.get(URL))
    assert accepted_case.staff_reference not in page and "现在没有申请等待受理" in page


def test_sr_15_another_court_sees_an_empty_queue(urgent_case, neighbour, at_desk, clock_at):
    clock_at(ACCEPTED_AT)
    page = words(at_desk(neighbour.one(Role.FILING_CLERK)).get(URL))
    assert urgent_case.staff_reference not in page


@pytest.mark.parametrize(
    "role", [Role.OFFICER, Role.FEDERATION_WORKER, Role.COURT_PRESIDENT, Role.AUDITOR, Role.PLATFORM_ADMIN]
)
def test_sr_11_the_queue_is_not_there_for_other_roles(xinjin, urgent_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT)
    visitor = at_desk(xinjin.one(role))
    missing = visitor.get("/desk/nothing-here/")
    for address in (URL, f"{URL}rows/"):
        answer = visitor.get(address)
        assert (answer.status_code, answer.content) == (404, missing.content)


def test_without_signing_in_there_is_only_the_login_page(client, db):
    answer = client.get(URL)
    assert answer.status_code == 302 and answer.url.startswith("/staff/login/")


def test_inv_25_a_recused_clerk_finds_nothing_of_the_case(xinjin, urgent_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    Recusal.unscoped.create(
        case=urgent_case,
        user=xinjin.one(Role.FILING_CLERK),
        reason="declared_relation",
        since_at=SUBMITTED_AT,
    )
    for address in (URL, f"{URL}rows/"):
        page = words(clerk.get(address))
        assert urgent_case.staff_reference not in page and "0 件等待受理" in page


def test_the_queue_names_no_person_and_no_secret(urgent_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    page = words(clerk.get(URL))
    for hidden in (*CANARIES.values(), "林小雨", "赵大山"):
        assert hidden not in page


def test_the_open_page_asks_for_the_inside_of_the_list_alone(urgent_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    assert 'data-live-url="/desk/queue/rows/" data-live-every="4"' in words(clerk.get(URL))
    inside = words(clerk.get(f"{URL}rows/"))
    assert urgent_case.staff_reference in inside and "<html" not in inside and "<main" not in inside


def test_sr_18_a_sitting_at_the_queue_is_logged_once(xinjin, urgent_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    for address in (URL, f"{URL}rows/", f"{URL}rows/"):
        clerk.get(address)
    looks = AccessLog.objects.filter(purpose="queue.view", user=xinjin.one(Role.FILING_CLERK))
    assert looks.count() == 1
    clock_at(ACCEPTED_AT + 11 * MINUTE)
    clerk.get(f"{URL}rows/")
    assert looks.count() == 2


def test_sr_03_the_title_is_neutral(urgent_case, clerk, clock_at):
    clock_at(ACCEPTED_AT)
    page = words(clerk.get(URL))
    assert page.split("<title>")[1].split("</title>")[0].strip() == "半小时"


def _queries(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_queue_costs_as_many_queries_for_fifty_rows_as_for_one(xinjin, clerk, clock_at, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fifty passphrases
    submit_case(make_filing(xinjin, danger_answers=urgent_answers()))
    clock_at(ACCEPTED_AT)
    for address in (URL, f"{URL}rows/"):
        clerk.get(address)
    one = [_queries(clerk, address) for address in (URL, f"{URL}rows/")]
    for _ in range(49):
        submit_case(make_filing(xinjin))
    clock_at(ACCEPTED_AT)
    clerk.get(URL)
    fifty = [_queries(clerk, address) for address in (URL, f"{URL}rows/")]
    assert one == fifty and max(fifty) <= 15, (one, fifty)
