"""Pages of the boards: the numbers, their lists, one deadline with its ladder so far."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from agencies.access import policy
from agencies.capabilities import Action
from cases.desk.forms import DeskForm
from cases.desk.list_looks import log_list
from cases.desk.opening import Opened, carry_out, open_case_page, staff_of
from deadlines import clock
from deadlines.models import Deadline
from deadlines.selectors import LadderLine, engine_status, explain, ladder_of, shown
from deadlines.services import acknowledge
from portal.boards import Tile, View, counted, listed, most_urgent, tile_called, view_for


class NoticeTakenForm(DeskForm):
    """A person takes notice of a step, in her own words; the clock and the others are untouched."""

    step = forms.CharField(max_length=4, widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("已采取什么措施"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_safe
@policy(Action.VIEW_BOARD)
def board(request: HttpRequest) -> HttpResponse:
    """The numbers and what is most at risk."""
    return render(request, "boards/board.html", _board(request))


@require_safe
@policy(Action.VIEW_BOARD)
def wall(request: HttpRequest) -> HttpResponse:
    """The same, alone on a big screen."""
    return render(request, "boards/wall.html", _board(request))


@require_safe
@policy(Action.VIEW_BOARD)
def live(request: HttpRequest) -> HttpResponse:
    """The inside of the board; asked every few seconds by an open page."""
    return render(request, "boards/_board.html", _board(request))


@require_safe
@policy(Action.VIEW_BOARD)
def tile_list(request: HttpRequest, key: str) -> HttpResponse:
    """Exactly the cases that a number counts."""
    return render(request, "boards/list.html", _list(request, key))


@require_safe
@policy(Action.VIEW_BOARD)
def tile_rows(request: HttpRequest, key: str) -> HttpResponse:
    """The inside of that list."""
    return render(request, "boards/_rows.html", _list(request, key))


@require_http_methods(["GET", "HEAD", "POST"])
@policy(Action.VIEW_BOARD)
def deadline(request: HttpRequest, deadline_id: int) -> HttpResponse:
    """Why this deadline, and its ladder so far; only for a case that the person may see."""
    row = Deadline.objects.filter(pk=deadline_id).first()
    if row is None:
        raise Http404
    opened = open_case_page(request, row.subject_id, purpose="deadline.open")
    form = NoticeTakenForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and carry_out(form, lambda: _take_notice(opened, row, form))
    ):
        messages.success(request, _("已确认。期限照常计算，其他人照常得到提醒。"))
        return redirect("boards:deadline", deadline_id)
    return render(request, "boards/deadline.html", _deadline(opened, row, form), status=form.status)


def _board(request: HttpRequest) -> dict[str, Any]:
    view = _view(request, "board.view")
    return {
        "now": view.now,
        "counted": counted(view),
        "urgent": most_urgent(view),
        "engine": engine_status(view.now),
    }


def _list(request: HttpRequest, key: str) -> dict[str, Any]:
    view = _view(request, "board.list")
    tile = _tile(view, key)
    page = listed(view, tile, request.GET.get("after", ""))
    return {
        "now": view.now,
        "tile": tile,
        "total": tile.number(view),
        "rows": page.rows,
        "after": page.after,
        "is_first": not request.GET.get("after"),
    }


def _view(request: HttpRequest, purpose: str) -> View:
    user, now = staff_of(request), clock.now()
    log_list(request, user, purpose, now)
    return view_for(user, now)


def _tile(view: View, key: str) -> Tile:
    tile = tile_called(view, key)
    if tile is None:
        raise Http404
    return tile


def _take_notice(opened: Opened, row: Deadline, form: NoticeTakenForm) -> None:
    acknowledge(
        user=opened.user,
        deadline=row,
        step=form.cleaned_data["step"],
        words=form.cleaned_data["words"],
        now=opened.now,
    )


def _deadline(opened: Opened, row: Deadline, form: NoticeTakenForm) -> dict[str, Any]:
    ladder = ladder_of(row)
    return {
        "opened": opened,
        "case": opened.case,
        "now": opened.now,
        "shown": shown(row, opened.now),
        "why": explain(row),
        "ladder": ladder,
        "to_acknowledge": _open_step(ladder, opened),
        "form": form,
    }


def _open_step(ladder: list[LadderLine], opened: Opened) -> str:
    """The newest step of which this person has not taken notice yet; "" when there is none."""
    for line in reversed(ladder):
        if any(row.user_id == opened.user.pk for row in line.acknowledgements):
            return ""
        return line.step.step
    return ""
