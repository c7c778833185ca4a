"""Looks at lists: logged once for a sitting, so that a page that keeps itself fresh does not fill the log."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpRequest

from agencies.models import User
from agencies.selectors import active_memberships
from cases.looking import network_of, record_look
from cases.models import AccessLog
from cases.policy import Standing

# A list that is open longer than this is logged again.
SITTING = timedelta(minutes=10)


def log_list(request: HttpRequest, user: User, purpose: str, now: datetime) -> None:
    """Write down that the person reads this list (SR-18), unless that was done in this sitting."""
    recent = AccessLog.objects.filter(user=user, purpose=purpose, at__gt=now - SITTING, at__lte=now)
    if recent.exists():
        return
    first = next(iter(active_memberships(user, now)), None)
    record_look(
        user,
        purpose=purpose,
        now=now,
        acting_as=Standing("staff", first.agency, first.role) if first else None,
        object_kind="list",
        network=network_of(request),
    )
