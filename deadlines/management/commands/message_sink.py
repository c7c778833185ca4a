"""A stand-in for SMS gateway and mail server: `message_sink`. See `deadlines/sink.py`."""

import asyncio
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from deadlines.sink import Folder, serve


class Command(BaseCommand):
    help = "Take SMS (HTTP), mail (SMTP) and watchdog alarms and keep them in files. Not for production."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=settings.MESSAGE_SINK_HOST)
        parser.add_argument("--http-port", type=int, default=settings.MESSAGE_SINK_HTTP_PORT)
        parser.add_argument("--smtp-port", type=int, default=settings.MESSAGE_SINK_SMTP_PORT)
        parser.add_argument("--folder", type=Path, default=settings.MESSAGE_SINK_DIR)

    def handle(self, *args: Any, **options: Any) -> None:
        with suppress(KeyboardInterrupt):
            asyncio.run(_run(options))


async def _run(options: dict[str, Any]) -> None:
    serving = asyncio.ensure_future(
        serve(Folder(options["folder"]), options["host"], options["http_port"], options["smtp_port"])
    )
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, serving.cancel)
    try:
        await serving
    except asyncio.CancelledError:
        return
    except OSError as error:
        raise CommandError(
            f"The sink cannot listen on {options['host']}:{options['http_port']} and {options['smtp_port']}: "
            f"{error.strerror}. Set MESSAGE_SINK_HTTP_PORT and MESSAGE_SINK_SMTP_PORT to free ports."
        ) from None
