"""`make lint`: every check of the code that needs no server; all are run, then the verdict."""

import os
import subprocess
import sys
from collections.abc import Sequence

from portal.local.console import say
from portal.local.home import PROJECT, fresh_keys

PYTHON = sys.executable
# `makemigrations` warns when it cannot compare with a database; the comparison with the code is what we ask.
MIGRATIONS = [PYTHON, "-W", "ignore::RuntimeWarning", "manage.py", "makemigrations", "--check", "--dry-run"]
CHECKS: dict[str, Sequence[str]] = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "mypy": [PYTHON, "-m", "mypy", "."],
    "import-linter": [
        PYTHON,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ],
    "djlint": [PYTHON, "-m", "djlint", "--quiet", "--lint", "templates"],
    "migrations": MIGRATIONS,
    "deploy check": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}


def production_like() -> dict[str, str]:
    """Settings as in production, with keys made for this one check."""
    return {
        **os.environ,
        **fresh_keys(),
        "PORTAL_ENV": "production",
        "ALLOWED_HOSTS": "portal.example",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }


def main() -> int:
    """0 when every check passed, 1 otherwise."""
    failed = []
    for name, command in CHECKS.items():
        done = subprocess.run(
            command, cwd=PROJECT, env=production_like(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
        print(f"{'✓' if done.returncode == 0 else '✗'} {name}", flush=True)  # noqa: T201 - this is the terminal
        if done.returncode:
            failed.append(name)
            print(done.stdout, flush=True)  # noqa: T201
    if failed:
        say(f"未通过:{'、'.join(failed)}", f"Failed: {', '.join(failed)}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
