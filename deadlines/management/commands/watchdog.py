"""A process apart that watches the engine and alarms by its own channel: `watchdog [--every 10] [--once]`."""

import json
import signal
import sys
import threading
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseAway
from django.db import close_old_connections

from deadlines import clock
from deadlines.alarms import close_alarm, raise_alarm
from deadlines.channels import ChannelError
from deadlines.channels.sms import post_json
from deadlines.watch import Finding, look

SAY_AGAIN_AFTER = timedelta(minutes=5)


class Command(BaseCommand):
    help = "Alarm on standard error, by the watchdog's own address and as a row when the engine is silent."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=10.0, help="seconds between two looks")
        parser.add_argument(
            "--once", action="store_true", help="one look; exit code 1 when something is wrong"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            findings = look(clock.now())
            Watch().report(findings, clock.real_now())
            sys.exit(1 if findings else 0)
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        watch = Watch()
        # The engine may take a moment to start beside us.
        while not stop.wait(options["every"]):
            close_old_connections()
            watch.report(watch.confirmed(look(clock.now())), clock.real_now())


class Watch:
    """What has been said already, so that one fault is not a thousand alarms."""

    def __init__(self) -> None:
        self._said_at: dict[str, datetime] = {}
        self._seen_before: set[str] = set()

    def confirmed(self, findings: list[Finding]) -> list[Finding]:
        """Findings seen twice in a row: a demo clock that was just moved leaves steps due for a moment."""
        kinds = {finding.kind for finding in findings}
        confirmed = [finding for finding in findings if finding.kind in self._seen_before]
        self._seen_before = kinds
        return confirmed

    def report(self, findings: list[Finding], now: datetime) -> None:
        """Say what is new or five minutes old, and what is over. Instants are the machine's."""
        for finding in findings:
            said_at = self._said_at.get(finding.kind)
            if said_at is None or now - said_at >= SAY_AGAIN_AFTER:
                self._said_at[finding.kind] = now
                _say({"alarm": finding.kind, "words": finding.words, "at": now.isoformat()})
                _record(finding, now)
        for kind in set(self._said_at) - {finding.kind for finding in findings}:
            del self._said_at[kind]
            _say({"over": kind, "at": now.isoformat()})
            _close(kind, now)


def _say(content: dict[str, object]) -> None:
    sys.stderr.write(json.dumps(content) + "\n")
    sys.stderr.flush()
    if settings.WATCHDOG_ALARM_URL:
        try:
            post_json(settings.WATCHDOG_ALARM_URL, content, {})
        except ChannelError as error:
            sys.stderr.write(json.dumps({"alarm_not_delivered": str(error)}) + "\n")


def _record(finding: Finding, now: datetime) -> None:
    try:
        raise_alarm(key=finding.kind, kind=finding.kind, now=now, details={"words": finding.words})
    except DatabaseAway:
        sys.stderr.write(json.dumps({"alarm_not_recorded": finding.kind}) + "\n")


def _close(kind: str, now: datetime) -> None:
    try:
        close_alarm(key=kind, now=now)
    except DatabaseAway:
        sys.stderr.write(json.dumps({"alarm_not_closed": kind}) + "\n")
