"""The timeline and what the bodies add to it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from agencies.models import Agency
from cases.models.case import Case
from cases.scope import ScopedManager
from cases.secrets import SecretField
from cases.vocabulary import Audience, EvidenceKind, EvidenceState


class CaseEvent(models.Model):
    """One thing that happened; append-only, hash-chained per case, gapless (SR-46, INV-38, INV-39).

    `occurred_at` may lie before `recorded_at` (an oral application), never after it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    type = models.CharField(max_length=50)
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    access_id = models.UUIDField(null=True, blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    role = models.CharField(max_length=30, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    payload = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = ScopedManager()
    unscoped = models.Manager()

    class Meta:
        default_permissions = ()
        ordering = ["case_id", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="event_sequence_is_unique"),
            models.CheckConstraint(
                name="event_not_from_the_future", condition=models.Q(occurred_at__lte=models.F("recorded_at"))
            ),
        ]
        indexes = [models.Index(fields=["type", "occurred_at"], name="event_by_type")]

    def __str__(self) -> str:
        return f"{self.type} #{self.sequence}"


class Note(models.Model):
    """A case note (工作记录) with one of three audiences; corrected by a newer note, never overwritten."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.OWN_AGENCY)
    text = SecretField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    written_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"note {self.pk}"


class Evidence(models.Model):
    """A piece of evidence (证据): words, a record, or a file sealed with its hash (SR-27)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=3, choices=EvidenceKind)
    state = models.CharField(max_length=12, choices=EvidenceState)
    audience = models.CharField(max_length=12, choices=Audience, default=Audience.ON_CASE)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    title = models.CharField(max_length=100, blank=True)
    description = models.TextField(max_length=5_000, blank=True)
    incident_number = models.CharField(max_length=40, blank=True)
    occurred_on = models.DateField(null=True, blank=True)
    storage_key = models.CharField(max_length=64, blank=True)
    media_type = models.CharField(max_length=60, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    added_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"evidence {self.pk}"
