"""The OpenAPI description of `/api/v1/`, generated from the views."""

from __future__ import annotations

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import policy


class StaffSessionScheme(SessionScheme):
    """The session of the staff's pages, which has passed the second factor; writes carry its CSRF token."""

    target_class = "agencies.authentication.StaffSessionAuthentication"
    name = "staffSession"


@policy("staff")
class Schema(SpectacularJSONAPIView):
    """Holds no data of any case; shown to staff only all the same."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)
