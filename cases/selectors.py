"""Questions to the record; each answer holds only what the asker may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from agencies.capabilities import Action
from agencies.models import User
from agencies.roles import AgencyKind
from agencies.selectors import active_memberships
from cases.actors import Actor, ApplicantActor
from cases.events import APPLICANT, event_type
from cases.field_table import FieldAccess
from cases.models import AccessLog, Case, CaseEvent, ConfidentialDetail, Evidence, Note, Party
from cases.policy import Standing, fields_of, standing, visible_to
from cases.vocabulary import Audience, DangerSign, DataClass, Side, State

WAITING = (State.SUBMITTED, State.CORRECTION_REQUESTED)


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note as its reader sees it, opened."""

    id: str
    author: str
    agency_id: int
    agency: str
    audience: str
    audience_words: str | Promise
    text: str
    written_at: datetime
    is_superseded: bool
    # The earlier version that this one corrects; "" for a first version.
    corrects: str


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event in words; `who` is the body for the applicant and the person for staff."""

    occurred_at: datetime
    words: str | Promise
    who: str
    type: str


@dataclass(frozen=True, slots=True)
class Look:
    """Which body looked at the case, and when (INV-29)."""

    body: str
    at: datetime


def waiting_for_acceptance(user: User, now: datetime) -> QuerySet[Case]:
    """The filing desk's queue: emergencies first, then the higher danger, then who waits longest."""
    courts = [m.agency_id for m in active_memberships(user, now) if m.agency.kind == AgencyKind.COURT]
    rows = visible_to(user, now).filter(state__in=WAITING, is_open=True, court__in=courts)
    return rows.select_related("application", "court").order_by(
        "-is_emergency", "next_deadline", "submitted_at"
    )


def cases_of_judge(user: User, now: datetime) -> QuerySet[Case]:
    """Undecided cases assigned to this judge, the nearest strict deadline first."""
    rows = visible_to(user, now).filter(assigned_judge=user, state=State.ACCEPTED, is_open=True)
    return rows.select_related("application", "court").order_by("next_deadline", "id")


def shared_with(user: User, now: datetime) -> QuerySet[Case]:
    """Every case that the user's bodies work on, newest first."""
    return visible_to(user, now).select_related("application", "court").order_by("-submitted_at", "id")


def emergency_words(case: Case) -> list[str | Promise]:
    """Her danger answers that put the case on top, in the words of the form (K4: ask `fields_for` first)."""
    return [DangerSign(code).label for code in case.application.emergency_reasons]


def parties_of(case: Case) -> dict[str, Party]:
    """Parties by side; a child list is asked for apart."""
    rows = Party.objects.filter(case=case).select_related("person")
    return {row.side: row for row in rows if row.side != Side.CHILD}


def details_of(actor: Actor, case: Case, now: datetime) -> list[ConfidentialDetail]:
    """The confidential details that the actor may at least know of; their text stays closed."""
    return details_read_by(standing(actor, Action.VIEW_CASE, case, now), case)


def details_read_by(view: Standing | None, case: Case) -> list[ConfidentialDetail]:
    """As `details_of`, for a page that has asked for the capacity already."""
    fields = fields_of(view)
    rows = ConfidentialDetail.objects.filter(case=case).select_related("party").order_by("kind", "pk")
    return [row for row in rows if fields[DataClass(row.data_class)] >= FieldAccess.MASKED]


def notes_for(actor: Actor, case: Case, now: datetime) -> list[NoteView]:
    """Notes whose audience includes the actor's body, newest first; applicants read none."""
    return notes_read_by(standing(actor, Action.VIEW_CASE, case, now), case)


def notes_read_by(view: Standing | None, case: Case) -> list[NoteView]:
    """As `notes_for`, for a page that has asked for the capacity already."""
    if view is None or view.agency is None:
        return []
    rows = Note.objects.filter(audience_condition(view.agency.pk, view.agency.kind), case=case)
    rows = rows.select_related("author", "agency", "superseded_by").order_by("-written_at")
    return [_note_view(row) for row in rows]


