"""Who calls the API: a member of staff by the same session as the pages, second factor included (SR-21)."""

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, PermissionDenied
from rest_framework.request import Request


class ForgeryCheckFailed(APIException):
    """A write without the token of our own pages; a 403 in words, since it hides nothing."""

    status_code = 403
    default_detail = _("页面放得太久，请刷新后再试。")
    default_code = "csrf"


class StaffSessionAuthentication(SessionAuthentication):
    def enforce_csrf(self, request: Request) -> None:
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise ForgeryCheckFailed from error
