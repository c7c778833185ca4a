"""How a page of the desk opens a case, carries an action out, and answers when it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agencies.capabilities import Action, reach
from agencies.errors import Conflict, InvalidInput, NotAllowed, TransitionRefused
from agencies.models import User
from agencies.selectors import active_memberships
from cases.change import conflict_with_last
from cases.desk.forms import DeskForm, VersionedForm
from cases.desk.selectors import last_event
from cases.events import event_type
from cases.field_table import FieldAccess, field_access
from cases.looking import get_visible_or_404
from cases.models import Case, CaseEvent
from cases.policy import Standing, standings
from cases.transitions import APPLICATION
from cases.vocabulary import DataClass
from deadlines import clock


@dataclass(frozen=True, slots=True)
class Opened:
    """A case that this person may see, opened and logged, with what she may do on it."""

    case: Case
    user: User
    view: Standing
    may: dict[str, Standing]
    now: datetime


def staff_of(request: HttpRequest) -> User:
    """The member of staff whom `@policy` let in."""
    if not isinstance(request.user, User):
        raise NotAllowed
    return request.user


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when nothing was filled in; None for a page that is only asked for."""
    return request.POST if request.method == "POST" else None


def open_case_page(
    request: HttpRequest,
    case_id: UUID,
    *,
    purpose: str,
    actions: Callable[[Case], Iterable[str]] = lambda case: (),
    data_classes: Iterable[str] = (),
) -> Opened:
    """The case for a page; 404, the same, for a missing and for a forbidden one (INV-32)."""
    user = staff_of(request)
    case = get_visible_or_404(request, user, case_id, purpose=purpose, data_classes=data_classes)
    now = clock.now()
    found = standings(user, [Action.VIEW_CASE, *actions(case)], case, now)
    if Action.VIEW_CASE not in found:
        raise NotAllowed
    return Opened(case, user, found[Action.VIEW_CASE], found, now)


def open_for(request: HttpRequest, case_id: UUID, action: str, *, purpose: str) -> Opened:
    """The case for a page that does `action`; 404 for whom it is closed."""
    opened = open_case_page(request, case_id, purpose=purpose, actions=lambda case: [action])
    if action not in opened.may:
        raise NotAllowed
    return opened


def classes_shown(user: User, now: datetime) -> list[str]:
    """Classes of content that the case page shows this person, for the log of the look."""
    found = {
        data_class
        for row in active_memberships(user, now)
        if reach(row.role, Action.VIEW_CASE)
        for data_class in DataClass
        if field_access(row.agency.kind, row.role, data_class) == FieldAccess.READ
    }
    return sorted(found - {DataClass.K6, DataClass.K7})


def carry_out(form: DeskForm, act: Callable[[], object]) -> bool:
    """Do it; a refusal or a complaint stays on the form for the page, with what was typed."""
    try:
        act()
    except InvalidInput as error:
        form.blame(error)
    except (Conflict, TransitionRefused) as error:
        form.refusal = error
    else:
        return True
    return False


def answer(
    request: HttpRequest,
    template: str,
    opened: Opened,
    form: DeskForm,
    *,
    command: str = "",
    still_wanted: Callable[[Case], bool] = lambda case: True,
    **context: Any,
) -> HttpResponse:
    """The page of an action: as asked for, with errors, or with what is there now beside what was typed.

    After a conflict the form stays only while the state has the command and the step is `still_wanted`.
    """
    page = {"opened": opened, "case": opened.case, "form": form, "now": opened.now, **context}
    if form.refusal is not None:
        page |= _refusal(request, opened, form, command)
        can = not command or APPLICATION.find(page["case"].state, command) is not None
        is_conflict = isinstance(form.refusal, Conflict)
        page["is_possible"] = is_conflict and can and still_wanted(page["case"])
    return render(request, template, page, status=form.status)


def too_late(opened: Opened, command: str) -> Conflict | TransitionRefused | None:
    """Why `command` is not possible in this state: somebody was first, or its time has not come; else None."""
    case = opened.case
    if not command or APPLICATION.find(case.state, command) is not None:
        return None
    if case.state in APPLICATION.reached_by(command) or not case.is_open:
        return conflict_with_last(case, APPLICATION.event_types())
    return TransitionRefused(_("案件现在的状态不能做这一步。"))


def _words_of(event: CaseEvent | None) -> str | Promise:
    return event_type(event.type).words if event else ""


def _refusal(request: HttpRequest, opened: Opened, form: DeskForm, command: str) -> dict[str, Any]:
    """Read the case anew and put both values side by side; the form goes on from the newer version."""
    user = opened.user
    case = get_visible_or_404(request, user, opened.case.pk, purpose="case.conflict")
    fresh = Opened(case, user, opened.view, opened.may, opened.now)
    closed = too_late(fresh, command)
    form.refusal = closed or form.refusal
    last = last_event(case)
    if isinstance(form, VersionedForm) and form.is_bound:
        form.on_version(case.version)
    return {
        "opened": fresh,
        "case": case,
        "refusal": form.refusal,
        "last": last,
        "last_words": _words_of(last),
        "first_words": _words_of(last_event(case, APPLICATION.event_types()))
        if too_late(fresh, command)
        else "",
        "typed": form.typed() if form.is_bound else [],
    }
