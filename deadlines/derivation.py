"""Deadlines from events by the rules of a profile. Pure: no database, no wall clock.

Events are taken in the order of their sequence and counted from their `occurred_at`. At each event a
rule first closes, then the flags of the case turn, then it starts. A rule bound to a flag
(`while`, `unless`) keeps its place while the flag is the other way and takes it up again later, so
of two rules bound to one flag exactly one runs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from deadlines import periods
from deadlines.periods import Period, WorkCalendar
from deadlines.profile import Conditions, Length, PayloadLength, Profile, Rule, Trigger
from deadlines.timeline import TimelineEvent

__all__ = ["DeadlineState", "DerivedDeadline", "TimelineEvent", "derive"]


class DeadlineState(StrEnum):
    RUNNING = "running"
    MET = "met"
    # Closed at or after the legal instant; whether the strict one was missed is read off the instants.
    MET_LATE = "met_late"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class DerivedDeadline:
    """What a deadline's row must say. Instants aware; `length` and `capped_by` say how it was counted."""

    rule_id: str
    key: str
    started_at: datetime
    strict_at: datetime
    legal_at: datetime
    last_on: date | None
    target_at: datetime | None
    provisional: bool
    state: DeadlineState
    closed_at: datetime | None
    length: str
    capped_by: str


def derive(
    events: Sequence[TimelineEvent], profile: Profile, calendar: WorkCalendar
) -> list[DerivedDeadline]:
    """All deadlines, open and closed, that these events give rise to, in the order of the profile."""
    walk = _Walk(profile, calendar)
    for event in sorted(events, key=lambda event: event.sequence):
        walk.take(event)
    derived = [run.result() for run in walk.runs if run.ever_active]
    derived += [
        found
        for rule in profile.rules
        if rule.starts_when_provisional and (found := _for_missing_data(rule, derived, profile, calendar))
    ]
    order = {rule.id: position for position, rule in enumerate(profile.rules)}
    return sorted(derived, key=lambda deadline: (order[deadline.rule_id], deadline.key))


class _Run:
    """One instance of a rule while the timeline is walked."""

    def __init__(self, rule: Rule, base_key: str, key: str) -> None:
        self.rule = rule
        self.base_key = base_key
        self.key = key
        self.start_event: TimelineEvent | None = None
        self.counted_from: datetime | None = None
        self.started_at: datetime
        self.period: Period
        self.target_at: datetime | None = None
        self.length = ""
        self.at_most: Length | None = None
        self.capped_by = ""
        self.is_active = True
        self.ever_active = False
        self.suspended_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.was_cancelled = False

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def close(self, at: datetime, *, cancelled: bool) -> None:
        self.closed_at = at
        self.was_cancelled = cancelled

    def result(self) -> DerivedDeadline:
        state, closed_at = self._state()
        return DerivedDeadline(
            rule_id=self.rule.id,
            key=self.key,
            started_at=self.started_at,
            strict_at=self.period.strict_at,
            legal_at=self.period.legal_at,
            last_on=self.period.last_on,
            target_at=self.target_at,
            provisional=self.period.provisional,
            state=state,
            closed_at=closed_at,
            length=self.length,
            capped_by=self.capped_by,
        )

    def _state(self) -> tuple[DeadlineState, datetime | None]:
        if not self.is_active:
            return DeadlineState.CANCELLED, self.suspended_at
        if self.closed_at is None:
            return DeadlineState.RUNNING, None
        if self.was_cancelled:
            return DeadlineState.CANCELLED, self.closed_at
        late = self.closed_at >= self.period.legal_at
        return (DeadlineState.MET_LATE if late else DeadlineState.MET), self.closed_at


