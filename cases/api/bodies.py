"""What a caller may send: JSON of at most 2 MB, listed fields only, plain text (SR-13, SR-29)."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from agencies.errors import InvalidInput
from cases.filing.fields import HIDDEN

UNLISTED = _("没有这个字段。")
LONGEST_NAME_SHOWN = 40


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("内容太长，一次最多 2 MB。")
    default_code = "too_large"


class VersionMissing(APIException):
    """A step on the case without saying on which version of it the caller decided (RFC 6585)."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = _("请写明您看到的是案件的哪一个版本：字段 version，或者 If-Match。")
    default_code = "version_missing"


class BoundedJSONParser(JSONParser):
    """JSON that is read no further than the portal's limit."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body. Raises: BodyTooLarge, ParseError."""
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(most + 1)
        if len(body) > most:
            raise BodyTooLarge
        return super().parse(io.BytesIO(body), media_type, parser_context)


class Text(serializers.CharField):
    """Text in NFC without signs that hide or turn it around."""

    default_error_messages = {"hidden": _("里面有看不见的特殊符号，请删掉。")}

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        if HIDDEN.search(text):
            self.fail("hidden")
        return text


class Body(serializers.Serializer):
    """Base of everything that is sent to us: a field that is not listed is refused, not ignored."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unlisted = sorted(str(name) for name in data if name not in self.fields)
            if unlisted:
                raise serializers.ValidationError(
                    {name[:LONGEST_NAME_SHOWN]: [UNLISTED] for name in unlisted}
                )
        return super().to_internal_value(data)


class VersionedBody(Body):
    """A step on the case; `version` is the one that the caller saw. `If-Match` may say it instead."""

    version = serializers.IntegerField(required=False, min_value=0)


def read_body(kind: type[Body], request: Request) -> dict[str, Any]:
    """The checked body. Raises: ValidationError (400), BodyTooLarge, ParseError."""
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def read_query(kind: type[Body], request: Request) -> dict[str, Any]:
    """The checked query, each parameter once. Raises: ValidationError."""
    query = kind(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def read_step(kind: type[VersionedBody], request: Request) -> tuple[dict[str, Any], int]:
    """The checked body without its version, and the version the caller decided on.

    Raises: ValidationError, VersionMissing, InvalidInput when body and header disagree.
    """
    body = read_body(kind, request)
    stated = {body.pop("version", None), _if_match(request)} - {None}
    if not stated:
        raise VersionMissing
    if len(stated) > 1:
        raise InvalidInput(str(_("version 和 If-Match 不一致。")), field="version")
    return body, stated.pop()


def _if_match(request: Request) -> int | None:
    tag = request.headers.get("If-Match")
    if tag is None:
        return None
    digits = tag.strip().removeprefix("W/").strip('"')
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise InvalidInput(str(_('If-Match 请写案件的版本号，例如 "7"。')), field="If-Match")
    return int(digits)
