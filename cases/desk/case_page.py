"""The case on one page; nothing of it lies behind a tab (journeys 3.3 and 3.4, screen 2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from agencies.access import policy
from agencies.capabilities import Action
from agencies.roles import AgencyKind
from cases.desk.actions import actions_to_ask, buttons
from cases.desk.clocks import clocks_of
from cases.desk.facts import (
    application_rows,
    conditions,
    current_notes,
    danger_rows,
    missing_kinds,
    person_rows,
    request_rows,
)
from cases.desk.forms import PURPOSES, FileForm, NoteForm, RecordForm
from cases.desk.opening import Opened, classes_shown, open_case_page, staff_of
from cases.desk.selectors import correction_of, earlier_cases_of_pair, looks_for_supervisor
from cases.field_table import FieldAccess
from cases.filing.steps import region_choices
from cases.models import Party
from cases.panels import panels_for
from cases.policy import fields_of
from cases.selectors import (
    details_read_by,
    evidence_read_by,
    notes_read_by,
    parties_of,
    timeline_read_by,
)
from cases.services.confidential import danger_answers
from cases.vocabulary import DangerLevel, DataClass, EvidenceKind, Side
from deadlines import clock

CORRECTION = "correction.requested"


@require_safe
@policy(Action.VIEW_CASE)
def detail(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Everything that this person may read of the case, and every step that may be taken on it."""
    user = staff_of(request)
    opened = open_case_page(
        request,
        case_id,
        purpose="case.open",
        actions=actions_to_ask,
        data_classes=classes_shown(user, clock.now()),
    )
    return render(request, "cases/detail.html", _page(request, opened))


def _page(request: HttpRequest, opened: Opened) -> dict[str, Any]:
    case, view, now = opened.case, opened.view, opened.now
    fields = fields_of(view)
    parties = parties_of(case)
    evidence = evidence_read_by(view, case)
    timeline = timeline_read_by(view, case)
    was_asked = any(entry.type == CORRECTION for entry in timeline)
    is_court = view.body == AgencyKind.COURT
    return {
        "opened": opened,
        "case": case,
        "now": now,
        "clocks": clocks_of(case, now),
        "buttons": buttons(case, opened.may, was_asked_to_correct=was_asked),
        "people": _people(parties),
        "application": application_rows(case, dict(region_choices())),
        "requests": request_rows(case),
        "conditions": conditions(case, parties.get(Side.RESPONDENT)) if is_court and case.is_open else [],
        "earlier_cases": earlier_cases_of_pair(opened.user, case, parties, now) if is_court else [],
        "danger": _danger(opened, fields[DataClass.K4]),
        "details": details_read_by(view, case),
        "may_reveal": Action.REVEAL_CONFIDENTIAL in opened.may,
        "purposes": list(PURPOSES.items()),
        "evidence": evidence,
        "missing": missing_kinds(evidence) if is_court and case.is_open else [],
        "notes": current_notes(notes_read_by(view, case)),
        "correction": correction_of(case) if was_asked else None,
        "timeline": timeline,
        "looks": looks_for_supervisor(view, case),
        "panels": _panels(request, opened),
        **_forms(opened, is_police=view.body == AgencyKind.POLICE),
    }


def _people(parties: Mapping[str, Party]) -> list[tuple[str, list[dict[str, Any]]]]:
    shown = (Side.APPLICANT, Side.RESPONDENT, Side.AGENT)
    return [(str(side.label), person_rows(parties[side])) for side in shown if side in parties]


def _danger(opened: Opened, access: FieldAccess) -> dict[str, Any] | None:
    """The level, and for a body that reads K4 her answers; None when even the level is closed."""
    if access < FieldAccess.LEVEL:
        return None
    level = DangerLevel(opened.case.application.danger_level)
    reads = access >= FieldAccess.READ
    answers = danger_answers(actor=opened.user, case=opened.case, now=opened.now) if reads else {}
    answered, left_open = danger_rows(answers)
    return {
        "level": level.label,
        "tone": _LEVEL_TONES[level],
        "answers": answered,
        "left_open": left_open if answered else [],
        "reads": reads,
    }


_LEVEL_TONES = {
    DangerLevel.UNKNOWN: "neutral",
    DangerLevel.RAISED: "warn",
    DangerLevel.HIGH: "bad",
    DangerLevel.EXTREME: "alarm",
}


def _forms(opened: Opened, *, is_police: bool) -> dict[str, Any]:
    """The forms that stand on the page itself, for whom they are open."""
    forms: dict[str, Any] = {}
    if Action.ADD_NOTE in opened.may:
        forms["note_form"] = NoteForm(auto_id="note_%s")
    if Action.ADD_EVIDENCE in opened.may:
        kind = EvidenceKind.E02 if is_police else EvidenceKind.E07
        forms["record_form"] = RecordForm(auto_id="record_%s", initial={"kind": kind})
        forms["file_form"] = FileForm(auto_id="file_%s", initial={"kind": EvidenceKind.E04})
        forms["is_police"] = is_police
    return forms


def _panels(request: HttpRequest, opened: Opened) -> list[SafeString]:
    """The parts that other rooms add, drawn with their own context."""
    shared = {"opened": opened, "case": opened.case, "now": opened.now}
    return [
        render_to_string(template, {**shared, **context, "panel": context}, request)
        for template, context in panels_for(opened.user, opened.case, opened.now)
    ]
