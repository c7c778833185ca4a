"""Every look leaves a row before the answer does; no row, no look (SR-18, INV-28)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from agencies.capabilities import Action
from agencies.errors import Unavailable
from agencies.models import User
from cases.actors import Actor, ApplicantActor
from cases.models import AccessLog, Case
from cases.policy import Standing, standing, visible_to
from cases.scope import open_case
from deadlines.clock import now as clock_now

# Stands before the purpose of every look under break-glass.
GLASS = "glass."


def record_look(
    actor: Actor,
    *,
    purpose: str,
    now: datetime,
    case_id: UUID | None = None,
    acting_as: Standing | None = None,
    object_kind: str = "case",
    object_id: str = "",
    data_classes: Iterable[str] = (),
    allowed: bool = True,
    network: str = "",
) -> None:
    """Write one row of who looks at what and why; identifiers only, never values.

    A look under break-glass says so in its purpose.
    Raises: Unavailable when the row cannot be written, so that nothing is shown.
    """
    try:
        with transaction.atomic():
            AccessLog.objects.create(
                case_id=case_id,
                user=actor if isinstance(actor, User) else None,
                access_id=actor.access_id if isinstance(actor, ApplicantActor) else None,
                agency=acting_as.agency if acting_as else None,
                role=acting_as.role if acting_as else "",
                purpose=f"{GLASS}{purpose}" if acting_as and acting_as.under_glass else purpose,
                object_kind=object_kind,
                object_id=object_id,
                data_classes=list(data_classes),
                allowed=allowed,
                at=now,
                network=network,
            )
    except DatabaseError as error:
        raise Unavailable(_("现在无法留下查阅记录，所以不能打开。请稍后再试，或联系平台管理员。")) from error


def get_visible_or_404(
    request: HttpRequest,
    actor: Actor,
    case_id: UUID,
    *,
    purpose: str = "case.open",
    data_classes: Iterable[str] = (),
) -> Case:
    """The case, opened for this request and logged; 404, the same, for missing and for forbidden (INV-32)."""
    now = clock_now()
    rows = visible_to(actor, now).filter(pk=case_id)
    case = rows.select_related("court", "assigned_judge", "application").first()
    view = standing(actor, Action.VIEW_CASE, case, now) if case else None
    record_look(
        actor,
        purpose=purpose,
        now=now,
        case_id=case_id,
        acting_as=view,
        data_classes=data_classes,
        allowed=view is not None,
        network=network_of(request),
    )
    if case is None or view is None:
        raise Http404
    open_case(case.pk)
    return case


def network_of(request: HttpRequest) -> str:
    """The caller's network, /24 or /48: enough to see odd use, not enough to find a person (SR-35)."""
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    prefix = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
