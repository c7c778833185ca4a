"""The sweep: due deadlines get their steps recorded and their people told, once, by any number of workers.

One transaction takes at most `batch` due rows with SKIP LOCKED, records every rung that has passed with
the instant it was due, moves each row to its next rung and writes the messages. It decides nothing and
changes no state (invariant 7). Steps found long after they were due (an outage) are told in one digest
per person.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from deadlines import firing_sql
from deadlines.alarms import close_alarm, raise_alarm
from deadlines.heartbeat import beat
from deadlines.models import Acknowledgement, Alarm, Deadline, OutboxMessage
from deadlines.outbox import Channel
from deadlines.profile import Profile, Step, load_profile, profile_ids
from deadlines.profile_checks import ProfileError
from deadlines.recipients import Gap, Place, Reached, Roster

BATCH = 500
# A step found later than this was passed while nobody swept.
OUTAGE_AFTER = timedelta(seconds=120)
# Digests wait a moment for the rest of the outage, but never longer than the second figure.
DIGEST_GATHERS = timedelta(seconds=30)
DIGEST_WAITS_AT_MOST = timedelta(minutes=5)
# Then the next run goes on, so that one run ends well within a task's time limit.
LONGEST_RUN_SECONDS = 40.0
UNKNOWN_LADDER_RETRY = timedelta(minutes=10)


@dataclass(slots=True)
class SweepResult:
    """What one run recorded. `gaps` are rungs that had nobody."""

    steps: int = 0
    messages: int = 0
    batches: int = 0
    gaps: set[Gap] = field(default_factory=set)


class Targets(NamedTuple):
    """Whom a rung reaches, each with each channel, and which of its roles have nobody."""

    people: tuple[tuple[int, str], ...]
    gaps: tuple[Gap, ...]
    applicant: bool


class Fired(NamedTuple):
    """A rung that has just been recorded; the first seven fields decide whom it reaches."""

    profile_id: str
    rule_id: str
    step: str
    agency_id: int | None
    user_id: int | None
    chain_agency_id: int | None
    owner_role: str
    step_id: int
    deadline_id: int
    repeat: int
    # When it had been due, if nobody swept then; None when it is on time.
    late_due_at: datetime | None
    # Whether the rung above has passed as well and follows in the next transaction.
    is_passed_over: bool


Reaches = tuple[object, ...]


class _Run:
    """What one run remembers from batch to batch."""

    def __init__(self, now: datetime) -> None:
        self.roster = Roster(now)
        self.reached: dict[Reaches, Targets] = {}
        self.result = SweepResult()


def sweep(now: datetime, batch: int = BATCH) -> SweepResult:
    """Record and tell everything due at `now`; writes the heartbeat at the end."""
    run = _Run(now)
    until = time.monotonic() + LONGEST_RUN_SECONDS
    taken = batch
    while taken and time.monotonic() < until:
        with transaction.atomic():
            taken = _sweep_batch(run, batch)
        run.result.batches += 1
    _close_filled_gaps(run.roster)
    beat("sweep", now)
    return run.result


def _sweep_batch(run: _Run, batch: int) -> int:
    """One transaction; zero when nothing was left to take."""
    now, result = run.roster.at, run.result
    fired, taken, unknown = _fire(now, batch)
    for profile_id, rule_id in sorted(unknown):
        raise_alarm(
            key=f"ladder_unknown:{profile_id}:{rule_id}",
            kind="ladder_unknown",
            now=now,
            details={"rule": rule_id},
        )
    if fired:
        telling = _Telling(run, _silenced(fired))
        for rung in fired:
            telling.take(rung)
        result.steps += len(fired)
        result.messages += telling.write()
        result.gaps |= telling.gaps
    return taken


def _fire(now: datetime, batch: int) -> tuple[list[Fired], int, set[tuple[str, str]]]:
    """Record passed rungs and move the rows: what was recorded, lines back, rules of unknown ladders."""
    values: dict[str, Any] = {
        **_ladder_columns(tuple(profile_ids())),
        "now": now,
        "batch": batch,
        "retry_at": now + UNKNOWN_LADDER_RETRY,
        "late_before": now - OUTAGE_AFTER,
    }
    with connection.cursor() as cursor:
        cursor.execute(firing_sql.FIRE, values)
        lines = cursor.fetchall()
    fired = [Fired(*line[:-1]) for line in lines if line[_STEP_ID] is not None]
    return fired, len(lines), {(line[0], line[1]) for line in lines if not line[-1]}


_STEP_ID = Fired._fields.index("step_id")


class _Telling:
    """Collects whom the fired rungs reach, then writes all messages of the batch at once."""

    def __init__(self, run: "_Run", silenced: set[tuple[int, str, int]]) -> None:
        self.now = run.roster.at
        self.roster = run.roster
        self.reached = run.reached
        self.silenced = silenced
        self.gaps: set[Gap] = set()
        self._single: list[tuple[int, int, str]] = []
        # By person and channel: the late steps and the earliest instant at which one was due.
        self._digests: dict[tuple[int, str], list[Fired]] = {}
        self._applicants: dict[int, Fired] = {}

    def take(self, rung: Fired) -> None:
        targets = self.reached.get(rung[:_STEP_ID]) or self._ask(rung)
        is_silent = self._is_silent if rung.repeat else _never
        for user_id, channel in targets.people:
            if is_silent(rung, user_id):
                continue
            if rung.late_due_at is None:
                self._single.append((rung.step_id, user_id, channel))
            else:
                self._digests.setdefault((user_id, channel), []).append(rung)
        if targets.gaps:
            self.gaps.update(targets.gaps)
        # Of several warnings that passed, the last says it all.
        if targets.applicant and not rung.is_passed_over:
            self._applicants[rung.deadline_id] = rung

    def write(self) -> int:
        """Write the messages and the alarms of empty rungs; the number of messages."""
        if self._single:
            self._write_single()
        if self._digests:
            self._write_digests()
        if self._applicants:
            self._write_to_applicants()
        for gap in sorted(self.gaps, key=lambda gap: (gap.agency_id or 0, gap.role)):
            raise_alarm(
                key=gap_key(gap),
                kind="duty_gap",
                now=self.now,
                details={"role": gap.role},
                agency_id=gap.agency_id,
            )
        return len(self._single) + len(self._digests) + len(self._applicants)

    def _ask(self, rung: Fired) -> Targets:
        profile = load_profile(rung.profile_id)
        rule = profile.clocks[rung.rule_id]
        step = _step(profile, rule.ladder, rung.step)
        place = Place(rung.agency_id, rung.user_id, rung.chain_agency_id, rung.owner_role)
        reached = self.roster.reached(place, rule, step.tell)
        targets = Targets(tuple(_targets(reached, step)), reached.gaps, reached.applicant)
        self.reached[rung[:_STEP_ID]] = targets
        return targets

    def _is_silent(self, rung: Fired, user_id: int) -> bool:
        return (rung.deadline_id, rung.step, user_id) in self.silenced

    def _write_single(self) -> None:
        step_ids, user_ids, channels = zip(*self._single, strict=True)
        values: dict[str, Any] = {
            "step_ids": _array(step_ids),
            "user_ids": _array(user_ids),
            "channels": _array(channels),
            "now": self.now,
        }
        with connection.cursor() as cursor:
            cursor.execute(firing_sql.TELL, values)

    def _write_digests(self) -> None:
        ordered = sorted(self._digests.items())
        values: dict[str, Any] = {
            "user_ids": [user_id for (user_id, _channel), _rungs in ordered],
            "channels": [channel for (_user_id, channel), _rungs in ordered],
            "counts": [len(rungs) for _target, rungs in ordered],
            "earliest": [_earliest(rungs) for _target, rungs in ordered],
            "now": self.now,
            "gathers": DIGEST_GATHERS,
            "at_most": DIGEST_WAITS_AT_MOST,
        }
        with connection.cursor() as cursor:
            cursor.execute(firing_sql.DIGEST, values)
            entries = [
                (message_id, rung.step_id)
                for message_id, user_id in cursor.fetchall()
                for rung in self._digests[(user_id, Channel.IN_PORTAL)]
            ]
            message_ids, step_ids = zip(*entries, strict=True)
            cursor.execute(
                firing_sql.DIGEST_ENTRIES,
                {"message_ids": _array(message_ids), "step_ids": _array(step_ids)},
            )

    def _write_to_applicants(self) -> None:
        subjects = dict(Deadline.objects.filter(pk__in=self._applicants).values_list("pk", "subject_id"))
        rows = [
            OutboxMessage(
                key=f"step:{rung.step_id}:applicant",
                subject_id=subjects[deadline_id],
                step_id=rung.step_id,
                channel=Channel.SAFE_CONTACT,
                template_id="applicant.order_end",
                created_at=self.now,
                not_before=self.now,
            )
            for deadline_id, rung in self._applicants.items()
        ]
        OutboxMessage.objects.bulk_create(rows, ignore_conflicts=True)


def gap_key(gap: Gap) -> str:
    """The alarm's key for a rung with nobody."""
    return f"duty_gap:{gap.agency_id or ''}:{gap.role}"


