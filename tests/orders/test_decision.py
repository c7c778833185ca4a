"""The judge decides: one ruling, by the right judge, within the law's bounds, every copy its own."""

from dataclasses import replace
from datetime import date

import pypdfium2
import pytest

from agencies.errors import Conflict, InvalidInput, NotAllowed
from agencies.roles import Role
from cases.models import Case, CaseEvent, ConfidentialDetail
from cases.secrets import cipher
from cases.vocabulary import DetailKind, State
from deadlines.models import Deadline
from orders.decisions import MeasureChosen, OrderDecision, PlaceChosen, RejectionDecision
from orders.models import CasePaper, ProtectionOrder, Ruling, Service
from orders.services.decision import issue_order, preview, reject_application, save_draft
from orders.services.serving import acknowledge_order, record_attempt
from tests.record import (
    ACCEPTED_AT,
    CANARIES,
    HOUR,
    SHANGHAI,
    District,
    make_filing,
    refreshed,
    submit_case,
)

DECISION = OrderDecision(
    measures=[MeasureChosen("M1"), MeasureChosen("M2"), MeasureChosen("M5", distance_metres=200)],
    months=6,
    facts_found="2026年3月10日晚，被申请人在家中殴打申请人，派出所出警处置。",
    reasons="申请人遭受家庭暴力具有较大可能性，且面临再次遭受家庭暴力的现实危险。",
)
REJECTION = RejectionDecision(
    failed_conditions=["violence_or_danger"],
    facts_found="申请人与被申请人因财产问题发生口角。",
    reasons="现有材料不足以认定申请人遭受家庭暴力或者面临现实危险。",
)
DECIDED_AT = ACCEPTED_AT + HOUR / 6


def issue(case: Case, judge, decision: OrderDecision = DECISION, **changes) -> ProtectionOrder:
    return issue_order(
        **{
            "actor": judge,
            "case": case,
            "decision": decision,
            "signed_at": DECIDED_AT,
            "now": DECIDED_AT,
            **changes,
        }
    )


def text_of(case: Case, audience: str, kind: str = "ruling") -> str:
    papers = CasePaper.objects.filter(case=case, audience=audience, kind=kind)
    return "".join(text_of_pdf(cipher().decrypt(bytes(paper.content))) for paper in papers)


