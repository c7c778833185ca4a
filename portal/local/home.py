"""Where a running copy keeps its things: `.local` for the demo, `.local/test` for the tests."""

import fcntl
import json
import os
import secrets
import shutil
import socket
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portal.local.console import Trouble, full_disk

PROJECT = Path(__file__).resolve().parents[2]
FREE_BYTES_NEEDED = 300 * 1024 * 1024


@dataclass(frozen=True)
class Home:
    """The folder of one running copy; nothing of it lies elsewhere unless `Placement` says so."""

    root: Path

    @property
    def data(self) -> Path:
        """Databases, uploaded files, keys: what `make reset` erases."""
        return self.root / "data"

    @property
    def run(self) -> Path:
        """Lock, ports, children: true only while something runs."""
        return self.root / "run"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    def make(self) -> None:
        """Create the folders; raises OSError when they cannot be written, Trouble when the disk is full."""
        for folder in (self.root, self.data, self.run, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        for private in (self.run, self.logs):
            private.chmod(0o711)
        probe = self.run / "writable"
        probe.write_text("")
        probe.unlink()
        if shutil.disk_usage(self.root).free < FREE_BYTES_NEEDED:
            raise full_disk(self.root)

    def remember(self, name: str, value: Any) -> None:
        """Keep a small fact for the next start."""
        _write_private(self.run / f"{name}.json", json.dumps(value))

    def recall(self, name: str) -> Any:
        """The fact kept under this name, or None when there is none or it is damaged."""
        try:
            return json.loads((self.run / f"{name}.json").read_text())
        except (OSError, ValueError):
            return None

    def forget(self, name: str) -> None:
        (self.run / f"{name}.json").unlink(missing_ok=True)


class AlreadyHeld(Exception):
    """Another living process holds the lock."""


def hold_lock(home: Home) -> IO[str]:
    """Take the home for this process; the kernel lets go when it dies, however it dies.

    Raises: AlreadyHeld.
    """
    lock = (home.run / "lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyHeld from None
    return lock


def fresh_keys() -> dict[str, str]:
    """Random keys for every secret the settings want; environment variables by name."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "DIGEST_KEY": secrets.token_urlsafe(48),
    }


def keys(home: Home) -> dict[str, str]:
    """The keys of this data: made once, erased with it. Raises: Trouble when the file is damaged."""
    file = home.data / "keys.json"
    try:
        kept: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    except ValueError:
        raise Trouble(
            f"密钥文件 {file} 已损坏,演示数据无法解密。运行 make reset 重新开始。",
            f"The key file {file} is damaged and the demo's data cannot be read. Start anew: make reset",
        ) from None
    complete = fresh_keys() | kept
    if complete != kept:
        _write_private(file, json.dumps(complete))
    return complete


def _write_private(target: Path, text: str) -> None:
    """Write whole or not at all, readable by its owner only."""
    fresh = target.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    fresh.replace(target)


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def remembered_port(home: Home, name: str) -> int:
    """A free port for a server of ours: the one of last time while it is still free."""
    ports = home.recall("ports") or {}
    port = ports.get(name)
    if not isinstance(port, int) or not port_is_free(port):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        home.remember("ports", {**ports, name: port})
    return int(port)
