"""The verbs of this room: keep rows equal to the derivation, and take a person's acknowledgement."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.models import User
from deadlines.alarms import close_alarm, note_alarm
from deadlines.derivation import DerivedDeadline, derive
from deadlines.engine import SweepResult, sweep
from deadlines.ladder import next_rung
from deadlines.models import Acknowledgement, Deadline, EscalationStep
from deadlines.profile import Profile, Rule, load_profile
from deadlines.timeline import TimelineEvent

__all__ = ["Responsible", "SweepResult", "SyncResult", "acknowledge", "compare", "sweep", "sync"]

DERIVED_FIELDS = (
    "started_at",
    "strict_at",
    "legal_at",
    "target_at",
    "last_on",
    "provisional",
    "state",
    "closed_at",
    "length",
    "capped_by",
)
# A change in one of these asks anew where on its ladder the deadline stands.
LADDER_INPUTS = ("started_at", "strict_at", "legal_at", "state", "ladder")
WRITTEN_FIELDS = (
    *DERIVED_FIELDS,
    "rule_version",
    "nature",
    "owner_role",
    "agency_id",
    "user_id",
    "chain_agency_id",
    "ladder",
    "next_step",
    "next_repeat",
    "next_action_at",
)


@dataclass(frozen=True, slots=True)
class Responsible:
    """Who answers for an owner role: an agency, and a person in it if one is named.

    `role` replaces the rule's owner role where the body asked is of another kind.
    """

    agency_id: int
    user_id: int | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class SyncResult:
    """`next_deadline` is the earliest strict instant among running duties that have a ladder."""

    next_deadline: datetime | None
    deadlines: list[Deadline] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a stored deadline is not what the timeline gives; `field` is "" when one side is missing."""

    rule_id: str
    key: str
    field: str
    stored: str
    derived: str


@transaction.atomic
def sync(
    *,
    subject_id: UUID,
    subject_reference: str,
    profile_id: str,
    events: Sequence[TimelineEvent],
    responsible: Mapping[str, Responsible],
    now: datetime,
) -> SyncResult:
    """Make the subject's rows equal to what its events give rise to. Rows are closed, never deleted.

    `responsible` is keyed by role, or by "role:key" for one recipient, breach or request. The caller
    holds the lock of the subject. Two to four queries, however many events.
    """
    profile = load_profile(profile_id)
    stored = {
        (row.rule_id, row.key): row
        for row in Deadline.objects.select_for_update(no_key=True, of=("self",))
        .filter(subject_id=subject_id)
        .order_by("pk")
    }
    before = {row.pk: _written(row) for row in stored.values()}
    rows: list[Deadline] = []
    for wanted in derive(events, profile, profile.work_calendar()):
        row = stored.pop((wanted.rule_id, wanted.key), None) or Deadline(
            subject_id=subject_id,
            subject_reference=subject_reference,
            profile_id=profile_id,
            rule_id=wanted.rule_id,
            key=wanted.key,
        )
        _take_over(row, wanted, profile, responsible)
        rows.append(row)
    for orphan in stored.values():
        _close_orphan(orphan, profile, now)
        rows.append(orphan)
    _place_on_ladders(rows, before, profile)
    _write(rows, before)
    _note_missing_years(rows, before, now)
    return SyncResult(next_deadline(rows), rows)


def next_deadline(rows: Iterable[Deadline]) -> datetime | None:
    """The earliest strict instant among running duties that have a ladder."""
    running = (
        row.strict_at for row in rows if row.is_running and row.ladder and row.nature == Deadline.Nature.DUTY
    )
    return min(running, default=None)


def compare(*, subject_id: UUID, profile_id: str, events: Sequence[TimelineEvent]) -> list[Difference]:
    """Where the stored rows differ from the timeline (invariant 10); empty when all is well."""
    profile = load_profile(profile_id)
    stored = {(row.rule_id, row.key): row for row in Deadline.objects.filter(subject_id=subject_id)}
    differences: list[Difference] = []
    for wanted in derive(events, profile, profile.work_calendar()):
        row = stored.pop((wanted.rule_id, wanted.key), None)
        if row is None:
            differences.append(Difference(wanted.rule_id, wanted.key, "", "missing", wanted.state))
            continue
        differences += [
            Difference(wanted.rule_id, wanted.key, name, str(getattr(row, name)), str(getattr(wanted, name)))
            for name in DERIVED_FIELDS
            if getattr(row, name) != getattr(wanted, name)
        ]
    differences += [
        Difference(row.rule_id, row.key, "", row.state, "missing")
        for row in stored.values()
        if row.is_running
    ]
    return differences


