"""What the court's room adds to the staff's case page: the order, service, confirmation, papers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agencies.capabilities import Action
from agencies.models import User
from cases.models import Case
from cases.panels import Panel, register_panel
from cases.policy import may
from cases.vocabulary import State
from orders.forms import AcknowledgeForm
from orders.selectors import (
    acknowledgement_clock,
    acknowledgements_of,
    acknowledging_body,
    decision_of,
    officers_of,
    papers_for,
    services_of,
)

DECIDED = frozenset({State.ORDER_ISSUED, State.REJECTED})
Context = Mapping[str, Any] | None


def order_panel(user: User, case: Case, now: datetime) -> Context:
    """The ruling in words: in force or expired as the clock says (INV-14)."""
    decided = decision_of(user, case, now) if case.state in DECIDED else None
    return {"decided": decided} if decided else None


def service_panel(user: User, case: Case, now: datetime) -> Context:
    """On whom the ruling was served; the way to its form for those who serve."""
    if case.state not in DECIDED:
        return None
    services = services_of(user, case, now)
    return (
        {"services": services, "may_serve": may(user, Action.RECORD_SERVICE, case, now)} if services else None
    )


def acknowledgement_panel(user: User, case: Case, now: datetime) -> Context:
    """Whether the police have the order; for the police the form on the page itself."""
    if case.state != State.ORDER_ISSUED:
        return None
    station = acknowledging_body(user, case, now)
    form = None
    if station is not None:
        form = AcknowledgeForm(
            case=case,
            officers=officers_of(station, now),
            initial={"officer": str(user.pk)},
            auto_id="acknowledge_%s",
        )
    return {"done": acknowledgements_of(case), "clock": acknowledgement_clock(case, now), "form": form}


def papers_panel(user: User, case: Case, now: datetime) -> Context:
    """The papers for this person's body; nothing where there is none."""
    papers = papers_for(user, case, now)
    return {"papers": papers} if papers else None


def register_case_panels() -> None:
    """Put our parts on the staff's case page."""
    register_panel(Panel("order", "orders/panels/order.html", order_panel, place=10))
    register_panel(Panel("service", "orders/panels/service.html", service_panel, place=30))
    register_panel(
        Panel("acknowledgement", "orders/panels/acknowledgement.html", acknowledgement_panel, place=20)
    )
    register_panel(Panel("papers", "orders/panels/papers.html", papers_panel, place=40))
