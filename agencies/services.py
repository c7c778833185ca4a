"""What is done to accounts: roles, disabling, recovery by another person, declarations, duty shifts.

Every change of rights needs two platform administrators, neither of them the person concerned (SR-24),
and ends that person's session (SR-22). `now` is the portal's clock.
"""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from agencies import second_factor
from agencies.errors import InvalidInput, NotAllowed
from agencies.identity import digest_id_number, digest_name_birth, digest_phone
from agencies.models import AccountEvent, Agency, DeclaredRelation, DutyShift, Membership, User
from agencies.roles import ROLES_OF_KIND, AgencyKind, Role
from agencies.selectors import active_memberships, holders, roles_of
from agencies.sessions import end_sessions

_ROSTER_KEEPERS = frozenset(
    {Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR, Role.COMMANDER, Role.FEDERATION_SUPERVISOR}
)
Kind = AccountEvent.Kind


def give_role(
    *, actor: User, consent_of: User, user: User, agency: Agency, role: Role, reason: str, now: datetime
) -> Membership:
    """Let the user hold a role in an agency from now on. Raises: NotAllowed, InvalidInput."""
    _require_two_administrators(actor, consent_of, user, now)
    if role not in ROLES_OF_KIND[AgencyKind(agency.kind)]:
        raise InvalidInput(_("这个机构没有这个角色。"), "role")
    if any(row.agency_id == agency.pk and row.role == role for row in active_memberships(user, now)):
        raise InvalidInput(_("此人在这个机构已有这个角色。"), "role")
    with transaction.atomic():
        membership = Membership.objects.create(user=user, agency=agency, role=role, valid_from=now)
        _note(Kind.ROLE_GIVEN, actor, user, reason, now, consent_of=consent_of, agency=agency, role=role)
        end_sessions(user)
    return membership


def end_role(*, actor: User, consent_of: User, membership: Membership, reason: str, now: datetime) -> None:
    """End a membership now. Raises: NotAllowed, InvalidInput when it has already ended."""
    user = membership.user
    _require_two_administrators(actor, consent_of, user, now)
    with transaction.atomic():
        row = Membership.objects.select_for_update().get(pk=membership.pk)
        if row.valid_until is not None and row.valid_until <= now:
            raise InvalidInput(_("这个角色已经终止。"))
        row.valid_until = now
        row.save(update_fields=["valid_until"])
        _note(
            Kind.ROLE_ENDED, actor, user, reason, now, consent_of=consent_of, agency=row.agency, role=row.role
        )
        end_sessions(user)


def disable_account(*, actor: User, user: User, reason: str, now: datetime) -> None:
    """Shut an account at once; one administrator is enough to take rights away. Raises: NotAllowed."""
    _require_administrator(actor, user, now)
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        user.is_active = False
        _note(Kind.DISABLED, actor, user, reason, now)
        end_sessions(user)


def reset_password(*, actor: User, user: User, reason: str, now: datetime) -> str:
    """Give a temporary password, to be handed over in person after a check of identity.

    The second factor stays, and no desk opens before the password is changed. Raises: NotAllowed.
    """
    _require_administrator(actor, user, now)
    password = "-".join(secrets.token_hex(2) for _part in range(4))
    with transaction.atomic():
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        _note(Kind.PASSWORD_RESET, actor, user, reason, now)
        end_sessions(user)
    return password


def reset_second_factor(*, actor: User, user: User, reason: str, now: datetime) -> None:
    """Remove a lost second factor after a check of identity; it is set up anew at the next sign-in.

    Raises: NotAllowed.
    """
    _require_administrator(actor, user, now)
    with transaction.atomic():
        second_factor.remove(user)
        _note(Kind.SECOND_FACTOR_RESET, actor, user, reason, now)
        end_sessions(user)


def declare_relation(
    *,
    user: User,
    kind: DeclaredRelation.Kind,
    name: str,
    now: datetime,
    birth_on: date | None = None,
    id_number: str = "",
    phone: str = "",
) -> DeclaredRelation:
    """Note a person close to oneself; only digests are kept. Raises: InvalidInput when nobody is named."""
    digests = {
        "id_number_digest": digest_id_number(id_number),
        "phone_digest": digest_phone(phone),
        "name_birth_digest": digest_name_birth(name, birth_on),
    }
    if not any(digests.values()):
        raise InvalidInput(_("请填写身份证件号码、电话，或姓名和出生日期。"))
    return DeclaredRelation.objects.create(user=user, kind=kind, declared_at=now, **digests)


def plan_shift(
    *,
    actor: User,
    agency: Agency,
    role: Role,
    user: User,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    is_standin: bool = False,
    stands_in_for: User | None = None,
) -> DutyShift:
    """Put a person on the roster of the actor's own agency. Raises: NotAllowed, InvalidInput."""
    if not any(
        row.agency_id == agency.pk and row.role in _ROSTER_KEEPERS for row in active_memberships(actor, now)
    ):
        raise NotAllowed
    if ends_at <= starts_at:
        raise InvalidInput(_("结束时间要在开始时间之后。"), "ends_at")
    if not holders(agency.pk, role).filter(user=user).exists():
        raise InvalidInput(_("此人在这个机构没有这个角色。"), "user")
    return DutyShift.objects.create(
        agency=agency,
        role=role,
        user=user,
        starts_at=starts_at,
        ends_at=ends_at,
        is_standin=is_standin or stands_in_for is not None,
        stands_in_for=stands_in_for,
    )


def _require_administrator(actor: User, user: User, now: datetime) -> None:
    if actor.pk == user.pk or Role.PLATFORM_ADMIN not in roles_of(actor, now):
        raise NotAllowed


def _require_two_administrators(actor: User, consent_of: User, user: User, now: datetime) -> None:
    _require_administrator(actor, user, now)
    _require_administrator(consent_of, user, now)
    if actor.pk == consent_of.pk:
        raise NotAllowed


def _note(
    kind: AccountEvent.Kind,
    actor: User,
    user: User,
    reason: str,
    now: datetime,
    *,
    consent_of: User | None = None,
    agency: Agency | None = None,
    role: str = "",
) -> None:
    if not reason.strip():
        raise InvalidInput(_("请写明理由。"), "reason")
    AccountEvent.objects.create(
        kind=kind,
        actor=actor,
        consent_of=consent_of,
        user=user,
        reason=reason.strip(),
        agency=agency,
        role=role,
        happened_at=now,
    )
