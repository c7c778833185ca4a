"""Which bodies are on a case: given and ended inside the transaction that gives the reason (INV-30)."""

from __future__ import annotations

from datetime import datetime

from agencies.models import Agency
from agencies.roles import AgencyKind
from agencies.selectors import agencies_for
from cases.models import Case, CaseGroupObjectPermission
from cases.policy import work_permission_id
from cases.vocabulary import GrantGround


def grant(case: Case, agency: Agency, ground: GrantGround, now: datetime) -> bool:
    """Put a body on the case; False when it already was. A grant that had ended begins anew.

    The caller holds the lock of the case, so nobody else adds the same row.
    """
    key = {"group_id": agency.group_id, "permission_id": work_permission_id(), "content_object": case}
    row = CaseGroupObjectPermission.objects.filter(**key).first()
    if row is None:
        # Not by save(): guardian would look the permission and its type up again for each row.
        CaseGroupObjectPermission.objects.bulk_create(
            [CaseGroupObjectPermission(**key, ground=ground, valid_from=now)]
        )
        return True
    if row.valid_until is None or row.valid_until > now:
        return False
    row.ground, row.valid_from, row.valid_until = ground, now, None
    row.save()
    return True


def end_grant(case: Case, agency: Agency, now: datetime) -> None:
    """Take a body off the case, as of now."""
    case.grants.filter(group=agency.group, valid_until=None).update(valid_until=now)


def district_bodies(case: Case) -> list[Agency]:
    """Police and federation of the accepting court's district and of the places in the application."""
    regions = [case.court.region_code, case.application.applicant_region, case.application.incident_region]
    found: dict[int, Agency] = {}
    for region in dict.fromkeys(filter(None, regions)):
        for kind in (AgencyKind.POLICE, AgencyKind.FEDERATION):
            found.update({agency.pk: agency for agency in agencies_for(kind, region)})
    return list(found.values())
