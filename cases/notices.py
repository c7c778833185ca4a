"""Who is told of which event, as data; written to the outbox in the event's own transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agencies.duty import people_for
from agencies.models import Agency
from agencies.roles import AgencyKind, Role
from cases.models import Case, CaseEvent, Recusal
from cases.responsibility import bodies_on
from deadlines.outbox import AgencyRecipient, ApplicantRecipient, StaffRecipient, enqueue


@dataclass(frozen=True, slots=True)
class Notice:
    """Tell `to` with a reviewed neutral template.

    `to` is "applicant", "assigned_judge", a role in each body on the case, "case_supervisor" of the case's
    court, or "acting_lead" and "acting_auditor" of the body that acted, which may not be on the case.
    """

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
    "break_glass.used": [
        Notice("acting_lead", "staff.break_glass", urgent=True),
        Notice("acting_auditor", "staff.break_glass", urgent=True),
        Notice("case_supervisor", "staff.break_glass", urgent=True),
    ],
    "withdrawal.requested": [Notice(Role.FEDERATION_WORKER, "staff.talk_needed", urgent=True)],
}


def register_notices(event_type: str, *notices: Notice) -> None:
    """Add notices for an event; a room registers its own when it starts."""
    rows = _table.setdefault(event_type, [])
    rows.extend(notice for notice in notices if notice not in rows)


def announce(case: Case, event: CaseEvent, now: datetime) -> None:
    """Put every notice of the event into the outbox under a key that cannot repeat."""
    for notice in _table.get(event.type, ()):
        for place, recipient in enumerate(_recipients(case, event, notice.to, now)):
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
    case: Case, event: CaseEvent, to: str, now: datetime
) -> list[StaffRecipient | AgencyRecipient | ApplicantRecipient]:
    if to == "applicant":
        return [ApplicantRecipient(case.pk)]
    if to == "assigned_judge":
        return [StaffRecipient(case.assigned_judge_id)] if case.assigned_judge_id else []
    if to == "case_supervisor":
        return _not_recused(case, case.court, Role.COURT_SUPERVISOR, now)
    if to in _OF_ACTING_BODY and event.agency:
        role = Role.AUDITOR if to == "acting_auditor" else _LEAD_OF_KIND[event.agency.kind]
        return _not_recused(case, event.agency, role, now)
    kind = _KIND_OF_ROLE[to]
    return [AgencyRecipient(body.pk, to) for body in bodies_on(case, now) if body.kind == kind]


def _not_recused(
    case: Case, body: Agency, role: str, now: datetime
) -> list[StaffRecipient | AgencyRecipient | ApplicantRecipient]:
    """Those whom the role's notices reach in the body, without the recused (INV-25)."""
    people = people_for(body.pk, role, now)
    if not people:
        return [AgencyRecipient(body.pk, role)]  # nobody is there: the outbox raises the alarm of a gap
    kept_out = set(Recusal.objects.filter(case=case, user__in=people).values_list("user_id", flat=True))
    return [StaffRecipient(person.pk) for person in people if person.pk not in kept_out]


_OF_ACTING_BODY = frozenset({"acting_lead", "acting_auditor"})
_LEAD_OF_KIND: dict[str, str] = {
    AgencyKind.COURT: Role.COURT_SUPERVISOR,
    AgencyKind.POLICE: Role.COMMANDER,
    AgencyKind.FEDERATION: Role.FEDERATION_SUPERVISOR,
}
_KIND_OF_ROLE: dict[str, str] = {
    Role.FILING_CLERK: AgencyKind.COURT,
    Role.COURT_PRESIDENT: AgencyKind.COURT,
    Role.OFFICER: AgencyKind.POLICE,
    Role.COMMANDER: AgencyKind.POLICE,
    Role.FEDERATION_WORKER: AgencyKind.FEDERATION,
    Role.FEDERATION_SUPERVISOR: AgencyKind.FEDERATION,
}
