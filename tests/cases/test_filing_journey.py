"""Her way on a phone of 360 × 740: every screen and every state, with script and without, by axe and by width."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cases.models import Case
from tests.record import District

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PASSPHRASE = "窗外的桂花开了两次"
GOES_ON = "main form button.btn >> nth=0"
TAPS_ALLOWED = 25


class Walk:
    """One walk through the screens: counts taps, looks at each page as it goes."""

    def __init__(self, page: Page, look: Callable[[Page, str], None]) -> None:
        self.page = page
        self.look = look
        self.taps = 0

    def tap(self, selector: str) -> None:
        self.taps += 1
        self.page.click(selector)

    def choose(self, name: str, value: str) -> None:
        self.tap(f"li.choice:has(input[name={name}][value={value}]) label")

    def go_on(self, to: str) -> None:
        self.look(self.page, self.page.url)
        self.tap(GOES_ON)
        self.page.wait_for_url(f"**{to}")

    def fill_everything(self) -> None:
        page = self.page
        page.goto("/")
        self.look(page, "front")
        self.tap("a.door--main")
        self.look(page, "before")
        self.tap("a.door--main")
        page.fill("[name=name]", "林小雨")
        self.go_on("/start/story/")
        page.fill("[name=statement]", "昨晚他喝了酒，用椅子砸我的手臂😢，说再敢走就杀了我。")
        self.choose("kinds", "hit")
        self.choose("last_when", "yesterday")
        self.go_on("/start/now/")
        self.choose("next_day", "yes")
        self.choose("threat_to_kill", "yes")
        self.go_on("/start/other/")
        page.fill("[name=name]", "赵大山")
        self.choose("relation", "spouse")
        self.go_on("/start/place/")
        page.select_option("[name=applicant_region]", "510118")
        self.taps += 1
        self.go_on("/start/ask/")
        self.go_on("/start/yours/")
        page.fill("[name=residence]", "金丝雀路 8841 号")
        self.go_on("/start/check/")

    def send(self) -> str:
        self.look(self.page, "check")
        self.page.fill("[name=passphrase]", PASSPHRASE)
        self.tap(".choice:has([name=is_true]) label")
        self.tap("button:has-text('送到法院')")
        self.page.wait_for_url("**/start/done/")
        self.look(self.page, "done")
        return self.page.inner_text(".ticket__code")


def no_look(page: Page, where: str) -> None:
    """A walk that only walks."""


def look_closely(page: Page, where: str) -> None:
    """No finding of axe, no sideways scrolling at 360 px nor at 400 % zoom, an address that says nothing."""
    findings = [
        (row["id"], row["impact"], [node["html"][:120] for node in row["nodes"]][:2])
        for row in Axe().run(page).response["violations"]
    ]
    assert not findings, (where, findings)
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide), f"{where} is wider than 360 px"
    page.set_viewport_size({"width": 320, "height": 256})
    assert not page.evaluate(wide), f"{where} is wider than 320 px"
    page.set_viewport_size({"width": 360, "height": 740})


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_she_sends_within_25_taps_and_comes_back(
    phone: Callable[..., Page], xinjin: District, script: bool
) -> None:
    walk = Walk(phone(java_script_enabled=script), no_look)
    walk.fill_everything()
    code = walk.send()
    assert walk.taps <= TAPS_ALLOWED
    assert re.fullmatch(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}", code)
    assert Case.unscoped.get().is_emergency

    later = phone(java_script_enabled=script)
    later.goto("/")
    later.click("a[href='/return/']")
    later.fill("[name=reference]", code.lower())
    later.fill("[name=passphrase]", PASSPHRASE)
    later.click(GOES_ON)
    expect(later.locator("h1")).to_have_text("欢迎回来")
    later.click("main a.btn")
    expect(later.locator("h1")).to_have_text("已提交，等待法院受理")


def test_p2_every_screen_of_hers_is_accessible(phone: Callable[..., Page], xinjin: District) -> None:
    page = phone()
    walk = Walk(page, look_closely)
    walk.fill_everything()
    walk.send()
    page.click("main a.btn >> nth=0")
    look_closely(page, "my")
    page.goto("/my/add/")
    look_closely(page, "add")
    for path in ("/help/", "/closed/", "/return/", "/nowhere/"):
        page.goto(path)
        look_closely(page, path)


@pytest.mark.parametrize("slug", ["who", "story", "other", "place", "yours"])
def test_p2_every_error_state_of_hers_is_accessible(
    phone: Callable[..., Page], xinjin: District, slug: str
) -> None:
    page = phone()
    page.goto(f"/start/{slug}/")
    if slug == "yours":
        page.click("li.choice:has(input[name=channel][value=sms]) label")
    page.click(GOES_ON)
    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    look_closely(page, f"{slug} with errors")
    summary.locator("a").first.click()
    assert page.evaluate("['INPUT', 'TEXTAREA', 'SELECT'].includes(document.activeElement.tagName)")


def test_p2_the_first_screen_can_be_filled_by_keyboard_alone(
    phone: Callable[..., Page], xinjin: District
) -> None:
    page = phone()
    page.goto("/start/who/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("a.exit")).to_be_focused()
    page.focus("[name=name]")
    page.keyboard.type("林小雨")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/start/story/")


def test_inv_44_an_impatient_double_tap_sends_once(phone: Callable[..., Page], xinjin: District) -> None:
    walk = Walk(phone(), no_look)
    walk.fill_everything()
    walk.page.fill("[name=passphrase]", PASSPHRASE)
    walk.page.click(".choice:has([name=is_true]) label")
    walk.page.dblclick("button:has-text('送到法院')")
    walk.page.wait_for_url("**/start/done/")
    assert Case.unscoped.count() == 1
