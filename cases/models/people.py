"""Persons, their side in the case, and what must not reach the other side."""

from __future__ import annotations

from django.db import models

from cases.models.case import Case
from cases.scope import ScopedManager
from cases.secrets import SecretField
from cases.vocabulary import ContactChannel, DataClass, DetailKind, IdentityKind, Relation, Sex, Side


class Person(models.Model):
    """A person of one case (K1); a second case of the same person has its own row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="persons")
    name = models.CharField(max_length=50)
    also_known_as = models.CharField(max_length=50, blank=True)
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    born_on = models.DateField(null=True, blank=True)
    identity_kind = models.CharField(max_length=10, choices=IdentityKind, default=IdentityKind.NONE)
    identity_number = models.CharField(max_length=30, blank=True)
    # Salted digests that conflict search compares; the values themselves stay in the case (SR-16).
    match_digests = models.JSONField(default=list)

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"person {self.pk}"


class Party(models.Model):
    """A person's side in a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sides")
    side = models.CharField(max_length=12, choices=Side)
    relation = models.CharField(max_length=20, choices=Relation, blank=True)
    # Where a respondent can be found; needed to serve papers on him, so not confidential toward him.
    whereabouts = models.CharField(max_length=200, blank=True)

    objects = ScopedManager()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(side=Side.RESPONDENT), name="one_respondent_per_case"
            ),
            models.UniqueConstraint(
                fields=["case"], condition=models.Q(side=Side.APPLICANT), name="one_applicant_per_case"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.pk}"


class ConfidentialDetail(models.Model):
    """One secret of a person: residence, contact, workplace, school, shelter, helper … (K3–K5)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="confidential_details")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="confidential_details")
    kind = models.CharField(max_length=20, choices=DetailKind)
    data_class = models.CharField(max_length=2, choices=DataClass, default=DataClass.K3)
    text = SecretField()
    known_to_respondent = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class SafeContact(models.Model):
    """How and when the applicant may be reached; binding on every sender (SR-06, INV-42)."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="safe_contact")
    channel = models.CharField(max_length=15, choices=ContactChannel, default=ContactChannel.NONE)
    destination = SecretField(null=True, blank=True)
    hour_from = models.PositiveSmallIntegerField(default=0)
    hour_until = models.PositiveSmallIntegerField(default=24)
    leave_no_message = models.BooleanField(default=True)
    code_word = SecretField(null=True, blank=True)
    trusted_person = SecretField(null=True, blank=True)

    objects = ScopedManager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"safe contact {self.pk}"
