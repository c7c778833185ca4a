"""Makers of bodies and people for tests of any room."""

from datetime import UTC, datetime
from itertools import count

from agencies.models import Agency, Membership, User
from agencies.roles import AgencyKind

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_numbers = count(1)


def make_agency(kind: str = AgencyKind.COURT, region_code: str = "510118", **fields) -> Agency:
    number = next(_numbers)
    if kind == AgencyKind.COURT:
        fields.setdefault("court_code", f"测{number}")
    return Agency.objects.create(
        **{
            "code": f"body-{number}",
            "name": f"机构{number}",
            "kind": kind,
            "region_code": region_code,
            **fields,
        }
    )


def make_user(**fields) -> User:
    number = next(_numbers)
    return User.objects.create_user(
        **{"username": f"person{number}", "display_name": f"人员{number}", **fields}
    )


def make_member(agency: Agency, role: str, *, valid_from=LONG_AGO, valid_until=None, **fields) -> User:
    user = make_user(**fields)
    Membership.objects.create(
        user=user, agency=agency, role=role, valid_from=valid_from, valid_until=valid_until
    )
    return user
