"""What people do in the browser, one function a person's errand; shared by the journeys."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from agencies.demo import DEMO_PASSWORD, current_code
from agencies.models import User
from agencies.time_source import wall_now

PASSPHRASE = "三把蓝雨伞在门后"
STATEMENT = "昨天晚上他喝了酒，掐我的脖子，用刀指着我，说要杀了我和孩子。以前也打过很多次。"
FACTS = "2026年11月以来，被申请人多次在家中殴打申请人，派出所曾出警处置并制作笔录。"
REASONS = "申请人的陈述与出警记录相互印证，遭受家庭暴力具有较大可能性，并面临再次遭受家庭暴力的现实危险。"
HOME = "花源街道杜鹃路71号3栋"


@dataclass
class Filing:
    """What filing took: screens answered, required answers, taps, and the reference shown at the end."""

    screens: list[str] = field(default_factory=list)
    answers: int = 0
    reference: str = ""


def file_application(
    page: Page,
    *,
    district: str = "成都市新津区",
    urgent: bool = True,
    show: Callable[[Page, str], object] = lambda page, name: None,
) -> Filing:
    """A victim files from the front page to the receipt, answering only what is asked of everybody.

    `show` is handed each screen as she filled it.
    """
    filing = Filing()
    page.goto("/")
    page.get_by_role("link", name=re.compile("请法院保护我")).click()
    while "/start/done" not in page.url:
        _answer(page, filing, district, urgent)
        if filing.screens:
            show(page, f"filing-{len(filing.screens)}-{filing.screens[-1]}")
            page.locator("main .actions button").first.click()
    filing.reference = page.locator(".ticket__code").inner_text()
    return filing


def _answer(page: Page, filing: Filing, district: str, urgent: bool) -> None:
    slug = page.url.rstrip("/").rsplit("/", 1)[-1]
    if slug in filing.screens:
        raise AssertionError(f"{slug} was refused: {page.locator('main').inner_text()[:500]}")
    expect(page.get_by_role("link", name="快速离开")).to_be_in_viewport()
    if slug == "before":
        page.get_by_role("link", name=re.compile("安全，现在就填")).click()
        return
    filing.screens.append(slug)
    match slug:
        case "who":
            page.get_by_label("您的姓名").fill("林小雨")
            filing.answers += 1
        case "story":
            page.locator("[name=statement]").fill(STATEMENT)
            page.get_by_label("打人、推搡、用东西砸").check()
            filing.answers += 2
        case "now":
            for sign in ("next_day", "weapon", "threat_to_kill") if urgent else ("separating",):
                page.locator(f"[name={sign}][value=yes]").check(force=True)
                filing.answers += 1
        case "other":
            page.get_by_label("对方的姓名").fill("赵大山")
            page.locator("[name=relation][value=spouse]").check(force=True)
            filing.answers += 2
        case "place":
            page.locator("[name=applicant_region]").select_option(label=district)
            filing.answers += 1
        case "yours":
            page.get_by_label("您现在住在哪里？").fill(HOME)
            filing.answers += 1
        case "check":
            page.locator("[name=passphrase]").fill(PASSPHRASE)
            page.locator("[name=is_true]").check(force=True)
            filing.answers += 2


def come_back(page: Page, reference: str, passphrase: str = PASSPHRASE) -> None:
    """She opens her case again with her reference and passphrase."""
    page.goto("/return/")
    page.locator("[name=reference]").fill(reference)
    page.locator("[name=passphrase]").fill(passphrase)
    page.locator("main form button").first.click()


def sign_in(page: Page, user: User) -> None:
    """A member of staff signs in with password and one-time code."""
    page.goto("/staff/login/")
    page.locator("[name=login]").fill(user.username)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.locator("main form button").first.click()
    page.locator("[name=code]").fill(current_code(user, wall_now()))
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile("/desk/"))


def press(page: Page, name: str) -> None:
    """Press the button whose name begins so in the main part of the page."""
    page.locator("main").get_by_role("button", name=re.compile(f"^\\s*{name}")).first.click()


def follow(page: Page, name: str) -> None:
    """Follow the link whose name begins so in the main part of the page."""
    page.locator("main").get_by_role("link", name=re.compile(f"^\\s*{name}")).first.click()
