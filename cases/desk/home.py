"""The first page after signing in: each role goes to its own list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from agencies.access import policy
from agencies.selectors import roles_of
from cases.desk.links import home_of
from cases.desk.opening import staff_of
from deadlines import clock


@require_safe
@policy("staff")
def home(request: HttpRequest) -> HttpResponse:
    """Send the person on; an account without a list of its own is told so."""
    first = home_of(roles_of(staff_of(request), clock.now()))
    return redirect(first) if first else render(request, "cases/no_desk.html")
