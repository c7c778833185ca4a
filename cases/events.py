"""Registry of timeline events: what each may hold, who reads it, and the words for the applicant.

A payload holds identifiers and choices, never confidential text (K3–K5): a key that is not
registered, or a value that is not a short plain one, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LONGEST_VALUE = 200
COURT, POLICE, FEDERATION, APPLICANT = "court", "police", "federation", "applicant"
STAFF = frozenset({COURT, POLICE, FEDERATION})
EVERYBODY = STAFF | {APPLICANT}


class UnknownEvent(LookupError):
    """The event type or one of its payload keys is not registered."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event. `words` is shown on the timeline; `readers` are body kinds and "applicant"."""

    name: str
    words: str | Promise
    readers: frozenset[str] = EVERYBODY
    payload_keys: frozenset[str] = field(default_factory=frozenset)


_registry: dict[str, EventType] = {}


def register(*types: EventType) -> None:
    """Add event types; a room registers its own when it starts."""
    for event_type in types:
        known = _registry.setdefault(event_type.name, event_type)
        if known != event_type:
            raise ValueError(f"Event {event_type.name} is registered twice.")


def event_type(name: str) -> EventType:
    """The registered type. Raises: UnknownEvent."""
    try:
        return _registry[name]
    except KeyError as error:
        raise UnknownEvent(f"No event is called {name}.") from error


def registered() -> Mapping[str, EventType]:
    """All event types by name."""
    return dict(_registry)


def checked_payload(name: str, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The payload as it may be stored. Raises: UnknownEvent, ValueError for a value that is not plain."""
    allowed = event_type(name).payload_keys
    unknown = set(payload) - allowed
    if unknown:
        raise UnknownEvent(f"{name} does not hold {', '.join(sorted(unknown))}.")
    for key, value in payload.items():
        if not _is_plain(value):
            raise ValueError(f"{name}.{key} is not an identifier or a choice.")
    return dict(payload)


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_VALUE
    if isinstance(value, list):
        return all(isinstance(item, (str, int)) and _is_plain(item) for item in value)
    return value is None or isinstance(value, (bool, int))


def _keys(*names: str) -> frozenset[str]:
    return frozenset(names)


register(
    EventType(
        "application.submitted",
        _("申请已送到法院"),
        payload_keys=_keys("emergency", "triage", "court_id", "on_behalf", "oral", "filed_by_agency_id"),
    ),
    EventType(
        "application.accepted",
        _("法院已受理，开始计时"),
        payload_keys=_keys("emergency", "number", "court_id"),
    ),
    EventType("application.assigned", _("已分配承办法官"), payload_keys=_keys("judge_id", "proposed")),
    EventType(
        "application.transferred", _("已转到有管辖权的法院"), payload_keys=_keys("from_court_id", "court_id")
    ),
    EventType(
        "application.not_accepted", _("法院未受理，并告知了理由和办法"), payload_keys=_keys("reason_code")
    ),
    EventType("correction.requested", _("法院请您补充材料"), payload_keys=_keys("days", "points")),
    EventType("correction.supplied", _("补充材料已送到法院")),
    EventType("emergency.marked", _("已按情况紧急办理"), payload_keys=_keys("reason_code")),
    EventType("emergency.unmarked", _("改为按一般期限办理"), payload_keys=_keys("reason_code")),
    EventType(
        "emergency.proposed", _("有单位建议按情况紧急办理"), readers=STAFF, payload_keys=_keys("reason_code")
    ),
    EventType(
        "note.added",
        _("新增工作记录"),
        readers=STAFF,
        payload_keys=_keys("note_id", "audience", "supersedes_id"),
    ),
    EventType(
        "evidence.added",
        _("新增证据材料"),
        payload_keys=_keys("evidence_id", "kind", "audience", "by_applicant"),
    ),
    EventType("contact.changed", _("联系方式已修改"), readers=frozenset({COURT, FEDERATION, APPLICANT})),
    EventType("grant.changed", _("办理单位有变动"), payload_keys=_keys("agency_id", "ground", "ends")),
    EventType(
        "recusal.recorded", _("有人员回避"), readers=frozenset({COURT}), payload_keys=_keys("reason_code")
    ),
    EventType("withdrawal.requested", _("已收到您的话，会有人与您谈一谈"), readers=EVERYBODY),
    # Who looked is K7: she reads the body and the instant (INV-29), leads read more where they review the use.
    EventType(
        "break_glass.used",
        _("有单位紧急查阅了案件"),
        readers=frozenset({APPLICANT}),
        payload_keys=_keys("use", "role"),
    ),
    EventType(
        "break_glass.reviewed",
        _("紧急查阅已由另一人复核"),
        readers=frozenset({APPLICANT}),
        payload_keys=_keys("use", "justified"),
    ),
    EventType("access.used", _("有人用查询码打开了案件"), readers=frozenset({APPLICANT})),
)
