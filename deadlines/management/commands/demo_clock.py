"""Show or move the demo clock: `demo_clock [--at 2026-03-11T10:20+08:00 | --advance "3 h" | --reset]`."""

import argparse
import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from deadlines import clock

UNITS = {"min": "minutes", "h": "hours", "d": "days"}


class Command(BaseCommand):
    help = "Show or move the demo clock for web, engine and commands alike. Refused in production."

    def add_arguments(self, parser: CommandParser) -> None:
        way = parser.add_mutually_exclusive_group()
        way.add_argument("--at", type=_instant, help="ISO instant; without an offset it is local time")
        way.add_argument("--advance", type=_length, help="such as '90 min', '3 h', '2 d' or '-1 h'")
        way.add_argument("--reset", action="store_true", help="back to the machine's time")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["at"] is not None:
                instant = clock.set_to(options["at"])
            elif options["advance"] is not None:
                instant = clock.advance(options["advance"])
            elif options["reset"]:
                instant = clock.reset()
            else:
                instant = clock.now()
        except clock.DemoClockRefused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(instant.astimezone(ZoneInfo(settings.TIME_ZONE)).isoformat(timespec="seconds"))


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no instant; write 2026-03-11T10:20") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def _length(text: str) -> timedelta:
    match = re.fullmatch(r"(-?\d+) ?(min|h|d)", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no length; write '90 min', '3 h' or '2 d'")
    return timedelta(**{UNITS[match[2]]: int(match[1])})
