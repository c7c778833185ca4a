"""From the record to an answer: plain values, only of the classes that the reader may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agencies.capabilities import Action
from agencies.models import Agency, User
from cases.desk.actions import actions_to_ask, may_assign
from cases.desk.opening import Opened
from cases.field_table import FieldAccess
from cases.models import Application, Case, ConfidentialDetail, Party
from cases.policy import fields_of
from cases.secrets import MASK
from cases.selectors import details_read_by, parties_of
from cases.services.confidential import danger_answers
from cases.transitions import APPLICATION
from cases.vocabulary import Answer, DangerSign, DataClass, Side
from deadlines.selectors import ShownDeadline, explain

# Beside the commands of the application's table: what can be added to any case one works on.
ADDING = {Action.ADD_NOTE: "add_note", Action.ADD_EVIDENCE: "add_evidence"}
SHOWN_SIDES = (Side.APPLICANT, Side.RESPONDENT, Side.AGENT)

__all__ = ["actions_to_ask", "application_answer", "case_answer", "case_row", "deadline_answer", "steps_of"]


def case_row(case: Case) -> dict[str, Any]:
    """What every list and every step answers with."""
    return {
        "id": case.pk,
        "reference": case.staff_reference,
        "number": case.number,
        "state": case.state,
        "is_open": case.is_open,
        "is_emergency": case.is_emergency,
        "court": body(case.court),
        "assigned_judge": person(case.assigned_judge),
        "submitted_at": case.submitted_at,
        "accepted_at": case.accepted_at,
        "decided_at": case.decided_at,
        "next_deadline": case.next_deadline,
        "version": case.version,
    }


def case_answer(opened: Opened) -> dict[str, Any]:
    """The whole case as this reader may know it."""
    fields = fields_of(opened.view)
    answer = {**case_row(opened.case), **application_answer(opened)}
    if fields[DataClass.K1] >= FieldAccess.READ:
        parties = parties_of(opened.case)
        answer["parties"] = [_party(parties[side]) for side in SHOWN_SIDES if side in parties]
    answer["details"] = [_detail(row) for row in details_read_by(opened.view, opened.case)]
    return answer


def application_answer(opened: Opened) -> dict[str, Any]:
    """The application, its danger, and what may be done with it now."""
    fields = fields_of(opened.view)
    case = opened.case
    answer: dict[str, Any] = {
        "state": case.state,
        "is_emergency": case.is_emergency,
        "version": case.version,
        "steps": steps_of(opened),
    }
    if fields[DataClass.K2] >= FieldAccess.READ:
        answer["application"] = _application(case.application)
    if fields[DataClass.K4] >= FieldAccess.LEVEL:
        answer["danger"] = _danger(opened, fields)
    return answer


def steps_of(opened: Opened) -> list[str]:
    """Commands that the state allows and the reader has the right to, each once, in the table's order."""
    commands = [
        row.command
        for row in APPLICATION.commands_from(opened.case.state)
        if row.action in opened.may and (row.command != "assign" or may_assign(opened.may))
    ]
    if Action.PROPOSE_EMERGENCY in opened.may and opened.case.is_open and not opened.case.is_emergency:
        commands.append("propose_emergency")
    commands += [name for action, name in ADDING.items() if action in opened.may]
    return list(dict.fromkeys(commands))


def body(agency: Agency) -> dict[str, Any]:
    return {"code": agency.code, "name": agency.name, "kind": agency.kind}


def person(user: User | None) -> dict[str, Any] | None:
    return {"id": user.pk, "name": user.display_name} if user else None


def deadline_answer(row: ShownDeadline) -> dict[str, Any]:
    """A deadline with both readings and why."""
    deadline, why = row.deadline, explain(row.deadline)
    return {
        "rule_id": deadline.rule_id,
        "key": deadline.key,
        "name": row.name,
        "nature": deadline.nature,
        "state": deadline.state,
        "owner_role": deadline.owner_role,
        "started_at": deadline.started_at,
        "strict_at": deadline.strict_at,
        "legal_at": deadline.legal_at,
        "target_at": deadline.target_at,
        "last_on": deadline.last_on,
        "closed_at": deadline.closed_at,
        "provisional": deadline.provisional,
        "remaining_seconds": int(row.remaining.total_seconds()),
        "is_overdue": row.is_overdue,
        "is_late_in_law": row.is_late_in_law,
        "why": {
            "rule_version": why.rule_version,
            "rule_class": why.rule_class,
            "basis": why.basis,
            "article": why.article,
            "inputs": [{"name": name, "value": value} for name, value in why.inputs],
            "lines": why.lines,
        },
    }


def _party(party: Party) -> dict[str, Any]:
    who = party.person
    return {
        "side": party.side,
        "name": who.name,
        "also_known_as": who.also_known_as,
        "sex": who.sex,
        "born_on": who.born_on,
        "identity_kind": who.identity_kind,
        "identity_number": who.identity_number,
        "relation": party.relation,
        "whereabouts": party.whereabouts,
    }


def _application(row: Application) -> dict[str, Any]:
    return {
        "statement": row.statement,
        "incident_kinds": row.incident_kinds,
        "last_incident_on": row.last_incident_on,
        "last_incident_words": row.last_incident_words,
        "incident_region": row.incident_region,
        "incident_place": row.incident_place,
        "applicant_region": row.applicant_region,
        "respondent_region": row.respondent_region,
        "requested_measures": [
            {"code": asked.get("code", ""), "words": asked.get("words", "")}
            for asked in row.requested_measures
        ],
        "requested_months": row.requested_months,
        "on_behalf_ground": row.on_behalf_ground,
        "is_oral": row.is_oral,
        "confirmed_true_at": row.confirmed_true_at,
    }


def _danger(opened: Opened, fields: Mapping[DataClass, FieldAccess]) -> dict[str, Any]:
    """The level; the answers, with a look of their own, where the class is open."""
    danger: dict[str, Any] = {"level": opened.case.application.danger_level}
    if fields[DataClass.K4] >= FieldAccess.READ:
        given = danger_answers(actor=opened.user, case=opened.case, now=opened.now)
        danger["answers"] = [
            {"sign": sign.value, "answer": given.get(sign.value, Answer.SKIPPED.value)}
            for sign in DangerSign
            if given
        ]
    return danger


def _detail(row: ConfidentialDetail) -> dict[str, Any]:
    return {
        "id": row.pk,
        "side": row.party.side,
        "kind": row.kind,
        "data_class": row.data_class,
        "text": MASK,
        "known_to_respondent": row.known_to_respondent,
    }
