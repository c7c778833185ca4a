"""What the court's room adds to the applicant's page: the decision, her copies, who was served."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from agencies.access import policy
from agencies.errors import TransitionRefused
from cases.actors import ApplicantActor
from cases.filing.panels import Panel
from cases.filing.proposals import PLAIN_MEASURES
from cases.filing.session import actor_of, applicant_page
from cases.handing_out import attachment
from cases.looking import get_visible_or_404, network_of
from cases.models import Case
from cases.vocabulary import State
from deadlines.clock import now as clock_now
from orders.selectors import MeasureView, Words, decision_of, papers_for, services_of
from orders.services.papers import print_application, read_paper
from orders.services.serving import confirm_received
from orders.vocabulary import Recipient

DECIDED = frozenset({State.ORDER_ISSUED, State.REJECTED})


def decision_panel(actor: ApplicantActor, case: Case, now: datetime) -> Panel | None:
    """The decision in plain words, with the papers that are hers; nothing before there is one."""
    decision = decision_of(actor, case, now) if case.state in DECIDED else None
    if decision is None:
        return None
    services = services_of(actor, case, now)
    on_her = next((row for row in services if row.recipient == Recipient.APPLICANT), None)
    context = {
        "decision": decision,
        "measures": [_plain(row) for row in decision.measures],
        "services": services,
        "may_confirm": not actor.is_agent and on_her is not None and not on_her.is_served,
    }
    return Panel("orders/applicant_decision.html", context, place=10)


def papers_panel(actor: ApplicantActor, case: Case, now: datetime) -> Panel | None:
    """Papers to take along; the download has a name that says nothing."""
    papers = papers_for(actor, case, now)
    return Panel("orders/applicant_papers.html", {"papers": papers}, place=20) if papers else None


@require_safe
@policy("applicant")
@applicant_page
def paper(request: HttpRequest, paper_id: UUID | None = None) -> HttpResponse:
    """One of her papers; without an id, the application as the court has it."""
    actor = actor_of(request)
    if actor is None:
        return redirect("filing:return")
    case = get_visible_or_404(request, actor, actor.case_id, purpose="case.own")
    now, network = clock_now(), network_of(request)
    if paper_id:
        file = read_paper(actor=actor, case=case, paper_id=paper_id, now=now, network=network)
    else:
        file = print_application(actor=actor, case=case, now=now, network=network)
    return attachment(name=file.name, content=file.pdf)


@require_POST
@policy("applicant")
@applicant_page
def received(request: HttpRequest) -> HttpResponse:
    """She says that she has read the ruling here: electronic service with her consent.

    Pressing twice changes nothing.
    """
    actor = actor_of(request)
    if actor is None:
        return redirect("filing:return")
    case = get_visible_or_404(request, actor, actor.case_id, purpose="case.own")
    # Refused only when it is written down already, which is what she wants.
    with suppress(TransitionRefused):
        confirm_received(actor=actor, case=case, now=clock_now())
    return redirect("filing:my")


def _plain(measure: MeasureView) -> Sequence[Words]:
    extra = [measure.words] if measure.words else []
    return [PLAIN_MEASURES.get(measure.code, measure.name) if not extra else measure.name, *extra]
