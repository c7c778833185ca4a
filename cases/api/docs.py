"""What each operation says of itself in the schema: its answer, and the problems it may give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from agencies.error_pages import PROBLEM

Method = TypeVar("Method", bound=Callable[..., Any])

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The case's version as its ETag gave it, in place of the field `version`.",
)


class Problem(serializers.Serializer):
    """RFC 9457, with words for a person; `who` and `when` with a conflict."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    errors = serializers.DictField(required=False, help_text="Problems by field.")  # type: ignore[assignment]
    who = serializers.CharField(required=False)
    when = serializers.DateTimeField(required=False)


_WORDS = {
    400: "A field is not listed, is missing or is malformed.",
    401: "Not signed in with both factors.",
    403: "The write lacks the CSRF token of the session.",
    404: "Missing, or not for you: the same answer.",
    409: "Somebody else was first, or the state does not allow it.",
    413: "More than 2 MB.",
    422: "The content cannot be taken.",
    428: "Neither `version` nor If-Match was given.",
}
_READ = (401, 404)
_WRITE = (400, 401, 403, 404, 409, 413, 422)


def reads(answer: Any, summary: str, **more: Any) -> Callable[[Method], Method]:
    """Document a GET."""
    also = (400,) if more.get("parameters") else ()
    return extend_schema(summary=summary, responses={200: answer, **_problems(*also, *_READ)}, **more)


def writes(
    body: Any, answer: Any, summary: str, *, status: int = 200, **more: Any
) -> Callable[[Method], Method]:
    """Document a POST that adds to the record."""
    return extend_schema(
        summary=summary, request=body, responses={status: answer, **_problems(*_WRITE)}, **more
    )


def steps(body: Any, answer: Any, summary: str, **more: Any) -> Callable[[Method], Method]:
    """Document a POST that takes a step on a known version of the case."""
    problems = _problems(*_WRITE, 428)
    return extend_schema(
        summary=summary, request=body, responses={200: answer, **problems}, parameters=[IF_MATCH], **more
    )


def _problems(*codes: int) -> dict[tuple[int, str], OpenApiResponse]:
    return {(code, PROBLEM): OpenApiResponse(Problem, _WORDS[code]) for code in codes}
