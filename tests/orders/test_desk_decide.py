"""The decision form: what she asks for is there already, what is typed is kept, secrets stay closed."""

import pytest

from agencies.roles import Role
from cases.models import CaseEvent
from cases.services import acceptance, evidence
from cases.services.filing import DetailFiled
from cases.vocabulary import DetailKind, EvidenceKind
from orders.models import DecisionDraft, Ruling
from orders.services.decision import draft_of
from tests.orders.desk import FACTS, ORDER_FORM, REASONS, REJECTION_FORM, Desk, canaries_in, words_of
from tests.record import (
    ACCEPTED_AT,
    CANARIES,
    HOUR,
    make_filing,
    refreshed,
    submit_case,
    urgent_answers,
)


def draft(desk: Desk):
    from cases.scope import case_scope
    from tests.orders.desk import DECIDED_AT

    with case_scope(desk.case.pk):
        return draft_of(actor=desk.person(Role.JUDGE), case=desk.case, now=DECIDED_AT)


def known_workplace(desk: Desk):
    """A case in which she said that he knows where she works."""
    known = DetailFiled(DetailKind.WORKPLACE, CANARIES[DetailKind.WORKPLACE], known_to_respondent=True)
    hidden = DetailFiled(DetailKind.RESIDENCE, CANARIES[DetailKind.RESIDENCE])
    case = submit_case(make_filing(desk.district, details=[known, hidden])).case
    acceptance.accept_application(actor=desk.person(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    case = refreshed(case)
    acceptance.assign_judge(
        actor=desk.person(Role.COURT_PRESIDENT), case=case, judge=desk.person(Role.JUDGE), now=ACCEPTED_AT
    )
    desk.case = refreshed(case)
    return desk


def test_the_page_holds_the_application_and_her_measures_are_ticked(desk: Desk) -> None:
    evidence.add_record(
        actor=desk.person(Role.OFFICER),
        case=desk.case,
        kind=EvidenceKind.E02,
        description="出警记录",
        incident_number="J2026-881",
        now=ACCEPTED_AT,
    )
    page = desk.get(Role.JUDGE, "decide")
    html, words = page.content.decode(), words_of(page)
    assert "昨天晚上他又打了我" in words
    assert "较大可能性" in words
    assert "有明确的被申请人" in words
    assert "J2026-881" in words
    for code in ("M1", "M2"):
        assert f'value="{code}"' in html
        assert "checked" in html.split(f'value="{code}"')[1].split(">")[0]
    assert "checked" not in html.split('value="M5"')[1].split(">")[0]


def test_each_kind_of_evidence_says_whether_it_is_there(desk: Desk) -> None:
    page = words_of(desk.get(Role.JUDGE, "decide"))
    for kind in EvidenceKind:
        assert "".join(str(kind.label).split()) in page


def test_inv_13_each_length_shows_its_last_day_and_none_is_longer_than_the_law(desk: Desk) -> None:
    html = desk.get(Role.JUDGE, "decide").content.decode()
    assert "6 个月，至2026年9月11日24时止" in html
    assert "1 个月，至2026年4月11日24时止" in html
    assert "7 个月" not in html
    refused = desk.write(months="7")
    assert refused.status_code == 422
    assert "请从列出的月数里选" in words_of(refused)


def test_inv_28_places_are_chosen_by_kind_and_their_text_is_not_in_the_page(desk: Desk) -> None:
    html = desk.get(Role.JUDGE, "decide").content.decode()
    assert canaries_in(html) == []
    assert "现住址" in html
    assert "•••" in html


def test_inv_27_only_a_place_that_she_says_he_knows_can_be_confirmed(desk: Desk) -> None:
    known_workplace(desk)
    html = desk.get(Role.JUDGE, "decide").content.decode()
    details = desk.details()
    assert f'name="known" value="{details[DetailKind.WORKPLACE]}"' in html
    assert f'name="known" value="{details[DetailKind.RESIDENCE]}"' not in html
    forged = desk.write(places=[details[DetailKind.RESIDENCE]], known=[details[DetailKind.RESIDENCE]])
    assert forged.status_code == 422


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"measures": []}, "请至少选择一项措施"),
        ({"distance_metres": ""}, "请填写距离"),
        ({"distance_metres": "很远"}, "请只写数字"),
        ({"distance_metres": "99999999999"}, "最多是"),
        ({"measures": ["M9"]}, "请写明具体内容"),
        ({"measures": ["M8"]}, "请写明具体内容"),
        ({"facts_found": ""}, "请写明查明的事实"),
        ({"reasons": "短"}, "请写明理由"),
        ({"months": ""}, "有效期请填"),
        ({"measures": ["M99"]}, "请从列出的选项里选"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(desk: Desk, changes: dict, words: str) -> None:
    page = desk.write(**changes)
    assert page.status_code == 422
    assert words in words_of(page)
    assert "还有几处要看一下" in words_of(page)
    if "facts_found" not in changes:
        assert FACTS in page.content.decode()
    assert not Ruling.unscoped.exists()


def test_a_rejection_needs_its_condition(desk: Desk) -> None:
    page = desk.write({**REJECTION_FORM, "failed_conditions": []})
    assert page.status_code == 422
    assert "请选择不符合哪一个条件" in words_of(page)


def test_an_incomplete_draft_is_saved_and_read_again(desk: Desk) -> None:
    answer = desk.post(
        Role.JUDGE,
        "decide",
        {"kind": "order", "measures": ["M9"], "facts_found": "写到一半😀", "draft_version": "0", "save": "1"},
    )
    assert answer.status_code == 302
    html = desk.get(Role.JUDGE, "decide").content.decode()
    assert "写到一半😀" in html
    assert 'name="draft_version" value="1"' in html
    decision, version = draft(desk)
    assert version == 1
    assert [row.code for row in decision.measures] == ["M9"]


def test_nine_thousand_characters_with_emoji_are_kept_whole(desk: Desk) -> None:
    long = "他打人👊" * 2_250
    assert desk.write(facts_found=long).status_code == 302
    decision, _version = draft(desk)
    assert decision.facts_found == long


def test_twenty_thousand_and_one_characters_are_refused_with_the_text_kept(desk: Desk) -> None:
    page = desk.write(facts_found="长" * 20_001)
    assert page.status_code == 422
    assert "最多写20000个字" in words_of(page)
    assert "长" * 20_001 in page.content.decode()


def test_two_windows_the_second_sees_both_texts_and_loses_nothing(desk: Desk) -> None:
    first = {**ORDER_FORM, "reasons": REASONS + "（第一个窗口）", "save": "1"}
    assert desk.post(Role.JUDGE, "decide", first).status_code == 302
    second = desk.post(
        Role.JUDGE, "decide", {**ORDER_FORM, "reasons": REASONS + "（第二个窗口）", "save": "1"}
    )
    assert second.status_code == 409
    page = words_of(second)
    assert "（第一个窗口）" in page
    assert "（第二个窗口）" in page
    assert desk.person(Role.JUDGE).display_name in page
    assert 'name="draft_version" value="1"' in second.content.decode()
    assert draft(desk)[0].reasons.endswith("（第一个窗口）")
    again = {**ORDER_FORM, "reasons": REASONS + "（第二个窗口）", "save": "1", "draft_version": "1"}
    assert desk.post(Role.JUDGE, "decide", again).status_code == 302
    assert draft(desk)[0].reasons.endswith("（第二个窗口）")


@pytest.mark.parametrize(
    "role",
    [
        Role.FILING_CLERK,
        Role.COURT_PRESIDENT,
        Role.COURT_SUPERVISOR,
        Role.OFFICER,
        Role.FEDERATION_WORKER,
        Role.AUDITOR,
    ],
)
def test_inv_24_only_the_assigned_judge_opens_the_form(desk: Desk, role: str) -> None:
    for name in ("decide", "preview", "issued"):
        assert desk.get(role, name).status_code == 404
    assert desk.post(role, "decide", {**ORDER_FORM, "save": "1"}).status_code == 404
    assert not DecisionDraft.objects.model._base_manager.exists()


def test_inv_24_another_judge_of_the_same_court_gets_the_same_404_as_for_a_missing_case(desk: Desk) -> None:
    other = desk.district.other(Role.JUDGE)
    forbidden = desk.get(other, "decide")
    missing = desk.browser(other).get("/desk/c/00000000-0000-4000-8000-000000000000/decide/")
    assert forbidden.status_code == missing.status_code == 404
    assert forbidden.content == missing.content


def test_a_decided_case_takes_no_further_draft(desk: Desk) -> None:
    desk.decide()
    late = desk.post(Role.JUDGE, "decide", {**ORDER_FORM, "save": "1", "draft_version": "1"})
    assert late.status_code == 409
    assert desk.person(Role.JUDGE).display_name in words_of(late)
    assert desk.get(Role.JUDGE, "decide").status_code == 302
    assert CaseEvent.unscoped.filter(case=desk.case, type="ruling.drafted").count() == 1


def test_after_the_legal_deadline_a_reason_is_asked_and_nothing_else(desk: Desk, clock_at) -> None:
    clock_at(ACCEPTED_AT + 73 * HOUR)
    assert "逾期的原因" in words_of(desk.get(Role.JUDGE, "decide"))
    silent = desk.write()
    assert silent.status_code == 422
    assert "请写一句逾期的原因" in words_of(silent)
    assert desk.write(draft_version="1", late_reason="等候公安机关调取记录").status_code == 302


def test_danger_words_of_an_urgent_case_stand_beside_the_form(desk: Desk) -> None:
    case = submit_case(make_filing(desk.district, danger_answers=urgent_answers())).case
    acceptance.accept_application(actor=desk.person(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    desk.case = refreshed(case)
    judge = desk.case.assigned_judge
    page = words_of(desk.get(judge, "decide"))
    assert "担心今天或明天就会再受伤害" in page
    assert "情况紧急" in page


def test_a_form_sent_after_the_case_was_given_away_is_not_lost_and_writes_nothing(desk: Desk) -> None:
    desk.get(Role.JUDGE, "decide")
    other = desk.district.other(Role.JUDGE)
    acceptance.assign_judge(
        actor=desk.person(Role.COURT_PRESIDENT), case=desk.case, judge=other, now=ACCEPTED_AT
    )
    late = desk.post(Role.JUDGE, "decide", {**ORDER_FORM, "save": "1"})
    assert late.status_code == 409
    words = words_of(late)
    assert f"本案现在由{other.display_name}承办" in words
    assert "".join(FACTS.split()) in words
    assert desk.post(Role.JUDGE, "preview", {"code": "123456"}).status_code == 409
    assert not DecisionDraft.objects.model._base_manager.exists()
    assert desk.get(Role.JUDGE, "decide").status_code == 404
