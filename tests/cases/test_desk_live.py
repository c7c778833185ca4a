"""The queue in a real browser: a new emergency appears by itself within five seconds; without script by a link."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import expect

from agencies.roles import Role
from cases.models import Case
from deadlines import clock
from tests.agencies.login import sign_in
from tests.record import ACCEPTED_AT, make_district, make_filing, submit_case, urgent_answers

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def court(transactional_db):
    district = make_district("510118", "川0118")
    clock.set_to(ACCEPTED_AT)
    yield district
    clock.forget()


def signed_in(page, district, role, live_server, settings):
    client = sign_in(Client(), district.one(role))
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
    return page


def test_a_new_emergency_appears_on_top_within_five_seconds_without_reload(
    court, desktop, live_server, settings, picture
):
    submit_case(make_filing(court), at=ACCEPTED_AT)
    page = signed_in(desktop(), court, Role.FILING_CLERK, live_server, settings)
    page.goto("/desk/queue/")
    expect(page.locator("tbody tr")).to_have_count(1)
    loads = page.evaluate("performance.getEntriesByType('navigation').length")
    sent_at = time.monotonic()
    case = submit_case(make_filing(court, danger_answers=urgent_answers()), at=clock.now()).case
    expect(page.locator("tbody tr").first).to_contain_text(case.staff_reference, timeout=8_000)
    assert time.monotonic() - sent_at < 5.5
    expect(page.locator("tbody tr").first).to_contain_text("用过刀或其他凶器")
    assert page.evaluate("performance.getEntriesByType('navigation').length") == loads
    picture(page, "desk-queue")


def test_a_clerk_accepts_in_three_clicks_without_script_on_a_phone(court, phone, live_server, settings):
    case = submit_case(make_filing(court, danger_answers=urgent_answers()), at=ACCEPTED_AT).case
    page = signed_in(phone(java_script_enabled=False), court, Role.FILING_CLERK, live_server, settings)
    page.goto("/desk/queue/")
    page.get_by_role("link", name="刷新").click()
    page.get_by_role("link", name=case.staff_reference).first.click()
    page.get_by_role("link", name="受理", exact=True).first.click()
    page.get_by_role("button", name="确认受理").click()
    expect(page.get_by_role("main")).to_contain_text("已受理：（2026）川0118民保令1号")
    assert Case.unscoped.get(pk=case.pk).accepted_at - ACCEPTED_AT < timedelta(minutes=2)


@pytest.mark.parametrize("role", [Role.FILING_CLERK, Role.OFFICER, Role.FEDERATION_WORKER])
def test_pages_of_the_desk_fit_a_phone(court, phone, live_server, settings, role):
    from cases.services.acceptance import accept_application

    case = submit_case(make_filing(court, danger_answers=urgent_answers()), at=ACCEPTED_AT).case
    accept_application(actor=court.one(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    clock.set_to(ACCEPTED_AT + timedelta(hours=1))
    page = signed_in(phone(), court, role, live_server, settings)
    for address in ("/desk/", "/desk/mine/", "/desk/notices/", f"/desk/c/{case.pk}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
