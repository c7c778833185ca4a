"""The case, its application and its numbers."""

from __future__ import annotations

import secrets
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from agencies.models import Agency
from cases.scope import ScopedManager
from cases.secrets import SecretField
from cases.vocabulary import OPEN_STATES, DangerLevel, State

# No vowels, no look-alikes: a staff reference can be read out over the telephone.
REFERENCE_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXZ"


def new_staff_reference() -> str:
    """A random case reference for staff messages; says nothing about the case (SR-07)."""
    return "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(10))


class Case(models.Model):
    """One application for a protection order (人身安全保护令案件) and all that follows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff_reference = models.CharField(max_length=12, unique=True, default=new_staff_reference)
    profile_id = models.CharField(max_length=20, default="cn")
    state = models.CharField(max_length=30, choices=State, default=State.SUBMITTED)
    is_open = models.BooleanField(default=True)
    is_emergency = models.BooleanField(default=False)
    court = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, unique=True, null=True, blank=True)
    assigned_judge = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    submitted_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    next_deadline = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)

    objects = ScopedManager("id")
    unscoped = models.Manager()

    class Meta:
        permissions = [("work_on_case", "The body may work on this case")]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="case_is_open_follows_state",
                condition=Q(is_open=True, state__in=sorted(OPEN_STATES))
                | Q(is_open=False, state__in=sorted(set(State) - OPEN_STATES)),
            )
        ]
        indexes = [
            models.Index(fields=["next_deadline", "id"], name="case_open_queue", condition=Q(is_open=True)),
            models.Index(fields=["court", "submitted_at"], name="case_court_submitted"),
        ]

    def __str__(self) -> str:
        return self.staff_reference


class Application(models.Model):
    """What was asked of the court (申请) and why."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="application")
    statement = models.TextField(max_length=20_000)
    incident_kinds = ArrayField(models.CharField(max_length=20), default=list)
    last_incident_on = models.DateField(null=True, blank=True)
    last_incident_words = models.CharField(max_length=200, blank=True)
    incident_region = models.CharField(max_length=12, blank=True)
    incident_place = models.CharField(max_length=200, blank=True)
    applicant_region = models.CharField(max_length=12, blank=True)
    respondent_region = models.CharField(max_length=12, blank=True)
    requested_measures = models.JSONField(default=list)
    requested_months = models.PositiveSmallIntegerField(null=True, blank=True)
    emergency_claimed = models.BooleanField(default=False)
    emergency_reasons = ArrayField(models.CharField(max_length=30), default=list)
    danger_answers = SecretField(null=True, blank=True)
    danger_level = models.CharField(max_length=10, choices=DangerLevel, default=DangerLevel.UNKNOWN)
    on_behalf_ground = models.CharField(max_length=20, blank=True)
    on_behalf_wish = models.CharField(max_length=20, blank=True)
    is_oral = models.BooleanField(default=False)
    confirmed_true_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"application {self.pk}"


class CaseNumberCounter(models.Model):
    """The last running number per court, kind and year; a row lock keeps it without gaps (INV-22)."""

    court = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["court", "kind", "year"], name="one_counter_per_series")
        ]

    def __str__(self) -> str:
        return f"{self.court_id} {self.kind} {self.year}: {self.last}"
