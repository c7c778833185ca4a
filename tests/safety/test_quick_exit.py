"""Quick exit in a real browser, with script and without: gone at once, and Back shows nothing of hers (SR-01, SR-04)."""

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from tests.browser import Watch
from tests.record import District

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

SECRET_WORDS = "CANARY-她写下的话"
EXIT = re.compile(re.escape(settings.QUICK_EXIT_URL))


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def page(request, phone: Callable[..., Page], watch: Watch, xinjin: District) -> Page:
    """A phone on the third screen, with something written on the second; CSRF is checked as in life."""
    watch.expect_exit_to(settings.QUICK_EXIT_URL)
    page = phone(java_script_enabled=request.param)
    page.goto("/start/who/")
    page.fill("[name=name]", "林小雨")
    page.click("button.btn >> nth=0")
    page.fill("[name=statement]", SECRET_WORDS)
    page.click("button.btn >> nth=0")
    page.wait_for_url("**/start/now/")
    return page


def test_sr_01_one_tap_replaces_the_page_and_back_shows_nothing(page: Page) -> None:
    page.go_back()
    expect(page.locator("[name=statement]")).to_have_value(SECRET_WORDS)
    page.click("a.exit")
    page.wait_for_url(EXIT)
    page.wait_for_timeout(300)  # the beacon may still be on its way
    assert not Session.objects.exists()
    for _ in range(3):
        if page.go_back() is None:
            break
        assert SECRET_WORDS not in page.content()
        assert "林小雨" not in page.content()
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    assert settings.SESSION_COOKIE_NAME not in cookies


def test_sr_01_the_exit_stays_in_view_and_is_big_enough_at_320_px(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 480})
    page.mouse.wheel(0, 3000)
    page.wait_for_timeout(200)
    box = page.locator("a.exit").bounding_box()
    assert box
    assert box["height"] >= 44
    assert box["width"] >= 44
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 480
    assert box["x"] + box["width"] <= 320
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")


def test_sr_01_shift_three_times_leaves(phone: Callable[..., Page], watch: Watch, xinjin: District) -> None:
    watch.expect_exit_to(settings.QUICK_EXIT_URL)
    page = phone()
    page.goto("/start/story/")
    page.focus("[name=statement]")
    page.keyboard.type("ABC def")  # capital letters are no wish to leave
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.keyboard.press("a")
    page.keyboard.press("Shift")
    assert page.url.endswith("/start/story/")
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url(EXIT)


def test_sr_01_the_page_is_blank_at_once_while_the_neutral_site_is_slow(
    phone: Callable[..., Page], watch: Watch, xinjin: District
) -> None:
    page = phone()
    page.goto("/help/")
    page.context.route(f"{settings.QUICK_EXIT_URL}**", lambda route: None)  # it never answers
    seen = page.evaluate(
        """() => {
          document.querySelector('a.exit').click();
          const shown = [...document.body.children].filter(one => one.getClientRects().length);
          return {shown: shown.length, title: document.title};
        }"""
    )
    assert seen["shown"] == 0
    assert seen["title"] != "半小时"


def test_sr_04_nothing_is_kept_in_the_browser(page: Page) -> None:
    if page.evaluate("1 + 1") == 2:
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert page.evaluate("navigator.serviceWorker ? navigator.serviceWorker.controller : null") is None
    assert {cookie["name"] for cookie in page.context.cookies()} <= {
        settings.SESSION_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
    }
    assert all(cookie["expires"] == -1 for cookie in page.context.cookies())
