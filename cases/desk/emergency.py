"""The emergency mark: set, taken back, proposed; the deadline that follows is shown before saving."""

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
from cases.desk.clocks import Clock, clocks_of, decision_clock_if
from cases.desk.forms import MarkForm, UnmarkForm
from cases.desk.opening import Opened, answer, carry_out, open_for, posted, too_late
from cases.services.acceptance import mark_emergency, propose_emergency, unmark_emergency
from cases.vocabulary import State

WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(WRITE)
@policy(Action.MARK_EMERGENCY)
def mark(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Mark an emergency (情况紧急); it can only shorten (INV-03)."""
    opened = open_for(request, case_id, Action.MARK_EMERGENCY, purpose="case.mark")
    form = MarkForm(posted(request), case=opened.case)
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: mark_emergency(
                actor=opened.user,
                case=opened.case.pk,
                reason_code=form.cleaned_data["reason_code"],
                now=opened.now,
                expected_version=form.cleaned_data["version"],
            ),
        )
        if done:
            messages.success(request, _("已按情况紧急办理，承办人已收到通知。"))
            return redirect("cases:detail", case_id)
    elif opened.case.is_emergency:
        form.refusal = TransitionRefused(_("本案已经按情况紧急办理。"))
    elif first := too_late(opened, "mark_emergency"):
        form.refusal = first
    return answer(
        request,
        "cases/mark.html",
        opened,
        form,
        command="mark_emergency",
        still_wanted=lambda case: not case.is_emergency,
        before=_now(opened),
        after=_after(opened, "emergency.marked"),
    )


@require_http_methods(WRITE)
@policy(Action.UNMARK_EMERGENCY)
def unmark(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take the mark back (judge only): 72 hours counted from acceptance, never later (INV-03)."""
    opened = open_for(request, case_id, Action.UNMARK_EMERGENCY, purpose="case.unmark")
    form = UnmarkForm(posted(request), case=opened.case)
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: unmark_emergency(
                actor=opened.user,
                case=opened.case.pk,
                reason_code=form.cleaned_data["reason_code"],
                now=opened.now,
                expected_version=form.cleaned_data["version"],
            ),
        )
        if done:
            messages.success(request, _("已改按一般期限办理，期限从受理时起算。"))
            return redirect("cases:detail", case_id)
    elif not opened.case.is_emergency:
        form.refusal = TransitionRefused(_("本案现在没有按情况紧急办理。"))
    elif first := too_late(opened, "unmark_emergency"):
        form.refusal = first
    return answer(
        request,
        "cases/unmark.html",
        opened,
        form,
        command="unmark_emergency",
        still_wanted=lambda case: case.is_emergency,
        before=_now(opened),
        after=_after(opened, "emergency.unmarked"),
    )


@require_http_methods(WRITE)
@policy(Action.PROPOSE_EMERGENCY)
def propose(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Police and federation ask the court to treat the case as an emergency."""
    opened = open_for(request, case_id, Action.PROPOSE_EMERGENCY, purpose="case.propose")
    form = MarkForm(posted(request), case=opened.case)
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: propose_emergency(
                actor=opened.user,
                case=opened.case.pk,
                reason_code=form.cleaned_data["reason_code"],
                now=opened.now,
            ),
        )
        if done:
            messages.success(request, _("建议已送到法院，由法院决定。"))
            return redirect("cases:detail", case_id)
    elif opened.case.is_emergency:
        form.refusal = TransitionRefused(_("本案已经按情况紧急办理。"))
    elif not opened.case.is_open:
        form.refusal = TransitionRefused(_("案件已经有了结果，不能再建议。"))
    return answer(request, "cases/propose.html", opened, form)


def _now(opened: Opened) -> Clock | None:
    """The clock of the decision as it runs; None before acceptance."""
    return clocks_of(opened.case, opened.now).lead if opened.case.state == State.ACCEPTED else None


def _after(opened: Opened, event: str) -> Clock | None:
    """The clock of the decision as it would run from now on."""
    if opened.case.state != State.ACCEPTED:
        return None
    return decision_clock_if(opened.case, opened.now, (event, {}))
