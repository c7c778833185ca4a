"""Only the applicant's side may have an order varied, extended or revoked (INV-17, SR-25)."""

import re

import pytest

from agencies.capabilities import CAPABILITIES, Action, reach
from agencies.errors import NotAllowed
from agencies.roles import Role
from cases.actors import SYSTEM, ApplicantActor
from cases.change import case_change
from cases.policy import (
    AGENT_ACTIONS,
    APPLICANT_ACTIONS,
    FILING_COURT_ACTIONS,
    GLASS_ACTIONS,
    SYSTEM_ACTIONS,
    may,
)
from cases.transitions import APPLICATION
from orders.services.decision import issue_order
from tests.orders.test_decision import DECISION
from tests.record import ACCEPTED_AT, HOUR, applicant_of, refreshed
from tests.safety.doors import addresses

# What she alone asks for, in the words of law.md 4 and 5.
HERS = ("variation.file", "extension.file", "revocation.request")
SPEAKS_OF_IT = re.compile(r"vary|variation|exten[ds]|revo[ck]|变更|延长|撤销")


def test_inv_17_no_role_holds_an_action_to_vary_extend_or_revoke() -> None:
    held_by_staff = {*CAPABILITIES, *Action, *FILING_COURT_ACTIONS, *GLASS_ACTIONS}
    for actions in (held_by_staff, SYSTEM_ACTIONS, AGENT_ACTIONS):
        assert not {action for action in actions if action in HERS or SPEAKS_OF_IT.search(action)}
    assert not any(reach(role, action) for role in Role for action in HERS)
    arrows = [row for row in APPLICATION.rows() if SPEAKS_OF_IT.search(f"{row.command} {row.event}")]
    assert all(row.action in APPLICANT_ACTIONS and row.action not in Action for row in arrows)


def test_inv_17_no_address_of_the_staff_offers_it() -> None:
    of_staff = [row for row in addresses() if row.is_of_staff]
    assert len(of_staff) > 50
    for row in of_staff:
        assert not SPEAKS_OF_IT.search(f"{row.name} {row.route}"), row.name


@pytest.mark.django_db
def test_inv_17_nobody_of_the_staff_nor_a_helper_nor_the_portal_may(xinjin, neighbour, accepted_case) -> None:
    now = ACCEPTED_AT + HOUR
    judge = refreshed(accepted_case).assigned_judge
    issue_order(actor=judge, case=accepted_case, decision=DECISION, signed_at=now, now=now)
    case = refreshed(accepted_case)
    staff = [person for place in (xinjin, neighbour) for people in place.people.values() for person in people]
    helper = ApplicantActor(applicant_of(case).access_id, case.pk, is_agent=True)
    for actor in (*staff, helper, SYSTEM):
        for action in HERS:
            assert not may(actor, action, case, now)
            with pytest.raises(NotAllowed), case_change(case, actor, action, now=now):
                raise AssertionError(action)