def text_of_pdf(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.usefixtures("record_open")
def test_inv_13_validity_counts_from_the_day_the_order_is_made(xinjin: District, accepted_case: Case) -> None:
    order = issue(accepted_case, xinjin.one(Role.JUDGE))
    assert order.last_on == date(2026, 9, 11)
    assert order.ends_at.astimezone(SHANGHAI).isoformat() == "2026-09-12T00:00:00+08:00"
    assert refreshed(accepted_case).state == State.ORDER_ISSUED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"measures": []}, "measures"),
        ({"months": 7}, "months"),
        ({"months": 0}, "months"),
        ({"measures": [MeasureChosen("M5")]}, "distance_metres"),
        ({"measures": [MeasureChosen("M5", distance_metres=10**9)]}, "distance_metres"),
        ({"measures": [MeasureChosen("M9")]}, "words"),
        ({"reasons": "太短"}, "reasons"),
        ({"places": [PlaceChosen(999_999)]}, "places"),
    ],
)
@pytest.mark.usefixtures("record_open")
def test_inv_13_what_an_order_may_not_say_is_refused_whole(
    xinjin: District, accepted_case: Case, wrong: dict, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        issue(accepted_case, xinjin.one(Role.JUDGE), replace(DECISION, **wrong))
    assert refused.value.field == field
    assert refreshed(accepted_case).state == State.ACCEPTED
    assert not Ruling.objects.exists()
    assert not CasePaper.objects.exists()


@pytest.mark.usefixtures("record_open")
def test_inv_24_only_the_assigned_judge_of_that_court_decides(
    xinjin: District, neighbour: District, accepted_case: Case
) -> None:
    strangers = [
        xinjin.other(Role.JUDGE),
        neighbour.one(Role.JUDGE),
        xinjin.one(Role.COURT_PRESIDENT),
        xinjin.one(Role.FILING_CLERK),
        xinjin.one(Role.OFFICER),
    ]
    for stranger in strangers:
        with pytest.raises(NotAllowed):
            issue(accepted_case, stranger)
    assert not Ruling.objects.exists()


@pytest.mark.usefixtures("record_open")
def test_inv_23_one_application_has_at_most_one_deciding_ruling(
    xinjin: District, accepted_case: Case
) -> None:
    judge = xinjin.one(Role.JUDGE)
    issue(accepted_case, judge)
    with pytest.raises(Conflict) as conflict:
        reject_application(
            actor=judge, case=accepted_case, decision=REJECTION, signed_at=DECIDED_AT, now=DECIDED_AT
        )
    assert conflict.value.who == judge.display_name
    assert Ruling.objects.filter(case=accepted_case).count() == 1


@pytest.mark.usefixtures("record_open")
def test_sr_22_a_stale_second_factor_signs_nothing(xinjin: District, accepted_case: Case) -> None:
    with pytest.raises(InvalidInput):
        issue(accepted_case, xinjin.one(Role.JUDGE), signed_at=DECIDED_AT - HOUR / 10)


@pytest.mark.usefixtures("record_open")
def test_inv_26_the_respondents_copy_holds_no_confidential_detail(
    xinjin: District, accepted_case: Case
) -> None:
    details = ConfidentialDetail.objects.filter(case=accepted_case)
    decision = replace(DECISION, places=[PlaceChosen(row.pk) for row in details])
    issue(accepted_case, xinjin.one(Role.JUDGE), decision)
    his, hers = text_of(accepted_case, "respondent"), text_of(accepted_case, "applicant")
    assert "林小雨" in his
    assert "赵大山" in his
    assert accepted_case.number in his
    for kind, canary in CANARIES.items():
        assert squeezed(canary) not in his, kind
    assert squeezed(CANARIES[DetailKind.RESIDENCE]) in hers


@pytest.mark.usefixtures("record_open")
def test_inv_26_words_that_betray_her_address_are_refused(xinjin: District, accepted_case: Case) -> None:
    betraying = replace(DECISION, facts_found=f"被申请人到{CANARIES[DetailKind.RESIDENCE]}门口叫骂。")
    with pytest.raises(InvalidInput) as refused:
        issue(accepted_case, xinjin.one(Role.JUDGE), betraying)
    assert CANARIES[DetailKind.RESIDENCE] not in str(refused.value.message)
    with pytest.raises(InvalidInput):
        preview(
            actor=xinjin.one(Role.JUDGE), case=refreshed(accepted_case), decision=betraying, now=DECIDED_AT
        )


@pytest.mark.usefixtures("record_open")
def test_inv_27_a_place_stands_on_his_copy_only_if_known_and_confirmed(xinjin: District) -> None:
    from cases.services import acceptance
    from cases.services.filing import DetailFiled

    known = DetailFiled(DetailKind.WORKPLACE, CANARIES[DetailKind.WORKPLACE], known_to_respondent=True)
    hidden = DetailFiled(DetailKind.RESIDENCE, CANARIES[DetailKind.RESIDENCE])
    case = submit_case(make_filing(xinjin, details=[known, hidden])).case
    acceptance.accept_application(actor=xinjin.one(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    by_kind = {row.kind: row.pk for row in ConfidentialDetail.objects.filter(case=case)}
    unconfirmed = [PlaceChosen(pk) for pk in by_kind.values()]
    papers = preview(
        actor=xinjin.one(Role.JUDGE),
        case=refreshed(case),
        decision=replace(DECISION, places=unconfirmed),
        now=DECIDED_AT,
    )
    respondent = next(paper for paper in papers if paper.audience == "respondent")
    assert respondent.content.known_places == ()

    confirmed = [PlaceChosen(by_kind[DetailKind.WORKPLACE], True), PlaceChosen(by_kind[DetailKind.RESIDENCE])]
    issue(case, xinjin.one(Role.JUDGE), replace(DECISION, places=confirmed))
    his = text_of(case, "respondent")
    assert squeezed(CANARIES[DetailKind.WORKPLACE]) in his
    assert squeezed(CANARIES[DetailKind.RESIDENCE]) not in his

    other = submit_case(make_filing(xinjin)).case
    acceptance.accept_application(actor=xinjin.one(Role.FILING_CLERK), case=other, now=ACCEPTED_AT)
    detail = ConfidentialDetail.objects.filter(case=other).first()
    with pytest.raises(InvalidInput):
        issue(
            other, refreshed(other).assigned_judge, replace(DECISION, places=[PlaceChosen(detail.pk, True)])
        )


@pytest.mark.usefixtures("record_open")
def test_d07_service_runs_for_each_recipient_until_served(xinjin: District, accepted_case: Case) -> None:
    issue(accepted_case, xinjin.one(Role.JUDGE))
    clocks = Deadline.objects.filter(subject_id=accepted_case.pk, rule_id="D07")
    assert {(row.key, row.state) for row in clocks} == {
        ("applicant", "running"),
        ("respondent", "running"),
        ("committee", "running"),
        ("police", "met"),
    }
    service = Service.objects.get(case=accepted_case, recipient="respondent")
    clerk = xinjin.one(Role.FILING_CLERK)
    record_attempt(
        actor=clerk,
        case=accepted_case,
        service_id=service.pk,
        way="in_person",
        succeeded=False,
        words="家中无人",
        now=DECIDED_AT + HOUR,
    )
    assert clocks.get(key="respondent").state == "running"
    record_attempt(
        actor=clerk,
        case=accepted_case,
        service_id=service.pk,
        way="in_person",
        succeeded=True,
        received_by="赵大山",
        now=DECIDED_AT + 2 * HOUR,
    )
    assert clocks.get(key="respondent").state == "met"
    assert "送达回证" in text_of(accepted_case, "court", "service_certificate")


@pytest.mark.usefixtures("record_open")
def test_d08_police_acknowledge_and_name_an_officer(xinjin: District, accepted_case: Case) -> None:
    issue(accepted_case, xinjin.one(Role.JUDGE))
    clock = Deadline.objects.get(subject_id=accepted_case.pk, rule_id="D08")
    assert clock.strict_at == DECIDED_AT + 2 * HOUR
    acknowledge_order(
        actor=xinjin.one(Role.OFFICER),
        case=accepted_case,
        officer=xinjin.other(Role.OFFICER),
        now=DECIDED_AT + HOUR,
    )
    assert Deadline.objects.get(pk=clock.pk).state == "met"


@pytest.mark.usefixtures("record_open")
def test_d11_the_window_printed_is_the_window_that_runs(xinjin: District, accepted_case: Case) -> None:
    issue(accepted_case, xinjin.one(Role.JUDGE))
    window = Deadline.objects.get(subject_id=accepted_case.pk, rule_id="D11")
    printed = f"{window.last_on.year}年{window.last_on.month}月{window.last_on.day}日"
    assert printed in text_of(accepted_case, "respondent")


@pytest.mark.usefixtures("record_open")
def test_a_rejection_says_which_condition_fails_and_goes_to_her_alone(
    xinjin: District, accepted_case: Case
) -> None:
    reject_application(
        actor=xinjin.one(Role.JUDGE),
        case=accepted_case,
        decision=REJECTION,
        signed_at=DECIDED_AT,
        now=DECIDED_AT,
    )
    assert {paper.audience for paper in CasePaper.objects.filter(case=accepted_case)} == {"applicant"}
    assert "驳回" in text_of(accepted_case, "applicant")
    assert [row.key for row in Deadline.objects.filter(subject_id=accepted_case.pk, rule_id="D07")] == [
        "applicant"
    ]


@pytest.mark.usefixtures("record_open")
def test_two_windows_with_one_draft_the_second_is_told(xinjin: District, accepted_case: Case) -> None:
    judge = xinjin.one(Role.JUDGE)
    save_draft(actor=judge, case=accepted_case, decision=DECISION, now=DECIDED_AT, expected_version=0)
    with pytest.raises(Conflict):
        save_draft(actor=judge, case=accepted_case, decision=REJECTION, now=DECIDED_AT, expected_version=0)
    assert CaseEvent.objects.filter(case=accepted_case, type="ruling.drafted").count() == 1
