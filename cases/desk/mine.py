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
from agencies.models import Agency, User
from agencies.roles import AgencyKind
from agencies.selectors import active_memberships
from cases.desk.clocks import Clock, RowClocks, clocks_for_rows, plain_clock
from cases.desk.list_looks import log_list
from cases.desk.opening import staff_of
from cases.desk.selectors import PAGE, duties_of_bodies, own_cases_by_due, own_cases_newest
from cases.models import Case
from deadlines import clock

BY_DUE, NEWEST = "due", "new"


@dataclass(frozen=True, slots=True)
class OwnCase:
    """A row: the case, and what runs in it."""

    case: Case
    clocks: RowClocks

    @property
    def tone(self) -> str:
        return self.clocks.own.tone if self.clocks.own else ""


@dataclass(frozen=True, slots=True)
class Turn:
    """A running duty of the person's own body."""

    case: Case
    clock: Clock


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
    agencies = active_memberships(user, now)
    clocks = clocks_for_rows([case.pk for case in shown], {row.agency_id for row in agencies}, now)
    return {
        "order": order,
        "turns": [] if after else _turns(user, [row.agency for row in agencies], now),
        "rows": [OwnCase(case, clocks.get(case.pk) or RowClocks()) for case in shown],
        "now": now,
        "query": request.GET.urlencode(),
        "next_url": _next_url(order, shown) if len(found) > PAGE else "",
        "first_url": f"?{urlencode({'order': order})}" if after else "",
    }


def _turns(user: User, agencies: Sequence[Agency], now: datetime) -> list[Turn]:
    """What now waits for one's own body; courts have a queue and a judge's desk for this."""
    outside = {agency.pk for agency in agencies if agency.kind != AgencyKind.COURT}
    return [Turn(case, plain_clock(row, now)) for case, row in duties_of_bodies(user, outside, now)]


def _next_url(order: str, shown: Sequence[Case]) -> str:
    last = shown[-1]
    at = last.submitted_at if order == NEWEST else last.next_deadline
    return f"?{urlencode({'order': order, 'at': at.isoformat() if at else '', 'id': str(last.pk)})}"


def _place_from(request: HttpRequest) -> tuple[datetime, UUID] | None:
    """Where the page before ended; a mangled address starts from the top."""
    try:
        at = datetime.fromisoformat(request.GET["at"])
        pk = UUID(request.GET["id"])
    except (KeyError, ValueError):
        return None
    return (at, pk) if at.tzinfo is not None else None
