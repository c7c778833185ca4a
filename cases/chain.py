"""The hash chain of a case's timeline (SR-46, INV-39)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cases.models import CaseEvent

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first row that does not fit its chain."""

    case_id: str
    sequence: int
    reason: str


def event_hash(event: CaseEvent) -> str:
    """SHA-256 over every stored field of the event, its predecessor's hash included."""
    content: dict[str, Any] = {
        "case": str(event.case_id),
        "sequence": event.sequence,
        "type": event.type,
        "actor_kind": event.actor_kind,
        "actor": event.actor_id,
        "access": str(event.access_id) if event.access_id else None,
        "agency": event.agency_id,
        "role": event.role,
        "occurred_at": _instant(event.occurred_at),
        "recorded_at": _instant(event.recorded_at),
        "payload": event.payload,
        "previous": event.previous_hash,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_broken_link(events: Iterable[CaseEvent]) -> BrokenLink | None:
    """Walk one case's events in order of sequence; None when the chain holds."""
    previous, expected = GENESIS, 1
    for event in events:
        if event.sequence != expected:
            return BrokenLink(str(event.case_id), expected, "missing or out of order")
        if event.previous_hash != previous:
            return BrokenLink(str(event.case_id), event.sequence, "does not follow the row before it")
        if event.hash != event_hash(event):
            return BrokenLink(str(event.case_id), event.sequence, "was changed")
        previous, expected = event.hash, expected + 1
    return None


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
