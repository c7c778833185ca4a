"""Reading a draft of the ruling (K6): written down first, then given."""

from __future__ import annotations

from datetime import datetime

from agencies.models import User
from cases.field_table import FieldAccess
from cases.looking import record_look
from cases.models import Case
from cases.policy import Standing, fields_of
from cases.vocabulary import DataClass
from orders.decisions import Decision, from_text
from orders.models import DecisionDraft


def read_draft(
    user: User, view: Standing, case: Case, *, now: datetime, network: str
) -> tuple[Decision, int] | None:
    """The draft and its version for whom K6 is open; None for everybody else, and while there is none."""
    if fields_of(view)[DataClass.K6] < FieldAccess.READ:
        return None
    draft = DecisionDraft.objects.filter(case=case).first()
    if draft is None:
        return None
    record_look(
        user,
        purpose="draft.read",
        now=now,
        case_id=case.pk,
        acting_as=view,
        object_kind="draft",
        object_id=str(draft.pk),
        data_classes=[DataClass.K6],
        network=network,
    )
    return from_text(draft.content.open_text()), draft.version
