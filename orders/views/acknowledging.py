"""The police take the order and name who answers for it (journeys 3.5, screen 3)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import policy
from agencies.capabilities import Action
from cases.desk.opening import Opened, answer, carry_out, open_for
from orders.forms import AcknowledgeForm
from orders.selectors import acknowledgement_clock, acknowledgements_of, decision_of, officers_of
from orders.services.serving import acknowledge_order


@require_http_methods(["GET", "HEAD", "POST"])
@policy(Action.ACKNOWLEDGE_ORDER)
def acknowledge(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One tap and one name; a second confirmation is told who was first."""
    opened = open_for(request, case_id, Action.ACKNOWLEDGE_ORDER, purpose="order.acknowledge")
    station = opened.may[Action.ACKNOWLEDGE_ORDER].agency
    form = AcknowledgeForm(
        request.POST or None,
        case=opened.case,
        officers=officers_of(station, opened.now) if station else (),
        initial={"officer": str(opened.user.pk)},
    )
    if request.method == "POST" and form.is_valid() and carry_out(form, lambda: _acknowledge(opened, form)):
        messages.success(request, _("已确认收到，责任民警已记录。"))
        return redirect("cases:detail", case_id)
    return answer(
        request,
        "orders/acknowledge.html",
        opened,
        form,
        decided=decision_of(opened.user, opened.case, opened.now),
        done=acknowledgements_of(opened.case),
        clock=acknowledgement_clock(opened.case, opened.now),
        station=station,
    )


def _acknowledge(opened: Opened, form: AcknowledgeForm) -> None:
    acknowledge_order(
        actor=opened.user,
        case=opened.case,
        officer=form.person(),
        now=opened.now,
        expected_version=form.cleaned_data["version"],
    )
