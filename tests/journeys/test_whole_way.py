"""From her phone to a served order: one real case, clicked by everybody it needs, in a real browser."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from agencies.demo import DemoPeople, seed_agencies
from cases.models import Case, CaseEvent
from cases.vocabulary import State
from deadlines.clock import now
from tests.journeys.steps import (
    FACTS,
    HOME,
    REASONS,
    come_back,
    file_application,
    follow,
    press,
    sign_in,
)

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Opener = Callable[..., Page]
Picture = Callable[[Page, str], Path]


@pytest.fixture
def people(transactional_db: None) -> DemoPeople:
    return seed_agencies(now())


def the_case() -> Case:
    return Case.unscoped.get()


def words_of_pdf(content: bytes) -> str:
    document = pypdfium2.PdfDocument(BytesIO(content))
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def downloaded(page: Page, start: Callable[[], Any]) -> str:
    with page.expect_download() as download:
        start()
    return words_of_pdf(Path(download.value.path()).read_bytes())


def test_from_her_phone_to_a_served_order(
    people: DemoPeople, phone: Opener, desktop: Opener, picture: Picture
) -> None:
    clerk = desktop()
    sign_in(clerk, people.users["xinjin.clerk1"])
    expect(clerk.locator("main")).to_contain_text("0 件等待受理")

    # Her phone runs no script, and she has no account.
    hers = phone(java_script_enabled=False)
    filed = file_application(hers, show=picture)
    picture(hers, "receipt")
    assert len(filed.screens) <= 8
    assert filed.answers <= 15

    # Within five seconds the open queue shows it, with the words that put it on top.
    row = clerk.locator("main").get_by_text("用过刀或其他凶器，或者手边有")
    expect(row).to_be_visible(timeout=5_000)
    picture(clerk, "clerk-queue")

    # Accepted in at most three clicks.
    follow(clerk, "受理")
    picture(clerk, "accept")
    press(clerk, "确认受理")
    case = the_case()
    assert case.state == State.ACCEPTED
    expect(clerk.locator("main")).to_contain_text(f"（{case.accepted_at.astimezone().year}）川0118民保令1号")
    expect(clerk.locator("main")).to_contain_text("陈静")
    picture(clerk, "accepted")

    officer = phone()
    sign_in(officer, people.users["xinjin.officer1"])
    officer.goto(f"/desk/c/{case.pk}/")
    assert HOME not in officer.content()
    add_police_record(officer, case)
    picture(officer, "officer-case")

    worker = desktop()
    sign_in(worker, people.users["xinjin.worker1"])
    worker.goto(f"/desk/c/{case.pk}/")
    expect(worker.locator("main")).to_contain_text("J510118202611240042")
    worker.locator("main [name=text]").first.fill("已按安全时间联系本人，愿意继续申请。")
    worker.get_by_label("本案各单位").first.check(force=True)
    press(worker, "保存记录")
    expect(worker.locator("main")).to_contain_text("已按安全时间联系本人")

    judge = desktop()
    sign_in(judge, people.users["xinjin.judge1"])
    expect(judge.locator("main")).to_contain_text("川0118民保令1号")
    picture(judge, "judge-list")
    decide(judge, case, people, picture)
    case = the_case()
    assert case.state == State.ORDER_ISSUED

    serve_on_respondent(clerk, case, picture)

    officer.goto(f"/desk/c/{case.pk}/acknowledge/")
    press(officer, "确认收到")
    expect(officer.locator("main")).to_contain_text("已确认收到")
    picture(officer, "acknowledged")

    come_back(hers, filed.reference)
    assert "林小雨" not in hers.content()
    hers.goto("/my/")
    for words in ("已作出裁定，发出命令", "成都市新津区人民法院", "谁看过您的案件"):
        expect(hers.locator("main")).to_contain_text(words)
    picture(hers, "my-case")
    paper = downloaded(hers, lambda: hers.get_by_role("link", name="民事裁定书（PDF）").click())
    assert "民事裁定书" in paper
    assert "林小雨" in paper

    # The judge's drafts stand between; how many is the judge's affair.
    recorded = list(CaseEvent.unscoped.filter(case=case).order_by("sequence").values_list("type", flat=True))
    assert [kind for kind in recorded if kind != "ruling.drafted"] == [
        "application.submitted",
        "application.accepted",
        "application.assigned",
        "evidence.added",
        "note.added",
        "order.issued",
        "service.completed",
        "service.attempted",
        "service.completed",
        "order.acknowledged",
    ]


def add_police_record(page: Page, case: Case) -> None:
    page.goto(f"/desk/c/{case.pk}/record/")
    page.locator("main [name=incident_number]").fill("J510118202611240042")
    page.locator("main [name=description]").fill("民警到场时被申请人已离开，申请人颈部有勒痕，制作了笔录。")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("J510118202611240042")


def decide(page: Page, case: Case, people: DemoPeople, picture: Picture) -> None:
    """The judge drafts, looks at the papers that will leave, and signs with a fresh second factor."""
    from agencies.demo import current_code
    from agencies.time_source import wall_now

    page.goto(f"/desk/c/{case.pk}/decide/")
    page.locator("main [name=kind][value=order]").check(force=True)
    page.locator("main [name=facts_found]").fill(f"{FACTS}被申请人到{HOME}叫骂。")
    page.locator("main [name=reasons]").fill(REASONS)
    press(page, "预览文书")
    # Her address in the judge's own words is stopped before anything leaves.
    expect(page.locator("main")).to_contain_text("保密的现住址")
    if "/preview/" in page.url:
        follow(page, "回去修改")
    page.locator("main [name=facts_found]").fill(FACTS)
    picture(page, "decide")
    press(page, "预览文书")
    page.locator("summary", has_text="被申请人").first.click()
    his = downloaded(page, lambda: page.locator("main a[href*='preview/ruling/respondent/']").first.click())
    assert "赵大山" in his
    assert HOME not in his
    picture(page, "preview")
    judge = people.users["xinjin.judge1"]
    page.locator("main [name=code]").fill("000000")
    press(page, "签发命令")
    assert the_case().state == State.ACCEPTED
    page.locator("main [name=code]").fill(current_code(judge, wall_now()))
    press(page, "签发命令")
    expect(page.locator("main")).to_contain_text("24时")
    picture(page, "issued")


def serve_on_respondent(page: Page, case: Case, picture: Picture) -> None:
    page.goto(f"/desk/c/{case.pk}/service/")
    picture(page, "service")
    page.locator("main").get_by_role("link", name="被申请人", exact=True).click()
    page.locator("main [name=succeeded][value=yes]").check(force=True)
    page.locator("main [name=way][value=in_person]").check(force=True)
    page.locator("main [name=received_by]").fill("赵大山")
    press(page, "记下这次送达")
    expect(page.locator("main")).to_contain_text("已送达")
