"""Questions about deadlines. Which cases a person may see is decided elsewhere and handed in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.models import User
from deadlines.explanation import Explanation, explain
from deadlines.messages import DEFAULT_LANGUAGE, write
from deadlines.models import (
    Acknowledgement,
    Alarm,
    Deadline,
    DigestEntry,
    EscalationStep,
    OutboxMessage,
)
from deadlines.profile import load_profile
from deadlines.sending import local_words, values_of

__all__ = ["Explanation", "explain"]

ENGINE_LATE_AFTER = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class ShownDeadline:
    """A deadline as a page shows it at an instant; right with the engine stopped (invariant 11)."""

    deadline: Deadline
    name: str
    basis: str
    rule_class: str
    remaining: timedelta
    # Past the strict instant while running; past the legal one it is late in law.
    is_overdue: bool
    is_late_in_law: bool
    is_pinned: bool
    asks_reason: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A person who was told of a step, by which channel, and how far the message got."""

    user: User
    channel: str
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LadderLine:
    step: EscalationStep
    told: list[Told]
    acknowledgements: list[Acknowledgement]


@dataclass(frozen=True, slots=True)
class StaffNotice:
    """A notice in the portal. `subject_id` leads to the case, for those who may see it."""

    message: OutboxMessage
    subject: str
    body: str
    subject_id: UUID | None


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """`words` are for the banner on every staff page; empty while the engine runs."""

    last_sweep_at: datetime | None
    is_late: bool
    words: str
    oldest_due_at: datetime | None = None


def deadlines_of(subject_id: UUID, now: datetime) -> list[ShownDeadline]:
    """All deadlines of a subject: running ones by strict instant, then the closed ones."""
    rows = Deadline.objects.filter(subject_id=subject_id)
    ordered = sorted(rows, key=lambda row: (not row.is_running, row.strict_at, row.rule_id, row.key))
    return [shown(row, now) for row in ordered]


def shown(row: Deadline, now: datetime) -> ShownDeadline:
    """One row with its rule's words and where it stands at `now`; no query."""
    profile = load_profile(row.profile_id)
    rule = profile.clocks[row.rule_id]
    is_duty = row.is_running and row.nature == Deadline.Nature.DUTY
    reached = [
        step
        for step in profile.ladder(row.ladder)
        if row.is_running
        and now >= row.started_at + (row.strict_at - row.started_at) * step.fraction - step.before
        and (not step.counts_from_legal or now >= row.legal_at)
    ]
    return ShownDeadline(
        deadline=row,
        name=rule.name.in_language(_language()),
        basis=rule.basis,
        rule_class=rule.rule_class,
        remaining=row.strict_at - now,
        is_overdue=is_duty and now >= row.strict_at,
        is_late_in_law=is_duty and now >= row.legal_at,
        is_pinned=any(step.pinned for step in reached),
        asks_reason=any(step.asks_reason for step in reached),
    )


def running_deadlines(subject_ids: Iterable[UUID]) -> QuerySet[Deadline]:
    """Running duties of the subjects, by strict instant.

    The caller hands in what may be seen: ids, or a `values("pk")` query that becomes a subselect.
    """
    return Deadline.objects.filter(
        state=Deadline.State.RUNNING, nature=Deadline.Nature.DUTY, subject_id__in=subject_ids
    ).order_by("strict_at", "pk")


def provisional_subjects(limit: int = 1000) -> list[UUID]:
    """Subjects with a running deadline counted without its year's holidays, to be synced once it is loaded."""
    rows = Deadline.objects.filter(state=Deadline.State.RUNNING, provisional=True)
    return list(rows.values_list("subject_id", flat=True).distinct()[:limit])


def overdue(rows: QuerySet[Deadline], now: datetime) -> QuerySet[Deadline]:
    """Those past their strict instant."""
    return rows.filter(strict_at__lte=now)


def due_within(rows: QuerySet[Deadline], now: datetime, length: timedelta) -> QuerySet[Deadline]:
    """Those whose strict instant is still ahead, within the length."""
    return rows.filter(strict_at__gt=now, strict_at__lte=now + length)


