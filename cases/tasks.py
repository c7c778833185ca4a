"""Celery's way into the record's housekeeping: no arguments, no results, harmless to run twice."""

from celery import shared_task

from cases.services.erasing import erase_old_drafts
from deadlines import clock


@shared_task(name="cases.tasks.erase_drafts")
def erase_drafts() -> None:
    """Erase drafts that were not sent in time (D26)."""
    erase_old_drafts(now=clock.now())
