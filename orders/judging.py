"""What the judge has before her: her list by the strict clock, and one case in short (journeys 3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.roles import Role
from cases.desk.clocks import tone_of
from cases.events import COURT, event_type
from cases.field_table import FieldAccess
from cases.models import Case, CaseEvent, ConfidentialDetail, Evidence, Party
from cases.policy import fields_for
from cases.scope import case_scope
from cases.selectors import (
    NoteView,
    cases_of_judge,
    details_of,
    emergency_words,
    evidence_for,
    notes_for,
    parties_of,
)
from cases.vocabulary import Audience, DataClass, DetailKind, EvidenceKind, IncidentKind, Side
from deadlines.profile import load_profile
from deadlines.selectors import ShownDeadline, running_deadlines, shown
from orders.models import DecisionDraft
from orders.selectors import Words, measure_name
from orders.vocabulary import FailedCondition

# Confidential details that are places: an order can keep the respondent from them.
PLACE_KINDS = (DetailKind.RESIDENCE, DetailKind.WORKPLACE, DetailKind.SCHOOL, DetailKind.SHELTER)
LONGEST_LIST = 200


@dataclass(frozen=True, slots=True)
class JudgeRow:
    """One undecided case on the judge's list."""

    case: Case
    clock: ShownDeadline | None
    tone: str
    applicant: str
    respondent: str
    danger: Sequence[Words]
    has_draft: bool


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One kind of the list of SPC17 6, and the pieces that are there."""

    code: str
    words: Words
    pieces: Sequence[Evidence]
    # The application itself holds a party's statement.
    is_in_application: bool = False

    @property
    def is_there(self) -> bool:
        return self.is_in_application or bool(self.pieces)


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """One condition of ADVL 27 and what the application says to it; the judge alone decides."""

    code: str
    words: Words
    is_answered: bool
    found: str | Promise


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One measure that she asks for, in her words where she gave any."""

    code: str
    name: Words
    words: str


@dataclass(frozen=True, slots=True)
class CaseInShort:
    """The application as it stands beside the decision form."""

    applicant: Party | None
    respondent: Party | None
    agent: Party | None
    kinds: Sequence[Words]
    danger: Sequence[Words]
    requests: Sequence[RequestLine]
    conditions: Sequence[ConditionLine]
    evidence: Sequence[EvidenceLine]
    notes: Sequence[NoteView]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that happened on the case while the judge was reading."""

    at: datetime
    who: str
    words: Words


def judge_rows(user: User, now: datetime) -> list[JudgeRow]:
    """The judge's undecided cases by strict deadline, overdue first; a fixed number of queries."""
    cases = list(cases_of_judge(user, now)[:LONGEST_LIST])
    ids = [case.pk for case in cases]
    if not ids:
        return []
    clocks: dict[UUID, ShownDeadline] = {}
    for row in running_deadlines(ids).filter(owner_role=Role.JUDGE):
        clocks.setdefault(row.subject_id, shown(row, now))
    with case_scope(*ids):
        names = _names_of(ids)
        drafted = set(DecisionDraft.objects.filter(case__in=ids).values_list("case_id", flat=True))
    rows = [
        JudgeRow(
            case=case,
            clock=clocks.get(case.pk),
            tone=_tone(clocks.get(case.pk), now),
            applicant=names.get((case.pk, Side.APPLICANT), ""),
            respondent=names.get((case.pk, Side.RESPONDENT), ""),
            danger=emergency_words(case),
            has_draft=case.pk in drafted,
        )
        for case in cases
    ]
    return sorted(rows, key=lambda row: (row.clock is None, row.clock and row.clock.deadline.strict_at))


def next_case(user: User, now: datetime, *, but: Case) -> JudgeRow | None:
    """The most urgent undecided case other than this one."""
    return next((row for row in judge_rows(user, now) if row.case.pk != but.pk), None)


