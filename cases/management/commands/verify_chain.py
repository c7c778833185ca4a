"""Check the hash chain of every timeline and name the first row that does not fit (INV-39)."""

from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.chain import first_broken_link
from cases.models import CaseEvent


class Command(BaseCommand):
    help = "Verify that no timeline was changed, cut in the middle or reordered."

    def handle(self, *args: Any, **options: Any) -> None:
        rows = CaseEvent.unscoped.order_by("case_id", "sequence").iterator(chunk_size=2_000)
        cases = 0
        for _case_id, events in groupby(rows, key=lambda event: event.case_id):
            cases += 1
            broken = first_broken_link(list(events))
            if broken:
                raise CommandError(f"Case {broken.case_id}, event {broken.sequence} {broken.reason}.")
        self.stdout.write(f"{cases} timelines hold.")
