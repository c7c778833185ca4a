"""What the court says, and how it reaches people."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agencies.models import Agency
from cases.models import Case, ConfidentialDetail
from cases.scope import ScopedManager
from cases.secrets import SecretField
from orders.vocabulary import MeasureCode, PaperAudience, PaperKind, Recipient, RulingKind, ServiceState, Way

DECIDING = (RulingKind.ORDER_ISSUED, RulingKind.APPLICATION_REJECTED)


class DecisionDraft(models.Model):
    """What the assigned judge is writing (K6): read by the judge and the president, by nobody else."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision_draft")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content = SecretField()
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"draft of {self.case_id}"


class Ruling(models.Model):
    """A ruling (裁定). A case has at most one that decides the application (INV-23)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rulings")
    kind = models.CharField(max_length=30, choices=RulingKind)
    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    clerk_name = models.CharField(max_length=50, blank=True)
    made_at = models.DateTimeField()
    claims = models.TextField(max_length=5_000, blank=True)
    facts_found = models.TextField(max_length=20_000)
    reasons = models.TextField(max_length=20_000)
    failed_conditions = ArrayField(models.CharField(max_length=30), default=list)
    late_reason = models.CharField(max_length=500, blank=True)
    signed_at = models.DateTimeField()
    verification_code = SecretField()
    verification_digest = models.CharField(max_length=64, unique=True)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(kind__in=DECIDING), name="one_deciding_ruling_per_case"
            )
        ]

    def __str__(self) -> str:
        return f"ruling {self.pk}"


class ProtectionOrder(models.Model):
    """A protection order (人身安全保护令), in force from the day it is made until 24:00 of its last day.

    Whether it has expired is read off the clock, never stored (INV-14).
    """

    ruling = models.OneToOneField(Ruling, on_delete=models.PROTECT, related_name="order")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="order")
    number = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()
    months = models.PositiveSmallIntegerField()
    last_on = models.DateField()
    ends_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"order {self.pk}"


class Measure(models.Model):
    """One measure of an order (措施)."""

    order = models.ForeignKey(ProtectionOrder, on_delete=models.PROTECT, related_name="measures")
    code = models.CharField(max_length=3, choices=MeasureCode)
    words = models.CharField(max_length=500, blank=True)
    distance_metres = models.PositiveIntegerField(null=True, blank=True)
    within_days = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = ScopedManager("order__case_id")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["order", "code"], name="measure_once_per_order")]

    def __str__(self) -> str:
        return self.code


class ProtectedPlace(models.Model):
    """A place that an order keeps the respondent from; on his copy only if known and confirmed (INV-27)."""

    order = models.ForeignKey(ProtectionOrder, on_delete=models.PROTECT, related_name="places")
    detail = models.ForeignKey(ConfidentialDetail, on_delete=models.PROTECT, related_name="+")
    confirmed_known = models.BooleanField(default=False)

    objects = ScopedManager("order__case_id")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"place {self.pk}"


class CasePaper(models.Model):
    """A printed paper of a case, kept whole and encrypted, with the hash of its bytes (SR-30).

    It lies in the database and not among the files, so that a full file store never stops a ruling (SR-45).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers")
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="papers", null=True, blank=True)
    kind = models.CharField(max_length=30, choices=PaperKind)
    audience = models.CharField(max_length=15, choices=PaperAudience)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    made_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"paper {self.pk}"


class Service(models.Model):
    """Service (送达) of a ruling on one recipient."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="services")
    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="services")
    recipient = models.CharField(max_length=12, choices=Recipient)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    state = models.CharField(max_length=10, choices=ServiceState, default=ServiceState.OPEN)
    served_at = models.DateTimeField(null=True, blank=True)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["ruling", "recipient"], name="one_service_per_recipient")
        ]

    def __str__(self) -> str:
        return f"service {self.pk}"


class ServiceAttempt(models.Model):
    """One try to serve: way, place, time, result; the place is closed, it can be her home."""

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="attempts")
    way = models.CharField(max_length=12, choices=Way)
    place = SecretField(null=True, blank=True)
    tried_at = models.DateTimeField()
    succeeded = models.BooleanField()
    received_by = models.CharField(max_length=50, blank=True)
    words = models.CharField(max_length=500, blank=True)
    served_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = ScopedManager("service__case_id")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class OrderAcknowledgement(models.Model):
    """The police confirm that they have the order and name who answers for it (D08)."""

    order = models.ForeignKey(ProtectionOrder, on_delete=models.PROTECT, related_name="acknowledgements")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    acknowledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    responsible_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    objects = ScopedManager("order__case_id")
    unscoped = models.Manager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["order", "agency"], name="one_acknowledgement_per_body")
        ]

    def __str__(self) -> str:
        return f"acknowledgement {self.pk}"
