"""Rows for the engine's benchmarks, by COPY into a database of their own, and how results are kept."""

import io
import json
import os
import platform
import statistics
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

import django

django.setup()

from django.core.management import call_command
from django.db import connection

from agencies.models import Agency, Membership, User
from deadlines.profile import load_profile

RESULTS = Path(__file__).resolve().parent / "results"
COURTS = 100
STARTED_AT = datetime(2026, 3, 11, 0, 0, tzinfo=UTC)
COLUMNS = (
    "subject_id", "subject_reference", "profile_id", "rule_id", "key", "rule_version", "nature", "length",
    "capped_by", "started_at", "strict_at", "legal_at", "provisional", "state", "owner_role", "agency_id",
    "user_id", "ladder", "next_step", "next_repeat", "next_action_at",
)  # fmt: skip


def prepare() -> None:
    """Tables, without the rows of an earlier run. Refuses a database whose name does not say benchmark."""
    name = connection.settings_dict["NAME"]
    if "bench" not in name:
        sys.exit(f"Point DATABASE_URL to a database of its own whose name contains 'bench', not {name!r}.")
    call_command("migrate", verbosity=0)
    execute("ALTER TABLE deadlines_deadline DROP CONSTRAINT IF EXISTS deadline_subject_is_a_case")
    execute(
        "TRUNCATE deadlines_deadline, deadlines_escalationstep, deadlines_outboxmessage, deadlines_digestentry,"
        " deadlines_acknowledgement, deadlines_alarm, deadlines_engineheartbeat"
    )


def judges() -> list[tuple[int, int]]:
    """A court and its judge, `COURTS` times. They have no address, so a step makes one message."""
    found = []
    for number in range(COURTS):
        code = f"bench{number}"
        court = Agency.objects.filter(code=code).first() or Agency.objects.create(
            code=code, name=code, kind="court", region_code="000000", court_code=code
        )
        judge, is_new = User.objects.get_or_create(username=code, defaults={"display_name": code})
        if is_new:
            Membership.objects.create(
                user=judge, agency=court, role="judge", valid_from=STARTED_AT - timedelta(days=1)
            )
        found.append((court.pk, judge.pk))
    return found


def copy_running(count: int, started_at: Callable[[int], datetime], *, step: str, due_at: timedelta) -> None:
    """`count` running decision clocks; `due_at` is counted from each one's start."""
    rule = next(rule for rule in load_profile("cn").rules if rule.ladder == "decision_72h")
    places = judges()

    def lines() -> Iterator[str]:
        for number in range(count):
            start = started_at(number)
            agency_id, user_id = places[number % COURTS]
            yield "\t".join((
                str(uuid.UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128)), f"B-{number}", "cn",
                rule.id, "", "bench", "duty", "72 h", "", start.isoformat(),
                (start + timedelta(hours=72)).isoformat(), (start + timedelta(hours=73)).isoformat(), "f",
                "running", "judge", str(agency_id), str(user_id), rule.ladder, step, "0",
                (start + due_at).isoformat(),
            ))  # fmt: skip

    with connection.cursor() as cursor:
        for chunk in _chunks(lines(), 50_000):
            cursor.copy_expert(
                f"COPY deadlines_deadline ({', '.join(COLUMNS)}) FROM STDIN", io.StringIO(chunk)
            )
    execute("VACUUM (ANALYZE) deadlines_deadline")


def execute(statement: str, values: object = None) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def median(values: list[float]) -> float:
    return statistics.median(values)


def keep(name: str, measured: dict[str, object]) -> None:
    """Write the figures with what they were measured on, and print them."""
    RESULTS.mkdir(exist_ok=True)
    [[version]] = execute("SHOW server_version")
    [[fsync]] = execute("SHOW fsync")
    content = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "postgresql": version,
        "fsync": fsync,
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        **measured,
    }
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(content, indent=1))


def _chunks(lines: Iterator[str], size: int) -> Iterator[str]:
    chunk: list[str] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == size:
            yield "\n".join(chunk) + "\n"
            chunk = []
    if chunk:
        yield "\n".join(chunk) + "\n"
