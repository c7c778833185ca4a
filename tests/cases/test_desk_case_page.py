"""The case on one page: what each role reads, and which steps it is offered."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from agencies.roles import Role
from cases.models import AccessLog
from cases.services import acceptance, evidence, notes
from cases.vocabulary import Audience, DangerSign, DetailKind, EvidenceKind
from deadlines.models import Deadline
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
COURT = (Role.FILING_CLERK, Role.JUDGE, Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR)
POLICE = (Role.OFFICER, Role.COMMANDER)
FEDERATION = (Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR)
ON_CASE = (*COURT, *POLICE, *FEDERATION)


def url(case):
    return f"/desk/c/{case.pk}/"


def words(response):
    return response.content.decode()


def offered(page, case):
    """The steps that the page leads to, by the last part of their address."""
    return set(re.findall(rf'href="/desk/c/{case.pk}/([a-z]+)/"', page)) - {"recuse"}


@pytest.fixture
def accepted_urgent(xinjin, urgent_case):
    clerk = xinjin.one(Role.FILING_CLERK)
    return acceptance.accept_application(actor=clerk, case=urgent_case, now=ACCEPTED_AT)


@pytest.mark.parametrize("role", ON_CASE)
def test_every_body_on_the_case_reads_parties_and_requests(xinjin, accepted_urgent, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(role)).get(url(accepted_urgent)))
    for shown in ("林小雨", "赵大山", "昨天晚上他又打了我", accepted_urgent.number, "情况紧急"):
        assert shown in page


@pytest.mark.parametrize("role", ON_CASE)
def test_sr_13_confidential_details_are_masked_and_not_in_the_page(
    xinjin, accepted_urgent, at_desk, clock_at, role
):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(role)).get(url(accepted_urgent)))
    assert page.count("•••") == len(CANARIES)
    for canary in CANARIES.values():
        assert canary not in page


@pytest.mark.parametrize("role", (*COURT, *FEDERATION))
def test_court_and_federation_read_the_danger_answers(xinjin, accepted_urgent, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(role)).get(url(accepted_urgent)))
    assert str(DangerSign.WEAPON.label) in page and "极度危险" in page


@pytest.mark.parametrize("role", POLICE)
def test_the_police_read_the_level_alone(xinjin, accepted_urgent, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(role)).get(url(accepted_urgent)))
    assert "极度危险" in page
    for sign in DangerSign:
        assert str(sign.label) not in page


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PLATFORM_ADMIN])
def test_inv_34_auditor_and_admin_see_no_content(xinjin, accepted_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + MINUTE)
    visitor = at_desk(xinjin.one(role))
    missing = visitor.get("/desk/c/00000000-0000-4000-8000-000000000000/")
    answer = visitor.get(url(accepted_case))
    assert (answer.status_code, answer.content) == (404, missing.content)


@pytest.mark.parametrize("role", ON_CASE)
def test_inv_32_a_foreign_case_and_a_missing_one_answer_alike(
    neighbour, accepted_case, at_desk, clock_at, role
):
    clock_at(ACCEPTED_AT + MINUTE)
    stranger = at_desk(neighbour.one(role))
    missing = stranger.get("/desk/c/00000000-0000-4000-8000-000000000000/")
    foreign = stranger.get(url(accepted_case))
    assert missing.status_code == foreign.status_code == 404
    assert missing.content == foreign.content
    assert set(missing.headers) == set(foreign.headers)


@pytest.mark.parametrize("role", [*POLICE, *FEDERATION])
def test_before_acceptance_other_bodies_see_nothing(xinjin, submitted_case, at_desk, clock_at, role):
    clock_at(SUBMITTED_AT + MINUTE)
    assert at_desk(xinjin.one(role)).get(url(submitted_case)).status_code == 404


def test_inv_11_both_clocks_and_their_reason_stand_there_with_the_engine_stopped(
    xinjin, accepted_case, at_desk, clock_at
):
    clock_at(ACCEPTED_AT + HOUR)
    page = words(at_desk(xinjin.one(Role.JUDGE)).get(url(accepted_case)))
    for shown in ("3月14日 10:20", "3月14日 11:00", "还有 70:59", "法律规定", "期间开始的时不计入"):
        assert shown in page


def test_inv_12_a_stopped_engine_is_shown(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + HOUR)
    assert 'class="banner banner--bad"' in words(at_desk(xinjin.one(Role.JUDGE)).get(url(accepted_case)))


@pytest.mark.parametrize(
    ("role", "steps"),
    [
        (Role.FILING_CLERK, {"accept", "correct", "transfer", "decline", "mark"}),
        (Role.JUDGE, {"accept", "correct", "transfer", "decline", "mark"}),
        (Role.COURT_PRESIDENT, set()),
    ],
)
def test_steps_of_a_submitted_case(xinjin, submitted_case, at_desk, clock_at, role, steps):
    clock_at(SUBMITTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(role)).get(url(submitted_case)))
    assert offered(page, submitted_case) == steps


@pytest.mark.parametrize(
    ("role", "steps"),
    [
        (Role.FILING_CLERK, {"mark"}),
        (Role.COURT_PRESIDENT, {"assign"}),
        (Role.COURT_SUPERVISOR, {"assign"}),
        (Role.OFFICER, {"propose"}),
        (Role.COMMANDER, {"propose"}),
        (Role.FEDERATION_WORKER, {"propose"}),
        (Role.FEDERATION_SUPERVISOR, {"propose"}),
    ],
)
def test_steps_of_an_accepted_case(xinjin, accepted_case, at_desk, clock_at, role, steps):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(role)).get(url(accepted_case)))
    assert offered(page, accepted_case) - {"service"} == steps


def test_a_judge_off_duty_is_not_offered_acceptance(xinjin, submitted_case, at_desk, clock_at):
    clock_at(SUBMITTED_AT + MINUTE)
    page = words(at_desk(xinjin.other(Role.JUDGE)).get(url(submitted_case)))
    assert offered(page, submitted_case) == {"mark"}


def test_only_a_judge_is_offered_to_take_the_mark_back(xinjin, accepted_urgent, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    for role, there in ((Role.FILING_CLERK, False), (Role.JUDGE, True), (Role.OFFICER, False)):
        page = words(at_desk(xinjin.one(role)).get(url(accepted_urgent)))
        assert ("unmark" in offered(page, accepted_urgent)) is there, role
        assert "mark" not in offered(page, accepted_urgent)


def test_inv_20_after_the_one_notice_no_second_is_offered(xinjin, submitted_case, at_desk, clock_at):
    clerk = xinjin.one(Role.FILING_CLERK)
    acceptance.request_correction(
        actor=clerk, case=submitted_case, points=["对方的姓名"], days=3, now=ACCEPTED_AT
    )
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(clerk).get(url(submitted_case)))
    assert "对方的姓名" in page
    assert offered(page, submitted_case) == {"accept", "transfer"}


def test_notes_and_evidence_are_shown_to_their_audience(xinjin, accepted_case, at_desk, clock_at):
    later = ACCEPTED_AT + MINUTE
    worker = xinjin.one(Role.FEDERATION_WORKER)
    for text, audience in (
        ("只给妇联看的话", Audience.OWN_AGENCY),
        ("大家都看的话", Audience.ON_CASE),
        ("只给法院看的话", Audience.COURT_ONLY),
    ):
        notes.add_note(actor=worker, case=accepted_case, text=text, audience=audience, now=later)
    evidence.add_record(
        actor=xinjin.one(Role.OFFICER),
        case=accepted_case,
        kind=EvidenceKind.E02,
        description="到场处置",
        incident_number="J5101180042",
        audience=Audience.COURT_ONLY,
        now=later,
    )
    clock_at(later + MINUTE)
    expected = {
        Role.FEDERATION_WORKER: (True, True, True, False),
        Role.OFFICER: (False, True, False, True),
        Role.JUDGE: (False, True, True, True),
    }
    for role, seen in expected.items():
        page = words(at_desk(xinjin.one(role)).get(url(accepted_case)))
        shown = tuple(
            text in page for text in ("只给妇联看的话", "大家都看的话", "只给法院看的话", "J5101180042")
        )
        assert shown == seen, role


@pytest.mark.parametrize("role", ON_CASE)
def test_who_looked_is_shown_to_supervisors_alone(xinjin, accepted_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + MINUTE)
    at_desk(xinjin.one(Role.OFFICER)).get(url(accepted_case))
    page = words(at_desk(xinjin.one(role)).get(url(accepted_case)))
    reads = role in {Role.COURT_SUPERVISOR, Role.COMMANDER, Role.FEDERATION_SUPERVISOR}
    assert ("谁看过" in page) is reads


def test_a_supervisor_of_the_police_reads_names_of_the_own_body_alone(
    xinjin, accepted_case, at_desk, clock_at
):
    clock_at(ACCEPTED_AT + MINUTE)
    for role in (Role.OFFICER, Role.FILING_CLERK):
        at_desk(xinjin.one(role)).get(url(accepted_case))
    page = words(at_desk(xinjin.one(Role.COMMANDER)).get(url(accepted_case)))
    looks = page[page.index("谁看过") :]
    assert str(xinjin.one(Role.OFFICER)) in looks
    assert str(xinjin.one(Role.FILING_CLERK)) not in looks and xinjin.court.name not in looks.split("<p")[0]


def test_inv_28_the_look_is_written_down_with_its_classes(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    at_desk(xinjin.one(Role.OFFICER)).get(url(accepted_case))
    look = AccessLog.objects.get(case_id=accepted_case.pk, purpose="case.open")
    assert (look.user, look.agency, look.allowed) == (xinjin.one(Role.OFFICER), xinjin.police, True)
    assert look.data_classes == ["K1", "K2"]


def test_sr_18_a_refused_look_is_written_down_too(neighbour, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    at_desk(neighbour.one(Role.OFFICER)).get(url(accepted_case))
    assert AccessLog.objects.get(case_id=accepted_case.pk).allowed is False


def test_sr_18_without_the_log_there_is_no_read(xinjin, accepted_case, at_desk, clock_at, monkeypatch):
    clock_at(ACCEPTED_AT + MINUTE)
    judge = at_desk(xinjin.one(Role.JUDGE))

    def full_disk(**_columns):
        raise DatabaseError

    monkeypatch.setattr(AccessLog.objects, "create", full_disk)
    answer = judge.get(url(accepted_case))
    assert answer.status_code >= 500
    assert "林小雨" not in words(answer) and accepted_case.number not in words(answer)


def test_inv_30_after_a_transfer_the_page_is_gone_for_the_old_court(
    xinjin, neighbour, submitted_case, at_desk, clock_at
):
    clerk = xinjin.one(Role.FILING_CLERK)
    acceptance.transfer(
        actor=clerk, case=submitted_case, court=neighbour.court, reason="不在本院辖区", now=ACCEPTED_AT
    )
    clock_at(ACCEPTED_AT + MINUTE)
    assert at_desk(clerk).get(url(submitted_case)).status_code == 404
    assert at_desk(neighbour.one(Role.FILING_CLERK)).get(url(submitted_case)).status_code == 200


def test_an_earlier_case_of_the_same_two_people_is_named(xinjin, at_desk, clock_at):
    numbers = {"applicant": "11010119900307002X", "respondent": "110101198503070037"}
    filed = make_filing(xinjin)
    people = {
        side: type(filed.applicant)(name=side, identity_kind="resident", identity_number=number, sex="female")
        for side, number in numbers.items()
    }
    earlier = submit_case(make_filing(xinjin, **people)).case
    later = submit_case(make_filing(xinjin, **people)).case
    other = submit_case(make_filing(xinjin)).case
    clock_at(ACCEPTED_AT)
    page = words(at_desk(xinjin.one(Role.FILING_CLERK)).get(url(later)))
    assert earlier.staff_reference in page and other.staff_reference not in page


def test_sr_03_neither_title_nor_address_tells(xinjin, accepted_urgent, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(Role.JUDGE)).get(url(accepted_urgent)))
    assert page.split("<title>")[1].split("</title>")[0].strip() == "半小时"
    for address in re.findall(r'(?:href|action)="([^"]+)"', page):
        assert not re.search(r"家暴|保护令|violence|abuse|protection|victim|林小雨|赵大山", address)


def test_sr_32_no_inline_style_or_script(xinjin, accepted_urgent, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(Role.JUDGE)).get(url(accepted_urgent)))
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page)


def test_the_page_costs_the_same_however_much_the_record_holds(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + MINUTE)
    judge = at_desk(xinjin.one(Role.JUDGE))
    judge.get(url(accepted_case))
    with CaptureQueriesContext(connection) as few:
        judge.get(url(accepted_case))
    worker = xinjin.one(Role.FEDERATION_WORKER)
    for number in range(20):
        notes.add_note(
            actor=worker, case=accepted_case, text=f"第{number}条", audience=Audience.ON_CASE, now=ACCEPTED_AT
        )
        evidence.add_record(
            actor=worker, case=accepted_case, kind=EvidenceKind.E07, description="求助", now=ACCEPTED_AT
        )
    clock_at(ACCEPTED_AT + MINUTE)
    judge.get("/desk/notices/")
    with CaptureQueriesContext(connection) as many:
        judge.get(url(accepted_case))
    assert len(few) == len(many), "\n".join(query["sql"][:150] for query in many)


def test_urgent_answers_are_in_the_words_of_the_form(xinjin, at_desk, clock_at):
    case = submit_case(make_filing(xinjin, danger_answers=urgent_answers())).case
    clock_at(ACCEPTED_AT)
    page = words(at_desk(xinjin.one(Role.FILING_CLERK)).get(url(case)))
    assert page.index(str(DangerSign.NEXT_DAY.label)) < page.index(str(DangerSign.CHOKED.label))
    assert str(DetailKind.SHELTER.label) in page


def test_a_deadline_that_runs_for_each_recipient_names_the_recipient(
    xinjin, accepted_case, at_desk, clock_at
):
    clock = Deadline.objects.get(subject_id=accepted_case.pk, rule_id="D02")
    for key in ("respondent", "police#2"):
        clock.pk, clock.rule_id, clock.key = None, "D07", key
        clock.save()
    clock_at(ACCEPTED_AT + MINUTE)
    page = words(at_desk(xinjin.one(Role.JUDGE)).get(url(accepted_case)))
    assert "送达（被申请人）" in page and "送达（公安机关）" in page
