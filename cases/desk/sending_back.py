"""The other answers of the filing desk: ask for what is missing, send to the right court, do not accept."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import TransitionRefused
from cases.desk.forms import CorrectionForm, DeclineForm, TransferForm
from cases.desk.opening import answer, carry_out, open_for, posted, too_late
from cases.desk.selectors import courts_to_transfer_to, was_asked_to_correct
from cases.services.acceptance import decline_acceptance, request_correction, transfer

WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(WRITE)
@policy(Action.REQUEST_CORRECTION)
def correct(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One notice with every point at once (补正通知); a second is refused (INV-20)."""
    opened = open_for(request, case_id, Action.REQUEST_CORRECTION, purpose="case.correct")
    form = CorrectionForm(posted(request), case=opened.case)
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: request_correction(
                actor=opened.user,
                case=opened.case.pk,
                points=form.all_points(),
                days=form.cleaned_data["days"],
                now=opened.now,
                expected_version=form.cleaned_data["version"],
            ),
        )
        if done:
            messages.success(request, _("补正通知已发出。她（他）会按自己选的方式得到提醒，或者回来时看到。"))
            return redirect("cases:detail", case_id)
    elif was_asked_to_correct(opened.case):
        form.refusal = TransitionRefused(
            _("这个申请已经通知补正过一次，不能再次要求补正；请受理、移送或说明不受理的理由。")
        )
    elif first := too_late(opened, "request_correction"):
        form.refusal = first
    return answer(request, "cases/correct.html", opened, form, command="request_correction")


@require_http_methods(WRITE)
@policy(Action.TRANSFER)
def send_on(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Move the case whole to the court with jurisdiction (移送); the receipt instant stays (INV-06)."""
    opened = open_for(request, case_id, Action.TRANSFER, purpose="case.transfer")
    search = request.GET.get("q", "")[:50]
    courts = courts_to_transfer_to(opened.case, search)
    form = TransferForm(posted(request), case=opened.case, courts=courts)
    if form.is_bound and form.is_valid():
        chosen = {str(court.pk): court for court in courts}[form.cleaned_data["court"]]
        done = carry_out(
            form,
            lambda: transfer(
                actor=opened.user,
                case=opened.case.pk,
                court=chosen,
                reason=form.cleaned_data["reason"],
                now=opened.now,
                expected_version=form.cleaned_data["version"],
            ),
        )
        if done:
            messages.success(
                request,
                _("已移送到 %(court)s。收到申请的时间保留，本院不再看到这个案件。") % {"court": chosen},
            )
            return redirect("cases:queue")
    elif first := too_late(opened, "transfer"):
        form.refusal = first
    return answer(
        request,
        "cases/transfer.html",
        opened,
        form,
        command="transfer",
        search=search,
        courts=courts,
    )


@require_http_methods(WRITE)
@policy(Action.DECLINE_ACCEPTANCE)
def decline(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Do not accept (不予受理), with the reason that she will read and the remedy."""
    opened = open_for(request, case_id, Action.DECLINE_ACCEPTANCE, purpose="case.decline")
    form = DeclineForm(posted(request), case=opened.case)
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: decline_acceptance(
                actor=opened.user,
                case=opened.case.pk,
                reason_code=form.cleaned_data["reason_code"],
                now=opened.now,
                expected_version=form.cleaned_data["version"],
            ),
        )
        if done:
            messages.success(request, _("已记录不予受理，理由和救济办法会告知申请人。"))
            return redirect("cases:detail", case_id)
    elif first := too_late(opened, "decline_acceptance"):
        form.refusal = first
    return answer(request, "cases/decline.html", opened, form, command="decline_acceptance")
