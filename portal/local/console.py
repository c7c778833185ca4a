"""What the local commands say to the person at the keyboard: one line in Chinese, one in English.

Read by the system's Python before anything is installed: the standard library only, and a
syntax that an outdated Python can still read far enough to be told its version.
"""

from __future__ import annotations

import errno
import sys
from pathlib import Path


class Trouble(Exception):
    """Something the person can put right; says what is wrong and what to do."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


def say(zh: str, en: str) -> None:
    """Print one thing in both languages at once, also into a pipe."""
    print(zh + "\n  " + en, flush=True)  # noqa: T201 - this is the terminal


def complain(trouble: Trouble) -> None:
    """Print a trouble on the error stream."""
    print("✗ " + trouble.zh + "\n  " + trouble.en, file=sys.stderr, flush=True)  # noqa: T201


def full_disk(folder: Path) -> Trouble:
    return Trouble(
        f"磁盘已满:{folder} 所在的磁盘没有足够空间。请腾出至少 1 GB 后重试。",
        f"The disk holding {folder} is full. Free at least 1 GB, then run the command again.",
    )


def not_writable(folder: Path) -> Trouble:
    return Trouble(
        f"无法写入 {folder}。请把项目放到您自己拥有的文件夹,或修改其权限。",
        f"{folder} cannot be written to. Move the project to a folder you own, or change its permissions.",
    )


def explain(error: OSError, folder: Path) -> Trouble | None:
    """The trouble behind a system error, or None when it is not one a person caused."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return full_disk(folder)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return not_writable(Path(error.filename) if error.filename else folder)
    return None


def tail(log: Path, lines: int = 15) -> str:
    """The last lines of a log file, indented; empty when there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join("    " + line for line in text.splitlines()[-lines:])
