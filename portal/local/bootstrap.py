"""Make `.local/venv` equal to the lock, with nothing but Python 3.11 or newer.

`python3 -m portal.local.bootstrap run|test` is the first line of every make target. The standard
library only. `run` wants requirements.lock; `test` wants requirements-dev.lock, which contains
the former, so an environment made for tests serves both. Every wheel is checked against its hash.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.local.console import Trouble, complain, explain, full_disk, say, tail

OLDEST, FIRST_UNTRIED = (3, 11), (3, 14)
PROJECT = Path(__file__).resolve().parents[2]
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}
NEEDED_BYTES = 900 * 1024 * 1024


def main(arguments: list[str]) -> int:
    """Exit code 0 when the environment is ready, 1 after a sentence that says what to do."""
    purpose = arguments[0] if arguments else "run"
    local = PROJECT / ".local"
    try:
        interpreter = suitable_python(sys.version_info[:2], sys.executable)
        if interpreter != sys.executable:
            os.execv(interpreter, [interpreter, "-m", "portal.local.bootstrap", *arguments])  # noqa: S606
        ensure_environment(PROJECT, local, purpose)
    except Trouble as trouble:
        complain(trouble)
        return 1
    except OSError as error:
        known = explain(error, local)
        if known is None:
            raise
        complain(known)
        return 1
    return 0


def suitable_python(version: tuple[int, ...], executable: str) -> str:
    """This Python when its version fits, else a fitting one from PATH. Raises Trouble."""
    if OLDEST <= tuple(version) < FIRST_UNTRIED:
        return executable
    for minor in range(FIRST_UNTRIED[1] - 1, OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other and _works(Path(other)):
            return other
    found = ".".join(str(part) for part in version)
    raise Trouble(
        f"需要 Python 3.11 至 3.13,当前是 {found}。请安装后运行:make run PYTHON=python3.11",
        f"Python 3.11 to 3.13 is needed; this is {found}. Install one, then: make run PYTHON=python3.11",
    )


def ensure_environment(project: Path, local: Path, purpose: str) -> None:
    """Create or update the environment; quick and silent when its lock has not changed.

    Raises: Trouble.
    """
    (local / "static").mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(local / "bootstrap.lock"):
        stamp_file = local / "venv" / "installed.json"
        installed = _read_stamp(stamp_file)
        wanted = _stamp(project, local)
        python = local / "venv" / "bin" / "python"
        if covers(installed, wanted, purpose) and _works(python):
            return
        if shutil.disk_usage(local).free < NEEDED_BYTES:
            raise full_disk(local)
        level = "test" if installed.get("level") == "test" else purpose
        say(
            "正在安装锁定的依赖(首次约一分钟)……",
            "Installing the locked packages (about a minute the first time) …",
        )
        if not _works(python) or installed.get("place") not in (None, wanted["place"]):
            _create_venv(local)
        stamp_file.unlink(missing_ok=True)
        _sync(project, local, LOCKS[level])
        stamp_file.write_text(json.dumps({**wanted, "level": level}))


def covers(installed: Mapping[str, str], wanted: Mapping[str, str], purpose: str) -> bool:
    """Whether what was installed, and where, still serves the purpose."""
    if installed.get("place") != wanted["place"] or installed.get("level") not in LOCKS:
        return False
    if purpose == "test" and installed["level"] != "test":
        return False
    return all(installed.get(lock) == wanted[lock] for lock in {purpose, installed["level"]})


def _stamp(project: Path, local: Path) -> dict[str, str]:
    digests = {
        purpose: hashlib.sha256((project / lock).read_bytes()).hexdigest() for purpose, lock in LOCKS.items()
    }
    # Console scripts and the venv itself hold absolute paths: a moved folder needs a new one.
    return {**digests, "place": str(local)}


def _read_stamp(stamp_file: Path) -> dict[str, str]:
    try:
        stamp = json.loads(stamp_file.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _works(python: Path) -> bool:
    """Whether this interpreter starts (the system's Python behind a venv may be gone)."""
    try:
        return subprocess.run([str(python), "-c", ""], capture_output=True).returncode == 0
    except OSError:
        return False


def _create_venv(local: Path) -> None:
    shutil.rmtree(local / "venv", ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(local / "venv")], capture_output=True, text=True, errors="replace"
    )
    if made.returncode == 0:
        return
    words = made.stdout + made.stderr
    shutil.rmtree(local / "venv", ignore_errors=True)
    if _says_disk_full(words):
        raise full_disk(local)
    if "ensurepip" in words or "No module named venv" in words:
        raise Trouble(
            "Python 缺少 venv 模块。Debian/Ubuntu:sudo apt install python3-venv,然后重试。",
            "Python's venv module is missing. On Debian: sudo apt install python3-venv, then run again.",
        )
    raise Trouble(
        f"无法创建虚拟环境:{words.strip()[-300:]}",
        f"The environment could not be made: {words.strip()[-300:]}",
    )


