"""Questions about orders, service and papers; each answer holds only what the asker may see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db.models import Prefetch
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.capabilities import Action
from agencies.models import Agency, User
from agencies.roles import AgencyKind, Role
from agencies.selectors import people_with_role
from cases.actors import Actor
from cases.field_table import FieldAccess
from cases.models import Case, CaseEvent
from cases.policy import Standing, fields_for, may, standing
from cases.responsibility import bodies_on
from cases.vocabulary import DataClass
from deadlines.profile import load_profile
from deadlines.selectors import ShownDeadline, deadlines_of
from orders.models import (
    DECIDING,
    CasePaper,
    Measure,
    OrderAcknowledgement,
    ProtectionOrder,
    Ruling,
    Service,
    ServiceAttempt,
)
from orders.paper_rights import may_read
from orders.vocabulary import (
    FailedCondition,
    MeasureCode,
    PaperAudience,
    PaperKind,
    Recipient,
    RulingKind,
    ServiceState,
    Way,
)

Words = str | Promise
IN_FORCE, EXPIRED, REVOKED = "in_force", "expired", "revoked"
STATE_WORDS: dict[str, Words] = {
    IN_FORCE: _("有效"),
    EXPIRED: _("已到期"),
    REVOKED: _("已撤销"),
}


@dataclass(frozen=True, slots=True)
class MeasureView:
    """One measure in words, with its number of metres or days and the judge's own words."""

    code: str
    name: Words
    distance_metres: int | None
    within_days: int | None
    words: str


@dataclass(frozen=True, slots=True)
class DecisionView:
    """The deciding ruling as staff on the case read it; places by kind only (K3)."""

    kind: str
    kind_words: Words
    made_at: datetime
    judge: str
    number: str
    failed_conditions: Sequence[Words]
    late_reason: str
    state: str = ""
    state_words: Words = ""
    last_on: date | None = None
    ends_at: datetime | None = None
    months: int | None = None
    measures: Sequence[MeasureView] = ()
    places: Sequence[tuple[Words, bool]] = ()

    @property
    def is_order(self) -> bool:
        return self.kind == RulingKind.ORDER_ISSUED


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One try to serve; the place stays closed."""

    way_code: str
    way: Words
    tried_at: datetime
    succeeded: bool
    received_by: str
    words: str
    served_by: str
    has_place: bool


@dataclass(frozen=True, slots=True)
class ServiceView:
    """Service on one recipient, with its clock and, for those who serve, the attempts so far."""

    id: UUID
    recipient: str
    recipient_words: Words
    body: str
    is_served: bool
    served_at: datetime | None
    clock: ShownDeadline | None
    attempts: Sequence[AttemptView]

    @property
    def tried_ways(self) -> frozenset[str]:
        """Ways that were tried in vain."""
        return frozenset(row.way_code for row in self.attempts if not row.succeeded)


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper that this reader may have; `id` is None for the application, which is printed on request."""

    id: UUID | None
    kind: str
    kind_words: Words
    audience: str
    audience_words: Words
    made_at: datetime
    size_bytes: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class AcknowledgedBy:
    """A police body that has the order, and who answers for it there."""

    body: str
    officer: str
    by: str
    at: datetime


def order_state(order: ProtectionOrder, now: datetime) -> str:
    """In force, expired or revoked, read off the clock: no job is needed (INV-14)."""
    if order.revoked_at is not None and now >= order.revoked_at:
        return REVOKED
    return EXPIRED if now >= order.ends_at else IN_FORCE


