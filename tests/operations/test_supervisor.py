"""`make run` for real, in a temporary home: start, crash, stop, start again, and the sentences."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from portal.local.home import PROJECT, Home
from portal.local.postgres import Postgres

pytestmark = pytest.mark.worker
READY = "Half Hour is ready"
LONG = 400.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Run:
    """One `supervise` process and what it printed."""

    def __init__(self, home: Home, port: int) -> None:
        self.home = home
        self.port = port
        self.printed = home.root.parent / f"printed-{time.monotonic_ns()}.txt"
        outside = {"DATABASE_URL", "REDIS_URL", "PORTAL_ENV"}
        seen = {name: value for name, value in os.environ.items() if name not in outside} | {
            "PORT": str(port)
        }
        with self.printed.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.local.supervise", "--home", str(home.root)],
                cwd=PROJECT, env=seen, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    @property
    def words(self) -> str:
        return self.printed.read_text()

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + LONG
        while words not in self.words:
            assert self.process.poll() is None, f"ended early:\n{self.words}"
            assert time.monotonic() < end, f"never said {words!r}:\n{self.words}"
            time.sleep(0.1)

    def children(self) -> dict[str, int]:
        """Process numbers by name, as the supervisor wrote them down."""
        return {row["name"]: row["pid"] for row in self.home.recall("children")}

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def everything_under(run: Run) -> list[psutil.Process]:
    return psutil.Process(run.process.pid).children(recursive=True)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    home = Home(tmp_path_factory.mktemp("supervised") / "home")
    yield home
    Postgres(home).erase()


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture
def running(home: Home, port: int) -> Iterator[Run]:
    run = Run(home, port)
    run.wait_for(READY)
    yield run
    if run.process.poll() is None:
        run.stop()


def count_of_people(home: Home) -> int:
    with psycopg2.connect(Postgres(home).url) as link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM agencies_user")
        return int(cursor.fetchone()[0])


def test_it_starts_serves_and_leaves_nothing_behind(running: Run) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{running.port}/", timeout=10) as answer:
        assert answer.status == 200
    assert {
        "postgres",
        "valkey",
        "web",
        "worker-urgent",
        "worker-others",
        "beat",
    } <= running.children().keys()
    processes = everything_under(running)
    assert running.stop() == 0
    assert "Everything has stopped" in running.words
    assert psutil.wait_procs(processes, timeout=5)[1] == []
    assert running.home.recall("children") is None


def test_a_second_start_keeps_the_data_and_skips_the_steps(running: Run, port: int) -> None:
    before = count_of_people(running.home)
    running.stop(signal.SIGINT)
    prepared = (running.home.logs / "prepare.log").stat().st_mtime_ns
    again = Run(running.home, port)
    again.wait_for(READY)
    try:
        assert "the data is kept as it is" in again.words
        assert (running.home.logs / "prepare.log").stat().st_mtime_ns == prepared
        assert count_of_people(running.home) == before
    finally:
        again.stop()


def test_a_crashed_child_is_started_again_and_a_line_says_so(running: Run) -> None:
    killed = running.children()["beat"]
    os.kill(killed, signal.SIGKILL)
    running.wait_for("beat ended unexpectedly (code -9); starting again in 1 s")
    end = time.monotonic() + 15
    while running.children().get("beat") in (None, killed):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert running.process.poll() is None


def test_a_killed_supervisor_leaves_no_process_and_no_obstacle(running: Run, port: int) -> None:
    processes = everything_under(running)
    running.stop(signal.SIGKILL)
    again = Run(running.home, port)
    again.wait_for(READY)
    try:
        assert psutil.wait_procs(processes, timeout=20)[1] == []
    finally:
        assert again.stop() == 0


def test_a_second_supervisor_is_refused_with_the_address(running: Run) -> None:
    second = Run(running.home, free_port())
    assert second.process.wait(LONG) == 1
    assert f"already running: http://127.0.0.1:{running.port}/" in second.words
    assert "make stop" in second.words
    assert running.process.poll() is None


def test_make_stop_and_make_reset(running: Run) -> None:
    control = [sys.executable, "-m", "portal.local.control", "--home", str(running.home.root)]
    stopped = subprocess.run([*control, "stop"], cwd=PROJECT, capture_output=True, text=True)
    assert (stopped.returncode, running.process.wait(30)) == (0, 0)
    assert "Stopped." in stopped.stdout
    again = subprocess.run([*control, "stop"], cwd=PROJECT, capture_output=True, text=True)
    assert "Nothing is running." in again.stdout
    away = subprocess.run([*control, "manage", "check"], cwd=PROJECT, capture_output=True, text=True)
    assert away.returncode == 1
    assert "make run" in away.stderr
    reset = subprocess.run([*control, "reset"], cwd=PROJECT, capture_output=True, text=True)
    assert reset.returncode == 0
    assert not running.home.data.exists()
    assert not Postgres(running.home).place.data.exists()


def test_a_taken_port_is_named_and_nothing_is_started(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        run = Run(home, taken)
        assert run.process.wait(LONG) == 1
    assert f"Port {taken} is taken by another program" in run.words
    assert "make run PORT=" in run.words
    assert "Starting the database" not in run.words


@pytest.mark.parametrize("port", ["none", "0", "70000", "８０００"])
def test_a_port_that_is_none_is_refused(home: Home, port: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "portal.local.supervise", "--home", str(home.root)],
        cwd=PROJECT, env={**os.environ, "PORT": port}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "use a number from 1 to 65535" in done.stderr


def test_a_file_where_the_folder_should_be_does_not_end_in_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    done = subprocess.run(
        [sys.executable, "-m", "portal.local.supervise", "--home", str(tmp_path / "home")],
        cwd=PROJECT, env={**os.environ, "PORT": str(free_port())}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
