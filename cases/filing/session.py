"""What the applicant's session holds: the id of a draft, or of her access to a case; nothing she typed (SR-04).

It ends after fifteen idle minutes of real time, whatever the demo clock says (SR-08). The cookie ends
with the browser.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cases.actors import ApplicantActor
from cases.models import FilingDraft
from cases.services.returning import Returned, is_open

IDLE_ENDS_SECONDS = 15 * 60
IDLE_WARNS_SECONDS = 13 * 60
NEUTRAL_PAGE = "/closed/"
DRAFT, ACCESS, SEEN = "draft", "access", "seen"


def applicant_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """End an idle session before the view sees it; a page then shows the neutral page instead.

    A form that was left open too long still reaches its view, as a visitor's without session, so that
    what she typed on it is not lost.
    """

    @functools.wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_idle(request):
            request.session.flush()
            if request.method != "POST":
                return redirect(NEUTRAL_PAGE)
        touch(request)
        return view(request, *args, **kwargs)

    return page


def touch(request: HttpRequest) -> bool:
    """Count this request as activity; False when there is no session of an applicant."""
    if DRAFT not in request.session and ACCESS not in request.session:
        return False
    request.session[SEEN] = int(time.time())
    return True


def _is_idle(request: HttpRequest) -> bool:
    seen = request.session.get(SEEN)
    return seen is not None and time.time() - seen >= IDLE_ENDS_SECONDS


def draft_of(request: HttpRequest, now: datetime) -> FilingDraft | None:
    """The draft of this session, sent or not, as long as it has not been erased."""
    key = request.session.get(DRAFT)
    return FilingDraft.objects.filter(pk=key, erases_at__gt=now).first() if key else None


def remember_draft(request: HttpRequest, draft: FilingDraft) -> None:
    request.session[DRAFT] = str(draft.pk)
    touch(request)


def remember_access(
    request: HttpRequest, access_id: UUID | str, case_id: UUID, *, is_agent: bool = False
) -> None:
    """Keep which access opened which case; asked again at every request."""
    request.session[ACCESS] = [str(access_id), str(case_id), is_agent]
    touch(request)


def come_in(request: HttpRequest, returned: Returned) -> None:
    """Begin a fresh session for a correct pair."""
    request.session.flush()
    if returned.actor:
        actor = returned.actor
        remember_access(request, actor.access_id, actor.case_id, is_agent=actor.is_agent)
    else:
        request.session[DRAFT] = str(returned.draft_id)
        touch(request)


def actor_of(request: HttpRequest) -> ApplicantActor | None:
    """The applicant of this session while her access is open."""
    held = request.session.get(ACCESS)
    if not held:
        return None
    actor = ApplicantActor(UUID(held[0]), UUID(held[1]), bool(held[2]))
    return actor if is_open(actor) else None


def show(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the applicant's site, with the idle warning while a session lives."""
    idle: dict[str, Any] = {}
    if SEEN in request.session:
        idle = {
            "idle_warns": IDLE_WARNS_SECONDS,
            "idle_ends": IDLE_ENDS_SECONDS,
            "stay_url": "/stay/",
            "out_url": NEUTRAL_PAGE,
        }
    return render(request, template, {**idle, **context}, status=status)