class _Walk:
    """The state of all rules and flags after the events taken so far."""

    def __init__(self, profile: Profile, calendar: WorkCalendar) -> None:
        self.profile = profile
        self.calendar = calendar
        self.runs: list[_Run] = []
        self.past: list[TimelineEvent] = []
        # The instant since which each raised flag has been up.
        self.up_since: dict[str, datetime] = {}

    def take(self, event: TimelineEvent) -> None:
        for rule in self.profile.rules:
            self._close(rule, event)
        self.past.append(event)
        self._turn_flags(event)
        for rule in self.profile.rules:
            self._start(rule, event)

    # closing

    def _close(self, rule: Rule, event: TimelineEvent) -> None:
        for triggers, cancelled in ((rule.stops_on, False), (rule.cancelled_by, True)):
            if self._fires(triggers, event) is not None:
                for run in self._open_runs(rule, _stop_key(rule, event)):
                    run.close(event.occurred_at, cancelled=cancelled)

    def _open_runs(self, rule: Rule, base_key: str | None) -> list[_Run]:
        return [
            run
            for run in self.runs
            if run.rule.id == rule.id and run.is_open and base_key in (None, run.base_key)
        ]

    # flags

    def _turn_flags(self, event: TimelineEvent) -> None:
        for name, flag in self.profile.flags.items():
            if self._fires(flag.set_by, event) is not None and name not in self.up_since:
                self.up_since[name] = event.occurred_at
                self._flag_turned(name, event.occurred_at)
            elif self._fires(flag.cleared_by, event) is not None and name in self.up_since:
                del self.up_since[name]
                self._flag_turned(name, event.occurred_at)

    def _flag_turned(self, name: str, at: datetime) -> None:
        for run in self.runs:
            if run.is_open and name in (run.rule.while_flag, run.rule.unless_flag):
                self._settle(run)
                run.suspended_at = None if run.is_active else at

    # starting

    def _start(self, rule: Rule, event: TimelineEvent) -> None:
        trigger = self._fires(rule.starts_on, event)
        if trigger is None or self._has_ended(rule):
            return
        for base_key in _start_keys(rule, event):
            running = self._open_runs(rule, base_key)
            if running and rule.again == "ignore":
                continue
            run = running[0] if running else self._new_run(rule, base_key)
            self._count(run, trigger, event)
            if not running and self._is_wanted(run):
                self.runs.append(run)

    def _new_run(self, rule: Rule, base_key: str) -> _Run:
        earlier = sum(1 for run in self.runs if run.rule.id == rule.id and run.base_key == base_key)
        return _Run(rule, base_key, base_key if earlier == 0 else f"{base_key}#{earlier + 1}")

    def _count(self, run: _Run, trigger: Trigger, event: TimelineEvent) -> None:
        """Set the run's start and settle its period."""
        run.start_event = event
        run.counted_from = self._origin(trigger, event)
        run.length = str(trigger.length or self._length(run.rule, event))
        run.at_most = trigger.at_most
        self._settle(run)

    def _settle(self, run: _Run) -> None:
        """Compute the period as the flags now stand, with every cap."""
        rule = run.rule
        assert run.start_event is not None and run.counted_from is not None  # noqa: S101 - set by _count
        run.is_active = self._may_run(rule)
        if run.ever_active and not run.is_active:
            return
        run.ever_active = run.is_active
        run.started_at = max(run.counted_from, self.up_since.get(rule.while_flag, run.counted_from))
        period = self._period(rule, run.start_event, run.started_at, run.length)
        if run.at_most is not None:
            period = periods.earlier(period, self._plain_period(run.started_at, run.at_most, roll=False))
        run.period, run.capped_by = self._capped(rule, run.start_event, period)
        run.target_at = (
            None
            if rule.target is None
            else self._plain_period(run.started_at, rule.target, roll=rule.roll).strict_at
        )

    def _may_run(self, rule: Rule) -> bool:
        if rule.while_flag:
            return rule.while_flag in self.up_since
        return not rule.unless_flag or rule.unless_flag not in self.up_since

    def _is_wanted(self, run: _Run) -> bool:
        """Whether the run ends inside the deadline it must stay within, if there is one."""
        if not run.rule.within:
            return True
        outer = [other for other in self.runs if other.rule.id == run.rule.within and other.is_open]
        return bool(outer) and run.period.strict_at <= outer[-1].period.strict_at

    def _has_ended(self, rule: Rule) -> bool:
        """Whether the last events of the rule's streak all match (visits that stayed clean)."""
        if rule.ends_after is None:
            return False
        seen = [event for event in self.past if event.type == rule.ends_after.event]
        last = seen[-rule.ends_after.in_a_row :]
        return len(last) == rule.ends_after.in_a_row and all(
            _matches(rule.ends_after.where, event.payload) for event in last
        )

    # counting

    def _origin(self, trigger: Trigger, event: TimelineEvent) -> datetime:
        if trigger.counts_from:
            for past in self.past:
                if past.type == trigger.counts_from:
                    return past.occurred_at
        return event.occurred_at

    def _length(self, rule: Rule, event: TimelineEvent) -> Length | str:
        for variant in rule.variants:
            flag_up = bool(variant.flag) and variant.flag in self.up_since
            if flag_up or (variant.where and _matches(variant.where, event.payload)):
                return variant.length
        return rule.length or ""

    def _period(self, rule: Rule, event: TimelineEvent, started_at: datetime, length: str) -> Period:
        for source in rule.length_from:
            found = self._period_from_payload(source, event, started_at, roll=rule.roll)
            if found is not None:
                return found
        return self._plain_period(started_at, _parse(length), roll=rule.roll)

    def _period_from_payload(
        self, source: PayloadLength, event: TimelineEvent, started_at: datetime, *, roll: bool
    ) -> Period | None:
        value = event.payload.get(source.field)
        if value is None or value == "":
            return None
        zone = self.profile.zone
        if source.unit == "d":
            return periods.days(started_at, int(value), zone, self.calendar, roll=roll)
        if source.unit == "date":
            last_on = value if isinstance(value, date) else date.fromisoformat(value)
            return periods.ending_on(last_on, zone)
        ends_at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return Period(strict_at=ends_at, legal_at=ends_at)

    def _plain_period(self, started_at: datetime, length: Length, *, roll: bool) -> Period:
        zone = self.profile.zone
        if length.unit == "min":
            return periods.minutes(started_at, length.span)
        if length.unit == "h":
            return periods.hours(started_at, length.span, zone)
        if length.unit == "d":
            return periods.days(started_at, length.amount, zone, self.calendar, roll=roll)
        return periods.months(started_at, length.amount, zone)

    def _capped(self, rule: Rule, event: TimelineEvent, period: Period) -> tuple[Period, str]:
        capped_by = ""
        for cap in rule.capped_by:
            others = [run for run in self.runs if run.rule.id == cap.rule]
            if others and _matches(cap.where, event.payload):
                shorter = periods.earlier(period, others[-1].period)
                capped_by = cap.rule if shorter.strict_at < period.strict_at else capped_by
                period = shorter
        return period, capped_by

    # events

    def _fires(self, triggers: Iterable[Trigger], event: TimelineEvent) -> Trigger | None:
        for trigger in triggers:
            if (
                trigger.event == event.type
                and _matches(trigger.where, event.payload)
                and (not trigger.after or any(past.type == trigger.after for past in self.past))
            ):
                return trigger
        return None


