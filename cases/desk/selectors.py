"""Questions of the desk's lists and pages; each starts from what the person may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.capabilities import Action, reach
from agencies.models import Agency, User
from agencies.roles import AgencyKind
from agencies.selectors import active_memberships, agencies_for
from cases.field_table import FieldAccess, field_access
from cases.looking import GLASS
from cases.models import AccessLog, Case, CaseEvent, Note, Party
from cases.policy import Standing, fields_of, reviewable_by, visible_to
from cases.selectors import audience_condition, emergency_words, waiting_for_acceptance
from cases.vocabulary import DataClass, Side
from deadlines.models import Deadline, OutboxMessage
from deadlines.selectors import running_deadlines

# A court has a handful waiting; past this many the clerk works from the top anyway.
LONGEST_QUEUE = 100
PAGE = 50
COURTS_SHOWN = 20
EARLIER_CASES_SHOWN = 10
TURNS_SHOWN = 20


# What the log's purposes are called on the page.
LOOK_WORDS: dict[str, str | Promise] = {
    "case.open": _("打开案件"),
    "danger.read": _("看危险评估"),
    "confidential.reveal": _("看保密信息"),
    "reveal.ask": _("要看保密信息"),
    "reveal.protect": _("为上门或就地保护看保密信息"),
    "reveal.contact": _("为联系本人看保密信息"),
    "reveal.serve": _("为送达看保密信息"),
    "reveal.decide": _("为审查和裁定看保密信息"),
    "reveal.help": _("为安置、就医等看保密信息"),
    "paper.print": _("生成文书"),
    "glass.open": _("紧急查阅"),
    "glass.review": _("复核紧急查阅"),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row of the queue. `danger_words` are empty for whom K4 is closed."""

    case: Case
    danger_words: Sequence[str | Promise]
    danger_level: str
    was_corrected: bool


@dataclass(frozen=True, slots=True)
class PersonalLook:
    """Who looked: the person for one's own body, the body alone for another."""

    at: datetime
    body: str
    person: str
    purpose: str | Promise


@dataclass(frozen=True, slots=True)
class ToldPerson:
    """A member of staff to whom a notice went."""

    name: str
    agency: str


def queue_of(user: User, now: datetime) -> tuple[list[Waiting], bool]:
    """The waiting applications of the person's court, in order, and whether more wait. 2 queries."""
    cases = list(waiting_for_acceptance(user, now)[: LONGEST_QUEUE + 1])
    shown = cases[:LONGEST_QUEUE]
    supplied = _cases_with(shown, "correction.supplied")
    open_to = agencies_reading(user, DataClass.K4, now)
    rows = []
    for case in shown:
        reads = case.court_id in open_to
        rows.append(
            Waiting(
                case=case,
                danger_words=emergency_words(case) if reads else (),
                danger_level=case.application.danger_level if reads else "",
                was_corrected=case.pk in supplied,
            )
        )
    return rows, len(cases) > LONGEST_QUEUE


def agencies_reading(user: User, data_class: DataClass, now: datetime) -> set[int]:
    """The person's bodies in which this class of content is open on the cases they work on. No query
    after `remember_memberships`."""
    return {
        row.agency_id
        for row in active_memberships(user, now)
        if reach(row.role, Action.VIEW_CASE)
        and field_access(row.agency.kind, row.role, data_class) >= FieldAccess.READ
    }


def own_cases_by_due(user: User, now: datetime, after: tuple[datetime, UUID] | None = None) -> QuerySet[Case]:
    """Cases of the person's bodies with something running, the nearest first; keyset by (deadline, id)."""
    rows = visible_to(user, now).filter(next_deadline__isnull=False)
    if after:
        at, pk = after
        rows = rows.filter(Q(next_deadline__gt=at) | Q(next_deadline=at, pk__gt=pk))
    return rows.select_related("court", "application", "assigned_judge").order_by("next_deadline", "pk")


