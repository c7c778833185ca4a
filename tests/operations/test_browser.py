"""The browser of the journeys notices what a page must not do."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Error, Page

from tests.browser import Watch

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_sr_33_a_request_to_another_origin_is_stopped_and_held_against_the_page(watch: Watch) -> None:
    page = watch.open({})
    with pytest.raises(Error):
        page.goto("http://elsewhere.example/tracker")
    assert watch.complaints == ["request to another origin: http://elsewhere.example/tracker"]
    watch.complaints.clear()


def test_sr_32_a_refused_script_is_held_against_the_page(watch: Watch, phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto("/")
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"alert(1)\">')"
    )
    page.wait_for_timeout(300)
    assert any("refused by the page's own policy" in complaint for complaint in watch.complaints)
    watch.complaints.clear()


def test_the_phone_is_360_wide_and_has_chinese_letters(phone: Callable[..., Page]) -> None:
    page = phone()
    page.goto("/")
    assert page.evaluate("innerWidth") == 360
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.evaluate("document.fonts.check('16px \"Noto Sans CJK TC\"', '半')")


def test_quick_exit_may_leave_when_it_is_expected(watch: Watch, phone: Callable[..., Page]) -> None:
    watch.expect_exit_to("https://neutral.example/")
    page = phone()
    page.goto("https://neutral.example/weather")
    assert page.url == "https://neutral.example/weather"
