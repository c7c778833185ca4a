"""One open session for each member of staff, with an end (SR-22). All `now` are of the wall clock."""

from datetime import datetime, timedelta
from enum import Enum

from django.contrib.sessions.models import Session
from django.http import HttpRequest

from agencies.models import StaffSession, User

IDLE = timedelta(minutes=20)
ABSOLUTE = timedelta(hours=10)
# A touch is written at most this often, so that a busy desk does not write on every page.
TOUCH_EVERY = timedelta(seconds=15)


class Ending(Enum):
    """Why a session is no longer good."""

    IDLE = "idle"
    TOO_LONG = "too_long"
    ELSEWHERE = "elsewhere"
    ENDED = "ended"


def start_session(request: HttpRequest, user: User, now: datetime) -> bool:
    """Make this request's session the user's only one; True when it ended another that was still good."""
    if request.session.session_key is None:
        request.session.create()
    key = request.session.session_key or ""
    earlier = StaffSession.objects.filter(user=user).first()
    StaffSession.objects.update_or_create(
        user=user,
        defaults={"session_key": key, "started_at": now, "last_seen_at": now},
    )
    return earlier is not None and _ending_by_time(earlier, now) is None


def check_session(request: HttpRequest, user: User, now: datetime, *, is_activity: bool) -> Ending | None:
    """Why this request's session is over, or None; notes the activity when the session is good."""
    row = StaffSession.objects.filter(user=user).first()
    if row is None:
        return Ending.ENDED
    if row.session_key != request.session.session_key:
        return Ending.ELSEWHERE
    if ending := _ending_by_time(row, now):
        row.delete()
        return ending
    if is_activity and now - row.last_seen_at >= TOUCH_EVERY:
        StaffSession.objects.filter(pk=row.pk, session_key=row.session_key).update(last_seen_at=now)
    return None


def end_sessions(user: User) -> None:
    """End the user's session at once: after a change of password, second factor, role, or on disabling."""
    keys = list(StaffSession.objects.filter(user=user).values_list("session_key", flat=True))
    StaffSession.objects.filter(user=user).delete()
    Session.objects.filter(session_key__in=keys).delete()


def _ending_by_time(row: StaffSession, now: datetime) -> Ending | None:
    if now - row.started_at >= ABSOLUTE:
        return Ending.TOO_LONG
    if now - row.last_seen_at >= IDLE:
        return Ending.IDLE
    return None