def own_cases_newest(user: User, now: datetime, after: tuple[datetime, UUID] | None = None) -> QuerySet[Case]:
    """Every case of the person's bodies, the newest first; keyset by (submitted, id)."""
    rows = visible_to(user, now)
    if after:
        at, pk = after
        rows = rows.filter(Q(submitted_at__lt=at) | Q(submitted_at=at, pk__gt=pk))
    return rows.select_related("court", "application", "assigned_judge").order_by(
        F("submitted_at").desc(), "pk"
    )


def duties_of_bodies(user: User, agency_ids: Collection[int], now: datetime) -> list[tuple[Case, Deadline]]:
    """Running duties of these bodies in cases that the person may see, the nearest first. 2 queries."""
    if not agency_ids:
        return []
    visible = visible_to(user, now)
    rows = running_deadlines(visible.values_list("pk", flat=True)).filter(agency_id__in=agency_ids)[
        :TURNS_SHOWN
    ]
    duties = list(rows)
    cases = visible.in_bulk([row.subject_id for row in duties])
    return [(cases[row.subject_id], row) for row in duties if row.subject_id in cases]


def was_asked_to_correct(case: Case) -> bool:
    """Whether the one correction notice has been sent (INV-20)."""
    return CaseEvent.objects.filter(case=case, type="correction.requested").exists()


def correction_of(case: Case) -> CaseEvent | None:
    """The correction notice, for its points and days; None when none was sent."""
    return CaseEvent.objects.filter(case=case, type="correction.requested").first()


def last_event(case: Case, types: Collection[str] = ()) -> CaseEvent | None:
    """What happened last, of these types if any are named, with who did it."""
    rows = CaseEvent.objects.filter(case=case).select_related("actor", "agency")
    rows = rows.filter(type__in=types) if types else rows
    return rows.order_by("-sequence").first()


def note_to_correct(view: Standing, case: Case, note_id: UUID) -> Note | None:
    """A note of the person's own body that may be read and corrected; None for any other."""
    if view.agency is None:
        return None
    return (
        Note.objects.filter(
            audience_condition(view.agency.pk, view.agency.kind), pk=note_id, case=case, agency=view.agency
        )
        .select_related("author", "superseded_by")
        .first()
    )


def newest_version(note: Note) -> Note:
    """The version that nobody has corrected yet; at most as many queries as there are corrections."""
    newest = note
    while later := Note.objects.filter(supersedes=newest).select_related("author").first():
        newest = later
    return newest


def looks_for_supervisor(view: Standing, case: Case) -> list[PersonalLook]:
    """Who looked at the case, newest first, for those who read K7 (law.md 6).

    A supervisor of the police or the federation reads the looks of the own body; one of the court
    reads those of other bodies too, but without names.
    """
    if fields_of(view)[DataClass.K7] < FieldAccess.READ or view.agency is None:
        return []
    rows = AccessLog.objects.filter(case_id=case.pk, allowed=True, agency__isnull=False)
    if view.agency.kind != AgencyKind.COURT:
        rows = rows.filter(agency=view.agency)
    return [
        PersonalLook(
            at=row.at,
            body=row.agency.name if row.agency else "",
            person=str(row.user) if row.user and row.agency_id == view.agency.pk else "",
            purpose=look_words(row.purpose),
        )
        for row in rows.select_related("agency", "user").order_by("-at")[:100]
    ]


def look_words(purpose: str) -> str | Promise:
    """A purpose of the log in words; a look under break-glass says so."""
    if purpose in LOOK_WORDS or not purpose.startswith(GLASS):
        return LOOK_WORDS.get(purpose, _("查看"))
    return gettext("紧急查阅：%(what)s") % {"what": LOOK_WORDS.get(purpose.removeprefix(GLASS), _("查看"))}


