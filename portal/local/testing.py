"""`make test`: pytest on servers of its own under `.local/test`, beside a running demo.

The servers forget everything between runs and do not wait for the disk. The browser is Debian's
chromium, installed when we may, or the one named by CHROMIUM.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType

from portal.local.children import end_leftovers, write_down
from portal.local.console import Trouble, complain, explain, say, tail
from portal.local.home import PROJECT, AlreadyHeld, Home, hold_lock
from portal.local.postgres import FOR_TESTS, Postgres
from portal.local.stack import environment, start_servers

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_BROWSER = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def find_chromium(given: Mapping[str, str]) -> str | None:
    """The browser named by CHROMIUM, else one from PATH. Raises: Trouble when CHROMIUM names none."""
    named = given.get("CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise Trouble(
                f"CHROMIUM={named} 不是可执行文件。", f"CHROMIUM={named} is no program that can be run."
            )
        return named
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    if not found and Path(MAC_BROWSER).exists():
        return MAC_BROWSER
    return found[0] if found else None


def ensure_chromium(home: Home, given: Mapping[str, str]) -> str:
    """The browser for the journeys, installed by apt when we are root. Raises: Trouble."""
    found = find_chromium(given)
    if found:
        return found
    apt = shutil.which("apt-get")
    if os.geteuid() == 0 and apt:
        say("正在安装浏览器 chromium……", "Installing the browser, chromium …")
        log = home.logs / "chromium.log"
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        with log.open("wb") as output:
            for step in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
                subprocess.run([apt, "-qq", *step], stdout=output, stderr=subprocess.STDOUT, env=quiet)
        found = find_chromium(given)
        if found:
            return found
        raise Trouble(
            f"无法安装 chromium:\n{tail(log)}", f"apt could not install chromium; its words are in {log}."
        )
    raise Trouble(
        "找不到浏览器。请安装:sudo apt install chromium,或指定路径:make test CHROMIUM=/path/to/chromium",
        "No browser was found. Install one: sudo apt install chromium; or name one: make test CHROMIUM=/path",
    )


def run_tests(home: Home, arguments: Sequence[str]) -> int:
    """pytest's own exit code. Raises: Trouble, OSError."""
    chromium = ensure_chromium(home, os.environ)
    end_leftovers(home)
    Postgres(home).erase()
    outside = {name: os.environ.get(f"TEST_{name}", "") for name in ("DATABASE_URL", "REDIS_URL")}
    servers = start_servers(home, outside, FOR_TESTS)
    try:
        write_down(home, servers.children)
        seen = environment(home, servers, "test") | {"CHROMIUM": chromium, "TEST_HOME": str(home.root)}
        del seen["DJANGO_SETTINGS_MODULE"]  # pyproject.toml names the tests' own
        pytest = subprocess.Popen([sys.executable, "-m", "pytest", *arguments], cwd=PROJECT, env=seen)
        return _wait(pytest)
    finally:
        servers.stop()
        home.forget("children")


def _wait(pytest: subprocess.Popen[bytes]) -> int:
    """Ctrl-C reaches pytest by itself (same terminal); SIGTERM is passed on. Both let the servers stop."""

    def pass_on(number: int, frame: FrameType | None) -> None:
        pytest.send_signal(signal.SIGINT)

    signal.signal(signal.SIGTERM, pass_on)
    signal.signal(signal.SIGINT, lambda *_: None)
    return pytest.wait()


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code of pytest, or 1 after a sentence that says what to do."""
    home = Home(PROJECT / ".local" / "test")
    try:
        home.make()
        with hold_lock(home):
            return run_tests(home, sys.argv[1:] if arguments is None else arguments)
    except AlreadyHeld:
        complain(
            Trouble(
                "另一次 make test 正在运行,请等它结束。",
                "Another make test is running; wait until it has ended.",
            )
        )
    except Trouble as trouble:
        complain(trouble)
    except OSError as error:
        known = explain(error, home.root)
        if known is None:
            raise
        complain(known)
    return 1


if __name__ == "__main__":
    sys.exit(main())
