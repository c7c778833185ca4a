"""The message sink without Django around it: the same as `manage.py message_sink` in a fifth of the memory.

Listens where MESSAGE_SINK_HOST, MESSAGE_SINK_HTTP_PORT and MESSAGE_SINK_SMTP_PORT say and keeps what it
takes in MESSAGE_SINK_DIR.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from deadlines.sink import Folder, serve
from portal.local.console import Trouble, complain


async def listen(given: Mapping[str, str]) -> None:
    """Until SIGTERM or SIGINT. Raises: Trouble when a port is taken."""
    host = given.get("MESSAGE_SINK_HOST", "127.0.0.1")
    ports = [int(given[f"MESSAGE_SINK_{kind}_PORT"]) for kind in ("HTTP", "SMTP")]
    serving = asyncio.ensure_future(serve(Folder(Path(given["MESSAGE_SINK_DIR"])), host, *ports))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    try:
        with suppress(asyncio.CancelledError):
            await serving
    except OSError as error:
        raise Trouble(
            f"消息接收端无法监听端口 {ports[0]} 和 {ports[1]}:{error.strerror}",
            f"The message sink cannot listen on ports {ports[0]} and {ports[1]}: {error.strerror}",
        ) from None


if __name__ == "__main__":
    try:
        asyncio.run(listen(os.environ))
    except Trouble as trouble:
        complain(trouble)
        sys.exit(1)