def decision_of(actor: Actor, case: Case, now: datetime) -> DecisionView | None:
    """The ruling that decided the application; None before it, or for somebody who reads no K2."""
    fields = fields_for(actor, case, now)
    if fields[DataClass.K2] < FieldAccess.READ:
        return None
    ruling = (
        Ruling.objects.filter(case=case, kind__in=DECIDING)
        .select_related("judge", "order")
        .prefetch_related("order__measures", "order__places__detail")
        .first()
    )
    if ruling is None:
        return None
    decided = DecisionView(
        kind=ruling.kind,
        kind_words=RulingKind(ruling.kind).label,
        made_at=ruling.made_at,
        judge=ruling.judge.display_name,
        number=case.number or "",
        failed_conditions=[FailedCondition(code).label for code in ruling.failed_conditions],
        late_reason=ruling.late_reason,
    )
    order: ProtectionOrder | None = getattr(ruling, "order", None)
    if order is None:
        return decided
    return _with_order(decided, order, case, now, shows_places=fields[DataClass.K3] >= FieldAccess.MASKED)


def measure_name(code: str, profile_id: str) -> Words:
    """The measure in the words of the case's profile."""
    known = load_profile(profile_id).measures.get(code)
    return str(known.name) if known else MeasureCode(code).label


def services_of(actor: Actor, case: Case, now: datetime) -> list[ServiceView]:
    """Service on every recipient of the ruling, in the order of the list; attempts for court and servers."""
    view = standing(actor, Action.VIEW_CASE, case, now)
    if view is None:
        return []
    attempts = ServiceAttempt.objects.select_related("served_by").order_by("tried_at", "pk")
    rows = Service.objects.filter(case=case).select_related("agency")
    rows = rows.prefetch_related(Prefetch("attempts", queryset=attempts))
    clocks = service_clocks(case, now)
    reads_attempts = view.body == AgencyKind.COURT or may(actor, Action.RECORD_SERVICE, case, now)
    order = list(Recipient)
    return [
        _service_view(row, clocks.get(row.recipient), reads_attempts=reads_attempts)
        for row in sorted(rows, key=lambda row: order.index(Recipient(row.recipient)))
    ]


def service_clocks(case: Case, now: datetime) -> dict[str, ShownDeadline]:
    """The service deadline of each recipient, by recipient."""
    rows = clocks_stopped_by(case, "service.completed", now)
    return {row.deadline.key.partition("#")[0]: row for row in rows}


def clocks_stopped_by(case: Case, event: str, now: datetime) -> list[ShownDeadline]:
    """Duties of the case that this event ends, by the case's profile: running first, by strict instant."""
    rules = load_profile(case.profile_id).clocks
    ending = {
        name
        for name, rule in rules.items()
        if rule.nature == "duty" and any(stop.event == event for stop in rule.stops_on)
    }
    return [row for row in deadlines_of(case.pk, now) if row.deadline.rule_id in ending]


def decision_clock(case: Case, now: datetime) -> ShownDeadline | None:
    """The one decision clock that runs, or the last that ran (INV-01)."""
    rows = clocks_stopped_by(case, "order.issued", now)
    return rows[0] if rows else None


def papers_for(actor: Actor, case: Case, now: datetime) -> list[PaperRow]:
    """The papers that the actor's body may read, oldest first; never their content."""
    view = standing(actor, Action.VIEW_CASE, case, now)
    if view is None:
        return []
    kept = CasePaper.objects.filter(case=case).defer("content").order_by("made_at", "kind", "audience")
    rows = [_paper_row(row) for row in kept if may_read(view.body, row.kind, row.audience)]
    return [*_application_row(view, case), *rows]


def acknowledgements_of(case: Case) -> list[AcknowledgedBy]:
    """Which police bodies have confirmed that they have the order."""
    rows = OrderAcknowledgement.objects.filter(order__case=case)
    return [
        AcknowledgedBy(
            body=row.agency.name,
            officer=row.responsible_officer.display_name,
            by=row.acknowledged_by.display_name,
            at=row.at,
        )
        for row in rows.select_related("agency", "responsible_officer", "acknowledged_by").order_by("at")
    ]


def acknowledgement_clock(case: Case, now: datetime) -> ShownDeadline | None:
    """The clock of the police's confirmation; None before the order was served on them."""
    rows = clocks_stopped_by(case, "order.acknowledged", now)
    return rows[0] if rows else None


