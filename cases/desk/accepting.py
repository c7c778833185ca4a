"""Accept an application: both clocks shown before anything is saved, and afterwards who was told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import policy
from agencies.capabilities import Action
from cases.desk.clocks import Clock, clocks_of, decision_clock_if
from cases.desk.forms import EMERGENCY, NORMAL, AcceptForm
from cases.desk.opening import Opened, answer, carry_out, open_case_page, open_for, posted, too_late
from cases.desk.selectors import told_with
from cases.grants import district_bodies
from cases.selectors import emergency_words
from cases.services.acceptance import accept_application, next_judge
from cases.vocabulary import State

ACCEPTED = "application.accepted"


@require_http_methods(["GET", "HEAD", "POST"])
@policy(Action.ACCEPT)
def accept(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Choose the pace, see the deadlines it gives, confirm (受理, ADVL 28)."""
    opened = open_for(request, case_id, Action.ACCEPT, purpose="case.accept")
    case = opened.case
    pace = EMERGENCY if case.is_emergency else NORMAL
    form = AcceptForm(posted(request), case=case, initial={"pace": pace})
    if form.is_bound and form.is_valid():
        done = carry_out(
            form,
            lambda: accept_application(
                actor=opened.user,
                case=case.pk,
                now=opened.now,
                emergency=form.cleaned_data["pace"] == EMERGENCY,
                expected_version=form.cleaned_data["version"],
            ),
        )
        if done:
            return redirect("cases:accepted", case_id)
    elif first := too_late(opened, "accept"):
        form.refusal = first
    return answer(request, "cases/accept.html", opened, form, command="accept", **_preview(opened))


@require_safe
@policy(Action.VIEW_CASE)
def accepted(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """What acceptance brought about: number, both deadlines, the judge, and who was told."""
    opened = open_case_page(request, case_id, purpose="case.open")
    case = opened.case
    if case.accepted_at is None:
        return redirect("cases:detail", case_id)
    context = {
        "opened": opened,
        "case": case,
        "now": opened.now,
        "clock": clocks_of(case, opened.now).lead if case.state == State.ACCEPTED else None,
        "told": told_with(case, case.accepted_at),
    }
    return render(request, "cases/accepted.html", context)


def _preview(opened: Opened) -> dict[str, Any]:
    """The clocks that each pace would start now, the judge who is next, the bodies to be told."""
    case = opened.case
    if too_late(opened, "accept"):
        return {"paces": []}
    paces: list[tuple[str, Clock | None]] = [(EMERGENCY, _clock(opened, emergency=True))]
    if not case.is_emergency:
        paces.insert(0, (NORMAL, _clock(opened, emergency=False)))
    return {
        "paces": paces,
        "judge": next_judge(case, opened.now),
        "bodies": district_bodies(case),
        "danger_words": emergency_words(case),
    }


def _clock(opened: Opened, *, emergency: bool) -> Clock | None:
    payload: dict[str, object] = {"emergency": emergency}
    return decision_clock_if(opened.case, opened.now, (ACCEPTED, payload))
