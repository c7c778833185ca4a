"""The first minute on somebody's machine: each thing that can be missing gets a sentence."""

import ast
import errno
import json
import subprocess
import sys
from collections import namedtuple
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from portal.local import bootstrap, console
from portal.local.console import Trouble
from portal.local.home import PROJECT

Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for lock in bootstrap.LOCKS.values():
        (tmp_path / lock).write_text((PROJECT / lock).read_text())
    return tmp_path


def program(path: Path, script: str) -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def installed(project: Path, level: str) -> Path:
    """An environment that claims to be up to date."""
    local = project / ".local"
    (local / "venv" / "bin").mkdir(parents=True)
    program(local / "venv" / "bin" / "python", "exit 0")
    stamp = bootstrap._stamp(project, local) | {"level": level}
    (local / "venv" / "installed.json").write_text(json.dumps(stamp))
    return local


def test_an_old_python_is_told_which_one_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name: None)
    with pytest.raises(Trouble, match=r"Python 3\.11 to 3\.13 is needed; this is 3\.9"):
        bootstrap.suitable_python((3, 9), "/usr/bin/python3")


def test_a_fitting_python_beside_an_old_one_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    newer = program(tmp_path / "python3.12", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.suitable_python((3, 9), "/usr/bin/python3") == str(newer)


def test_without_the_venv_module_the_package_is_named(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    without = program(project / "python", "echo 'ensurepip is not available' >&2; exit 1")
    monkeypatch.setattr(sys, "executable", str(without))
    with pytest.raises(Trouble, match="apt install python3-venv"):
        bootstrap.ensure_environment(project, project / ".local", "run")
    assert not (project / ".local" / "venv").exists()


def test_a_full_disk_is_seen_before_anything_is_written(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda _: Disk(1, 1, 1))
    with pytest.raises(Trouble, match="full"):
        bootstrap.ensure_environment(project, project / ".local", "run")


def test_a_disk_that_fills_while_installing_is_named(project: Path) -> None:
    local = installed(project, "run")
    failing = program(project / "uv", "echo 'No space left on device (os error 28)'; exit 2")
    with pytest.raises(Trouble, match="full"):
        bootstrap._install([str(failing)], local, {})


def test_a_closed_network_is_named_with_its_log(project: Path) -> None:
    local = installed(project, "run")
    failing = program(project / "uv", "echo 'error sending request for url'; exit 2")
    with pytest.raises(Trouble, match=r"Check the network.*install\.log"):
        bootstrap._install([str(failing)], local, {})


def test_a_folder_that_cannot_be_written_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    trouble = console.explain(PermissionError(errno.EACCES, "Permission denied", "/opt/x"), Path("/opt"))
    assert trouble is not None
    console.complain(trouble)
    assert "/opt/x cannot be written to" in capsys.readouterr().err


def test_an_unchanged_lock_installs_nothing(monkeypatch: pytest.MonkeyPatch, project: Path) -> None:
    local = installed(project, "run")
    monkeypatch.setattr(bootstrap, "_install", lambda *_: pytest.fail("installed again"))
    bootstrap.ensure_environment(project, local, "run")


def test_an_environment_for_tests_also_serves_the_demo(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    local = installed(project, "test")
    monkeypatch.setattr(bootstrap, "_install", lambda *_: pytest.fail("installed again"))
    bootstrap.ensure_environment(project, local, "run")


@pytest.mark.parametrize(
    ("stamp", "purpose", "enough"),
    [
        ({"place": "/p", "level": "run", "run": "1", "test": "1"}, "run", True),
        ({"place": "/p", "level": "run", "run": "1", "test": "1"}, "test", False),
        ({"place": "/p", "level": "test", "run": "1", "test": "1"}, "run", True),
        ({"place": "/p", "level": "test", "run": "1", "test": "0"}, "run", False),
        ({"place": "/p", "level": "run", "run": "1", "test": "0"}, "run", True),
        ({"place": "/p", "level": "run", "run": "0", "test": "1"}, "run", False),
        ({"place": "/elsewhere", "level": "run", "run": "1", "test": "1"}, "run", False),
        ({}, "run", False),
    ],
)
def test_what_counts_as_installed(stamp: dict[str, str], purpose: str, enough: bool) -> None:
    assert bootstrap.covers(stamp, {"place": "/p", "run": "1", "test": "1"}, purpose) is enough


def test_a_damaged_stamp_counts_as_nothing_installed(project: Path) -> None:
    local = installed(project, "run")
    (local / "venv" / "installed.json").write_text('{"run": ')
    assert bootstrap._read_stamp(local / "venv" / "installed.json") == {}


def test_sr_36_every_locked_file_has_its_hash() -> None:
    for lock in bootstrap.LOCKS.values():
        text = (PROJECT / lock).read_text()
        for line in text.splitlines():
            if "==" in line and not line.startswith((" ", "#")):
                package = line.split("==")[0]
                assert "--hash=sha256:" in bootstrap.locked_block(text, package), package


def test_the_lock_for_tests_contains_the_lock_for_running() -> None:
    run, test = ((PROJECT / lock).read_text() for lock in (bootstrap.LOCKS["run"], bootstrap.LOCKS["test"]))
    pinned = [
        line.split(" ")[0] for line in run.splitlines() if "==" in line and not line.startswith((" ", "#"))
    ]
    assert pinned
    assert [pin for pin in pinned if f"{pin} " not in test] == []


def test_the_bootstrap_needs_nothing_but_the_standard_library() -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(PROJECT)!r});"
         "import portal.local.bootstrap"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_every_package_the_portal_imports_is_locked_for_running() -> None:
    """A package that only the tests' lock brings would be missing on a fresh `make run`."""
    rooms = ("portal", "orders", "cases", "deadlines", "agencies")
    packages = packages_distributions()
    locked = {
        line.split("==")[0]
        for line in (PROJECT / bootstrap.LOCKS["run"]).read_text().splitlines()
        if "==" in line
    }
    missing = set()
    for room in rooms:
        for file in (PROJECT / room).rglob("*.py"):
            for module in imported_modules(file) & packages.keys():
                names = {name.lower().replace("_", "-") for name in packages[module]}
                if not names & locked:
                    missing.add(f"{file.relative_to(PROJECT)} imports {module}")
    assert missing == set()


def imported_modules(file: Path) -> set[str]:
    """Top-level names a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found
