"""What is typed before it is sent."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from cases.models.case import Case
from cases.secrets import SecretField


class FilingDraft(models.Model):
    """An application being written; encrypted, on the server only, erased after seven days (SR-04, D26).

    Not part of the record: it has no timeline, nobody of the bodies sees it, and it can be erased.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answers = SecretField()
    reference_digest = models.CharField(max_length=64, unique=True, null=True, blank=True)
    passphrase_hash = models.CharField(max_length=200, blank=True)
    # Kept encrypted so that a double submit can show the same receipt; emptied when she leaves.
    reference = SecretField(null=True, blank=True)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    saved_at = models.DateTimeField()
    erases_at = models.DateTimeField(db_index=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"draft {self.pk}"
