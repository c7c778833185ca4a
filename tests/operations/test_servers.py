"""The embedded servers: private, movable, and honest about data they cannot use."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest
import redis

from portal.local.children import Child, Command, end_leftovers, write_down
from portal.local.console import Trouble
from portal.local.home import PROJECT, Home, keys, remembered_port
from portal.local.postgres import FOR_TESTS, LONGEST_SOCKET_FOLDER, Postgres
from portal.local.stack import start_servers
from portal.local.valkey import Valkey


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path / "home")
    home.make()
    yield home
    Postgres(home).erase()


def start(home: Home) -> tuple[Postgres, Child]:
    postgres = Postgres(home, FOR_TESTS)
    child = postgres.child()
    child.start()
    postgres.wait_until_ready(child)
    return postgres, child


def stop(child: Child) -> None:
    child.ask_to_stop()
    child.wait_or_kill()


def test_a_long_path_with_spaces_still_gets_a_database(tmp_path: Path) -> None:
    home = Home(tmp_path / "a folder with spaces 和汉字" / ("long" * 20))
    home.make()
    postgres, child = start(home)
    try:
        assert len(str(postgres.place.socket)) <= LONGEST_SOCKET_FOLDER
        psycopg2.connect(postgres.url).close()
    finally:
        stop(child)
        postgres.erase()
    assert not postgres.place.socket.exists()


def test_sr_36_nobody_else_on_the_machine_reaches_the_database(home: Home) -> None:
    postgres, child = start(home)
    try:
        facts = postgres.place.socket.stat()
        assert stat.S_IMODE(facts.st_mode) == 0o700
        assert facts.st_uid in {os.geteuid(), postgres.place.user.pw_uid if postgres.place.user else -1}
        listening = [link for link in psutil.Process(child.pid).net_connections() if link.status == "LISTEN"]
        assert listening == [], "a TCP port would be open to every user of the machine"
        if os.geteuid() == 0:
            other = subprocess.run(
                [postgres.place.programs / "psql", postgres.url, "-c", "SELECT 1"],
                user="nobody", group="nogroup", extra_groups=[], cwd="/", capture_output=True,
            )  # fmt: skip
            assert other.returncode != 0
    finally:
        stop(child)


def test_sr_36_the_queue_wants_its_password(home: Home) -> None:
    valkey = Valkey(home)
    child = valkey.child()
    child.start()
    try:
        valkey.wait_until_ready(child)
        assert redis.Redis.from_url(valkey.url).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=valkey.port).ping()
        assert stat.S_IMODE((home.data / "valkey" / "valkey.conf").stat().st_mode) == 0o600
    finally:
        stop(child)


def test_data_of_another_version_is_left_alone_and_explained(home: Home) -> None:
    postgres = Postgres(home)
    postgres.place.data.mkdir(parents=True, exist_ok=True)
    (postgres.place.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(Trouble, match=r"made by PostgreSQL 17; this is 18.*make reset"):
        postgres.child()
    assert (postgres.place.data / "PG_VERSION").read_text() == "17\n"


def test_a_stale_lock_naming_a_stranger_neither_stops_the_start_nor_the_stranger(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    postgres, child = start(home)
    stop(child)
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        (postgres.place.data / "postmaster.pid").write_text(f"{stranger.pid}\n{postgres.place.data}\n")
        postgres, child = start(home)
        assert "stale database lock" in capsys.readouterr().out
        assert stranger.poll() is None
        stop(child)
    finally:
        stranger.kill()
        stranger.wait()


def test_an_interrupted_first_start_is_begun_again(home: Home) -> None:
    postgres = Postgres(home)
    postgres.place.data.mkdir(parents=True, exist_ok=True)
    (postgres.place.data / "half").write_text("written")
    _, child = start(home)
    stop(child)
    assert (postgres.place.data / "PG_VERSION").exists()


def test_servers_die_with_a_parent_that_was_killed(home: Home) -> None:
    script = (
        "import sys, time; from pathlib import Path; from portal.local.home import Home;"
        "from portal.local.stack import start_servers;"
        "servers = start_servers(Home(Path(sys.argv[1])), {});"
        "print(*[child.pid for child in servers.children], flush=True); time.sleep(300)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(home.root)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    children = [psutil.Process(pid) for pid in pids]
    parent.kill()
    parent.wait()
    parent.stdout.close()
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells a child of its parent's death")
    _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []


def test_leftovers_are_stopped_but_a_reused_number_is_not(home: Home) -> None:
    ours, stranger = (subprocess.Popen(["sleep", "60"], start_new_session=True) for _ in range(2))
    try:
        home.remember("children", [
            {"name": "ours", "pid": ours.pid, "born": psutil.Process(ours.pid).create_time(), "signal": 15},
            {"name": "gone", "pid": stranger.pid, "born": psutil.Process(stranger.pid).create_time() - 500, "signal": 15},
        ])  # fmt: skip
        assert end_leftovers(home) == ["ours"]
        assert not psutil.pid_exists(ours.pid)
        assert stranger.poll() is None
        assert end_leftovers(home) == []
    finally:
        for process in (ours, stranger):
            process.kill()
            process.wait()


def test_children_are_written_down_with_their_birth(home: Home) -> None:
    child = Child(Command("sleeper", ["sleep", "60"]), home.logs)
    child.start()
    try:
        write_down(home, [child])
        (row,) = home.recall("children")
        assert (row["name"], row["pid"]) == ("sleeper", child.pid)
    finally:
        stop(child)


def test_the_delay_before_the_next_start_grows_to_a_minute(home: Home) -> None:
    child = Child(Command("failing", ["false"]), home.logs)
    delays = []
    for _ in range(8):
        child.start()
        while child.ended() is None:
            pass
        delays.append(child.delay_seconds)
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60]
    assert not child.is_due()


def test_the_port_is_kept_while_it_is_free(home: Home) -> None:
    assert remembered_port(home, "valkey") == remembered_port(home, "valkey")


def test_sr_36_keys_are_made_once_and_private(home: Home) -> None:
    made = keys(home)
    assert keys(home) == made
    assert stat.S_IMODE((home.data / "keys.json").stat().st_mode) == 0o600
    (home.data / "keys.json").write_text("{")
    with pytest.raises(Trouble, match="make reset"):
        keys(home)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "REDIS_URL": "x"},
            "DATABASE_URL cannot be reached",
        ),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL cannot be reached"),
        ({"REDIS_URL": "not an address"}, "REDIS_URL cannot be reached"),
    ],
)
def test_a_server_of_somebody_else_that_does_not_answer_is_explained(
    home: Home, given: dict[str, str], words: str
) -> None:
    with pytest.raises(Trouble, match=words):
        start_servers(home, given)
