"""Limits on wrong passwords (SR-23), kept by axes in PostgreSQL; the answer is a growing wait, never a lock.

Only failures of the last 15 minutes count: 5 for an account, 20 for an address. After that each further
failure doubles the wait, up to the length of the window; when the wait is over the right password passes.
Strangers cannot keep somebody out by failing on purpose, and colleagues behind one address do not stop one
another: from an address at which the account has signed in before, only its own failures there count.
"""

from datetime import datetime, timedelta
from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessFailureLog, AccessLog
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.client_address import client_address
from agencies.time_source import wall_now

WINDOW = timedelta(minutes=15)
FAILURES_PER_ACCOUNT = 5
FAILURES_PER_ADDRESS = 20
FIRST_WAIT = timedelta(seconds=15)
FAMILIAR_FOR = timedelta(days=30)

_WAIT = "sign_in_wait"


class GrowingWaitHandler(AxesDatabaseHandler):
    """Axes' database handler with a wait in place of its counter. Axes asks `get_failures() >= 1`."""

    def user_login_failed(
        self,
        sender: Any,
        credentials: dict[str, Any],
        request: HttpRequest | None = None,
        **kwargs: Any,
    ) -> None:
        """Count the failure; when it starts or lengthens a wait, this very answer says so."""
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is not None and self.get_failures(request, credentials):
            request.axes_locked_out = True  # type: ignore[attr-defined]

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        return 1 if self._remember_wait(request, credentials) > timedelta() else 0

    @staticmethod
    def _remember_wait(request: HttpRequest, credentials: dict[str, Any] | None) -> timedelta:
        wait = wait_for(get_client_username(request, credentials), client_address(request), wall_now())
        setattr(request, _WAIT, wait)
        return wait


def wait_for(username: str | None, address: str | None, now: datetime) -> timedelta:
    """How long this account from this address still has to wait before a password is looked at."""
    of_account = AccessFailureLog.objects.filter(username=username) if username else _none()
    of_address = AccessFailureLog.objects.filter(ip_address=address) if address else _none()
    if signed_in_at := _last_sign_in(username, address, now):
        return _wait_after(
            of_account.filter(ip_address=address, attempt_time__gt=signed_in_at), FAILURES_PER_ACCOUNT, now
        )
    return max(
        _wait_after(of_account, FAILURES_PER_ACCOUNT, now), _wait_after(of_address, FAILURES_PER_ADDRESS, now)
    )


def lockout_response(
    request: HttpRequest,
    original_response: HttpResponse | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponse:
    """Says how long to wait, the same for accounts that exist and that do not."""
    wait = getattr(request, _WAIT, timedelta())
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    response = render(request, "account/wait.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _none() -> QuerySet[AccessFailureLog]:
    nobody: QuerySet[AccessFailureLog] = AccessFailureLog.objects.none()
    return nobody


def _last_sign_in(username: str | None, address: str | None, now: datetime) -> datetime | None:
    """When the account last signed in from this very address, if that is not too long ago."""
    if not username or not address:
        return None
    sign_ins = AccessLog.objects.filter(
        username=username, ip_address=address, attempt_time__gte=now - FAMILIAR_FOR
    )
    last: datetime | None = sign_ins.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return last


def _wait_after(failures: QuerySet[AccessFailureLog], free: int, now: datetime) -> timedelta:
    times = failures.filter(attempt_time__gt=now - WINDOW).order_by("-attempt_time")
    recent = list(times.values_list("attempt_time", flat=True)[: free + 10])
    if len(recent) < free:
        return timedelta()
    wait = min(FIRST_WAIT * (1 << (len(recent) - free)), WINDOW)
    left: timedelta = recent[0] + wait - now
    return max(timedelta(), left)
