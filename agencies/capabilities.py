"""Who may do what: the table of law.md 6 as data.

A capability alone opens nothing: the effective right is `capability ∩ the agency's grant on the
case − recusal`, decided in `cases.policy`. What is not written here does not exist: an unknown role
or action has no reach (INV-31).
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from agencies.roles import Role


class Reach(StrEnum):
    """How far a capability goes; `cases.policy` turns each into a check on the case."""

    OWN_CASE = "own_case"  # the person's agency holds a grant on the case
    ASSIGNED = "assigned"  # the person is the judge assigned to the case
    DUTY = "duty"  # own case, and the person is on duty in this role at this hour
    ASKED = "asked"  # own case, and the agency was asked to do this very thing
    TO_PROTECT = "to_protect"  # own case, with a stated need to protect a person
    PROPOSE = "propose"  # may propose, never decide
    OWN = "own"  # what this person answers for
    OWN_AGENCY = "own_agency"  # within the person's own agency
    COURT = "court"  # every case of the person's court
    WITHOUT_GRANT = "without_grant"  # a case on which the agency has no grant (break-glass)


class Action(StrEnum):
    FILE_ON_BEHALF = "application.file_on_behalf"
    ACCEPT = "application.accept"
    REQUEST_CORRECTION = "application.request_correction"
    TRANSFER = "application.transfer"
    DECLINE_ACCEPTANCE = "application.decline_acceptance"
    MARK_EMERGENCY = "application.mark_emergency"
    UNMARK_EMERGENCY = "application.unmark_emergency"
    PROPOSE_EMERGENCY = "application.propose_emergency"
    ASSIGN = "application.assign"
    ISSUE = "application.issue"
    REJECT = "application.reject"
    ALLOW_WITHDRAWAL = "application.withdraw_allow"
    DECIDE_SANCTION = "sanction.decide"
    APPROVE_DETENTION = "detention.approve"
    RECORD_SERVICE = "service.record"
    ACKNOWLEDGE_ORDER = "order.acknowledge"
    ATTEND_BREACH = "breach.attend"
    ADD_NOTE = "note.add"
    ADD_EVIDENCE = "evidence.add"
    RECORD_COERCION_REVIEW = "coercion_review.record"
    ASSESS_DANGER = "danger.assess"
    DECIDE_WARNING = "warning.decide"
    RECORD_VISIT = "visit.record"
    VIEW_BOARD = "board.view"
    VIEW_STATISTICS = "statistics.view"
    USE_BREAK_GLASS = "break_glass.use"
    VIEW_CASE = "case.view"
    REVEAL_CONFIDENTIAL = "confidential.reveal"
    VIEW_LOG = "log.view"


_CLERK, _JUDGE = Role.FILING_CLERK, Role.JUDGE
_PRESIDENT, _COURT_SUPERVISOR = Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR
_OFFICER, _COMMANDER = Role.OFFICER, Role.COMMANDER
_WORKER, _FEDERATION_SUPERVISOR = Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR

_ACCEPTANCE = {_CLERK: Reach.OWN_CASE, _JUDGE: Reach.DUTY}
_DECISION = {_JUDGE: Reach.ASSIGNED}
_POLICE = {_OFFICER: Reach.OWN_CASE, _COMMANDER: Reach.OWN_CASE}
_FEDERATION = {_WORKER: Reach.OWN_CASE, _FEDERATION_SUPERVISOR: Reach.OWN_CASE}
_FIELD_WORK = {**_POLICE, **_FEDERATION}
_CASE_WORK = {_CLERK: Reach.OWN_CASE, _JUDGE: Reach.OWN_CASE, **_FIELD_WORK}
_COURT_LEAD = {_PRESIDENT: Reach.COURT, _COURT_SUPERVISOR: Reach.COURT}
_FIELD_LEAD = {_COMMANDER: Reach.OWN_AGENCY, _FEDERATION_SUPERVISOR: Reach.OWN_AGENCY}

_TABLE: dict[Action, dict[Role, Reach]] = {
    Action.FILE_ON_BEHALF: dict.fromkeys(
        (_CLERK, _OFFICER, _COMMANDER, _WORKER, _FEDERATION_SUPERVISOR), Reach.OWN_AGENCY
    ),
    Action.ACCEPT: _ACCEPTANCE,
    Action.REQUEST_CORRECTION: _ACCEPTANCE,
    Action.TRANSFER: _ACCEPTANCE,
    Action.DECLINE_ACCEPTANCE: _ACCEPTANCE,
    Action.MARK_EMERGENCY: {_CLERK: Reach.OWN_CASE, _JUDGE: Reach.OWN_CASE},
    Action.UNMARK_EMERGENCY: {_JUDGE: Reach.OWN_CASE},
    Action.PROPOSE_EMERGENCY: _FIELD_WORK,
    Action.ASSIGN: {
        _CLERK: Reach.PROPOSE,
        **_COURT_LEAD,
        **dict.fromkeys((_OFFICER, _COMMANDER, _WORKER, _FEDERATION_SUPERVISOR), Reach.OWN_AGENCY),
    },
    Action.ISSUE: _DECISION,
    Action.REJECT: _DECISION,
    Action.ALLOW_WITHDRAWAL: _DECISION,
    Action.DECIDE_SANCTION: _DECISION,
    Action.APPROVE_DETENTION: {_PRESIDENT: Reach.COURT},
    Action.RECORD_SERVICE: {_CLERK: Reach.OWN_CASE, _OFFICER: Reach.ASKED, _COMMANDER: Reach.OWN_CASE},
    Action.ACKNOWLEDGE_ORDER: _POLICE,
    Action.ATTEND_BREACH: _POLICE,
    Action.ADD_NOTE: _CASE_WORK,
    Action.ADD_EVIDENCE: _CASE_WORK,
    Action.RECORD_COERCION_REVIEW: _FEDERATION,
    Action.ASSESS_DANGER: {_OFFICER: Reach.OWN_CASE, **_FEDERATION},
    Action.DECIDE_WARNING: _POLICE,
    Action.RECORD_VISIT: _FIELD_WORK,
    Action.VIEW_BOARD: {
        **dict.fromkeys((_CLERK, _JUDGE, _OFFICER, _WORKER), Reach.OWN),
        **_COURT_LEAD,
        **_FIELD_LEAD,
    },
    Action.VIEW_STATISTICS: {**_COURT_LEAD, **_FIELD_LEAD},
    Action.USE_BREAK_GLASS: dict.fromkeys(
        (_JUDGE, _PRESIDENT, _OFFICER, _COMMANDER, _FEDERATION_SUPERVISOR), Reach.WITHOUT_GRANT
    ),
    Action.VIEW_CASE: {**_CASE_WORK, **_COURT_LEAD},
    Action.REVEAL_CONFIDENTIAL: {
        _CLERK: Reach.OWN_CASE,
        _JUDGE: Reach.OWN_CASE,
        **_COURT_LEAD,
        _OFFICER: Reach.TO_PROTECT,
        _COMMANDER: Reach.TO_PROTECT,
        **_FEDERATION,
    },
    Action.VIEW_LOG: {
        _COURT_SUPERVISOR: Reach.COURT,
        **_FIELD_LEAD,
        Role.AUDITOR: Reach.OWN_AGENCY,
    },
}

CAPABILITIES: Mapping[Action, Mapping[Role, Reach]] = MappingProxyType(
    {action: MappingProxyType(dict(row)) for action, row in _TABLE.items()}
)


def reach(role: str, action: str) -> Reach | None:
    """The reach of `role` for `action`; None when either is unknown or the table has no such cell."""
    try:
        return CAPABILITIES[Action(action)].get(Role(role))
    except (KeyError, ValueError):
        return None


def roles_for(action: str) -> frozenset[Role]:
    """Every role with some reach for `action`; empty for an unknown action."""
    try:
        return frozenset(CAPABILITIES[Action(action)])
    except (KeyError, ValueError):
        return frozenset()
