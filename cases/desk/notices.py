"""Notices in the portal: what reached me, and "I have seen it" (design.md 5; journeys 3.5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agencies.access import policy
from agencies.errors import NotAllowed
from agencies.models import User
from cases.desk.forms import AcknowledgeForm
from cases.desk.opening import staff_of
from cases.desk.selectors import ids_to_review, own_notice, visible_ids
from deadlines import clock
from deadlines.selectors import StaffNotice, mark_read, notices_for
from deadlines.services import acknowledge


@require_safe
@policy("staff")
def notices(request: HttpRequest) -> HttpResponse:
    """The newest fifty; nothing about a case that one may not know of, or no longer (INV-25, INV-30)."""
    user, now = staff_of(request), clock.now()
    return render(request, "cases/notices.html", _page(user, notices_for(user, now)))


@require_POST
@policy("staff")
def seen(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Acknowledge one notice; for a rung of a ladder its repeats no longer reach this person."""
    user, now = staff_of(request), clock.now()
    notice = own_notice(user, notice_id)
    form = AcknowledgeForm(request.POST)
    if notice is None or not form.is_valid():
        raise NotAllowed
    if notice.step is not None:
        words = form.cleaned_data["words"]
        acknowledge(user=user, deadline=notice.step.deadline, step=notice.step.step, words=words, now=now)
    mark_read(user, [notice.pk], now)
    messages.success(request, _("已确认。期限照常计算。"))
    return redirect("cases:notices")


@require_POST
@policy("staff")
def all_seen(request: HttpRequest) -> HttpResponse:
    """Acknowledge the listed notices that ask nothing; rungs of a ladder are confirmed one by one."""
    user, now = staff_of(request), clock.now()
    plain = [row.message.pk for row in notices_for(user, now) if row.message.step_id is None]
    mark_read(user, plain, now)
    return redirect("cases:notices")


def _page(user: User, found: list[StaffNotice]) -> dict[str, Any]:
    now = clock.now()
    about = {row.subject_id for row in found if row.subject_id}
    seen_cases = visible_ids(user, about, now)
    known_cases = seen_cases | ids_to_review(user, about - seen_cases, now)
    shown = [row for row in found if row.subject_id is None or row.subject_id in known_cases]
    return {
        "notices": shown,
        "seen_cases": seen_cases,
        "has_unread_plain": any(row.message.read_at is None and row.message.step_id is None for row in shown),
        "form": AcknowledgeForm(),
        "now": now,
    }
