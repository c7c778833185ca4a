"""Who answers for a deadline of a case: the body and, where one is named, the person."""

from __future__ import annotations

from datetime import datetime

from agencies.models import Agency
from agencies.roles import ROLES_OF_KIND, AgencyKind
from cases.models import Case
from cases.policy import granted
from deadlines.services import Responsible


def bodies_on(case: Case, now: datetime) -> list[Agency]:
    """Bodies with a grant on the case at `now`, the accepting court first."""
    groups = case.grants.filter(granted(now)).values("group_id")
    bodies = list(Agency.objects.filter(group_id__in=groups).order_by("pk"))
    return sorted(bodies, key=lambda agency: agency.pk != case.court_id)


def responsible_people(case: Case, now: datetime) -> dict[str, Responsible]:
    """For each role, the body on the case in which it is held; the judge by name once assigned."""
    found: dict[str, Responsible] = {}
    for agency in bodies_on(case, now):
        for role in ROLES_OF_KIND[AgencyKind(agency.kind)]:
            user_id = case.assigned_judge_id if role == "judge" and agency.pk == case.court_id else None
            found.setdefault(role, Responsible(agency_id=agency.pk, user_id=user_id))
    return found
