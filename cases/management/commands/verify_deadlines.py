"""Compare every stored deadline with what the timeline gives (INV-10)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases.change import timeline_of
from cases.models import Case
from cases.scope import whole_record
from deadlines.services import compare


class Command(BaseCommand):
    help = "Rebuild all deadlines from the timelines and report every difference."

    def handle(self, *args: Any, **options: Any) -> None:
        checked, differences = 0, []
        with whole_record("verification of all deadlines"):
            for case in Case.objects.order_by("pk").iterator(chunk_size=500):
                checked += 1
                differences += compare(
                    subject_id=case.pk, profile_id=case.profile_id, events=timeline_of(case)
                )
        for difference in differences:
            self.stderr.write(str(difference))
        if differences:
            raise CommandError(f"{len(differences)} deadlines differ from the timeline of {checked} cases.")
        self.stdout.write(f"{checked} cases: every deadline follows from its timeline.")
