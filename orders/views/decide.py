"""The judge writes the decision, with the application in short beside it (journeys 3.4, screen 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from agencies.access import policy
from agencies.capabilities import Action
from agencies.errors import NotAllowed
from agencies.roles import Role
from cases.desk.opening import Opened, carry_out, classes_shown, open_case_page, staff_of, too_late
from cases.models import ConfidentialDetail
from cases.transitions import APPLICATION
from deadlines import clock
from orders.decisions import Decision
from orders.forms import DecisionForm, initial_from_request, initial_of
from orders.judging import case_in_short, places_of, requests_of
from orders.selectors import decision_clock, decision_of
from orders.services.decision import draft_of, preview, save_draft


@require_http_methods(["GET", "HEAD", "POST"])
@policy(Action.ISSUE)
@sensitive_post_parameters()
@sensitive_variables("form", "draft")
def decide(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write, save and go on to the papers; complete or not, what is typed is kept."""
    opened = open_to_decide(request, case_id)
    if request.method != "POST":
        return _first_look(request, opened)
    form = decision_form(opened, data=request.POST)
    if Action.ISSUE not in opened.may:
        return given_away(request, opened, form.typed())
    if not form.is_valid():
        return _page(request, opened, form)
    form.refusal = too_late(opened, "issue")
    if form.refusal is not None or not _saved(opened, form):
        return _page(request, opened, form)
    if "preview" not in request.POST:
        messages.success(request, _("草稿已保存。"))
        return redirect("orders:decide", case_id)
    if not _is_whole(opened, form):
        return _page(request, opened, form)
    return redirect("orders:preview", case_id)


def open_to_decide(request: HttpRequest, case_id: UUID) -> Opened:
    """The case for the judge it is assigned to; 404 for everybody else (INV-24).

    A form that a judge of the court sends after the case was given to a colleague is let through as far as
    `given_away`, which keeps what was typed in sight and writes nothing.
    """
    shown = classes_shown(staff_of(request), clock.now())
    opened = open_case_page(
        request, case_id, purpose="case.decide", actions=lambda case: [Action.ISSUE], data_classes=shown
    )
    was_hers = request.method == "POST" and opened.view.role == Role.JUDGE
    if Action.ISSUE not in opened.may and not was_hers:
        raise NotAllowed
    return opened


def given_away(request: HttpRequest, opened: Opened, typed: list[dict[str, Any]]) -> HttpResponse:
    """Another judge has the case now: who, and what was typed; nothing was written."""
    context = {
        "opened": opened,
        "case": opened.case,
        "now": opened.now,
        "given_to": opened.case.assigned_judge,
        "mine": [row for row in typed if row["value"]],
    }
    return render(request, "orders/too_late.html", context, status=409)


def decision_form(opened: Opened, *, data: Any = None, decision: Decision | None = None) -> DecisionForm:
    """The form with what was typed, with a draft, or with what she asks for."""
    case = opened.case
    asked = [(row.code, row.words) for row in requests_of(case)]
    initial = initial_of(decision) if decision else initial_from_request(case, asked)
    found = decision_clock(case, opened.now)
    return DecisionForm(
        data,
        case=case,
        places=places_of(opened.user, case, opened.now),
        is_late=found is not None and found.asks_reason,
        now=opened.now,
        initial=initial,
    )


def compared(mine: DecisionForm, theirs: DecisionForm) -> list[dict[str, Any]]:
    """Line by line where two texts of one decision are not alike."""
    rows = zip(mine.typed(), theirs.typed(), strict=True)
    return [
        {"label": one["label"], "mine": one["value"], "theirs": other["value"]}
        for one, other in rows
        if one["value"] != other["value"]
    ]


def _first_look(request: HttpRequest, opened: Opened) -> HttpResponse:
    if APPLICATION.find(opened.case.state, "issue") is None:
        return redirect("orders:issued", opened.case.pk)
    draft = draft_of(actor=opened.user, case=opened.case, now=opened.now)
    form = decision_form(opened, decision=draft[0] if draft else None)
    form.initial["draft_version"] = draft[1] if draft else 0
    return _page(request, opened, form)


def _saved(opened: Opened, form: DecisionForm) -> bool:
    """Keep the draft; the form then goes on from the version just written."""

    def save() -> None:
        draft = save_draft(
            actor=opened.user,
            case=opened.case,
            decision=form.decision(),
            now=opened.now,
            expected_version=form.cleaned_data["draft_version"] or 0,
        )
        form.on_draft_version(draft.version)

    return carry_out(form, save)


def _is_whole(opened: Opened, form: DecisionForm) -> bool:
    """Ask what issuing would ask; the first complaint goes to its field."""
    opened.case.refresh_from_db(fields=["version"])
    return carry_out(
        form,
        lambda: preview(actor=opened.user, case=opened.case, decision=form.decision(), now=opened.now),
    )


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A closed place with its two boxes; the second only where she said that he knows it."""

    place: ConfidentialDetail
    chosen: Any
    known: Any


def _page(request: HttpRequest, opened: Opened, form: DecisionForm) -> HttpResponse:
    case, now = opened.case, opened.now
    context = {
        "opened": opened,
        "case": case,
        "now": now,
        "form": form,
        "short": case_in_short(opened.user, case, now),
        "clock": decision_clock(case, now),
        "place_rows": _place_rows(opened, form),
    }
    if form.refusal is not None:
        context |= _refusal(opened, form)
    return render(request, "orders/decide.html", context, status=form.status)


def _refusal(opened: Opened, form: DecisionForm) -> dict[str, Any]:
    """Who was first, and both texts; the next save goes on from what has now been seen."""
    case = opened.case
    case.refresh_from_db()
    decided = decision_of(opened.user, case, opened.now)
    draft = draft_of(actor=opened.user, case=case, now=opened.now)
    if draft:
        form.on_draft_version(draft[1])
    theirs = decision_form(opened, decision=draft[0]) if draft else None
    return {
        "refusal": form.refusal,
        "decided": decided,
        "compared": compared(form, theirs) if theirs else [],
    }


def _place_rows(opened: Opened, form: DecisionForm) -> list[PlaceRow]:
    known = {str(box.data["value"]): box for box in form["known"].subwidgets}
    places = {str(row.pk): row for row in places_of(opened.user, opened.case, opened.now)}
    boxes = {str(box.data["value"]): box for box in form["places"].subwidgets}
    return [PlaceRow(places[pk], box, known.get(pk)) for pk, box in boxes.items()]
