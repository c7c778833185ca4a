"""Preview and signature: the real papers, one code once, and a stop with both texts when something moved."""

import io

import pypdfium2
import pytest
from django.test import Client

from agencies.roles import Role
from cases.models import AccessLog, Case
from cases.secrets import cipher
from cases.services import acceptance, notes
from cases.vocabulary import Audience, DetailKind, State
from orders.models import ProtectionOrder, Ruling
from orders.services.decision import reject_application
from tests.agencies.login import code_now
from tests.orders.desk import (
    DECIDED_AT,
    FACTS,
    ORDER_FORM,
    REASONS,
    REJECTION_FORM,
    Desk,
    canaries_in,
    hidden_fields,
    words_of,
)
from tests.orders.test_decision import REJECTION
from tests.record import CANARIES, refreshed

RESPONDENT = ("ruling", "respondent")


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def orders() -> int:
    return ProtectionOrder._base_manager.count()


def test_the_preview_shows_every_paper_and_that_it_was_checked(desk: Desk) -> None:
    desk.write()
    page = desk.get(Role.JUDGE, "preview")
    words = words_of(page)
    assert page.status_code == 200
    assert words.count("已检查") == 5
    for reader in ("申请人", "被申请人", "公安机关", "居（村）民委员会"):
        assert reader in words
    assert canaries_in(page.content.decode()) == []


def test_sr_30_the_differences_between_hers_and_his_are_said_in_words(desk: Desk) -> None:
    details = desk.details()
    desk.write(places=[details[DetailKind.RESIDENCE], details[DetailKind.SCHOOL]])
    words = words_of(desk.get(Role.JUDGE, "preview"))
    # Her own copy lies at home, where it can be found: only the police read where she is.
    assert "申请人住址不印不印印" in words
    assert "受保护的场所印2处：住所、学校不印印2处：住所、学校" in words
    assert "危险等级" in words


def test_inv_26_the_respondents_preview_holds_no_canary_and_the_others_do(desk: Desk) -> None:
    details = desk.details()
    desk.write(places=[details[DetailKind.RESIDENCE], details[DetailKind.SHELTER]])
    his = text_of(desk.get(Role.JUDGE, "preview_file", *RESPONDENT).content)
    hers = text_of(desk.get(Role.JUDGE, "preview_file", "ruling", "applicant").content)
    committee = text_of(desk.get(Role.JUDGE, "preview_file", "assistance_notice", "committee").content)
    assert "赵大山" in his
    assert "".join(FACTS.split()) in his
    assert canaries_in(his) == []
    assert canaries_in(committee) == []
    assert DetailKind.RESIDENCE in canaries_in(hers)


