"""The filing desk's queue: who waits, how long, and what puts them on top (journeys 3.3, screen 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agencies.access import policy
from agencies.capabilities import Action
from agencies.models import User
from cases.desk.clocks import CALM, LATE, SOON, TAG_TONES, Clock, first_running, hours_minutes
from cases.desk.list_looks import log_list
from cases.desk.opening import staff_of
from cases.desk.selectors import Waiting, queue_of
from cases.models import Case
from cases.vocabulary import DangerLevel, State
from deadlines import clock

GRAVE = (DangerLevel.HIGH, DangerLevel.EXTREME)


@dataclass(frozen=True, slots=True)
class Row:
    """A waiting application, in words."""

    case: Case
    danger_words: Sequence[str | Promise]
    danger_level: str | Promise
    waited: str
    target: str
    tone: str
    tag_tone: str
    state_words: str | Promise
    turn: str | Promise
    clock: Clock | None
    is_new: bool


@require_safe
@policy(Action.ACCEPT)
def queue(request: HttpRequest) -> HttpResponse:
    """The list; kept fresh by `rows`, or by the refresh link where there is no script."""
    now = clock.now()
    user = staff_of(request)
    log_list(request, user, "queue.view", now)
    return render(request, "cases/queue.html", _page(user, now))


@require_safe
@policy(Action.ACCEPT)
def rows(request: HttpRequest) -> HttpResponse:
    """The inside of the list alone; asked every few seconds by an open page."""
    now = clock.now()
    user = staff_of(request)
    log_list(request, user, "queue.view", now)
    return render(request, "cases/_queue_rows.html", _page(user, now))


def _page(user: User, now: datetime) -> dict[str, Any]:
    waiting, more = queue_of(user, now)
    clocks = first_running([row.case.pk for row in waiting], now)
    made = [_row(row, clocks.get(row.case.pk), now) for row in waiting]
    return {
        "rows": made,
        "more": more,
        "now": now,
        "late": sum(row.tone == LATE for row in made),
        "emergencies": sum(row.case.is_emergency for row in made),
    }


def _row(waiting: Waiting, running: Clock | None, now: datetime) -> Row:
    case = waiting.case
    tone = running.tone if running else CALM
    return Row(
        case=case,
        danger_words=waiting.danger_words,
        danger_level=DangerLevel(waiting.danger_level).label if waiting.danger_level in GRAVE else "",
        waited=hours_minutes(now - case.submitted_at),
        target=_target(running),
        tone=tone,
        tag_tone="alarm" if tone == LATE else "info" if tone == CALM else TAG_TONES[tone],
        state_words=_WORDS[tone],
        turn=_turn(case, waiting.was_corrected),
        clock=running,
        is_new=tone == CALM,
    )


# As a lamp would say it: new, due soon, late.
_WORDS = {CALM: _("新到"), SOON: _("快到时限"), LATE: _("已超时限")}


def _target(running: Clock | None) -> str:
    """The length of the clock in words, as the profile set it: 30 minutes or 2 hours."""
    if running is None:
        return ""
    length: timedelta = running.deadline.strict_at - running.deadline.started_at
    return hours_minutes(length)


def _turn(case: Case, was_corrected: bool) -> str | Promise:
    if case.state == State.CORRECTION_REQUESTED:
        return _("等申请人补充材料")
    return _("已补充，等本院再看") if was_corrected else _("等本院受理")
