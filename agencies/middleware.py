"""Ends staff sessions whose time is over or that another sign-in replaced (SR-22)."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from agencies.sessions import Ending, check_session
from agencies.time_source import wall_now

WORDS = {
    Ending.IDLE: _("您有 20 分钟没有操作，已自动退出。请重新登录。"),
    Ending.TOO_LONG: _("登录已满 10 小时，已自动退出。请重新登录。"),
    Ending.ELSEWHERE: _("您的账号刚刚在别处登录，这里已退出。如果不是您本人，请立即通知平台管理员。"),
    Ending.ENDED: _("您的登录已结束（密码、验证码或权限有变动）。请重新登录。"),
}
# A page that refreshes itself sends this header; it does not count as work at the desk.
BACKGROUND_HEADER = "X-Background"


class StaffSessionMiddleware:
    """Stands after AuthenticationMiddleware and MessageMiddleware. Visitors without account pass by."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY in request.session:
            self._check(request)
        return self.get_response(request)

    def _check(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            # The account was disabled or its password changed: nothing of the session may stay.
            request.session.flush()
            return
        is_activity = BACKGROUND_HEADER not in request.headers
        if ending := check_session(request, request.user, wall_now(), is_activity=is_activity):
            logout(request)
            messages.warning(request, WORDS[ending])
