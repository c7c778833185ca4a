"""Tables and demo seed: made at the first start, left alone while nothing changed.

Static files need no step here: outside production they are served from where they lie.
"""

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from portal.local import processes
from portal.local.children import Command, spawn
from portal.local.console import Trouble, full_disk, say, tail
from portal.local.home import PROJECT, Home

# What tables and seed are made from; a change in one of these asks for the steps again.
SOURCES = (
    "requirements.lock",
    "portal/settings.py",
    "*/models.py",
    "*/models/*.py",
    "*/migrations/*.py",
    "*/management/commands/seed_demo.py",
    "portal/demo/**/*",
    "deadlines/profiles/*",
)


def fingerprint(project: Path, database_url: str) -> str:
    """A digest of the sources and of which database they were applied to."""
    digest = hashlib.sha256(database_url.encode())
    for pattern in SOURCES:
        for path in sorted(project.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(str(path.relative_to(project)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def has_command(name: str, project: Path = PROJECT) -> bool:
    """Whether the project has this `manage.py` command."""
    return any(project.glob(f"*/management/commands/{name}.py"))


def prepare(home: Home, environment: Mapping[str, str], *, own_database: bool) -> bool:
    """Bring tables and seed up to date; False when there was nothing to do.

    A database that is not ours is always migrated: others may have changed it.
    Raises: Trouble.
    """
    mark = home.data / "prepared"
    wanted = fingerprint(PROJECT, environment["DATABASE_URL"])
    prepared = mark.exists() and mark.read_text() == wanted
    if prepared and own_database:
        say("数据没有变化,保留原样。", "Nothing changed since last time: the data is kept as it is.")
        return False
    say("正在更新数据库表……", "Bringing the tables up to date …")
    manage(home, processes.MIGRATE, environment)
    if not prepared:
        if has_command("seed_demo"):
            say("正在写入演示数据……", "Writing the demo data …")
            manage(home, ("manage.py", "seed_demo"), environment)
        mark.write_text(wanted)
    return True


def manage(home: Home, arguments: tuple[str, ...], environment: Mapping[str, str]) -> None:
    """Run one management command to its end, its words kept in logs/prepare.log. Raises: Trouble."""
    log = home.logs / "prepare.log"
    command = Command("prepare", [sys.executable, *arguments], environment, folder=PROJECT)
    process = spawn(command, log)
    try:
        code = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if code == 0:
        return
    words = tail(log)
    if "No space left on device" in words:
        raise full_disk(home.data)
    step = " ".join(arguments)
    raise Trouble(f"步骤失败:{step}\n{words}", f"This step failed: {step}; all its words are in {log}")


def words_of(arguments: tuple[str, ...], environment: Mapping[str, str]) -> str:
    """What a management command prints; empty when it fails (its words are only a courtesy)."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
    )
    return done.stdout.rstrip() if done.returncode == 0 else ""
