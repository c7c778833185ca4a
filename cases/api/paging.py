"""Pages by key, never by counting: the next page begins after the last row (no OFFSET)."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request

Key = tuple[datetime, UUID]


class CursorField(serializers.CharField):
    """Where the page before ended, as we gave it out."""

    default_error_messages = {"cursor": _("请用上一页给的 next。")}

    def to_internal_value(self, data: object) -> Key:  # type: ignore[override]
        try:
            at, _dot, pk = base64.urlsafe_b64decode(str(data).encode()).decode().partition("~")
            key = datetime.fromisoformat(at), UUID(pk)
        except (ValueError, binascii.Error):
            self.fail("cursor")
        if key[0].tzinfo is None:
            self.fail("cursor")
        return key


def cursor_of(key: Key) -> str:
    """The text of a key, for `CursorField`."""
    return base64.urlsafe_b64encode(f"{key[0].isoformat()}~{key[1]}".encode()).decode()


def next_link(request: Request, key: Key) -> str:
    """The path of the next page: this query with the new cursor."""
    query = request.query_params.copy()
    query["cursor"] = cursor_of(key)
    return f"{request.path}?{query.urlencode()}"