def evidence_for(actor: Actor, case: Case, now: datetime) -> list[Evidence]:
    """Evidence that the actor may see: by audience for staff, her own pieces for an applicant."""
    return evidence_read_by(standing(actor, Action.VIEW_CASE, case, now), case)


def evidence_read_by(view: Standing | None, case: Case) -> list[Evidence]:
    """As `evidence_for`, for a page that has asked for the capacity already."""
    if view is None:
        return []
    rows = (
        Evidence.objects.filter(case=case).select_related("agency", "added_by").order_by("kind", "added_at")
    )
    if view.agency is None:
        return list(rows.filter(agency=None))
    return list(rows.filter(audience_condition(view.agency.pk, view.agency.kind) | Q(agency=None)))


def audience_condition(agency_id: int, kind: str) -> Q:
    """Rows (notes, evidence) that a body reads: all bodies' rows, its own, and the court's for a court."""
    condition = Q(audience=Audience.ON_CASE) | Q(agency_id=agency_id)
    return condition | Q(audience=Audience.COURT_ONLY) if kind == AgencyKind.COURT else condition


def timeline_for(actor: Actor, case: Case, now: datetime) -> list[TimelineEntry]:
    """The part of the timeline that the actor may read, oldest first."""
    return timeline_read_by(standing(actor, Action.VIEW_CASE, case, now), case)


def timeline_read_by(view: Standing | None, case: Case) -> list[TimelineEntry]:
    """As `timeline_for`, for a page that has asked for the capacity already."""
    if view is None:
        return []
    reader = view.agency.kind if view.agency else APPLICANT
    rows = CaseEvent.objects.filter(case=case).select_related("actor", "agency").order_by("sequence")
    return [
        _entry(row, reader) for row in rows if _may_read(row, reader, view.agency.pk if view.agency else None)
    ]


def looks_at(actor: Actor, case: Case, now: datetime) -> Sequence[Look]:
    """Which bodies opened the case and when, newest first; for those who read K7."""
    return looks_read_by(standing(actor, Action.VIEW_CASE, case, now), case)


def looks_read_by(view: Standing | None, case: Case) -> Sequence[Look]:
    """As `looks_at`, for a page that has asked for the capacity already."""
    if fields_of(view)[DataClass.K7] < FieldAccess.READ:
        return []
    rows = AccessLog.objects.filter(case_id=case.pk, allowed=True, agency__isnull=False)
    return [
        Look(row.agency.name, row.at)
        for row in rows.select_related("agency").order_by("-at")[:200]
        if row.agency
    ]


def case_of(actor: ApplicantActor, now: datetime) -> Case | None:
    """The applicant's own case, or None when her access has ended."""
    return visible_to(actor, now).select_related("court", "application").first()


def _may_read(event: CaseEvent, reader: str, agency_id: int | None) -> bool:
    if reader not in event_type(event.type).readers:
        return False
    audience = event.payload.get("audience")
    if audience is None or event.agency_id == agency_id:
        return True
    return audience == Audience.ON_CASE or (audience == Audience.COURT_ONLY and reader == AgencyKind.COURT)


def _entry(event: CaseEvent, reader: str) -> TimelineEntry:
    if event.agency is None:
        who = ""
    elif reader == APPLICANT or event.actor is None:
        who = event.agency.name
    else:
        who = f"{event.agency.name} {event.actor.display_name}"
    return TimelineEntry(event.occurred_at, event_type(event.type).words, who, event.type)


def _note_view(row: Note) -> NoteView:
    return NoteView(
        id=str(row.pk),
        author=row.author.display_name,
        agency_id=row.agency_id,
        agency=row.agency.name,
        audience=row.audience,
        audience_words=Audience(row.audience).label,
        text=row.text.open_text(),
        written_at=row.written_at,
        is_superseded=hasattr(row, "superseded_by"),
        corrects=str(row.supersedes_id or ""),
    )
