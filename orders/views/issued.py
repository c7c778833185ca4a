"""What the judge sees when it is done: number, last day, service begun, minutes, next case (3.4, screen 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from agencies.access import policy
from agencies.capabilities import Action
from cases.desk.clocks import hours_minutes
from deadlines.models import Deadline
from deadlines.selectors import deadlines_of
from orders.judging import next_case
from orders.selectors import decision_of, services_of
from orders.views.decide import open_to_decide

# Longer than this is said in hours and minutes.
LONGEST_IN_MINUTES = timedelta(minutes=120)


@dataclass(frozen=True, slots=True)
class Took:
    """How long it took: minutes, or h:mm when it was long."""

    number: str
    is_long: bool

    @classmethod
    def between(cls, start: datetime, end: datetime) -> Took:
        length = end - start
        is_long = length > LONGEST_IN_MINUTES
        return cls(hours_minutes(length) if is_long else str(int(length.total_seconds() // 60)), is_long)


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
        "since_submission": Took.between(case.submitted_at, decided.made_at),
        "since_acceptance": Took.between(case.accepted_at, decided.made_at) if case.accepted_at else None,
        "goal": next((row for row in goals if not row.is_running), None),
        "next_row": next_case(opened.user, now, but=case),
    }
    return render(request, "orders/issued.html", context)
