"""Whether the engine reports: `engine_status`; exit code 1 when it does not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from deadlines import clock
from deadlines.selectors import engine_status, open_alarms


class Command(BaseCommand):
    help = "Show the last sweep, the oldest due step and the open alarms; fails when the engine is silent."

    def handle(self, *args: Any, **options: Any) -> None:
        status = engine_status(clock.now())
        self.stdout.write(f"last sweep: {status.last_sweep_at or 'never'}")
        self.stdout.write(f"oldest due: {status.oldest_due_at or 'none'}")
        for alarm in open_alarms():
            self.stdout.write(f"alarm: {alarm.key} x{alarm.count} since {alarm.raised_at:%Y-%m-%d %H:%M}Z")
        if status.is_late:
            raise CommandError(status.words)
