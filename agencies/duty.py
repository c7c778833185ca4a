"""The duty roster: who answers for a role at an hour, and the hours at which nobody does (INV-49)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from agencies.models import Agency, DutyShift, Membership, User
from agencies.roles import AgencyKind, Role
from agencies.selectors import people_with_role

# The rungs of the ladders (law.md 4): each needs a person for every hour.
DUTY_ROLES: dict[AgencyKind, tuple[Role, ...]] = {
    AgencyKind.COURT: (Role.FILING_CLERK, Role.JUDGE, Role.COURT_SUPERVISOR, Role.COURT_PRESIDENT),
    AgencyKind.POLICE: (Role.OFFICER, Role.COMMANDER),
    AgencyKind.FEDERATION: (Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR),
}

Interval = tuple[datetime, datetime]


@dataclass(frozen=True)
class Gap:
    """Nobody is on duty from `starts_at` until before `ends_at`."""

    agency_id: int
    role: Role
    starts_at: datetime
    ends_at: datetime


def on_duty(agency_id: int, role: str, at: datetime) -> list[User]:
    """Who is on duty at `at`; a stand-in takes the place of the person, or of all, whom they stand in for.

    A shift counts only while its person is active and holds the role in the agency.
    """
    holding = Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=at),
        user=OuterRef("user"),
        agency=OuterRef("agency"),
        role=OuterRef("role"),
        valid_from__lte=at,
    )
    shifts = list(
        DutyShift.objects.filter(
            Exists(holding),
            agency_id=agency_id,
            role=role,
            agency__is_active=True,
            user__is_active=True,
            starts_at__lte=at,
            ends_at__gt=at,
        ).select_related("user")
    )
    standins = [shift for shift in shifts if shift.is_standin]
    replaced = {shift.stands_in_for_id for shift in standins}
    regulars = [] if None in replaced else [shift for shift in shifts if not shift.is_standin]
    kept = [shift for shift in regulars if shift.user_id not in replaced]
    people = {shift.user_id: shift.user for shift in (*standins, *kept)}
    return [people[pk] for pk in sorted(people)]


def people_for(agency_id: int, role: str, at: datetime) -> list[User]:
    """Whom to call at `at`: those on duty, else all who hold the role, else nobody (raise the alarm)."""
    return on_duty(agency_id, role, at) or people_with_role(agency_id, role, at)


def gaps(agency_id: int, role: str, start: datetime, end: datetime) -> list[Gap]:
    """The hours of [start, end) at which nobody is on duty in the role, in order of time."""
    covered = _coverage(start, end, agency_id=agency_id, role=role)
    return _as_gaps(agency_id, Role(role), uncovered(covered[agency_id, role], start, end))


def all_gaps(start: datetime, end: datetime) -> list[Gap]:
    """The gaps of every rung of every active body."""
    covered = _coverage(start, end)
    bodies = Agency.objects.filter(is_active=True).order_by("pk").values_list("pk", "kind")
    return [
        gap
        for pk, kind in bodies
        for role in DUTY_ROLES.get(AgencyKind(kind), ())
        for gap in _as_gaps(pk, role, uncovered(covered[pk, role], start, end))
    ]


def uncovered(intervals: Iterable[Interval], start: datetime, end: datetime) -> list[Interval]:
    """What the half-open intervals leave of [start, end), in order of time."""
    missing: list[Interval] = []
    reached = start
    for begins, ends in sorted(intervals):
        if reached >= end:
            break
        if begins > reached:
            missing.append((reached, min(begins, end)))
        reached = max(reached, ends)
    if reached < end:
        missing.append((reached, end))
    return missing


def _coverage(
    start: datetime, end: datetime, **only: int | str
) -> defaultdict[tuple[int, str], list[Interval]]:
    """When somebody is on duty, by (agency, role): each shift as far as its person holds the role."""
    shifts = DutyShift.objects.filter(
        starts_at__lt=end, ends_at__gt=start, agency__is_active=True, user__is_active=True, **only
    ).values_list("agency_id", "role", "user_id", "starts_at", "ends_at")
    held: defaultdict[tuple[int, str, int], list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for agency_id, role, user_id, since, until in Membership.objects.filter(
        Q(valid_until=None) | Q(valid_until__gt=start), valid_from__lt=end, **only
    ).values_list("agency_id", "role", "user_id", "valid_from", "valid_until"):
        held[agency_id, role, user_id].append((since, until))

    covered: defaultdict[tuple[int, str], list[Interval]] = defaultdict(list)
    for agency_id, role, user_id, begins, ends in shifts:
        for since, until in held[agency_id, role, user_id]:
            first, last = max(begins, since), min(ends, until or ends)
            if first < last:
                covered[agency_id, role].append((first, last))
    return covered


def _as_gaps(agency_id: int, role: Role, intervals: Iterable[Interval]) -> list[Gap]:
    return [Gap(agency_id, role, begins, ends) for begins, ends in intervals]
