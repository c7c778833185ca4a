"""Who is told of which event, as data; written to the outbox in the event's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agencies.roles import AgencyKind, Role
from cases.models import Case, CaseEvent
from cases.responsibility import bodies_on
from deadlines.outbox import AgencyRecipient, ApplicantRecipient, StaffRecipient, enqueue


@dataclass(frozen=True, slots=True)
class Notice:
    """Tell `to` with a reviewed neutral template; `to` is "applicant", "assigned_judge" or a role."""

    to: str
    template_id: str
    urgent: bool = False


_table: dict[str, list[Notice]] = {
    "application.submitted": [Notice(Role.FILING_CLERK, "staff.new_application", urgent=True)],
    "application.transferred": [Notice(Role.FILING_CLERK, "staff.new_application", urgent=True)],
    "application.accepted": [
        Notice("applicant", "applicant.news"),
        Notice(Role.OFFICER, "staff.case_shared"),
        Notice(Role.FEDERATION_WORKER, "staff.case_shared"),
    ],
    "application.assigned": [Notice("assigned_judge", "staff.case_assigned", urgent=True)],
    "application.not_accepted": [Notice("applicant", "applicant.news")],
    "correction.requested": [Notice("applicant", "applicant.news")],
    "correction.supplied": [Notice(Role.FILING_CLERK, "staff.correction_supplied")],
    "emergency.marked": [Notice("assigned_judge", "staff.emergency", urgent=True)],
    "withdrawal.requested": [Notice(Role.FEDERATION_WORKER, "staff.talk_needed", urgent=True)],
}


def register_notices(event_type: str, *notices: Notice) -> None:
    """Add notices for an event; a room registers its own when it starts."""
    rows = _table.setdefault(event_type, [])
    rows.extend(notice for notice in notices if notice not in rows)


def announce(case: Case, event: CaseEvent, now: datetime) -> None:
    """Put every notice of the event into the outbox under a key that cannot repeat."""
    for notice in _table.get(event.type, ()):
        for place, recipient in enumerate(_recipients(case, notice.to, now)):
            enqueue(
                key=f"event:{case.pk}:{event.sequence}:{notice.template_id}:{place}",
                recipient=recipient,
                template_id=notice.template_id,
                params={} if notice.to == "applicant" else {"reference": case.staff_reference},
                subject_id=case.pk,
                urgent=notice.urgent,
                now=now,
            )


def _recipients(
    case: Case, to: str, now: datetime
) -> list[StaffRecipient | AgencyRecipient | ApplicantRecipient]:
    if to == "applicant":
        return [ApplicantRecipient(case.pk)]
    if to == "assigned_judge":
        return [StaffRecipient(case.assigned_judge_id)] if case.assigned_judge_id else []
    kind = _KIND_OF_ROLE[to]
    return [AgencyRecipient(body.pk, to) for body in bodies_on(case, now) if body.kind == kind]


_KIND_OF_ROLE: dict[str, str] = {
    Role.FILING_CLERK: AgencyKind.COURT,
    Role.COURT_PRESIDENT: AgencyKind.COURT,
    Role.OFFICER: AgencyKind.POLICE,
    Role.COMMANDER: AgencyKind.POLICE,
    Role.FEDERATION_WORKER: AgencyKind.FEDERATION,
    Role.FEDERATION_SUPERVISOR: AgencyKind.FEDERATION,
}