def _sync(project: Path, local: Path, lock: str) -> None:
    """Install exactly the lock, every file checked against its hash."""
    python = local / "venv" / "bin" / "python"
    uv = _ensure_uv(project, local, python)
    # The machine's own certificates, as pip and the browser use them: an inspected network has its own.
    defaults = {"UV_SYSTEM_CERTS": "true", "UV_NO_PROGRESS": "1"}
    environment = {**defaults, **os.environ, **_index_of_pip(python, os.environ)}
    _install(
        [str(uv), "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), str(project / lock)],
        local,
        environment,
    )


def _ensure_uv(project: Path, local: Path, python: Path) -> Path:
    """uv in a folder of its own, in the locked version; `pip sync` would remove it from the venv."""
    tools = local / "tools"
    pinned = locked_block((project / LOCKS["test"]).read_text(), "uv")
    digest = hashlib.sha256(pinned.encode()).hexdigest()
    stamp = tools / "uv.sha256"
    if stamp.exists() and stamp.read_text() == digest and _works_as_tool(tools / "bin" / "uv"):
        return tools / "bin" / "uv"
    shutil.rmtree(tools, ignore_errors=True)
    tools.mkdir(parents=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", dir=local) as requirement:
        requirement.write(pinned)
        requirement.flush()
        _install(
            [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--require-hashes", "--target", str(tools), "--requirement", requirement.name],
            local,
            dict(os.environ),
        )  # fmt: skip
    stamp.write_text(digest)
    return tools / "bin" / "uv"


def locked_block(lock: str, package: str) -> str:
    """The lines of one package in a lock: its version and its hashes."""
    found = re.search(rf"^{re.escape(package)}==.*(?:\n[ \t]+.*)*", lock, flags=re.MULTILINE)
    if found is None:
        raise Trouble(
            f"锁文件 {LOCKS['test']} 中没有 {package}。", f"The lock {LOCKS['test']} does not name {package}."
        )
    return found.group(0) + "\n"


def _works_as_tool(tool: Path) -> bool:
    try:
        return subprocess.run([str(tool), "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def _index_of_pip(python: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """The package index and certificates a person set for pip; uv does not read pip's settings."""
    found: dict[str, str] = {}
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & environment.keys():
        asked = [str(python), "-m", "pip", "config", "get", "global.index-url"]
        index = (
            environment.get("PIP_INDEX_URL")
            or subprocess.run(asked, capture_output=True, text=True).stdout.strip()
        )
        if index:
            found["UV_DEFAULT_INDEX"] = index
    if "SSL_CERT_FILE" not in environment and environment.get("PIP_CERT"):
        found["SSL_CERT_FILE"] = environment["PIP_CERT"]
    return found


def _install(command: list[str], local: Path, environment: Mapping[str, str]) -> None:
    log = local / "install.log"
    with log.open("ab") as output:
        code = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, env=environment).returncode
    if code == 0:
        return
    words = tail(log)
    if _says_disk_full(words):
        raise full_disk(local)
    raise Trouble(
        f"安装依赖失败。请检查网络或软件源设置;详情见 {log}:\n{words}",
        f"Installing the packages failed. Check the network or the package index; details in {log}.",
    )


def _says_disk_full(words: str) -> bool:
    return "No space left on device" in words or "Disk quota exceeded" in words


@contextlib.contextmanager
def _one_at_a_time(lock_file: Path) -> Iterator[None]:
    """Two commands started together must not install into the same folder at once."""
    with lock_file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个命令正在安装,请稍候……", "Another command is installing; waiting for it …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