def case_in_short(user: User, case: Case, now: datetime) -> CaseInShort:
    """The application, its danger, the evidence list and the three conditions."""
    fields = fields_for(user, case, now)
    parties = parties_of(case)
    application = case.application
    return CaseInShort(
        applicant=parties.get(Side.APPLICANT),
        respondent=parties.get(Side.RESPONDENT),
        agent=parties.get(Side.AGENT),
        kinds=[IncidentKind(code).label for code in application.incident_kinds],
        danger=emergency_words(case) if fields[DataClass.K4] >= FieldAccess.READ else (),
        requests=requests_of(case),
        conditions=_conditions(case, parties),
        evidence=evidence_list(user, case, now),
        notes=[note for note in notes_for(user, case, now) if not note.is_superseded],
    )


def requests_of(case: Case) -> list[RequestLine]:
    """The measures that she asks for and that the case's profile knows."""
    known = load_profile(case.profile_id).measures
    return [
        RequestLine(row["code"], measure_name(row["code"], case.profile_id), row.get("words", ""))
        for row in case.application.requested_measures
        if row.get("code") in known
    ]


def evidence_list(user: User, case: Case, now: datetime) -> list[EvidenceLine]:
    """Every kind of SPC17 6 with the pieces there are; the court may collect what is missing (SPC17 5)."""
    pieces: dict[str, list[Evidence]] = {}
    for row in evidence_for(user, case, now):
        pieces.setdefault(row.kind, []).append(row)
    stated = bool(case.application.statement.strip())
    return [
        EvidenceLine(
            kind.value,
            kind.label,
            pieces.get(kind, []),
            is_in_application=stated and kind == EvidenceKind.E01,
        )
        for kind in EvidenceKind
    ]


def places_of(user: User, case: Case, now: datetime) -> list[ConfidentialDetail]:
    """Her places by kind, closed; the judge chooses among them without opening them."""
    return [row for row in details_of(user, case, now) if row.kind in PLACE_KINDS]


def changes_since(case: Case, sequence: int) -> list[Change]:
    """What has happened on the case after this event, as far as a court reads it, oldest first."""
    rows = CaseEvent.objects.filter(case=case, sequence__gt=sequence).select_related(
        "actor", "agency", "case"
    )
    return [
        Change(row.recorded_at, row.actor.display_name if row.actor else "", event_type(row.type).words)
        for row in rows.order_by("sequence")
        if _court_reads(row)
    ]


def last_sequence(case: Case) -> int:
    """The number of the newest event of the case."""
    newest = CaseEvent.objects.filter(case=case).order_by("-sequence").values_list("sequence", flat=True)
    return newest.first() or 0


def _court_reads(event: CaseEvent) -> bool:
    inside = event.payload.get("audience") == Audience.OWN_AGENCY and event.agency_id != event.case.court_id
    return COURT in event_type(event.type).readers and not inside


def _tone(clock: ShownDeadline | None, now: datetime) -> str:
    return tone_of(clock.deadline.started_at, clock.deadline.strict_at, now) if clock else ""


def _conditions(case: Case, parties: Mapping[str, Party]) -> list[ConditionLine]:
    respondent = parties.get(Side.RESPONDENT)
    name = (respondent.person.name or respondent.person.also_known_as) if respondent else ""
    asked = len(case.application.requested_measures)
    kinds = "、".join(str(IncidentKind(code).label) for code in case.application.incident_kinds)
    return [
        ConditionLine(FailedCondition.NAMED_RESPONDENT, _("有明确的被申请人"), bool(name), name),
        ConditionLine(
            FailedCondition.DEFINITE_REQUEST,
            _("有具体的请求"),
            bool(asked),
            _("%(count)d 项措施") % {"count": asked} if asked else "",
        ),
        ConditionLine(
            FailedCondition.VIOLENCE_OR_DANGER,
            _("有遭受家庭暴力或者面临家庭暴力现实危险的情形"),
            bool(kinds or case.application.statement),
            kinds,
        ),
    ]


def _names_of(ids: Sequence[UUID]) -> dict[tuple[UUID, str], str]:
    rows = Party.objects.filter(case__in=ids, side__in=(Side.APPLICANT, Side.RESPONDENT))
    return {
        (row.case_id, row.side): row.person.name or row.person.also_known_as
        for row in rows.select_related("person")
    }