def _never(_rung: Fired, _user_id: int) -> bool:
    return False


def _earliest(rungs: Sequence[Fired]) -> datetime:
    return min(rung.late_due_at for rung in rungs if rung.late_due_at is not None)


def _targets(reached: Reached, step: Step) -> Iterator[tuple[int, str]]:
    """Each person with each channel of the step for which the person has an address."""
    for person in reached.people:
        for channel in step.channels:
            has_address = {"in_portal": True, "sms": person.phone, "email": person.email}[channel]
            if has_address:
                yield person.pk, channel


def _silenced(fired: Sequence[Fired]) -> set[tuple[int, str, int]]:
    """Who has acknowledged which of these steps: repeats do not reach that person again."""
    repeating = {rung.deadline_id for rung in fired if rung.repeat}
    if not repeating:
        return set()
    rows = Acknowledgement.objects.filter(deadline__in=repeating)
    return set(rows.values_list("deadline_id", "step", "user_id"))


def _close_filled_gaps(roster: Roster) -> None:
    open_gaps = Alarm.objects.filter(kind="duty_gap", closed_at=None)
    for key, agency_id, details in open_gaps.values_list("key", "agency_id", "details")[:50]:
        if roster.has_people(agency_id, details["role"]):
            close_alarm(key=key, now=roster.at)


