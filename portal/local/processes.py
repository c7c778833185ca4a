"""Every process of the portal as data: the supervisor and docker-compose.yml run the same commands.

Arguments follow the Python interpreter. `tests/operations/test_compose.py` compares.
"""

from collections.abc import Sequence

# Urgent work never waits for files or reports (SR-40): a queue, a worker.
QUEUES = ("urgent", "messages", "files", "reports")

_QUIET = ("--without-gossip", "--without-mingle", "--loglevel", "WARNING")

# Every interval is seconds, so the beat keeps nothing on disk that a crash could damage.
BEAT = ("-m", "celery", "-A", "portal.beat", "beat", "--scheduler", "celery.beat:Scheduler",
        "--loglevel", "WARNING")  # fmt: skip
# Without the system checks, which would load every page for a process that shows none.
WATCHDOG = ("manage.py", "watchdog", "--skip-checks")
SINK = ("-m", "portal.local.sink")
MIGRATE = ("manage.py", "migrate", "--noinput")
COLLECT_STATIC = ("manage.py", "collectstatic", "--noinput", "--verbosity", "0")


def web(bind: str, workers: int, threads: int) -> tuple[str, ...]:
    """gunicorn with threads. The master imports the code once; no line of a request is logged (SR-35)."""
    return (
        "-m", "gunicorn", "portal.wsgi:application", "--bind", bind,
        "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads),
        "--preload", "--timeout", "30", "--graceful-timeout", "10", "--keep-alive", "5",
        "--limit-request-line", "4094", "--no-control-socket", "--log-level", "warning",
    )  # fmt: skip


def worker(queues: Sequence[str], pool: str = "prefork", concurrency: int = 1) -> tuple[str, ...]:
    """A Celery worker for these queues.

    `prefork` enforces the time limits; `solo` and `threads` save memory.
    """
    return (
        "-m", "celery", "-A", "portal.celery", "worker", "--queues", ",".join(queues),
        "--hostname", f"{queues[0]}@%h", "--pool", pool, "--concurrency", str(concurrency), *_QUIET,
    )  # fmt: skip
