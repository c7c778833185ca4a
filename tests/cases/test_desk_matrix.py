"""Role × page × state, generated from the capability table: a page opens exactly for whom `may` says so."""

import pytest

from agencies.capabilities import Action
from agencies.roles import Role
from cases.models import ConfidentialDetail
from cases.policy import may, standing
from cases.services import acceptance
from cases.transitions import APPLICATION
from tests.record import ACCEPTED_AT, HOUR, refreshed

# Page, the right that opens it, and its command of the application's table.
PAGES = {
    "": (Action.VIEW_CASE, ""),
    "accept/": (Action.ACCEPT, "accept"),
    "correct/": (Action.REQUEST_CORRECTION, "request_correction"),
    "transfer/": (Action.TRANSFER, "transfer"),
    "decline/": (Action.DECLINE_ACCEPTANCE, "decline_acceptance"),
    "mark/": (Action.MARK_EMERGENCY, "mark_emergency"),
    "unmark/": (Action.UNMARK_EMERGENCY, "unmark_emergency"),
    "propose/": (Action.PROPOSE_EMERGENCY, ""),
    "assign/": (Action.ASSIGN, "assign"),
    "recuse/": (Action.VIEW_CASE, ""),
    "note/": (Action.ADD_NOTE, ""),
    "record/": (Action.ADD_EVIDENCE, ""),
    "file/": (Action.ADD_EVIDENCE, ""),
}


def opens(user, page, case, now):
    """What the table gives: only the court's own people name a judge."""
    action, _command = PAGES[page]
    if page == "assign/":
        view = standing(user, action, case, now)
        return view is not None and view.agency == case.court
    return may(user, action, case, now)


@pytest.fixture(params=["submitted", "correction_requested", "accepted", "not_accepted"])
def case(request, xinjin, submitted_case):
    clerk = xinjin.one(Role.FILING_CLERK)
    if request.param == "correction_requested":
        acceptance.request_correction(
            actor=clerk, case=submitted_case, points=["姓名"], days=3, now=ACCEPTED_AT
        )
    elif request.param == "accepted":
        acceptance.accept_application(actor=clerk, case=submitted_case, now=ACCEPTED_AT)
    elif request.param == "not_accepted":
        acceptance.decline_acceptance(
            actor=clerk, case=submitted_case, reason_code="not_domestic", now=ACCEPTED_AT
        )
    return refreshed(submitted_case)


@pytest.mark.parametrize("role", list(Role))
def test_inv_31_pages_open_exactly_for_whom_the_table_says(
    xinjin, neighbour, case, at_desk, clock_at, record_open, role
):
    now = clock_at(ACCEPTED_AT + HOUR)
    detail = ConfidentialDetail.objects.filter(case=case).first()
    for district in (xinjin, neighbour):
        user = district.one(role)
        desk = at_desk(user)
        for page, (_action, command) in PAGES.items():
            answer = desk.get(f"/desk/c/{case.pk}/{page}")
            allowed = opens(user, page, case, now)
            assert (answer.status_code != 404) is allowed, (page, role, district.region)
            if allowed and command and APPLICATION.find(case.state, command) is None:
                assert answer.status_code == 409, (page, role)
        answer = desk.get(f"/desk/c/{case.pk}/detail/{detail.pk}/")
        assert (answer.status_code == 200) is may(user, Action.REVEAL_CONFIDENTIAL, case, now), role


@pytest.mark.parametrize("role", list(Role))
def test_inv_31_a_forbidden_write_changes_nothing(neighbour, case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + HOUR)
    desk = at_desk(neighbour.one(role))
    before = refreshed(case).version
    for page in PAGES:
        assert desk.post(f"/desk/c/{case.pk}/{page}", {"version": before}).status_code in (404, 405), page
    assert refreshed(case).version == before
