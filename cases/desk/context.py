"""What the shell of every staff page shows: lists, notices, whether the engine still reports."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from agencies.access import signed_in_user
from agencies.models import User
from agencies.selectors import active_memberships, roles_of
from cases.desk.links import links_for
from cases.desk.selectors import unread_notices
from cases.policy import glass_in_force
from deadlines import clock
from deadlines.selectors import engine_status

NOTICES = "/desk/notices/"


def desk(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Asked only by templates that draw the shell, so other pages cost nothing."""
    user = signed_in_user(request)
    if user is None:
        return {}
    return {
        "desk_name": user.display_name,
        "desk_agency": SimpleLazyObject(lambda: _agencies(user)),
        "desk_links": SimpleLazyObject(lambda: _links(request, user)),
        "break_glass": SimpleLazyObject(lambda: _open_glass(user)),
        "engine_status": SimpleLazyObject(lambda: engine_status(clock.now())),
        "demo_clock_offset": SimpleLazyObject(clock.offset),
        "demo_clock_now": SimpleLazyObject(clock.now),
    }


def _agencies(user: User) -> str:
    """The bodies and roles in which the person works now."""
    return "、".join(
        f"{row.agency.name} {row.get_role_display()}" for row in active_memberships(user, clock.now())
    )


def _open_glass(user: User) -> list[dict[str, Any]]:
    """The cases that the person has open by break-glass at this moment (SR-17)."""
    rows = glass_in_force(user, clock.now()).select_related("case").order_by("ends_at")
    return [{"reference": row.case.staff_reference, "ends_at": row.ends_at} for row in rows]


def _links(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    now = clock.now()
    return [
        {
            "url": link.path,
            "words": link.words,
            "current": request.path == link.path,
            "count": (unread_notices(user, now) or None) if link.path == NOTICES else None,
        }
        for link in links_for(roles_of(user, now))
    ]
