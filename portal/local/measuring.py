"""`make bench`: each benchmark on a fresh database of its own, on servers of its own under `.local/bench`."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg2

from portal.local import processes
from portal.local.children import end_leftovers, write_down
from portal.local.console import Trouble, complain, explain, say
from portal.local.home import PROJECT, AlreadyHeld, Home, hold_lock
from portal.local.postgres import FOR_BENCHMARKS
from portal.local.prepare import manage
from portal.local.stack import environment, start_servers

DATABASE = "halfhour_bench"
FOLDER = PROJECT / "benchmarks"


def programs(folder: Path = FOLDER) -> list[str]:
    """The benchmarks by name: modules that can be run."""
    return sorted(file.stem for file in folder.glob("*.py") if '__name__ == "__main__"' in file.read_text())


def measure(home: Home, asked: Sequence[str]) -> int:
    """Run the benchmark that is named, with its arguments, or all of them; 0 when every one succeeded."""
    known = programs()
    if asked and asked[0] not in known:
        raise Trouble(
            f"没有名为 {asked[0]} 的测量。可选:{'、'.join(known)}",
            f"There is no benchmark {asked[0]}. There are: {', '.join(known)}",
        )
    end_leftovers(home)
    servers = start_servers(home, {}, FOR_BENCHMARKS)
    try:
        write_down(home, servers.children)
        url = servers.database_url.replace("/halfhour?", f"/{DATABASE}?")
        seen = environment(home, servers, "test") | {"DATABASE_URL": url}
        codes = [_run(home, name, asked[1:], servers.database_url, seen) for name in asked[:1] or known]
    finally:
        servers.stop()
        home.forget("children")
    return max(codes, default=0)


def _run(home: Home, name: str, arguments: Sequence[str], admin_url: str, seen: Mapping[str, str]) -> int:
    say(f"\n测量:{name}", f"Measuring: {name}")
    link = psycopg2.connect(admin_url)
    link.autocommit = True
    with link.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
    link.close()
    manage(home, processes.MIGRATE, seen)
    return subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *arguments], cwd=PROJECT, env=seen
    ).returncode


def main() -> int:
    """0, or 1 after a sentence that says what to do."""
    home = Home(PROJECT / ".local" / "bench")
    try:
        home.make()
        with hold_lock(home):
            return measure(home, sys.argv[1:])
    except AlreadyHeld:
        complain(Trouble("另一次测量正在运行。", "Another make bench is running; wait until it has ended."))
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
