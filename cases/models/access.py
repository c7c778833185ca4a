"""Rights on one case, and who has looked."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.contrib.postgres.fields import ArrayField
from django.db import models
from guardian.models import GroupObjectPermissionBase

from agencies.models import Agency
from agencies.roles import Role
from cases.models.case import Case
from cases.scope import ScopedManager
from cases.secrets import SecretField
from cases.vocabulary import GrantGround


class CaseGroupObjectPermission(GroupObjectPermissionBase):
    """A body's grant on one case, from and until, with its ground (guardian direct foreign key)."""

    # The unique constraint and the index below serve every probe; single-column indexes would only cost.
    group = models.ForeignKey(Group, on_delete=models.CASCADE, db_index=False)
    permission = models.ForeignKey(Permission, on_delete=models.CASCADE, db_index=False)
    content_object = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="grants", db_index=False)
    ground = models.CharField(max_length=20, choices=GrantGround)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        unique_together = ()
        constraints = [
            models.UniqueConstraint(
                fields=["group", "permission", "content_object"], name="one_grant_per_body_and_case"
            )
        ]
        indexes = [models.Index(fields=["content_object"], name="grant_by_case")]


class Recusal(models.Model):
    """A person, or a whole body, that must see nothing of a case (回避, SR-16, INV-25)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="recusals")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    reason = models.CharField(max_length=30)
    since_at = models.DateTimeField()

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="one_recusal_per_person"),
            models.UniqueConstraint(fields=["case", "agency"], name="one_recusal_per_body"),
            models.CheckConstraint(
                name="recusal_names_one",
                condition=models.Q(user__isnull=False, agency__isnull=True)
                | models.Q(user__isnull=True, agency__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"recusal {self.pk}"


class BreakGlass(models.Model):
    """One use of break-glass (紧急查阅, SR-17): a person opens a case on which the own body has no grant.

    It is in force from `opened_at` until `ends_at` by the clock alone (INV-33); nothing has to end it. Another
    person then says whether it was justified (D24).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="glass_uses")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30, choices=Role)
    reason = SecretField()
    opened_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    is_justified = models.BooleanField(null=True, blank=True)
    review_words = SecretField(null=True, blank=True)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="glass_ends_within_a_day",
                condition=models.Q(
                    ends_at__gt=models.F("opened_at"),
                    ends_at__lte=models.F("opened_at") + timedelta(hours=24),
                ),
            ),
            models.CheckConstraint(
                name="glass_is_reviewed_whole",
                condition=models.Q(reviewed_by=None, reviewed_at=None, is_justified=None)
                | models.Q(reviewed_by__isnull=False, reviewed_at__isnull=False, is_justified__isnull=False),
            ),
            models.CheckConstraint(
                name="glass_is_reviewed_by_another", condition=~models.Q(reviewed_by=models.F("user"))
            ),
        ]
        indexes = [models.Index(fields=["user", "ends_at"], name="glass_by_user")]

    def __str__(self) -> str:
        return f"use {self.pk}"


class ApplicantAccess(models.Model):
    """The reference and passphrase with which an applicant or helper comes back (SR-05)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="applicant_accesses")
    reference_digest = models.CharField(max_length=64, unique=True)
    passphrase_hash = models.CharField(max_length=200)
    is_agent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"access {self.pk}"


class ReturnAttempt(models.Model):
    """A failed return; in PostgreSQL so that the slowing survives an emptied Redis (SR-23)."""

    reference_digest = models.CharField(max_length=64)
    network = models.CharField(max_length=45)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["reference_digest", "at"], name="return_by_reference"),
            models.Index(fields=["network", "at"], name="return_by_network"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class AccessLog(models.Model):
    """One look at a case, a secret, a file or a list, written before the answer leaves (SR-18, INV-28)."""

    case_id = models.UUIDField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    access_id = models.UUIDField(null=True, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    role = models.CharField(max_length=30, blank=True)
    purpose = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=30, default="case")
    object_id = models.CharField(max_length=40, blank=True)
    data_classes = ArrayField(models.CharField(max_length=2), default=list)
    allowed = models.BooleanField(default=True)
    at = models.DateTimeField()
    network = models.CharField(max_length=45, blank=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["case_id", "at"], name="access_by_case"),
            models.Index(fields=["user", "at"], name="access_by_user"),
        ]

    def __str__(self) -> str:
        return f"look {self.pk}"
