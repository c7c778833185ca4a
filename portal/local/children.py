"""Child processes that end with their parent, and those an earlier parent left behind."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from portal.local.home import Home

PR_SET_PDEATHSIG = 1
LOG_BYTES_KEPT = 5 * 1024 * 1024
# A child that ran this long is taken as healthy again: the next crash starts with a short delay.
SETTLED_SECONDS = 60.0
LONGEST_DELAY_SECONDS = 60.0


@dataclass(frozen=True)
class Command:
    """One process to keep running."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    user: pwd.struct_passwd | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace_seconds: float = 12.0
    folder: Path = Path("/")


def spawn(command: Command, log: Path) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, so that Ctrl-C reaches its parent only.

    On Linux the kernel sends it its stop signal when the parent dies without a word.
    """
    if log.exists() and log.stat().st_size > LOG_BYTES_KEPT:
        log.replace(log.with_suffix(".log.1"))
    account = (
        {"user": command.user.pw_uid, "group": command.user.pw_gid, "extra_groups": []}
        if command.user
        else {}
    )
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        return subprocess.Popen(  # type: ignore[call-overload]
            list(command.arguments),
            cwd=command.folder,
            env=dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_end_with_parent(command.stop_signal),
            **account,
        )


def _end_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGKILL)

    return ask_the_kernel


class Child:
    """A process that is started again, after a growing delay, when it ends by itself."""

    def __init__(self, command: Command, logs: Path) -> None:
        self.command = command
        self.log = logs / f"{command.name}.log"
        self.crashes = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self._start_again_at = 0.0

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        self._process = spawn(self.command, self.log)
        self._started_at = time.monotonic()

    def ended(self) -> int | None:
        """The exit code when it has just been found dead, once; else None."""
        if self._process is None or self._process.poll() is None:
            return None
        code = self._process.returncode
        self._process = None
        ran_for = time.monotonic() - self._started_at
        self.crashes = 1 if ran_for > SETTLED_SECONDS else self.crashes + 1
        self._start_again_at = time.monotonic() + self.delay_seconds
        return code

    @property
    def delay_seconds(self) -> float:
        """1, 2, 4 … 60 seconds by the number of crashes in a row."""
        return float(min(2.0 ** (self.crashes - 1), LONGEST_DELAY_SECONDS))

    def is_due(self) -> bool:
        return self._process is None and time.monotonic() >= self._start_again_at

    def ask_to_stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self.command.stop_signal)

    def wait_or_kill(self) -> None:
        """Wait for the grace it has, then end it and all that it started."""
        if self._process is None:
            return
        try:
            self._process.wait(self.command.grace_seconds)
        except subprocess.TimeoutExpired:
            self._signal_group(signal.SIGKILL)
            self._process.wait()
        self._signal_group(signal.SIGKILL)
        self._process = None

    def _signal_group(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def stop_all(children: Sequence[Child]) -> None:
    """Ask all at once, then wait for each."""
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait_or_kill()


def write_down(home: Home, children: Sequence[Child]) -> None:
    """Keep who runs, so that a later start knows its own from strangers."""
    rows = []
    for child in children:
        if child.pid is not None:
            with contextlib.suppress(psutil.Error):
                rows.append({"name": child.command.name, "pid": child.pid, "born": _born(child.pid),
                             "signal": int(child.command.stop_signal)})  # fmt: skip
    home.remember("children", rows)


def _born(pid: int) -> float:
    return float(psutil.Process(pid).create_time())


def end_leftovers(home: Home, grace_seconds: float = 10.0) -> list[str]:
    """Stop what an earlier supervisor left running; a reused process number is left alone.

    Returns the names of what was stopped.
    """
    left = []
    for row in home.recall("children") or []:
        with contextlib.suppress(psutil.Error, KeyError, TypeError):
            process = psutil.Process(row["pid"])
            if abs(process.create_time() - row["born"]) < 1.0 and process.status() != psutil.STATUS_ZOMBIE:
                left.append((row, process))
    for row, process in left:
        with contextlib.suppress(psutil.Error):
            process.send_signal(row["signal"])
    _, alive = psutil.wait_procs([process for _, process in left], timeout=grace_seconds)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
    for row, _ in left:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(row["pid"], signal.SIGKILL)
    home.forget("children")
    return [row["name"] for row, _ in left]
