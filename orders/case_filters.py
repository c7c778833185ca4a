"""Narrow a set of cases that somebody may see by what the court's room knows of them; never widen it."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import Case
from cases.vocabulary import State
from orders.models import OrderAcknowledgement, Service
from orders.vocabulary import Recipient, ServiceState


def unserved(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those with a recipient on whom the ruling has not been served (INV-48)."""
    waiting = Service.unscoped.filter(case=OuterRef("pk"), state=ServiceState.OPEN)
    return cases.filter(Exists(waiting))


def unacknowledged(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those whose order lies with the police and was not confirmed by them (D08)."""
    handed_over = Service.unscoped.filter(
        case=OuterRef("pk"), recipient=Recipient.POLICE, state=ServiceState.COMPLETED
    )
    confirmed = OrderAcknowledgement.unscoped.filter(order__case=OuterRef("pk"))
    return cases.filter(Exists(handed_over), ~Exists(confirmed), state=State.ORDER_ISSUED)
