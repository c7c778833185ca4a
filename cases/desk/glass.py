"""Break-glass at the desk (SR-17): ask for it, see what is open, and review what others opened."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import policy, require_fresh
from agencies.capabilities import Action
from agencies.errors import InvalidInput, NotAllowed
from agencies.models import User
from cases.desk.forms import JUSTIFIED, GlassForm, GlassReviewForm
from cases.desk.glass_uses import UseRow, looks_under, own_open_uses, use_to_review, uses_to_review
from cases.desk.list_looks import log_list
from cases.desk.opening import carry_out, posted, staff_of
from cases.looking import network_of
from cases.models import BreakGlass
from cases.services.break_glass import GlassWords, open_glass, read_words, review_glass
from deadlines import clock
from deadlines.profile import load_profile

WRITE = ["GET", "HEAD", "POST"]


@sensitive_post_parameters("reason")
@require_http_methods(WRITE)
@policy(Action.USE_BREAK_GLASS)
def ask(request: HttpRequest) -> HttpResponse:
    """Reference and reason, behind a fresh second factor; then the case (SR-17, SR-22).

    A missing reference and a case that is closed to the person answer alike (SR-11).
    """
    user, now = staff_of(request), clock.now()
    confirm_first = require_fresh(request)
    if confirm_first and request.method != "POST":
        return confirm_first
    form = GlassForm(posted(request))
    is_missing = False
    if form.is_bound and form.is_valid():
        try:
            if confirm_first:
                raise InvalidInput(_("请先确认是您本人，再提交。您填写的内容还在。"))
            return redirect("cases:detail", _opened(request, user, form, now).case_id)
        except InvalidInput as error:
            form.blame(error)
        except NotAllowed:
            form.add_error("reference", _("没有这个参考号，或者这个案件不能由您打开。"))
            is_missing = True
    page = {
        "form": form,
        "open_uses": own_open_uses(user, now),
        "hours": load_profile(settings.PROFILE_ID).break_glass.hours,
        "confirm_url": _confirm_url(request) if confirm_first else "",
    }
    return render(request, "cases/glass.html", page, status=404 if is_missing else form.status)


@require_safe
@policy(Action.VIEW_LOG)
def reviews(request: HttpRequest) -> HttpResponse:
    """Uses to review, with how long there is; reviewed ones below."""
    user, now = staff_of(request), clock.now()
    log_list(request, user, "glass.list", now)
    return render(request, "cases/glass_reviews.html", {"rows": uses_to_review(user, now), "now": now})


@sensitive_variables("words")
@require_http_methods(WRITE)
@policy(Action.VIEW_LOG)
def review(request: HttpRequest, use_id: UUID) -> HttpResponse:
    """One use: who, when, why, what was looked at; justified or not (D24)."""
    user, now = staff_of(request), clock.now()
    row = use_to_review(user, use_id, now)
    if row is None:
        raise NotAllowed
    form = GlassReviewForm(posted(request))
    if form.is_bound and form.is_valid() and carry_out(form, lambda: _reviewed(user, use_id, form, now)):
        messages.success(request, _("已记录复核意见。"))
        return redirect("cases:glass_reviews")
    if form.refusal is not None:  # another reviewer was first: show what that one found
        row = use_to_review(user, use_id, now) or row
    words = read_words(actor=user, glass=row.use, now=now, network=network_of(request))
    return render(request, "cases/glass_review.html", _review_page(row, form, words, now), status=form.status)


def _opened(request: HttpRequest, user: User, form: GlassForm, now: datetime) -> BreakGlass:
    return open_glass(
        actor=user,
        reference=form.cleaned_data["reference"],
        reason=form.cleaned_data["reason"],
        now=now,
        network=network_of(request),
    )


def _confirm_url(request: HttpRequest) -> str:
    """Where the second factor is shown anew; opened beside the form, so that nothing typed is lost."""
    return f"{resolve_url('staff_confirm')}?{urlencode({'next': request.path})}"


def _reviewed(user: User, use_id: UUID, form: GlassReviewForm, now: datetime) -> BreakGlass:
    return review_glass(
        actor=user,
        glass=use_id,
        is_justified=form.cleaned_data["finding"] == JUSTIFIED,
        words=form.cleaned_data["words"],
        now=now,
    )


def _review_page(row: UseRow, form: GlassReviewForm, words: GlassWords, now: datetime) -> dict[str, Any]:
    return {
        "row": row,
        "use": row.use,
        "form": form,
        "words": words,
        "looks": looks_under(row.use),
        "typed": form.data.get("words", "") if form.refusal else "",
        "now": now,
    }
