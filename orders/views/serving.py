"""Service of a ruling: who has it, each attempt, and whom the court asks to help (journeys 3.3, 10 and 11)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import policy
from agencies.capabilities import Action
from agencies.roles import AgencyKind
from cases.desk.opening import Opened, answer, carry_out, open_for
from cases.selectors import parties_of
from cases.vocabulary import Side
from orders.forms import AttemptForm, EntrustForm
from orders.selectors import (
    ServiceView,
    decision_of,
    entrusted_bodies,
    open_recipients,
    police_on,
    services_of,
)
from orders.services.serving import entrust_police, record_attempt
from orders.vocabulary import Recipient
from orders.ways import next_way

PURPOSE = "service.open"


@require_safe
@policy(Action.RECORD_SERVICE)
def overview(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Every recipient with state and clock; the next open one leads to its form."""
    opened = open_for(request, case_id, Action.RECORD_SERVICE, purpose=PURPOSE)
    form = EntrustForm(case=opened.case, bodies=police_on(opened.case, opened.now))
    return answer(request, "orders/service.html", opened, form, **_overview(opened))


@require_http_methods(["GET", "HEAD", "POST"])
@policy(Action.RECORD_SERVICE)
@sensitive_post_parameters("place", "received_by", "words")
def attempt(request: HttpRequest, case_id: UUID, service_id: UUID) -> HttpResponse:
    """Write down one attempt on one recipient."""
    opened = open_for(request, case_id, Action.RECORD_SERVICE, purpose=PURPOSE)
    services = services_of(opened.user, opened.case, opened.now)
    service = next((row for row in services if row.id == service_id), None)
    if service is None:
        raise Http404
    form = AttemptForm(request.POST or None, case=opened.case, service=service)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(form, lambda: _record(opened, service, form))
    ):
        return _on_to_next(request, opened, form)
    page = {"service": service, "services": services, **_about(opened, service)}
    return answer(request, "orders/attempt.html", opened, form, **page)


@require_http_methods(["POST"])
@policy(Action.RECORD_SERVICE)
def entrust(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Ask the police to serve; only the court can."""
    opened = open_for(request, case_id, Action.RECORD_SERVICE, purpose=PURPOSE)
    form = EntrustForm(request.POST, case=opened.case, bodies=police_on(opened.case, opened.now))
    if form.is_valid() and carry_out(form, lambda: _entrust(opened, form)):
        messages.success(request, _("已委托，对方已收到通知。"))
        return redirect("orders:service", case_id)
    return answer(request, "orders/service.html", opened, form, **_overview(opened))


def _record(opened: Opened, service: ServiceView, form: AttemptForm) -> None:
    record_attempt(
        actor=opened.user, case=opened.case, service_id=service.id, now=opened.now, **form.values()
    )


def _entrust(opened: Opened, form: EntrustForm) -> None:
    entrust_police(
        actor=opened.user,
        case=opened.case,
        agency=form.body(),
        now=opened.now,
        expected_version=form.cleaned_data["version"],
    )


def _on_to_next(request: HttpRequest, opened: Opened, form: AttemptForm) -> HttpResponse:
    """After a success the next open recipient; after a failure the same list, with the next lawful way."""
    served = form.values()["succeeded"]
    messages.success(request, _("已送达，已记录。") if served else _("这次没有送达，已记录。"))
    return redirect("orders:service", opened.case.pk)


def _overview(opened: Opened) -> dict[str, Any]:
    services = services_of(opened.user, opened.case, opened.now)
    waiting = open_recipients(services)
    is_court = opened.may[Action.RECORD_SERVICE].body == AgencyKind.COURT
    return {
        "services": services,
        "next_open": waiting[0] if waiting else None,
        "open_count": len(waiting),
        "decided": decision_of(opened.user, opened.case, opened.now),
        "entrusted": entrusted_bodies(opened.case),
        "may_entrust": is_court and bool(waiting),
        "is_court": is_court,
    }


def _about(opened: Opened, service: ServiceView) -> dict[str, Any]:
    """Where he may be found, for the respondent; the next lawful way after failed attempts."""
    whereabouts = ""
    if service.recipient == Recipient.RESPONDENT:
        respondent = parties_of(opened.case).get(Side.RESPONDENT)
        whereabouts = respondent.whereabouts if respondent else ""
    return {
        "whereabouts": whereabouts,
        "next_way": next_way(service.recipient, service.tried_ways),
        "is_applicant": service.recipient == Recipient.APPLICANT,
    }