def _step(profile: Profile, ladder: str, name: str) -> Step:
    return next(step for step in profile.ladder(ladder) if step.step == name)


@lru_cache(maxsize=4)
def _ladder_columns(ids: tuple[str, ...]) -> dict[str, str]:
    """Every rung of every profile, as array literals for the statement that fires."""
    lines = [
        line
        for profile in _readable(ids)
        for ladder, steps in profile.ladders.items()
        for line in _ladder_lines(profile.id, ladder, steps)
    ]
    columns = list(zip(*lines, strict=True)) or [()] * len(firing_sql.LADDER_COLUMNS)
    return {name: _array(column) for name, column in zip(firing_sql.LADDER_COLUMNS, columns, strict=True)}


def _ladder_lines(profile_id: str, ladder: str, steps: Sequence[Step]) -> Iterator[tuple[object, ...]]:
    """One line per rung, in the order of `firing_sql.LADDER_COLUMNS`; lengths in seconds."""
    above: Sequence[Step | None] = [*steps[1:], None]
    for step, following in zip(steps, above, strict=True):
        every = step.every.span.total_seconds() if step.every else None
        place = (
            (
                following.step,
                following.fraction,
                following.before.total_seconds(),
                following.counts_from_legal,
            )
            if following
            else ("", 0.0, 0.0, False)
        )
        yield (profile_id, ladder, step.step, every, *place)


def _readable(ids: Sequence[str]) -> Iterator[Profile]:
    """Profiles that load; the rows of a broken one are put off with an alarm, not lost."""
    for profile_id in ids:
        try:
            yield load_profile(profile_id)
        except ProfileError:
            continue


def _array(values: Iterable[object]) -> str:
    """A PostgreSQL array literal of plain numbers and our own short names; faster than a parameter list."""
    return "{" + ",".join(_literal(value) for value in values) + "}"


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    return f'"{value}"' if value == "" else str(value)
