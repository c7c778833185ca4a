"""Service (送达): on whom, by which way, each attempt with its result (D07, INV-48)."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.capabilities import Action
from agencies.errors import InvalidInput, NotAllowed, TransitionRefused
from agencies.models import Agency, User
from agencies.roles import AgencyKind
from agencies.selectors import active_memberships
from cases.actors import ApplicantActor
from cases.change import CaseChange, case_change
from cases.models import Case
from cases.responsibility import bodies_on
from cases.secrets import Secret, cipher
from orders.documents.papers import ServiceCertificate
from orders.documents.rendering import render
from orders.documents.values import DeliveryWay
from orders.models import CasePaper, OrderAcknowledgement, ProtectionOrder, Ruling, Service, ServiceAttempt
from orders.paper_content import IS_DEMO
from orders.vocabulary import PaperAudience, PaperKind, Recipient, ServiceState, Way

WAY_ON_PAPER = {
    Way.IN_PERSON: DeliveryWay.IN_PERSON,
    Way.ELECTRONIC: DeliveryWay.ELECTRONIC,
    Way.MAIL: DeliveryWay.MAIL,
    Way.LEAVING: DeliveryWay.LEAVING,
    Way.ENTRUSTED: DeliveryWay.ENTRUSTED,
    Way.PLATFORM: DeliveryWay.PLATFORM,
    Way.NOTICE: DeliveryWay.NOTICE,
}


def open_service(change: CaseChange, ruling: Ruling, recipient: Recipient) -> Service:
    """Begin service on a recipient; the 24 hours run from the ruling."""
    return Service.objects.create(
        case=change.case, ruling=ruling, recipient=recipient, agency=_body_for(change, recipient)
    )


def serve_by_platform(change: CaseChange, ruling: Ruling, recipient: Recipient) -> None:
    """Served at once on a body that works on this platform; without such a body it stays open."""
    service = Service.objects.get(ruling=ruling, recipient=recipient)
    if service.agency is None:
        return
    ServiceAttempt.objects.create(
        service=service,
        way=Way.PLATFORM,
        tried_at=change.now,
        succeeded=True,
        received_by=service.agency.name[:50],
    )
    _complete(change, service, Way.PLATFORM, received_by=service.agency.name)


def record_attempt(
    *,
    actor: User,
    case: Case | UUID,
    service_id: UUID,
    way: str,
    succeeded: bool,
    now: datetime,
    place: str = "",
    received_by: str = "",
    words: str = "",
    tried_at: datetime | None = None,
    expected_version: int | None = None,
) -> Service:
    """Write down one attempt; a success completes the service and prints the certificate (送达回证).

    Raises: NotAllowed, InvalidInput, Conflict, TransitionRefused when it was already served.
    """
    if way not in Way:
        raise InvalidInput(_("请选择送达方式。"), field="way")
    when = tried_at or now
    if when > now:
        raise InvalidInput(_("送达时间不能晚于现在。"), field="tried_at")
    if not succeeded and not words.strip():
        raise InvalidInput(_("没有送达时，请写明情况，例如“家中无人”。"), field="words")
    with case_change(
        case, actor, Action.RECORD_SERVICE, now=now, expected_version=expected_version
    ) as change:
        service = _open_one(change.case, service_id)
        when = _not_before(when, service.ruling.made_at)
        ServiceAttempt.objects.create(
            service=service,
            way=way,
            place=Secret.close(place.strip()) if place.strip() else None,
            tried_at=when,
            succeeded=succeeded,
            received_by=received_by.strip()[:50],
            words=words.strip()[:500],
            served_by=actor,
        )
        change.record("service.attempted", recipient=service.recipient, way=way, succeeded=succeeded)
        if succeeded:
            _complete(change, service, Way(way), received_by=received_by, at=when, server=actor)
    return service


def entrust_police(
    *, actor: User, case: Case | UUID, agency: Agency, now: datetime, expected_version: int | None = None
) -> None:
    """Ask a police body on the case to serve papers (委托送达); its officers may then record attempts.

    Raises: NotAllowed (only the court asks), InvalidInput, Conflict, TransitionRefused when nothing is open.
    """
    with case_change(
        case, actor, Action.RECORD_SERVICE, now=now, expected_version=expected_version
    ) as change:
        if change.acting_as.agency != change.case.court:
            raise NotAllowed
        if not Service.objects.filter(case=change.case, state=ServiceState.OPEN).exists():
            raise TransitionRefused(_("没有等待送达的文书。"))
        if agency.kind != AgencyKind.POLICE or agency not in bodies_on(change.case, now):
            raise InvalidInput(_("请选择本案的公安机关。"), field="agency")
        change.record("service.entrusted", agency_id=agency.pk)


def confirm_received(*, actor: ApplicantActor, case: Case | UUID, now: datetime) -> Service:
    """The applicant says on her page that she has the ruling: electronic service with her consent."""
    with case_change(case, actor, "service.confirm", now=now) as change:
        service = Service.objects.filter(case=change.case, recipient=Recipient.APPLICANT).first()
        if service is None:
            raise NotAllowed
        if service.state == ServiceState.COMPLETED:
            raise TransitionRefused(_("已经记下您收到了。"))
        ServiceAttempt.objects.create(service=service, way=Way.ELECTRONIC, tried_at=now, succeeded=True)
        _complete(change, service, Way.ELECTRONIC)
    return service


def acknowledge_order(
    *, actor: User, case: Case | UUID, officer: User, now: datetime, expected_version: int | None = None
) -> OrderAcknowledgement:
    """The police take the order and name the officer who answers for it (D08).

    Raises: NotAllowed, InvalidInput for somebody of another body, TransitionRefused the second time.
    """
    with case_change(
        case, actor, Action.ACKNOWLEDGE_ORDER, now=now, expected_version=expected_version
    ) as change:
        order = ProtectionOrder.objects.filter(case=change.case).first()
        agency = change.acting_as.agency
        if order is None or agency is None:
            raise TransitionRefused(_("本案还没有发出命令。"))
        if agency.pk not in {row.agency_id for row in active_memberships(officer, now)}:
            raise InvalidInput(_("请选择本单位的民警。"), field="officer")
        row, made = OrderAcknowledgement.objects.get_or_create(
            order=order,
            agency=agency,
            defaults={"acknowledged_by": actor, "responsible_officer": officer, "at": now},
        )
        if not made:
            raise TransitionRefused(_("%(who)s 已经确认收到。") % {"who": row.acknowledged_by.display_name})
        change.record("order.acknowledged", agency_id=agency.pk, officer_id=officer.pk)
    return row


def _not_before(when: datetime, made_at: datetime) -> datetime:
    """The instant of an attempt, typed to the minute, which cannot lie before the ruling."""
    if when < made_at - timedelta(minutes=1):
        raise InvalidInput(_("送达时间不能早于作出裁定的时间。"), field="tried_at")
    return max(when, made_at)


def _open_one(case: Case, service_id: UUID) -> Service:
    service = Service.objects.select_for_update().filter(pk=service_id, case=case).first()
    if service is None:
        raise NotAllowed
    if service.state == ServiceState.COMPLETED:
        raise TransitionRefused(_("这一份已经送达。"))
    return service


def _complete(
    change: CaseChange,
    service: Service,
    way: Way,
    *,
    received_by: str = "",
    at: datetime | None = None,
    server: User | None = None,
) -> None:
    served_at = at or change.now
    service.state = ServiceState.COMPLETED
    service.served_at = served_at
    service.save(update_fields=["state", "served_at"])
    _print_certificate(change, service, way, received_by, served_at, server)
    change.record("service.completed", occurred_at=served_at, recipient=service.recipient, way=way)


def _print_certificate(
    change: CaseChange, service: Service, way: Way, received_by: str, served_at: datetime, server: User | None
) -> None:
    """The certificate names no place: the court's file holds it closed, with the attempt."""
    pdf = render(
        ServiceCertificate(
            court=change.case.court.name,
            demo=IS_DEMO,
            number=change.case.number or "",
            documents=("民事裁定书",),
            recipient=service.agency.name if service.agency else str(Recipient(service.recipient).label),
            capacity=str(Recipient(service.recipient).label),
            way=WAY_ON_PAPER[way],
            served_at=served_at,
            result="已送达",
            received_by=received_by,
            servers=(server.display_name,) if server else (),
        )
    )
    CasePaper.objects.create(
        case=change.case,
        ruling=service.ruling,
        kind=PaperKind.SERVICE_CERTIFICATE,
        audience=PaperAudience.COURT,
        content=cipher().encrypt(pdf),
        sha256=hashlib.sha256(pdf).hexdigest(),
        size_bytes=len(pdf),
        made_at=change.now,
    )


def _body_for(change: CaseChange, recipient: Recipient) -> Agency | None:
    if recipient != Recipient.POLICE:
        return None
    police = [body for body in bodies_on(change.case, change.now) if body.kind == AgencyKind.POLICE]
    return police[0] if police else None
