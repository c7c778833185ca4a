"""Who sees which cases: our selector beside guardian's shortcut and hand-written SQL, in one run, round-robin.

Run: `python -m benchmarks.permission_selector [cases]` on the database of DATABASE_URL, which must hold no case.
Data is made by COPY: one in twenty cases is open, three bodies hold 26 %, 3.6 % and 0.03 % of them.
Targets (performance.md): at most 4 times the same raw SQL, at least 10 times faster than the shortcut for the
biggest body, growth of at most 1.5 when the number of cases grows fivefold.
"""

import io
import json
import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
import django

django.setup()

from django.db import connection
from guardian.shortcuts import get_objects_for_user

from agencies.models import Agency, Membership, User
from agencies.roles import AgencyKind, Role
from cases.models import Case
from cases.policy import visible_to, work_permission_id

SHARES = {"big (26 %)": 0.26, "middle (3.6 %)": 0.036, "small (0.03 %)": 0.0003}
OPEN_SHARE, PAGE, ROUNDS = 0.05, 20, 40
NOW = datetime(2026, 6, 1, tzinfo=UTC)
RESULT = Path(".local/bench/permission_selector.json")
# The raw statement is handed its group; ours asks for the memberships each time, as a page does.
GROUPS: dict[int, int] = {}
RAW = """
SELECT c.id FROM cases_case c
JOIN cases_casegroupobjectpermission g ON g.content_object_id = c.id AND g.group_id = %s
 AND g.permission_id = %s AND g.valid_from <= %s AND (g.valid_until IS NULL OR g.valid_until > %s)
WHERE c.is_open ORDER BY c.next_deadline, c.id LIMIT 20
"""


def make_bodies() -> dict[str, User]:
    """One worker in a body of each size; also in the body's group, as guardian's shortcut wants it."""
    people = {}
    for number, name in enumerate(SHARES):
        agency = Agency.objects.create(
            code=f"bench-{number}", name=name, kind=AgencyKind.FEDERATION, region_code=f"99{number}"
        )
        user = User.objects.create_user(username=f"bench{number}", display_name=name)
        Membership.objects.create(
            user=user, agency=agency, role=Role.FEDERATION_WORKER, valid_from=NOW.replace(year=2020)
        )
        user.groups.add(agency.group)
        people[name] = user
        GROUPS[user.pk] = agency.group_id
    return people


def copy_cases(first: int, last: int, people: dict[str, User]) -> None:
    """Cases number `first` to `last` with their grants, by COPY; the same seed gives the same rows."""
    chance = random.Random(first)
    court = Agency.objects.get_or_create(
        code="bench-court",
        defaults={"name": "bench", "kind": AgencyKind.COURT, "region_code": "998", "court_code": "测0"},
    )[0]
    groups = {name: people[name].memberships.get().agency.group_id for name in people}
    cases, grants = io.StringIO(), io.StringIO()
    for number in range(first, last):
        case_id = uuid.UUID(int=chance.getrandbits(128), version=4)
        is_open = chance.random() < OPEN_SHARE
        due = NOW + timedelta(minutes=chance.randrange(60 * 24 * 90)) if is_open else None
        state = "accepted" if is_open else "order_issued"
        cases.write(
            f"{case_id}\tB{number:09d}\tcn\t{state}\t{is_open}\tf\t{court.pk}\t{NOW.isoformat()}\t{due.isoformat() if due else chr(92) + 'N'}\t0\n"
        )
        for name, share in SHARES.items():
            if chance.random() < share:
                grants.write(
                    f"{groups[name]}\t{work_permission_id()}\t{case_id}\taccepted\t2026-01-01T00:00:00Z\n"
                )
    with connection.cursor() as cursor:
        cases.seek(0)
        cursor.copy_expert(
            "COPY cases_case (id, staff_reference, profile_id, state, is_open, is_emergency, court_id,"
            " submitted_at, next_deadline, version) FROM STDIN",
            cases,
        )
        grants.seek(0)
        cursor.copy_expert(
            "COPY cases_casegroupobjectpermission (group_id, permission_id, content_object_id, ground, valid_from)"
            " FROM STDIN",
            grants,
        )
        cursor.execute("ANALYZE")


def ours(user: User) -> list[uuid.UUID]:
    rows = visible_to(user, NOW).filter(is_open=True).order_by("next_deadline", "id")
    return list(rows.values_list("id", flat=True)[:PAGE])


def shortcut(user: User) -> list[uuid.UUID]:
    rows = get_objects_for_user(
        user,
        "cases.work_on_case",
        Case.unscoped.filter(is_open=True),
        accept_global_perms=False,
        with_superuser=False,
    )
    return list(rows.order_by("next_deadline", "id").values_list("id", flat=True)[:PAGE])


def raw(user: User) -> list[uuid.UUID]:
    with connection.cursor() as cursor:
        cursor.execute(RAW, [GROUPS[user.pk], work_permission_id(), NOW, NOW])
        return [row[0] for row in cursor.fetchall()]


def milliseconds(work: Callable[[User], object], user: User) -> float:
    started = time.perf_counter()
    work(user)
    return (time.perf_counter() - started) * 1000


def measure(people: dict[str, User]) -> dict[str, dict[str, float]]:
    """Median milliseconds of each way for each body, after checking that all ways give the same page."""
    ways = {"ours": ours, "shortcut": shortcut, "raw SQL": raw}
    medians: dict[str, dict[str, float]] = {}
    for name, user in people.items():
        pages = [work(user) for work in ways.values()]
        assert all(page == pages[0] for page in pages), name
        times: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way, work in ways.items():
                times[way].append(milliseconds(work, user))
        medians[name] = {way: statistics.median(found) for way, found in times.items()}
    return medians


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    if Case.unscoped.exists():
        sys.exit("This benchmark needs an empty database of its own in DATABASE_URL.")
    people = make_bodies()
    results = {}
    made = 0
    for size in (total // 5, total):
        copy_cases(made, size, people)
        made = size
        results[size] = measure(people)
        print(f"{size} cases")
        for name, row in results[size].items():
            print(
                f"  {name:16} ours {row['ours']:7.2f} ms   raw SQL {row['raw SQL']:7.2f} ms   shortcut {row['shortcut']:8.2f} ms"
                f"   ours/raw ×{row['ours'] / row['raw SQL']:.1f}   shortcut/ours ×{row['shortcut'] / row['ours']:.1f}"
            )
    small, large = results[total // 5], results[total]
    growth = {name: large[name]["ours"] / small[name]["ours"] for name in SHARES}
    print(
        "growth of ours, fivefold cases: "
        + ", ".join(f"{name} ×{value:.2f}" for name, value in growth.items())
    )
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps({"medians_ms": results, "growth": growth}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