def ladder_of(deadline: Deadline) -> list[LadderLine]:
    """The ladder so far: each step, who was told, how far the messages got, who acknowledged. 4 queries."""
    steps = list(EscalationStep.objects.filter(deadline=deadline).order_by("due_at", "pk"))
    told: dict[int, list[Told]] = {step.pk: [] for step in steps}
    direct = OutboxMessage.objects.filter(step__in=steps, user__isnull=False).select_related("user")
    for message in direct.order_by("pk"):
        if message.step_id is not None and message.user is not None:
            told[message.step_id].append(_told(message, message.user))
    entries = DigestEntry.objects.filter(step__in=steps).select_related("message__user")
    for entry in entries.order_by("pk"):
        if entry.message.user is not None:
            told[entry.step_id].append(_told(entry.message, entry.message.user))
    acknowledged: dict[str, list[Acknowledgement]] = {}
    rows = Acknowledgement.objects.filter(deadline=deadline).select_related("user").order_by("pk")
    for row in rows:
        acknowledged.setdefault(row.step, []).append(row)
    return [LadderLine(step, told[step.pk], acknowledged.get(step.step, [])) for step in steps]


def notices_for(user: User, now: datetime, limit: int = 50) -> list[StaffNotice]:
    """The person's notices in the portal, newest first. 1 query."""
    rows = (
        OutboxMessage.objects.filter(user=user, channel=OutboxMessage.Channel.IN_PORTAL, created_at__lte=now)
        .select_related("step__deadline")
        .order_by("-created_at", "-pk")[:limit]
    )
    return [_as_notice(message) for message in rows]


def unread_count(user: User) -> int:
    """How many notices the person has not opened."""
    return OutboxMessage.objects.filter(
        user=user, channel=OutboxMessage.Channel.IN_PORTAL, read_at=None
    ).count()


def mark_read(user: User, message_ids: Iterable[int], now: datetime) -> None:
    """The person has opened these notices; others' are untouched."""
    OutboxMessage.objects.filter(pk__in=list(message_ids), user=user, read_at=None).update(read_at=now)


def failed_messages(limit: int = 100) -> QuerySet[OutboxMessage]:
    """Messages given up after the last retry, newest first, with their person."""
    failed = OutboxMessage.objects.filter(state=OutboxMessage.State.FAILED)
    return failed.select_related("user").order_by("-failed_at")[:limit]


def open_alarms() -> QuerySet[Alarm]:
    """Alarms that nobody has put right, newest first."""
    return Alarm.objects.filter(closed_at=None).select_related("agency").order_by("-last_seen_at")


def engine_status(now: datetime) -> EngineStatus:
    """Whether the engine reports, by the database's own clock; `now` dates the oldest due step. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(_STATUS, {"now": now})
        last_sweep_at, age, oldest_due_at = cursor.fetchone()
    is_late = age is None or age > ENGINE_LATE_AFTER
    words = ""
    if last_sweep_at is None:
        words = _("期限引擎尚未运行。页面上的期限仍然正确，但不会自动提醒。")
    elif is_late:
        words = _("期限引擎自 %(since)s 起没有报告。页面上的期限仍然正确，但不会自动提醒。") % {
            "since": local_words(last_sweep_at)
        }
    return EngineStatus(last_sweep_at, is_late, words, oldest_due_at)


_STATUS = """
    SELECT beat.beat_at, clock_timestamp() - beat.beat_at,
           (SELECT min(next_action_at) FROM deadlines_deadline
            WHERE state = 'running' AND next_action_at <= %(now)s)
    FROM (SELECT max(beat_at) AS beat_at FROM deadlines_engineheartbeat WHERE part = 'sweep') AS beat
"""


def _as_notice(message: OutboxMessage) -> StaffNotice:
    subject, body = write(message.template_id, values_of(message), _language())
    subject_id = message.step.deadline.subject_id if message.step is not None else message.subject_id
    return StaffNotice(message, subject, body, subject_id)


def _told(message: OutboxMessage, user: User) -> Told:
    return Told(user, message.get_channel_display(), message.get_state_display(), message.created_at)


def _language() -> str:
    return get_language() or DEFAULT_LANGUAGE
