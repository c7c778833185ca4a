"""What the judge sees when it is done: number, last day, service begun, minutes, next case (3.4, screen 8)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from agencies.access import policy
from agencies.capabilities import Action
from deadlines.models import Deadline
from deadlines.selectors import deadlines_of
from orders.judging import next_case
from orders.selectors import decision_of, services_of
from orders.views.decide import open_to_decide


@require_safe
@policy(Action.ISSUE)
def issued(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The outcome of the case for its judge; before the decision, the way back to it."""
    opened = open_to_decide(request, case_id)
    case, now = opened.case, opened.now
    decided = decision_of(opened.user, case, now)
    if decided is None:
        return redirect("orders:decide", case_id)
    goals = [
        row.deadline for row in deadlines_of(case.pk, now) if row.deadline.nature == Deadline.Nature.GOAL
    ]
    context = {
        "opened": opened,
        "case": case,
        "now": now,
        "decided": decided,
        "services": services_of(opened.user, case, now),
        "since_submission": _minutes(case.submitted_at, decided.made_at),
        "since_acceptance": _minutes(case.accepted_at, decided.made_at) if case.accepted_at else None,
        "goal": next((row for row in goals if not row.is_running), None),
        "next_row": next_case(opened.user, now, but=case),
    }
    return render(request, "orders/issued.html", context)


def _minutes(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds() // 60)