def test_sr_28_a_previewed_paper_is_saved_and_never_opened_by_the_browser(desk: Desk) -> None:
    desk.write()
    file = desk.get(Role.JUDGE, "preview_file", *RESPONDENT)
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"] == 'attachment; filename="document-preview.pdf"'
    assert file["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in file["Cache-Control"]
    assert file["Cross-Origin-Resource-Policy"] == "same-origin"
    picture = desk.get(Role.JUDGE, "preview_pages", *RESPONDENT)
    assert picture["Content-Type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    assert "sandbox" in picture["Content-Security-Policy"]


@pytest.mark.parametrize("which", [("ruling", "court"), ("no", "such")])
def test_a_paper_that_is_none_is_not_found(desk: Desk, which: tuple[str, str]) -> None:
    desk.write()
    assert desk.get(Role.JUDGE, "preview_file", *which).status_code == 404


@pytest.mark.parametrize("name", ["preview_file", "preview_pages"])
def test_inv_24_nobody_else_reads_the_draft(desk: Desk, name: str) -> None:
    desk.write()
    for role in (Role.COURT_PRESIDENT, Role.FILING_CLERK, Role.OFFICER, Role.FEDERATION_WORKER):
        assert desk.get(role, name, *RESPONDENT).status_code == 404
    assert Client().get(desk.url(name, *RESPONDENT)).status_code == 302


def test_inv_26_words_that_betray_her_are_shown_as_such_and_cannot_be_signed(desk: Desk) -> None:
    page = desk.write(facts_found=f"被申请人到{CANARIES[DetailKind.RESIDENCE]}门口叫骂。")
    assert page.status_code == 422
    assert "申请人保密的现住址" in words_of(page)
    preview = desk.get(Role.JUDGE, "preview")
    assert preview.status_code == 422
    assert "还不能签发" in words_of(preview)
    assert 'name="code"' not in preview.content.decode()
    assert canaries_in(preview.content.decode()) == []


def test_sr_22_the_right_code_signs_and_the_issued_page_says_what_happens_now(desk: Desk) -> None:
    desk.write()
    answer = desk.sign()
    assert answer.status_code == 302
    assert answer.url == desk.url("issued")
    case = refreshed(desk.case)
    assert case.state == State.ORDER_ISSUED
    page = words_of(desk.get(Role.JUDGE, "issued"))
    assert "".join(case.number.split()) in page
    assert "有效期至2026年9月11日24时止" in page
    assert "5分钟，从受理到裁定" in page
    assert "25分钟，从提交到裁定" in page
    assert "在半小时目标之内" in page
    assert "公安机关" in page
    assert "已送达" in page
    assert "尚未送达" in page


def test_sr_22_a_wrong_code_signs_nothing_and_says_so_kindly(desk: Desk) -> None:
    desk.write()
    wrong = desk.sign(code="000000" if code_now() != "000000" else "111111")
    assert wrong.status_code == 422
    assert "验证码不对" in words_of(wrong)
    assert orders() == 0
    assert refreshed(desk.case).state == State.ACCEPTED
    assert (
        desk.post(
            Role.JUDGE, "preview", {**hidden_fields(wrong.content.decode()), "code": code_now()}
        ).status_code
        == 302
    )


def test_sr_22_a_code_works_once(desk: Desk) -> None:
    from agencies.second_factor import verify_totp
    from agencies.time_source import wall_now

    desk.write()
    code = code_now()
    page = desk.get(Role.JUDGE, "preview").content.decode()
    assert verify_totp(desk.person(Role.JUDGE), code, wall_now())
    used = desk.post(Role.JUDGE, "preview", {**hidden_fields(page), "code": code})
    assert used.status_code == 422
    assert "已经用过" in words_of(used)
    assert orders() == 0


def test_sr_22_a_session_fresh_from_login_still_needs_a_code_to_sign(desk: Desk) -> None:
    desk.write()
    empty = desk.sign(code=" ")
    assert empty.status_code == 422
    assert "请输入验证器上的6位数字" in words_of(empty)
    assert orders() == 0


def test_sr_22_a_colleagues_code_signs_nothing(desk: Desk) -> None:
    from agencies import second_factor
    from agencies.time_source import wall_now

    desk.write()
    second_factor.set_up(desk.person(Role.JUDGE), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", wall_now())
    assert desk.sign(code=code_now()).status_code == 422
    assert orders() == 0


def test_a_double_tap_on_sign_makes_one_order(desk: Desk) -> None:
    desk.write()
    page = desk.get(Role.JUDGE, "preview").content.decode()
    data = {**hidden_fields(page), "code": code_now()}
    assert desk.post(Role.JUDGE, "preview", data).status_code == 302
    second = desk.post(Role.JUDGE, "preview", data)
    assert second.status_code == 409
    assert orders() == 1


def test_inv_23_two_judges_at_once_the_second_reads_who_was_first_and_both_texts(desk: Desk) -> None:
    """The case is given to another judge, who rejects it, while the first reads the preview."""
    desk.write()
    page = desk.get(Role.JUDGE, "preview").content.decode()
    other = desk.district.other(Role.JUDGE)
    acceptance.assign_judge(
        actor=desk.person(Role.COURT_PRESIDENT), case=desk.case, judge=other, now=DECIDED_AT
    )
    reject_application(actor=other, case=desk.case, decision=REJECTION, signed_at=DECIDED_AT, now=DECIDED_AT)
    acceptance_case = refreshed(desk.case)
    Case.unscoped.filter(pk=desk.case.pk).update(assigned_judge=desk.person(Role.JUDGE))
    late = desk.post(Role.JUDGE, "preview", {**hidden_fields(page), "code": code_now()})
    assert late.status_code == 409
    words = words_of(late)
    assert other.display_name in words
    assert "驳回申请" in words
    assert "".join(FACTS.split()) in words
    assert acceptance_case.state == State.REJECTED
    assert orders() == 0
    assert Ruling.unscoped.filter(case=desk.case).count() == 1


def test_a_draft_changed_in_another_window_stops_the_signature_with_both_texts(desk: Desk) -> None:
    desk.write()
    page = desk.get(Role.JUDGE, "preview").content.decode()
    desk.post(
        Role.JUDGE,
        "decide",
        {**ORDER_FORM, "reasons": REASONS + "又改了一句。", "draft_version": "1", "save": "1"},
    )
    stopped = desk.post(Role.JUDGE, "preview", {**hidden_fields(page), "code": code_now()})
    assert stopped.status_code == 409
    words = words_of(stopped)
    assert "草稿在您预览之后被改过" in words
    assert "又改了一句。" in words
    assert orders() == 0
    fresh = hidden_fields(stopped.content.decode())
    assert desk.post(Role.JUDGE, "preview", {**fresh, "code": code_now()}).status_code == 302


def test_an_unmark_in_between_stops_the_signature_and_says_who(desk: Desk) -> None:
    judge = desk.person(Role.JUDGE)
    acceptance.mark_emergency(actor=judge, case=desk.case, reason_code="weapon", now=DECIDED_AT)
    desk.write()
    page = desk.get(Role.JUDGE, "preview").content.decode()
    colleague = desk.district.other(Role.JUDGE)
    acceptance.unmark_emergency(actor=colleague, case=desk.case, reason_code="judge_view", now=DECIDED_AT)
    stopped = desk.post(Role.JUDGE, "preview", {**hidden_fields(page), "code": code_now()})
    assert stopped.status_code == 409
    words = words_of(stopped)
    assert "您预览之后，案件有了变化" in words
    assert colleague.display_name in words
    assert "改为按一般期限办理" in words
    assert orders() == 0
    fresh = hidden_fields(stopped.content.decode())
    assert desk.post(Role.JUDGE, "preview", {**fresh, "code": code_now()}).status_code == 302


def test_another_bodys_inner_note_does_not_stop_the_judge(desk: Desk) -> None:
    desk.write()
    page = desk.get(Role.JUDGE, "preview").content.decode()
    notes.add_note(
        actor=desk.person(Role.OFFICER),
        case=desk.case,
        text="所内安排",
        audience=Audience.OWN_AGENCY,
        now=DECIDED_AT,
    )
    assert desk.post(Role.JUDGE, "preview", {**hidden_fields(page), "code": code_now()}).status_code == 302


def test_a_rejection_goes_the_same_way(desk: Desk) -> None:
    desk.decide(REJECTION_FORM)
    assert desk.case.state == State.REJECTED
    page = words_of(desk.get(Role.JUDGE, "issued"))
    assert "已驳回" in page
    assert "没有遭受家庭暴力" in page
    assert set(desk.papers()) == {("ruling", "applicant")}


def test_the_next_case_is_offered_after_signing(desk: Desk) -> None:
    from tests.orders.test_desk_judge import accept_another

    another = accept_another(desk)
    desk.decide()
    assert f"下一件：{''.join(another.number.split())}" in words_of(desk.get(Role.JUDGE, "issued"))


def test_sr_18_reading_the_draft_leaves_a_look(desk: Desk) -> None:
    desk.write()
    before = AccessLog.objects.filter(purpose="paper.print").count()
    desk.get(Role.JUDGE, "preview_file", *RESPONDENT)
    assert AccessLog.objects.filter(purpose="paper.print").count() == before + 1


def test_inv_26_the_kept_copies_hold_what_each_reader_may_read(desk: Desk) -> None:
    details = desk.details()
    desk.decide(places=[details[DetailKind.RESIDENCE]])
    texts = {which: text_of(cipher().decrypt(bytes(row.content))) for which, row in desk.papers().items()}
    assert canaries_in(texts[RESPONDENT]) == []
    assert canaries_in(texts["assistance_notice", "committee"]) == []
    assert canaries_in(texts["service_certificate", "court"]) == []
    assert DetailKind.RESIDENCE in canaries_in(texts["ruling", "police"])
