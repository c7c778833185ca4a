"""Questions about people and bodies."""

from datetime import datetime

from django.db.models import Q, QuerySet

from agencies.models import Agency, DeclaredRelation, Membership, User
from agencies.roles import AgencyKind, Role

_MEMORY = "_remembered_memberships"


def active_memberships(user: User, now: datetime) -> list[Membership]:
    """Memberships that hold at `now`, of an active user in an active agency; each with its agency.

    One query; none after `remember_memberships(user)` on the same object.
    """
    if not user.is_active:
        return []
    rows = getattr(user, _MEMORY, None)
    if rows is None:
        rows = _memberships_with_agency(user)
    return [row for row in rows if _holds_at(row, now)]


def remember_memberships(user: User) -> None:
    """Read the memberships once and keep them on this object; for one request only (SR-12)."""
    setattr(user, _MEMORY, _memberships_with_agency(user))


def roles_of(user: User, now: datetime) -> frozenset[Role]:
    return frozenset(Role(row.role) for row in active_memberships(user, now))


def agencies_for(kind: str, region_code: str) -> list[Agency]:
    """Active bodies of a kind in exactly this region, in the order of their codes."""
    return list(Agency.objects.filter(kind=kind, region_code=region_code, is_active=True).order_by("code"))


def court_by_code(court_code: str) -> Agency | None:
    return Agency.objects.filter(kind=AgencyKind.COURT, court_code=court_code, is_active=True).first()


def people_with_role(agency_id: int, role: str, now: datetime) -> list[User]:
    """Active users who hold the role in the agency at `now`, in the order of their accounts."""
    holding = holders(agency_id, role).filter(
        Q(valid_until=None) | Q(valid_until__gt=now), valid_from__lte=now
    )
    return list(User.objects.filter(pk__in=holding.values("user")).order_by("pk"))


def holders(agency_id: int, role: str) -> QuerySet[Membership]:
    """Memberships of a role in an agency, past and future too, of active users in an active agency."""
    return Membership.objects.filter(
        agency_id=agency_id, role=role, agency__is_active=True, user__is_active=True
    )


def relations_of(user: User) -> list[DeclaredRelation]:
    return list(user.declared_relations.order_by("pk"))


def _memberships_with_agency(user: User) -> list[Membership]:
    rows = Membership.objects.filter(user=user, agency__is_active=True)
    return list(rows.select_related("agency", "agency__group").order_by("pk"))


def _holds_at(row: Membership, now: datetime) -> bool:
    return row.valid_from <= now and (row.valid_until is None or now < row.valid_until)
