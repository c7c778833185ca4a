"""Closed details: masked, opened once for a reason, never without a line in the log (INV-28)."""

import pytest
from django.db import DatabaseError

from agencies.roles import Role
from cases.models import AccessLog, ConfidentialDetail
from cases.services import filing
from cases.vocabulary import DetailKind
from tests.record import ACCEPTED_AT, CANARIES, HOUR, make_filing, submit_case

ON_CASE = [
    Role.FILING_CLERK,
    Role.JUDGE,
    Role.COURT_PRESIDENT,
    Role.COURT_SUPERVISOR,
    Role.OFFICER,
    Role.COMMANDER,
    Role.FEDERATION_WORKER,
    Role.FEDERATION_SUPERVISOR,
]
pytestmark = pytest.mark.usefixtures("record_open")


def words(response):
    return response.content.decode()


@pytest.fixture
def residence(accepted_case):
    return ConfidentialDetail.objects.get(case=accepted_case, kind=DetailKind.RESIDENCE)


def url(detail):
    return f"/desk/c/{detail.case_id}/detail/{detail.pk}/"


@pytest.mark.parametrize("role", ON_CASE)
def test_inv_28_the_text_is_shown_once_after_the_reason_is_logged(xinjin, residence, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + HOUR)
    person = xinjin.one(role)
    desk = at_desk(person)
    answer = desk.post(url(residence), {"purpose": "protect"})
    page = words(answer)
    assert CANARIES[DetailKind.RESIDENCE] in page
    assert answer.headers["Cache-Control"] == "no-store, private"
    for other in set(CANARIES) - {DetailKind.RESIDENCE}:
        assert CANARIES[other] not in page
    look = AccessLog.objects.get(purpose="confidential.reveal")
    assert (look.user, look.object_id, look.data_classes) == (person, str(residence.pk), ["K3"])
    assert AccessLog.objects.filter(user=person, purpose="reveal.protect").count() == 1
    assert CANARIES[DetailKind.RESIDENCE] not in words(desk.get(url(residence)))


@pytest.mark.parametrize("sent", [{}, {"purpose": ""}, {"purpose": "好奇，想看看她住哪里"}])
def test_without_a_reason_of_the_list_nothing_is_shown(xinjin, residence, at_desk, clock_at, sent):
    clock_at(ACCEPTED_AT + HOUR)
    answer = at_desk(xinjin.one(Role.JUDGE)).post(url(residence), sent)
    assert answer.status_code in (200, 422)
    assert CANARIES[DetailKind.RESIDENCE] not in words(answer)
    assert not AccessLog.objects.filter(purpose="confidential.reveal").exists()


def test_sr_18_without_the_log_there_is_no_text(xinjin, residence, at_desk, clock_at, monkeypatch):
    clock_at(ACCEPTED_AT + HOUR)
    desk = at_desk(xinjin.one(Role.JUDGE))

    def full_disk(**columns):
        raise DatabaseError

    monkeypatch.setattr(AccessLog.objects, "create", full_disk)
    answer = desk.post(url(residence), {"purpose": "protect"})
    assert answer.status_code >= 500 and CANARIES[DetailKind.RESIDENCE] not in words(answer)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PLATFORM_ADMIN])
def test_inv_34_auditor_and_admin_open_nothing(xinjin, residence, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + HOUR)
    answer = at_desk(xinjin.one(role)).post(url(residence), {"purpose": "protect"})
    assert answer.status_code == 404


def test_inv_32_a_foreign_detail_and_a_missing_one_answer_alike(
    xinjin, neighbour, residence, at_desk, clock_at
):
    elsewhere = submit_case(make_filing(neighbour)).case
    foreign = ConfidentialDetail.objects.filter(case=elsewhere).first()
    clock_at(ACCEPTED_AT + HOUR)
    desk = at_desk(xinjin.one(Role.JUDGE))
    answers = [
        desk.post(url(foreign), {"purpose": "protect"}),
        desk.post(f"/desk/c/{residence.case_id}/detail/{foreign.pk}/", {"purpose": "protect"}),
        desk.post(f"/desk/c/{residence.case_id}/detail/99999999/", {"purpose": "protect"}),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1


def test_a_childs_words_are_not_even_named_to_the_police(xinjin, at_desk, clock_at):
    from cases.services import acceptance

    said = filing.DetailFiled(DetailKind.CHILD_WORDS, "爸爸又拿凳子了8843")
    case = submit_case(make_filing(xinjin, details=[said])).case
    acceptance.accept_application(actor=xinjin.one(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    detail = ConfidentialDetail.objects.get(case=case)
    clock_at(ACCEPTED_AT + HOUR)
    police, federation = at_desk(xinjin.one(Role.OFFICER)), at_desk(xinjin.one(Role.FEDERATION_WORKER))
    assert "孩子说的话" not in words(police.get(f"/desk/c/{case.pk}/"))
    assert police.post(url(detail), {"purpose": "protect"}).status_code == 404
    assert "8843" in words(federation.post(url(detail), {"purpose": "help"}))
