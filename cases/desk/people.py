"""Who works on the case: another judge, or "I know one of them"."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import NotAllowed
from agencies.models import User
from cases.desk.actions import may_assign
from cases.desk.forms import AssignForm, RecuseForm
from cases.desk.opening import Opened, answer, carry_out, open_case_page, open_for, posted, too_late
from cases.desk.selectors import open_cases_by_judge
from cases.services.acceptance import assign_judge, judges_without_conflict, recuse

WRITE = ["GET", "HEAD", "POST"]


@require_http_methods(WRITE)
@policy(Action.ASSIGN)
def assign(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Give the case to another judge of its court who has no conflict (指定承办法官)."""
    opened = open_for(request, case_id, Action.ASSIGN, purpose="case.assign")
    if not may_assign(opened.may):
        raise NotAllowed
    judges = _judges(opened)
    form = AssignForm(posted(request), case=opened.case, judges=judges)
    if form.is_bound and form.is_valid():
        chosen = {str(judge.pk): judge for judge, _load in judges}[form.cleaned_data["judge"]]
        done = carry_out(
            form,
            lambda: assign_judge(
                actor=opened.user,
                case=opened.case.pk,
                judge=chosen,
                now=opened.now,
                expected_version=form.cleaned_data["version"],
            ),
        )
        if done:
            messages.success(request, _("承办法官现在是 %(judge)s，已通知。") % {"judge": chosen})
            return redirect("cases:detail", case_id)
    elif first := too_late(opened, "assign"):
        form.refusal = first
    return answer(request, "cases/assign.html", opened, form, command="assign")


@require_http_methods(WRITE)
@policy(Action.VIEW_CASE)
def step_aside(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """ "I know one of them" (回避): the person loses sight of the case at once (INV-25)."""
    opened = open_case_page(request, case_id, purpose="case.recuse")
    form = RecuseForm(posted(request))
    if form.is_bound and form.is_valid():
        done = carry_out(form, lambda: recuse(actor=opened.user, case=opened.case.pk, now=opened.now))
        if done:
            messages.success(request, _("已记录回避。您不再看到这个案件，由其他人继续办理。"))
            return redirect("cases:home")
    return answer(request, "cases/recuse.html", opened, form)


def _judges(opened: Opened) -> list[tuple[User, str]]:
    """Judges without a conflict, with how much lies on each desk; the present one left out."""
    load = open_cases_by_judge(opened.case.court_id)
    return [
        (judge, _load_words(load.get(judge.pk, 0)))
        for judge in judges_without_conflict(opened.case, opened.now)
        if judge.pk != opened.case.assigned_judge_id
    ]


def _load_words(count: int) -> str:
    return ngettext("在办 %(count)s 件", "在办 %(count)s 件", count) % {"count": count}
