"""Opening what is closed: a look is written down first, then the text is given (INV-28)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from agencies.capabilities import Action
from agencies.errors import InvalidInput, NotAllowed
from agencies.roles import AgencyKind
from cases.actors import Actor, ApplicantActor
from cases.field_table import FieldAccess
from cases.looking import record_look
from cases.models import Case, ConfidentialDetail
from cases.policy import fields_for, fields_of, standing
from cases.vocabulary import DataClass

SHORTEST_PURPOSE = 4


def reveal(
    *, actor: Actor, detail: ConfidentialDetail, purpose: str, now: datetime, network: str = ""
) -> str:
    """The text of one confidential detail, for somebody who may read it and says why.

    Raises: NotAllowed, InvalidInput when the police give no purpose (they read K3 only to protect).
    """
    case = detail.case
    acting_as = standing(actor, Action.REVEAL_CONFIDENTIAL, case, now)
    access = fields_for(actor, case, now)[DataClass(detail.data_class)]
    if acting_as is None or access < FieldAccess.REVEAL:
        raise NotAllowed
    if acting_as.body == AgencyKind.POLICE and len(purpose.strip()) < SHORTEST_PURPOSE:
        raise InvalidInput(_("请写明为什么需要看（例如：上门保护）。"), field="purpose")
    record_look(
        actor,
        purpose="confidential.reveal",
        now=now,
        case_id=case.pk,
        acting_as=acting_as,
        object_kind=f"detail.{detail.kind}",
        object_id=str(detail.pk),
        data_classes=[detail.data_class],
        network=network,
    )
    return detail.text.open_text()


def danger_answers(*, actor: Actor, case: Case, now: datetime) -> dict[str, str]:
    """Her answers to the danger questions (K4) for a body that reads them; empty when it may not."""
    view = standing(actor, Action.VIEW_CASE, case, now)
    if fields_of(view)[DataClass.K4] < FieldAccess.READ or not case.application.danger_answers:
        return {}
    record_look(
        actor,
        purpose="danger.read",
        now=now,
        case_id=case.pk,
        acting_as=view,
        object_kind="danger_answers",
        data_classes=[DataClass.K4],
    )
    return json.loads(case.application.danger_answers.open_text())


def own_details(*, actor: ApplicantActor, case: Case, now: datetime) -> Iterable[tuple[str, str]]:
    """Kind and text of every detail, for the applicant herself."""
    if actor.is_agent:
        raise NotAllowed
    details = ConfidentialDetail.objects.filter(case=case)
    return [
        (detail.get_kind_display(), reveal(actor=actor, detail=detail, purpose="own", now=now))
        for detail in details
    ]


def texts_for_paper(
    *, actor: Actor, case: Case, details: Iterable[ConfidentialDetail], now: datetime
) -> dict[int, str]:
    """The texts of these details by id, for printing papers; one look is logged for all of them.

    Raises: NotAllowed for an actor who may not open them.
    """
    acting_as = standing(actor, Action.REVEAL_CONFIDENTIAL, case, now)
    if acting_as is None:
        raise NotAllowed
    wanted = list(details)
    record_look(
        actor,
        purpose="paper.print",
        now=now,
        case_id=case.pk,
        acting_as=acting_as,
        object_kind="details",
        data_classes=sorted({detail.data_class for detail in wanted}),
    )
    return {detail.pk: detail.text.open_text() for detail in wanted}