def told_with(case: Case, at: datetime) -> list[ToldPerson]:
    """Who got a notice about the case at that very instant, each person once."""
    rows = (
        OutboxMessage.objects.filter(
            subject_id=case.pk,
            created_at=at,
            user__isnull=False,
            channel=OutboxMessage.Channel.IN_PORTAL,
        )
        .select_related("user")
        .prefetch_related("user__memberships__agency")
        .order_by("pk")
    )
    people = {row.user.pk: row.user for row in rows if row.user}
    return [ToldPerson(str(user), _agency_of(user)) for user in people.values()]


def courts_to_transfer_to(case: Case, search: str) -> list[Agency]:
    """Courts of the places in the application, then those that the search words name; never the own one."""
    regions = (
        case.application.applicant_region,
        case.application.incident_region,
        case.application.respondent_region,
    )
    near = [
        court
        for region in dict.fromkeys(filter(None, regions))
        for court in agencies_for(AgencyKind.COURT, region)
    ]
    words = search.strip()
    found = Agency.objects.filter(kind=AgencyKind.COURT, is_active=True)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(court_code__iexact=words) | Q(region_code=words))
        near += list(found.order_by("code")[:COURTS_SHOWN])
    return [court for court in dict.fromkeys(near) if court.pk != case.court_id]


def open_cases_by_judge(court_id: int) -> dict[int, int]:
    """How many undecided cases lie with each judge of the court."""
    rows = Case.unscoped.filter(court_id=court_id, is_open=True, assigned_judge__isnull=False)
    return dict(rows.values_list("assigned_judge").annotate(count=Count("pk")).order_by())


def own_notice(user: User, notice_id: int) -> OutboxMessage | None:
    """A notice in the portal for this very person; None for any other."""
    rows = OutboxMessage.objects.filter(pk=notice_id, user=user, channel=OutboxMessage.Channel.IN_PORTAL)
    return rows.select_related("step__deadline").first()


def unread_notices(user: User, now: datetime) -> int:
    """How many notices wait for the person; those about a case that one may not know of do not count (INV-25)."""
    mine = OutboxMessage.objects.filter(
        user=user, channel=OutboxMessage.Channel.IN_PORTAL, read_at=None, created_at__lte=now
    ).annotate(about=Coalesce("step__deadline__subject_id", "subject_id"))
    known = Q(about__in=visible_to(user, now).values("pk"))
    to_review = Q(about__in=reviewable_by(user, now).values("case_id"))
    return mine.filter(Q(about=None) | known | to_review).count()


def visible_ids(user: User, case_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Those of these cases that the person may see."""
    return set(visible_to(user, now).filter(pk__in=case_ids).values_list("pk", flat=True))


def ids_to_review(user: User, case_ids: Collection[UUID], now: datetime) -> set[UUID]:
    """Those of these cases on which the person reviews a use of break-glass, and so may be told of it."""
    rows = reviewable_by(user, now).filter(case__in=case_ids)
    return set(rows.values_list("case_id", flat=True))


def earlier_cases_of_pair(user: User, case: Case, parties: Mapping[str, Party], now: datetime) -> list[Case]:
    """Other cases that the person may see and in which both sides are the same two persons."""
    if Side.APPLICANT not in parties or Side.RESPONDENT not in parties:
        return []
    rows = visible_to(user, now).exclude(pk=case.pk)
    for side in (Side.APPLICANT, Side.RESPONDENT):
        digests = parties[side].person.match_digests
        if not digests:
            return []
        rows = rows.filter(persons__sides__side=side, persons__match_digests__has_any_keys=digests)
    return list(rows.distinct().order_by("-submitted_at")[:EARLIER_CASES_SHOWN])


def _agency_of(user: User) -> str:
    return next((row.agency.name for row in user.memberships.all() if row.valid_until is None), "")


def _cases_with(cases: Sequence[Case], event_type: str) -> set[UUID]:
    ids = [case.pk for case in cases]
    rows = CaseEvent.unscoped.filter(case_id__in=ids, type=event_type)
    return set(rows.values_list("case_id", flat=True))