def _matches(where: Conditions, payload: Mapping[str, object]) -> bool:
    for field, wanted in where.items():
        value = payload.get(field)
        if isinstance(wanted, list):
            if value not in wanted:
                return False
        elif value != wanted:
            return False
    return True


def _start_keys(rule: Rule, event: TimelineEvent) -> list[str]:
    if rule.key is None:
        return [""]
    value = event.payload.get(rule.key.start, "")
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _stop_key(rule: Rule, event: TimelineEvent) -> str | None:
    """The one instance the event closes, or None for all."""
    value = event.payload.get(rule.key.stop) if rule.key else None
    return None if value is None else str(value)


def _parse(length: str) -> Length:
    return Length.model_validate(dict(zip(("amount", "unit"), length.split(" "), strict=True)))


def _for_missing_data(
    rule: Rule, derived: Sequence[DerivedDeadline], profile: Profile, calendar: WorkCalendar
) -> DerivedDeadline | None:
    """The deadline to load a missing holiday year, while any deadline had to be counted without it."""
    provisional = [deadline for deadline in derived if deadline.provisional]
    if not provisional or rule.next_workday_at is None:
        return None
    started_at = min(deadline.started_at for deadline in provisional)
    period = periods.next_workday_at(started_at, rule.next_workday_at, profile.zone, calendar)
    closings = [deadline.closed_at for deadline in provisional if deadline.closed_at is not None]
    is_running = len(closings) < len(provisional)
    return DerivedDeadline(
        rule_id=rule.id,
        key="",
        started_at=started_at,
        strict_at=period.strict_at,
        legal_at=period.legal_at,
        last_on=period.last_on,
        target_at=None,
        provisional=False,
        state=DeadlineState.RUNNING if is_running else DeadlineState.CANCELLED,
        closed_at=None if is_running else max(closings),
        length="",
        capped_by="",
    )
