"""`make stop`, `make reset`, and `manage.py` commands inside what runs (`make manage`, `make logins` …)."""

import argparse
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from portal.local.children import end_leftovers
from portal.local.console import Trouble, complain, explain, say
from portal.local.home import PROJECT, AlreadyHeld, Home, hold_lock
from portal.local.postgres import Postgres

STOP_SECONDS = 45.0


def stop(home: Home) -> None:
    """Ask the running supervisor to stop and wait; end what a killed one left. Raises: Trouble."""
    if not home.run.exists():
        say("没有在运行。", "Nothing is running.")
        return
    known = home.recall("supervisor") or {}
    end = time.monotonic() + STOP_SECONDS
    asked = False
    while time.monotonic() < end:
        try:
            with hold_lock(home):
                left = end_leftovers(home)
                home.forget("supervisor")
                home.forget("environment")
            if asked or left:
                say("已停止。", "Stopped.")
            else:
                say("没有在运行。", "Nothing is running.")
            return
        except AlreadyHeld:
            if not asked and isinstance(known.get("pid"), int):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(known["pid"], signal.SIGTERM)
                asked = True
            time.sleep(0.2)
    raise Trouble(
        f"进程 {known.get('pid', '?')} 在 {STOP_SECONDS:.0f} 秒内没有停止。",
        f"Process {known.get('pid', '?')} did not stop within {STOP_SECONDS:.0f} s.",
    )


def reset(home: Home) -> None:
    """Stop, then erase the demo's data, so that the next start begins anew. Raises: Trouble, OSError."""
    stop(home)
    Postgres(home).erase()
    for folder in (home.data, home.run, home.logs):
        if folder.exists():
            shutil.rmtree(folder)
    say("演示数据已清除;下次 make run 重新开始。", "The demo's data is gone; the next make run starts anew.")


def manage(home: Home, arguments: Sequence[str]) -> None:
    """Become `manage.py …` with the environment of what runs. Raises: Trouble."""
    seen = home.recall("environment")
    pid = (home.recall("supervisor") or {}).get("pid")
    if not isinstance(seen, dict) or not isinstance(pid, int) or not psutil.pid_exists(pid):
        raise Trouble(
            "演示没有在运行。请先运行 make run。", "The demo is not running. Start it first: make run"
        )
    os.chdir(PROJECT)
    os.execve(sys.executable, [sys.executable, "manage.py", *arguments], seen)  # noqa: S606


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0, or 1 after a sentence that says what to do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=PROJECT / ".local")
    parser.add_argument("deed", choices=["stop", "reset", "manage"])
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    asked = parser.parse_args(arguments)
    home = Home(asked.home.resolve())
    try:
        if asked.deed == "manage":
            manage(home, asked.arguments)
        elif asked.deed == "stop":
            stop(home)
        else:
            reset(home)
    except Trouble as trouble:
        complain(trouble)
        return 1
    except OSError as error:
        known = explain(error, home.root)
        if known is None:
            raise
        complain(known)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
