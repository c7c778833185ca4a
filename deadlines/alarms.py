"""Alarms: what a person must put right. Raising is idempotent while the alarm is open."""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from deadlines.models import Alarm

_NOTE = """
    INSERT INTO deadlines_alarm (key, kind, details, agency_id, raised_at, last_seen_at, count)
    VALUES (%(key)s, %(kind)s, %(details)s::jsonb, %(agency_id)s, %(now)s, %(now)s, 1)
    ON CONFLICT (key) WHERE closed_at IS NULL
"""
_COUNT_UP = "DO UPDATE SET last_seen_at = EXCLUDED.last_seen_at, count = deadlines_alarm.count + 1"


def raise_alarm(
    *,
    key: str,
    kind: str,
    now: datetime,
    details: Mapping[str, str | int] | None = None,
    agency_id: int | None = None,
) -> None:
    """Open the alarm of this key, or count up the one that is open. Locks that row until commit."""
    _write(_NOTE + _COUNT_UP, key, kind, now, details, agency_id)


def note_alarm(
    *,
    key: str,
    kind: str,
    now: datetime,
    details: Mapping[str, str | int] | None = None,
    agency_id: int | None = None,
) -> None:
    """Open the alarm of this key unless one is open; takes no lock that other cases would wait for."""
    _write(_NOTE + "DO NOTHING", key, kind, now, details, agency_id)


def close_alarm(*, key: str, now: datetime) -> bool:
    """Close the open alarm of this key; whether there was one."""
    return Alarm.objects.filter(key=key, closed_at=None).update(closed_at=now) > 0


def _write(
    statement: str,
    key: str,
    kind: str,
    now: datetime,
    details: Mapping[str, str | int] | None,
    agency_id: int | None,
) -> None:
    values = {
        "key": key,
        "kind": kind,
        "details": json.dumps(dict(details or {})),
        "agency_id": agency_id,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
