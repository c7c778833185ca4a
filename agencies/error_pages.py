"""Our few errors, mapped once: pages for people, application/problem+json for the API.

A missing right and a missing thing give the same 404 (SR-11); only a 500 carries a number, which stands
in the log beside the fault and tells the visitor nothing (SR-34).
"""

import logging
import secrets
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.exceptions import PermissionDenied as ApiPermissionDenied
from rest_framework.response import Response
from rest_framework.views import set_rollback

from agencies.access import is_api
from agencies.errors import Conflict, DomainError, InvalidInput, NotAllowed, TransitionRefused, Unavailable

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"
_MISSING = (NotAllowed, Http404, PermissionDenied, ApiPermissionDenied, NotFound)
_LAST_RESORT = (
    '<!doctype html><html lang="zh-hans"><meta charset="utf-8"><title>半小时</title>'
    "<h1>我们这边出了问题</h1><p>请过一会儿再试。报警请打 110，妇女维权请打 12338。</p><p>%s</p></html>"
)


class ErrorPagesMiddleware:
    """Answers the errors that views let through. Stands last, so that it is asked first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, _MISSING):
            return page_not_found(request)
        if isinstance(error, DomainError):
            return _refusal(request, error)
        return None


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The one 404, also the project's `handler404` and `handler403`."""
    if is_api(request):
        return _problem_answer(_problem(404, _("没有找到")))
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The project's `handler400`; 413 for more text than may be sent at once (SR-29)."""
    if isinstance(exception, RequestDataTooBig):
        return _too_large(request)
    if is_api(request):
        return _problem_answer({"type": "about:blank", "title": _("请求不完整"), "status": 400})
    return render(request, "errors/400.html", status=HTTPStatus.BAD_REQUEST)


def _too_large(request: HttpRequest) -> HttpResponse:
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    if is_api(request):
        return _problem_answer({"type": "about:blank", "title": _("内容太长"), "status": status})
    return render(request, "errors/413.html", status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """The project's `handler500`: drawn without the request, and in bare words when even that fails."""
    ticket = secrets.token_hex(4)
    logger.error("server error, ticket %s", ticket)
    if is_api(request):
        title = _("服务器出错")
        return _problem_answer({"type": "about:blank", "title": title, "status": 500, "ticket": ticket})
    try:
        page = str(render_to_string("errors/500.html", {"ticket": ticket}))
    except Exception:
        logger.exception("the error page itself failed, ticket %s", ticket)
        page = _LAST_RESORT % ticket
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's `EXCEPTION_HANDLER`; None leaves the error to Django's own 500."""
    problem = _problem_of(error)
    if problem is None:
        return None
    set_rollback()
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    return Response(problem, status=problem["status"], headers=headers, content_type=PROBLEM)


def _refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    problem = _problem_of(error) or {}
    if is_api(request):
        return _problem_answer(problem)
    return render(request, f"errors/{problem['status']}.html", {"problem": problem}, status=problem["status"])


def _problem_of(error: Exception) -> dict[str, Any] | None:
    """RFC 9457 members, in words for the person; None for what is no refusal but a fault."""
    if isinstance(error, _MISSING):
        return _problem(404, _("没有找到"))
    if isinstance(error, Conflict):
        problem = _problem(409, _("已经有人先处理了"), error.message or _conflict_words(error))
        when = {"when": timezone.localtime(error.when).isoformat()} if error.when else {}
        return problem | ({"who": error.who} if error.who else {}) | when
    if isinstance(error, TransitionRefused):
        return _problem(409, _("现在不能这样做"), error.message)
    if isinstance(error, InvalidInput):
        problem = _problem(422, _("填写的内容需要改一下"), error.message)
        return problem | ({"errors": {error.field: [error.message]}} if error.field else {})
    if isinstance(error, Unavailable):
        return _problem(503, _("现在打不开"), error.message)
    if isinstance(error, ValidationError):
        return _problem(error.status_code, _("填写的内容需要改一下")) | {"errors": error.detail}
    if isinstance(error, APIException):
        return _problem(error.status_code, str(error.detail))
    return None


def _problem(status: int, title: str, detail: str = "") -> dict[str, Any]:
    return {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {})


def _conflict_words(error: Conflict) -> str:
    if not error.when:
        return _("%(who)s 已经先一步处理。请看最新情况后再决定。") % {"who": error.who or _("同事")}
    at = date_format(timezone.localtime(error.when), "Y-m-d H:i:s")
    return _("%(who)s 已在 %(at)s 先一步处理。请看最新情况后再决定。") % {
        "who": error.who or _("同事"),
        "at": at,
    }


def _problem_answer(problem: dict[str, Any]) -> HttpResponse:
    """Byte for byte what REST framework's renderer would give: who answered must not show (SR-11)."""
    as_rendered = {"ensure_ascii": False, "separators": (",", ":")}
    return JsonResponse(
        problem, status=problem["status"], content_type=PROBLEM, json_dumps_params=as_rendered
    )
