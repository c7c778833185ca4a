"""The one door for writes: right, state, timeline, deadlines and messages in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from agencies.errors import Conflict, NotAllowed
from agencies.models import User
from cases.actors import Actor, ApplicantActor
from cases.chain import GENESIS, event_hash
from cases.events import checked_payload
from cases.models import Case, CaseEvent
from cases.notices import announce
from cases.policy import Standing, standing
from cases.responsibility import responsible_people
from cases.scope import case_scope
from cases.transitions import Machine
from cases.vocabulary import OPEN_STATES, State
from deadlines.derivation import DerivedDeadline, TimelineEvent, derive
from deadlines.profile import load_profile
from deadlines.services import sync


class CaseChange:
    """A case under change: its row is locked until the block ends."""

    def __init__(self, case: Case, actor: Actor, acting_as: Standing, now: datetime) -> None:
        self.case = case
        self.actor = actor
        self.acting_as = acting_as
        self.now = now
        self.recorded: list[CaseEvent] = []
        self._timeline: list[CaseEvent] | None = None

    def move(self, machine: Machine, command: str) -> None:
        """Take the arrow `command` of the application's table.

        Raises: Conflict when somebody has just taken a way out of the state that has it,
        TransitionRefused when the command was never possible here.
        """
        if machine.find(self.case.state, command) is None and self.case.state in machine.reached_by(command):
            raise conflict_with_last(self.case, machine.event_types())
        self.case.state = machine.require(self.case.state, command).target
        self.case.is_open = State(self.case.state) in OPEN_STATES

    def record(self, event_type: str, *, occurred_at: datetime | None = None, **payload: Any) -> CaseEvent:
        """Append one event to the timeline; `occurred_at` defaults to now and is never later."""
        timeline = self.timeline()
        last = timeline[-1] if timeline else None
        event = CaseEvent(
            case=self.case,
            sequence=last.sequence + 1 if last else 1,
            type=event_type,
            occurred_at=min(occurred_at or self.now, self.now),
            recorded_at=self.now,
            payload=checked_payload(event_type, payload),
            previous_hash=last.hash if last else GENESIS,
            **self._who(),
        )
        event.hash = event_hash(event)
        event.save(force_insert=True)
        timeline.append(event)
        self.recorded.append(event)
        return event

    def timeline(self) -> list[CaseEvent]:
        """The case's events in order; read once, since the case is locked against others."""
        if self._timeline is None:
            self._timeline = list(CaseEvent.objects.filter(case=self.case).order_by("sequence"))
        return self._timeline

    def begin_timeline(self) -> None:
        """The case is new: there is nothing to read."""
        self._timeline = []

    def finish(self) -> None:
        """Bring deadlines, queue columns and messages in line with the timeline (INV-38)."""
        if not self.recorded:
            raise RuntimeError("A change of the record must leave an event on its timeline.")
        synced = sync(
            subject_id=self.case.pk,
            subject_reference=self.case.staff_reference,
            profile_id=self.case.profile_id,
            events=[_as_value(event) for event in self.timeline()],
            responsible=responsible_people(self.case, self.now),
            now=self.now,
        )
        self.case.next_deadline = synced.next_deadline
        self.case.version += 1
        self.case.save()
        for event in self.recorded:
            announce(self.case, event, self.now)

    def _who(self) -> dict[str, Any]:
        user = self.actor if isinstance(self.actor, User) else None
        access = self.actor.access_id if isinstance(self.actor, ApplicantActor) else None
        return {
            "actor_kind": self.acting_as.kind,
            "actor": user,
            "access_id": access,
            "agency": self.acting_as.agency,
            "role": self.acting_as.role,
        }


@contextmanager
def case_change(
    case: Case | UUID,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Iterator[CaseChange]:
    """Lock the case, check the right, and on leaving append, derive and announce; all or nothing.

    Raises: NotAllowed (no such case, or no right: the same), Conflict (the case moved on since
    `expected_version` was read).
    """
    right = partial(_right, actor, action, now)
    with change_as(case, actor, right, now=now, expected_version=expected_version) as change:
        yield change


@contextmanager
def change_as(
    case: Case | UUID,
    actor: Actor,
    right: Callable[[Case], Standing | None],
    *,
    now: datetime,
    expected_version: int | None = None,
) -> Iterator[CaseChange]:
    """As `case_change`, for a right that is not one of the table; `right` is asked of the locked case."""
    with transaction.atomic():
        locked = Case.unscoped.select_for_update(of=("self",)).filter(pk=_case_id(case)).first()
        acting_as = right(locked) if locked else None
        if locked is None or acting_as is None:
            raise NotAllowed
        with case_scope(locked.pk):
            if expected_version is not None and locked.version != expected_version:
                raise conflict_with_last(locked)
            change = CaseChange(locked, actor, acting_as, now)
            yield change
            change.finish()


@contextmanager
def new_case(case: Case, actor: Actor, acting_as: Standing, *, now: datetime) -> Iterator[CaseChange]:
    """As `case_change`, for a case that begins with this very event."""
    with transaction.atomic(savepoint=False):
        case.save(force_insert=True)
        with case_scope(case.pk):
            change = CaseChange(case, actor, acting_as, now)
            change.begin_timeline()
            yield change
            change.finish()


def timeline_of(case: Case) -> list[TimelineEvent]:
    """The case's events as plain values, in order, for the deadline rules."""
    rows = CaseEvent.objects.filter(case=case).order_by("sequence")
    return [_as_value(row) for row in rows]


def deadlines_if(profile_id: str, events: list[TimelineEvent]) -> list[DerivedDeadline]:
    """What deadlines these events would give; for showing an effect before it is saved."""
    profile = load_profile(profile_id)
    return derive(events, profile, profile.work_calendar())


def conflict_with_last(case: Case, event_types: Iterable[str] = ()) -> Conflict:
    """The words for the one who came second: who changed the case last (by these events), and when."""
    rows = CaseEvent.objects.filter(case=case).select_related("actor").order_by("-sequence")
    wanted = list(event_types)
    last = (rows.filter(type__in=wanted) if wanted else rows).first()
    who = str(last.actor) if last and last.actor else ""
    return Conflict(who=who, when=last.recorded_at if last else None)


def _right(actor: Actor, action: str, now: datetime, case: Case) -> Standing | None:
    return standing(actor, action, case, now)


def _case_id(case: Case | UUID) -> UUID:
    return case.pk if isinstance(case, Case) else case


def _as_value(event: CaseEvent) -> TimelineEvent:
    return TimelineEvent(event.type, event.occurred_at, event.sequence, event.payload)
