"""Deadlines as the desk shows them: which is the clock of the decision, how near, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import get_language

from agencies.roles import AgencyKind
from cases.change import deadlines_if, timeline_of
from cases.models import Case
from cases.vocabulary import Side
from deadlines.derivation import DerivedDeadline, TimelineEvent
from deadlines.models import Deadline
from deadlines.profile import Rule, load_profile
from deadlines.selectors import Explanation, ShownDeadline, deadlines_of, explain, running_deadlines

# From this share of its length on, a clock is called near its end (rung S2 of the ladders).
SOON_FROM = 0.75
TARGET = "target"
LATE, SOON, CALM = "late", "soon", ""
TAG_TONES = {LATE: "bad", SOON: "warn", CALM: "good"}


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline with its words; `deadline` is a row or a derived one that is not saved yet."""

    deadline: Deadline | DerivedDeadline
    name: str
    tone: str
    is_day_clock: bool
    # Set by law or by a joint opinion, so that its legal end counts; a target of ours has one end.
    is_of_law: bool
    agency_id: int | None = None
    why: Explanation | None = None

    @property
    def anchor(self) -> str:
        """Where on the page the reasons stand."""
        return f"why-{self.deadline.rule_id}-{self.deadline.key}".rstrip("-")


@dataclass(slots=True)
class RowClocks:
    """What a row of a list shows of a case's running duties."""

    nearest: Clock | None = None
    own: Clock | None = None
    decision: Clock | None = None


@dataclass(frozen=True, slots=True)
class CaseClocks:
    """The clock that counts now (the decision's, else the nearest duty), the decided one, and the rest."""

    lead: Clock | None
    decided: Clock | None
    running: Sequence[Clock]
    closed: Sequence[Clock]


def clocks_of(case: Case, now: datetime) -> CaseClocks:
    """Every deadline of the case, each with why it is what it is."""
    shown = deadlines_of(case.pk, now)
    duties = [row for row in shown if row.deadline.is_running and row.deadline.nature == Deadline.Nature.DUTY]
    lead = next((row for row in duties if _decides(row.deadline)), None) or next(iter(duties), None)
    closed = [row for row in shown if not row.deadline.is_running]
    decided = next((row for row in closed if _decides(row.deadline) and _was_met(row.deadline)), None)
    return CaseClocks(
        lead=_explained(lead, now) if lead else None,
        decided=_explained(decided, now) if decided else None,
        running=[_explained(row, now) for row in shown if row.deadline.is_running and row is not lead],
        closed=[_explained(row, now) for row in closed],
    )


def decision_clock_if(case: Case, now: datetime, *wanted: tuple[str, dict[str, object]]) -> Clock | None:
    """The clock of the decision as it would run after these events; for showing before saving."""
    events = timeline_of(case)
    after = [
        TimelineEvent(event_type, now, len(events) + place, payload)
        for place, (event_type, payload) in enumerate(wanted, start=1)
    ]
    derived = deadlines_if(case.profile_id, [*events, *after])
    found = next((row for row in derived if row.state == "running" and _decides_in(case, row.rule_id)), None)
    return _plain(found, case.profile_id, now) if found else None


def first_running(case_ids: Iterable[UUID], now: datetime) -> dict[UUID, Clock]:
    """The nearest running duty of each case; one query."""
    found: dict[UUID, Clock] = {}
    for row in running_deadlines(list(case_ids)):
        if row.subject_id not in found:
            found[row.subject_id] = _plain(row, row.profile_id, now)
    return found


def clocks_for_rows(case_ids: Iterable[UUID], agency_ids: set[int], now: datetime) -> dict[UUID, RowClocks]:
    """For each case of a list: its nearest duty, that of these bodies, and the decision's; one query."""
    found: dict[UUID, RowClocks] = {}
    for row in running_deadlines(list(case_ids)):
        clock = _plain(row, row.profile_id, now)
        entry = found.setdefault(row.subject_id, RowClocks())
        entry.nearest = entry.nearest or clock
        if row.agency_id in agency_ids:
            entry.own = entry.own or clock
        if _decides(row):
            entry.decision = entry.decision or clock
    return found


def plain_clock(row: Deadline, now: datetime) -> Clock:
    """A stored deadline with its rule's words."""
    return _plain(row, row.profile_id, now)


def tone_of(started_at: datetime, strict_at: datetime, now: datetime) -> str:
    """`late` from the strict instant on, `soon` in the last quarter, else calm."""
    if now >= strict_at:
        return LATE
    return SOON if now - started_at >= (strict_at - started_at) * SOON_FROM else CALM


def hours_minutes(length: timedelta) -> str:
    """A length as h:mm, without sign."""
    minutes = abs(int(length.total_seconds() // 60))
    return f"{minutes // 60}:{minutes % 60:02d}"


def _explained(row: ShownDeadline, now: datetime) -> Clock:
    deadline = row.deadline
    is_late_now = deadline.is_running and deadline.nature == Deadline.Nature.DUTY
    tone = tone_of(deadline.started_at, deadline.strict_at, now) if is_late_now else CALM
    return Clock(
        deadline=deadline,
        name=_named(row.name, deadline.key),
        tone=tone,
        is_day_clock=deadline.last_on is not None,
        is_of_law=row.rule_class != TARGET,
        agency_id=deadline.agency_id,
        why=explain(deadline),
    )


def _plain(deadline: Deadline | DerivedDeadline, profile_id: str, now: datetime) -> Clock:
    rule = load_profile(profile_id).clocks[deadline.rule_id]
    tone = tone_of(deadline.started_at, deadline.strict_at, now)
    name = rule.name.in_language(get_language() or "zh-hans")
    return Clock(
        deadline=deadline,
        name=_named(name, deadline.key),
        tone=tone,
        is_day_clock=deadline.last_on is not None,
        is_of_law=rule.rule_class != TARGET,
        agency_id=getattr(deadline, "agency_id", None),
    )


def _named(name: str, key: str) -> str:
    """The rule's name, with the party or body where it counts for one of several (service)."""
    of_whom = key.partition("#")[0]
    for words in (Side, AgencyKind):
        if of_whom in words.values:
            return f"{name}（{words(of_whom).label}）"
    return name


def _decides(deadline: Deadline) -> bool:
    return decides(load_profile(deadline.profile_id).clocks[deadline.rule_id])


def _was_met(deadline: Deadline) -> bool:
    return deadline.state in {Deadline.State.MET, Deadline.State.MET_LATE}


def _decides_in(case: Case, rule_id: str) -> bool:
    return decides(load_profile(case.profile_id).clocks[rule_id])


def decides(rule: Rule) -> bool:
    """Whether a rule is the duty to decide the application: only a decision stops it."""
    stops = {trigger.event for trigger in rule.stops_on}
    return rule.nature == "duty" and {"order.issued", "application.rejected"} <= stops
