"""People and walls: users, bodies, memberships, declared relations, duty shifts, staff sign-in state."""

from typing import Any

from django.contrib.auth.models import AbstractUser, Group
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from agencies.roles import AgencyKind, Role


class User(AbstractUser):
    """A member of staff. Applicants have no account, and nobody is a superuser (INV-34)."""

    display_name = models.CharField(_("姓名"), max_length=50)
    phone = models.CharField(_("工作电话"), max_length=20, blank=True)
    # Set when another person gave the password; no desk opens before it is changed.
    must_change_password = models.BooleanField(default=False)
    # Keyed digests of the person's own identity, for conflicts of interest (SR-16).
    id_number_digest = models.CharField(max_length=64, blank=True, db_index=True)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True)
    name_birth_digest = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(condition=Q(is_superuser=False), name="agencies_user_no_superuser"),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username


class Agency(models.Model):
    """A court, police station, federation or committee, with the group that holds its grants."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=AgencyKind.choices)
    region_code = models.CharField(max_length=12)
    court_code = models.CharField(max_length=12, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="subordinates"
    )
    group = models.OneToOneField(Group, on_delete=models.PROTECT, related_name="agency", editable=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "region_code"])]
        constraints = [
            models.UniqueConstraint(
                fields=["court_code"], condition=~Q(court_code=""), name="agencies_agency_one_court_code"
            ),
            models.CheckConstraint(
                condition=(Q(kind=AgencyKind.COURT) & ~Q(court_code=""))
                | (~Q(kind=AgencyKind.COURT) & Q(court_code="")),
                name="agencies_agency_court_has_code",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with the group that guardian's grants name."""
        with transaction.atomic():
            if self.group_id is None:
                self.group = Group.objects.create(name=f"agency:{self.code}")
            super().save(*args, **kwargs)


class Membership(models.Model):
    """A user holds a role in an agency from `valid_from` until before `valid_until` (null: open)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=24, choices=Role.choices)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["agency", "role"])]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role", "valid_from"], name="agencies_membership_once"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="agencies_membership_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.role}@{self.agency_id}"


class DeclaredRelation(models.Model):
    """A person close to a member of staff, kept as keyed digests only (SR-16)."""

    class Kind(models.TextChoices):
        SPOUSE = "spouse", _("配偶或前配偶")
        KIN = "kin", _("近亲属")
        IN_LAW = "in_law", _("姻亲")
        FRIEND = "friend", _("朋友或同住人")
        COLLEAGUE = "colleague", _("同事")
        OTHER = "other", _("其他可能影响公正的关系")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="declared_relations")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    id_number_digest = models.CharField(max_length=64, blank=True, db_index=True)
    phone_digest = models.CharField(max_length=64, blank=True, db_index=True)
    name_birth_digest = models.CharField(max_length=64, blank=True, db_index=True)
    declared_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(id_number_digest="", phone_digest="", name_birth_digest=""),
                name="agencies_relation_names_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.kind}"


class DutyShift(models.Model):
    """Who answers for a role of an agency from `starts_at` until before `ends_at`.

    A stand-in takes the place of `stands_in_for`, or of everybody on duty in the role when that is null.
    """

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="duty_shifts")
    role = models.CharField(max_length=24, choices=Role.choices)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="duty_shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_standin = models.BooleanField(default=False)
    stands_in_for = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="replaced_shifts"
    )

    class Meta:
        indexes = [models.Index(fields=["agency", "role", "starts_at", "ends_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "role", "user", "starts_at", "is_standin"], name="agencies_shift_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="agencies_shift_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(stands_in_for=None) | Q(is_standin=True), name="agencies_shift_standin_is_marked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}:{self.role}@{self.agency_id}"


class SecondFactorState(models.Model):
    """What has happened to a user's one-time codes: the last time step used, and failures in a row."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_factor_state")
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    last_failure_at = models.DateTimeField(null=True)
    blocked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.user_id)


class StaffSession(models.Model):
    """The one open session of a member of staff (SR-22); instants are of the wall clock."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="staff_session")
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user_id)


class AccountEvent(models.Model):
    """What was done to an account, by whom and with whose consent; the database refuses changes to it."""

    class Kind(models.TextChoices):
        ROLE_GIVEN = "role.given", _("授予角色")
        ROLE_ENDED = "role.ended", _("终止角色")
        DISABLED = "account.disabled", _("停用账号")
        PASSWORD_RESET = "password.reset", _("重置密码")
        SECOND_FACTOR_RESET = "second_factor.reset", _("重置动态验证码")

    kind = models.CharField(max_length=24, choices=Kind.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="account_events")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="account_events_done")
    consent_of = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="account_events_consented"
    )
    reason = models.CharField(max_length=500)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True)
    role = models.CharField(max_length=24, choices=Role.choices, blank=True)
    happened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(consent_of=None) | ~Q(consent_of=F("actor")), name="agencies_event_four_eyes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.user_id}"
