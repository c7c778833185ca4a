"""How the API opens a case and answers with it; the look is written down before the answer (SR-18)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.answers import case_row
from cases.api.shapes import CaseRow
from cases.desk import opening
from cases.desk.opening import Opened
from cases.models import Case
from deadlines import clock


def open_for_reading(
    request: Request,
    case_id: UUID,
    purpose: str,
    *,
    actions: Callable[[Case], Iterable[str]] = lambda case: (),
) -> Opened:
    """The case, opened and logged. Raises: Http404 or NotAllowed, answered alike (INV-32)."""
    http = request._request
    shown = opening.classes_shown(opening.staff_of(http), clock.now())
    return opening.open_case_page(http, case_id, purpose=purpose, actions=actions, data_classes=shown)


def open_for_step(request: Request, case_id: UUID, action: str, purpose: str) -> Opened:
    """The case for somebody who may do `action` on it. Raises: Http404 or NotAllowed, answered alike."""
    return opening.open_for(request._request, case_id, action, purpose=purpose)


def answer(
    shape: type[serializers.Serializer], value: Any, *, many: bool = False, status: int = 200
) -> Response:
    """The value in its shape: what the shape does not list cannot leave."""
    return Response(shape(value, many=many).data, status=status)


def stepped(case: Case) -> Response:
    """The case after a step, with its new version as ETag."""
    return with_version(answer(CaseRow, case_row(case)), case)


def with_version(response: Response, case: Case) -> Response:
    """The answer with the case's version, for `If-Match`."""
    response["ETag"] = f'"{case.version}"'
    return response
