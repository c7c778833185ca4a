"""The judge's list: undecided cases by the strict clock, overdue first (journeys 3.4, screen 1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.access import policy
from agencies.capabilities import Action
from agencies.models import User
from cases.desk.list_looks import log_list
from cases.desk.opening import staff_of
from deadlines import clock
from orders.judging import judge_rows


@require_safe
@policy(Action.ISSUE)
def my_deadlines(request: HttpRequest) -> HttpResponse:
    """The list; kept fresh by `rows`, or by the refresh link where there is no script."""
    now = clock.now()
    user = staff_of(request)
    log_list(request, user, "judge.list", now)
    return render(request, "orders/judge.html", _page(user, now))


@require_safe
@policy(Action.ISSUE)
def rows(request: HttpRequest) -> HttpResponse:
    """The inside of the list alone; asked every few seconds by an open page."""
    now = clock.now()
    user = staff_of(request)
    log_list(request, user, "judge.list", now)
    return render(request, "orders/_judge_rows.html", _page(user, now))


def _page(user: User, now: datetime) -> dict[str, Any]:
    listed = judge_rows(user, now)
    return {
        "rows": listed,
        "now": now,
        "late": sum(row.clock is not None and row.clock.is_overdue for row in listed),
        "emergencies": sum(row.case.is_emergency for row in listed),
    }
