"""The engine as a plain loop, without queue or beat: `run_engine [--every 10] [--once]`."""

import signal
import threading
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseAway
from django.db import close_old_connections

from deadlines import clock, engine, sending

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Sweep due deadlines and send the outbox, again and again, with nothing but the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, default=10.0, help="seconds between two runs (at most 15)")
        parser.add_argument("--once", action="store_true", help="one run, then stop")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: stop.set())
        while not stop.is_set():
            close_old_connections()
            run_once()
            if options["once"] or stop.wait(min(options["every"], 15.0)):
                return


def run_once() -> None:
    """One sweep and one round of sending. A database that is away is waited for, not died of."""
    try:
        now = clock.now()
        result = engine.sweep(now)
        sent = sending.send_due(now)
    except DatabaseAway as error:
        log.warning("engine_waits_for_database", cause=type(error).__name__)
        return
    if result.steps or sent.sent or sent.failed:
        log.info(
            "engine_ran", steps=result.steps, messages=result.messages, sent=sent.sent, failed=sent.failed
        )
