"""The cases that one's own body works on: nearest deadline first, or newest first (journeys 3.5, 3.6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from agencies.access import policy
from agencies.capabilities import Action
from agencies.models import User
from agencies.selectors import active_memberships
from cases.desk.clocks import Clock, own_first_running
from cases.desk.list_looks import log_list
from cases.desk.opening import staff_of
from cases.desk.selectors import PAGE, own_cases_by_due, own_cases_newest
from cases.models import Case
from deadlines import clock

BY_DUE, NEWEST = "due", "new"


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A row: the case, the next duty of one's own body, and the clock of the decision."""

    case: Case
    own: Clock | None
    decision: Clock | None

    @property
    def tone(self) -> str:
        return self.own.tone if self.own else ""


@require_safe
@policy(Action.VIEW_CASE)
def mine(request: HttpRequest) -> HttpResponse:
    """The list, page by page without counting (keyset)."""
    user, now = staff_of(request), clock.now()
    log_list(request, user, "mine.view", now)
    return render(request, "cases/mine.html", _page(request, user, now))


@require_safe
@policy(Action.VIEW_CASE)
def rows(request: HttpRequest) -> HttpResponse:
    """The inside of the list alone; asked every few seconds by an open page."""
    user, now = staff_of(request), clock.now()
    log_list(request, user, "mine.view", now)
    return render(request, "cases/_mine_rows.html", _page(request, user, now))


def _page(request: HttpRequest, user: User, now: datetime) -> dict[str, Any]:
    order = NEWEST if request.GET.get("order") == NEWEST else BY_DUE
    after = _place_from(request)
    listed = own_cases_newest(user, now, after) if order == NEWEST else own_cases_by_due(user, now, after)
    found = list(listed[: PAGE + 1])
    shown = found[:PAGE]
    agencies = {row.agency_id for row in active_memberships(user, now)}
    clocks = own_first_running([case.pk for case in shown], agencies, now)
    return {
        "order": order,
        "rows": [OwnCase(case, *clocks.get(case.pk, (None, None))) for case in shown],
        "now": now,
        "query": request.GET.urlencode(),
        "next_url": _next_url(order, shown) if len(found) > PAGE else "",
        "first_url": f"?{urlencode({'order': order})}" if after else "",
    }


def _next_url(order: str, shown: Sequence[Case]) -> str:
    last = shown[-1]
    at = last.submitted_at if order == NEWEST else last.next_deadline
    return f"?{urlencode({'order': order, 'at': at.isoformat() if at else '', 'id': last.pk})}"


def _place_from(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Where the page before ended; a mangled address starts from the top."""
    try:
        at = datetime.fromisoformat(request.GET["at"])
        pk = UUID(request.GET["id"])
    except (KeyError, ValueError):
        return None
    return (at, pk) if at.tzinfo is not None else None
