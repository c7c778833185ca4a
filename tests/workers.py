"""Real Celery workers and a real beat against the test's own database and queue."""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection

from portal.local import processes
from portal.local.children import Child, Command, stop_all
from portal.local.home import PROJECT

READY_SECONDS = 30.0


class CeleryStack:
    """The running processes, by name: `urgent`, `others`, `beat`."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self.children: dict[str, Child] = {}

    def start(self, name: str) -> None:
        arguments = {
            "urgent": processes.worker(processes.QUEUES[:1], pool="solo"),
            "others": processes.worker(processes.QUEUES[1:], pool="solo"),
            "beat": processes.BEAT,
        }[name]
        child = Child(Command(name, [sys.executable, *arguments], _environment(), folder=PROJECT), self._logs)
        child.start()
        self.children[name] = child

    def kill(self, name: str) -> None:
        """kill -9, as a machine that loses power would."""
        child = self.children.pop(name)
        if child.pid is not None:
            os.kill(child.pid, 9)
        child.wait_or_kill()

    def stop(self) -> None:
        stop_all(list(self.children.values()))

    def wait_for(self, condition: Callable[[], bool], seconds: float = READY_SECONDS) -> None:
        """Look every 0.2 s until the condition holds; fails with the logs when it does not in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.2)
        words = "\n".join(
            f"== {log.name}\n{log.read_text()[-2000:]}" for log in sorted(self._logs.glob("*.log"))
        )
        pytest.fail(f"not true after {seconds:.0f} s\n{words}")


def _environment() -> dict[str, str]:
    return {
        **os.environ,
        "PORTAL_ENV": "test",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": database_url_of_this_test(),
        "REDIS_URL": settings.REDIS_URL,
        "CELERY_SKIP_CHECKS": "true",
    }


def database_url_of_this_test() -> str:
    """The address of the database this test runs on, for processes of its own."""
    facts = connection.settings_dict
    login = quote(facts["USER"], safe="") + (
        f":{quote(facts['PASSWORD'], safe='')}" if facts["PASSWORD"] else ""
    )
    host = facts["HOST"] + (f":{facts['PORT']}" if facts["PORT"] else "")
    socket = {"host": facts["OPTIONS"]["host"]} if "host" in facts["OPTIONS"] else {}
    return f"postgres://{login}@{host}/{facts['NAME']}?{urlencode(socket)}"


@pytest.fixture
def celery_stack(transactional_db: None, tmp_path: Path) -> Iterator[CeleryStack]:
    """Two workers and a beat, ready to work; everything they did is stopped before the tables are emptied."""
    import redis

    from portal.celery import app

    redis.Redis.from_url(settings.REDIS_URL).flushdb()
    stack = CeleryStack(tmp_path)
    try:
        for name in ("urgent", "others", "beat"):
            stack.start(name)
        stack.wait_for(lambda: len(app.control.ping(timeout=1.0)) == 2)
        yield stack
    finally:
        stack.stop()
