"""Erase drafts that were not sent within seven days (D26, SR-48)."""

from typing import Any

from django.core.management.base import BaseCommand

from cases.services.erasing import erase_old_drafts
from deadlines.clock import now


class Command(BaseCommand):
    help = "Erase unsent drafts past their day, and receipts of sent ones after a day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{erase_old_drafts(now=now())} drafts erased.")