def acknowledging_body(user: User, case: Case, now: datetime) -> Agency | None:
    """The police body for which this person may confirm the order; None when it is done or not hers."""
    view = standing(user, Action.ACKNOWLEDGE_ORDER, case, now)
    if view is None or view.agency is None or not ProtectionOrder.objects.filter(case=case).exists():
        return None
    done = OrderAcknowledgement.objects.filter(order__case=case, agency=view.agency).exists()
    return None if done else view.agency


def officers_of(agency: Agency, now: datetime) -> list[User]:
    """Who of a police body can answer for an order."""
    people: dict[int, User] = {}
    for role in (Role.OFFICER, Role.COMMANDER):
        people.update({user.pk: user for user in people_with_role(agency.pk, role, now)})
    return list(people.values())


def police_on(case: Case, now: datetime) -> list[Agency]:
    """Police bodies on the case, which the court may ask to serve papers."""
    return [body for body in bodies_on(case, now) if body.kind == AgencyKind.POLICE]


def entrusted_bodies(case: Case) -> list[str]:
    """Names of the police bodies that were asked to serve papers."""
    asked = CaseEvent.objects.filter(case=case, type="service.entrusted")
    ids = {payload.get("agency_id") for payload in asked.values_list("payload", flat=True)}
    return list(Agency.objects.filter(pk__in=ids).order_by("pk").values_list("name", flat=True))


def open_recipients(services: Iterable[ServiceView]) -> list[ServiceView]:
    """Those not served yet, the earliest deadline first."""
    waiting = [row for row in services if not row.is_served]
    return sorted(waiting, key=lambda row: (row.clock is None, row.clock and row.clock.deadline.strict_at))


def _with_order(
    decided: DecisionView, order: ProtectionOrder, case: Case, now: datetime, *, shows_places: bool
) -> DecisionView:
    state = order_state(order, now)
    places = [(row.detail.get_kind_display(), row.confirmed_known) for row in order.places.all()]
    return replace(
        decided,
        state=state,
        state_words=STATE_WORDS[state],
        last_on=order.last_on,
        ends_at=order.ends_at,
        months=order.months,
        measures=[_measure_view(row, case) for row in sorted(order.measures.all(), key=lambda row: row.code)],
        places=places if shows_places else (),
    )


def _measure_view(row: Measure, case: Case) -> MeasureView:
    return MeasureView(
        code=row.code,
        name=measure_name(row.code, case.profile_id),
        distance_metres=row.distance_metres,
        within_days=row.within_days,
        words=row.words,
    )


def _service_view(row: Service, clock: ShownDeadline | None, *, reads_attempts: bool) -> ServiceView:
    return ServiceView(
        id=row.pk,
        recipient=row.recipient,
        recipient_words=Recipient(row.recipient).label,
        body=row.agency.name if row.agency else "",
        is_served=row.state == ServiceState.COMPLETED,
        served_at=row.served_at,
        clock=clock,
        attempts=[_attempt_view(attempt) for attempt in row.attempts.all()] if reads_attempts else (),
    )


def _attempt_view(row: ServiceAttempt) -> AttemptView:
    return AttemptView(
        way_code=row.way,
        way=Way(row.way).label,
        tried_at=row.tried_at,
        succeeded=row.succeeded,
        received_by=row.received_by,
        words=row.words,
        served_by=row.served_by.display_name if row.served_by else "",
        has_place=row.place is not None,
    )


def _application_row(view: Standing, case: Case) -> list[PaperRow]:
    kind, audience = PaperKind.APPLICATION, PaperAudience.COURT
    if not may_read(view.body, kind, audience):
        return []
    return [PaperRow(None, kind, kind.label, audience, _("法院和申请人"), case.submitted_at)]


def _paper_row(row: CasePaper) -> PaperRow:
    return PaperRow(
        id=row.pk,
        kind=row.kind,
        kind_words=PaperKind(row.kind).label,
        audience=row.audience,
        audience_words=PaperAudience(row.audience).label,
        made_at=row.made_at,
        size_bytes=row.size_bytes,
        sha256=row.sha256,
    )