@transaction.atomic
def acknowledge(*, user: User, deadline: Deadline, step: str, words: str, now: datetime) -> Acknowledgement:
    """Record that this person has taken notice of a step; its repeats no longer reach that person.

    The clock, the other people and the other steps are untouched. Whether the person may see the
    deadline is for the caller to ask. Raises InvalidInput for a step that has not been reached.
    """
    if not EscalationStep.objects.filter(deadline=deadline, step=step).exists():
        raise InvalidInput(_("该提醒尚未发出，不能确认。"), field="step")
    row, _created = Acknowledgement.objects.get_or_create(
        deadline=deadline,
        step=step,
        user=user,
        defaults={"words": words[:500], "acknowledged_at": now},
    )
    return row


def _take_over(
    row: Deadline, wanted: DerivedDeadline, profile: Profile, responsible: Mapping[str, Responsible]
) -> None:
    """Write what is derived into the row, and who answers for it while it runs."""
    rule = profile.clocks[wanted.rule_id]
    if row.pk is None or any(getattr(row, name) != getattr(wanted, name) for name in DERIVED_FIELDS):
        row.rule_version = profile.version
        row.nature = rule.nature
        row.ladder = rule.ladder
    for name in DERIVED_FIELDS:
        setattr(row, name, getattr(wanted, name))
    if row.is_running or row.pk is None:
        _assign(row, rule, responsible)


def _assign(row: Deadline, rule: Rule, responsible: Mapping[str, Responsible]) -> None:
    one_of_many = f"{rule.owner}:{row.key.partition('#')[0]}"
    owner = responsible.get(one_of_many) or responsible.get(rule.owner)
    row.owner_role = rule.owner
    if owner is not None:
        row.owner_role = owner.role or rule.owner
        row.agency_id, row.user_id = owner.agency_id, owner.user_id
    elsewhere = (
        found.agency_id
        for role in rule.then
        if (found := responsible.get(role)) is not None and found.agency_id != row.agency_id
    )
    row.chain_agency_id = next(elsewhere, None)


def _close_orphan(row: Deadline, profile: Profile, now: datetime) -> None:
    """A running row that the events no longer give rise to: its cause has gone, such as missing data."""
    if not row.is_running:
        return
    rule = profile.clocks.get(row.rule_id)
    is_done = rule is not None and rule.starts_when_provisional
    row.state = Deadline.State.CANCELLED
    if is_done:
        row.state = Deadline.State.MET if now < row.legal_at else Deadline.State.MET_LATE
    row.closed_at = now


def _place_on_ladders(
    rows: Sequence[Deadline], before: Mapping[int, Mapping[str, object]], profile: Profile
) -> None:
    moved = [
        row
        for row in rows
        if row.pk is None or any(getattr(row, name) != before[row.pk][name] for name in LADDER_INPUTS)
    ]
    recorded = _recorded_steps([row.pk for row in moved if row.pk is not None and row.is_running])
    for row in moved:
        rung = None
        if row.is_running and row.ladder:
            rung = next_rung(
                profile.ladder(row.ladder),
                recorded.get(row.pk, set()),
                started_at=row.started_at,
                strict_at=row.strict_at,
                legal_at=row.legal_at,
            )
        row.next_step = rung.step if rung else ""
        row.next_repeat = rung.repeat if rung else 0
        row.next_action_at = rung.due_at if rung else None


def _recorded_steps(deadline_ids: Sequence[int]) -> dict[int, set[tuple[str, int]]]:
    recorded: dict[int, set[tuple[str, int]]] = {}
    if deadline_ids:
        steps = EscalationStep.objects.filter(deadline__in=deadline_ids)
        for deadline_id, step, repeat in steps.values_list("deadline_id", "step", "repeat"):
            recorded.setdefault(deadline_id, set()).add((step, repeat))
    return recorded


def _written(row: Deadline) -> dict[str, object]:
    return {name: getattr(row, name) for name in WRITTEN_FIELDS}


def _write(rows: Sequence[Deadline], before: Mapping[int, Mapping[str, object]]) -> None:
    Deadline.objects.bulk_create([row for row in rows if row.pk is None])
    changed = [row for row in rows if row.pk in before and _written(row) != before[row.pk]]
    if changed:
        Deadline.objects.bulk_update(changed, [name.removesuffix("_id") for name in WRITTEN_FIELDS])


def _note_missing_years(
    rows: Sequence[Deadline], before: Mapping[int, Mapping[str, object]], now: datetime
) -> None:
    """Raise the alarm for a holiday year that is not loaded, and close it once it is (D99)."""
    for row in rows:
        was_provisional = row.pk in before and bool(before[row.pk]["provisional"])
        if row.last_on is None or row.provisional == was_provisional:
            continue
        key = f"holidays:{row.profile_id}:{row.last_on.year}"
        if row.provisional:
            note_alarm(key=key, kind="holidays_missing", now=now, details={"year": row.last_on.year})
        else:
            close_alarm(key=key, now=now)
