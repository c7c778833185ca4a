"""Drafts that were not sent are erased after seven days, and a sent draft's receipt after a day (D26, SR-48)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from cases.models import FilingDraft, ReturnAttempt

RECEIPT_LIFE = timedelta(days=1)


def erase_old_drafts(*, now: datetime) -> int:
    """Delete what is due; returns how many drafts went."""
    due = Q(case=None, erases_at__lte=now) | Q(case__isnull=False, saved_at__lte=now - RECEIPT_LIFE)
    erased, _per_table = FilingDraft.objects.filter(due).delete()
    ReturnAttempt.objects.filter(at__lte=now - timedelta(days=1)).delete()
    return erased
