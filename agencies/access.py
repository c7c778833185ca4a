"""`@policy`: each view says who may open it at all; `cases.policy` then decides about the object.

`public` anyone · `applicant` checked by the applicant's site itself · `staff` a signed-in member of
staff with second factor · an `Action` name: staff who hold that capability in some membership.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies.capabilities import Action, roles_for
from agencies.errors import NotAllowed
from agencies.models import User
from agencies.second_factor import has_second_factor, is_fresh, was_shown
from agencies.selectors import remember_memberships, roles_of
from agencies.time_source import business_now, wall_now

PUBLIC, APPLICANT, STAFF = "public", "applicant", "staff"
_NAMED = frozenset({PUBLIC, APPLICANT, STAFF, *Action})

View = TypeVar("View", bound=Callable[..., Any])


def policy(name: str) -> Callable[[View], View]:
    """Declare and enforce who may open a function view, a class-based view, a viewset or one of its methods.

    Raises ValueError at import for a name that is no policy.
    """
    if name not in _NAMED:
        raise ValueError(f"{name!r} is no policy: use public, applicant, staff or an action.")

    def declare(view: View) -> View:
        if isinstance(view, type):
            view.dispatch = _guarded(view.dispatch, name)  # type: ignore[attr-defined]
            view.policy = name  # type: ignore[attr-defined]
            return view
        guarded: View = _guarded(view, name)
        return guarded

    return declare


def policy_of(view: Callable[..., Any]) -> str | None:
    """The declared policy of a view callable as URL patterns hold it; None when it has none."""
    for holder in (view, getattr(view, "view_class", None), getattr(view, "cls", None)):
        declared: str | None = getattr(holder, "policy", None)
        if declared:
            return declared
    return None


def require(request: HttpRequest, name: str) -> HttpResponse | None:
    """The answer that stops this request, or None when the policy lets it through.

    Raises: NotAllowed when a signed-in person lacks the capability.
    """
    if name in (PUBLIC, APPLICANT):
        return None
    user = signed_in_user(request)
    if user is None:
        return _sign_in_first(request)
    if not was_shown(request):
        return _show_second_factor(request, user)
    if user.must_change_password:
        return _change_password_first(request)
    remember_memberships(user)
    if name != STAFF and not holds(user, name):
        raise NotAllowed
    return None


def signed_in_user(request: HttpRequest) -> User | None:
    """The member of staff behind the request. With a password only, until `was_shown(request)`."""
    user = request.user
    return user if isinstance(user, User) and user.is_authenticated else None


def require_fresh(request: HttpRequest) -> HttpResponse | None:
    """None when the second factor was shown within five minutes, else the way to "confirm it is you"."""
    if is_fresh(request, wall_now()):
        return None
    if is_api(request):
        return _problem(_("请先确认是您本人"))
    return _to_account_page(request, "staff_confirm")


def holds(user: User, action: str) -> bool:
    """Whether some current membership of the user has any reach for the action."""
    return bool(roles_of(user, business_now()) & roles_for(action))


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _guarded(view: Callable[..., Any], name: str) -> Any:
    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        request = next(arg for arg in args if hasattr(arg, "META"))
        return require(request, name) or view(*args, **kwargs)

    guarded.policy = name  # type: ignore[attr-defined]
    return guarded


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        return _problem(_("请先登录"))
    return _to_account_page(request, "account_login")


def _show_second_factor(request: HttpRequest, user: User) -> HttpResponse:
    if is_api(request):
        return _problem(_("请先通过动态验证码"))
    return _to_account_page(request, "staff_confirm" if has_second_factor(user) else "mfa_activate_totp")


def _change_password_first(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        return _problem(_("请先修改密码"))
    return _to_account_page(request, "staff_password")


def _problem(title: str) -> HttpResponse:
    problem = {"type": "about:blank", "title": title, "status": 401}
    return JsonResponse(problem, status=401, content_type="application/problem+json")


def _to_account_page(request: HttpRequest, route: str) -> HttpResponse:
    target = resolve_url(route)
    if request.method == "GET" and not request.headers.get("HX-Request"):
        target += "?" + urlencode({"next": request.get_full_path()})
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
