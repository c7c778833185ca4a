"""How many due deadlines one worker takes up a rung in a second: step + message + next rung.

    DATABASE_URL=postgres://…/halfhour_bench python -m benchmarks.engine_firing [rows] [due rows per round]

In one run, round-robin, each way on rows of its own: ours (the whole `sweep`, 500 a transaction), one SQL
statement for all (the limit), the ORM in bulk, and one save per row. Targets (performance.md):
≥ 15,000 rows a second with one worker, ≥ 0.5 of the limit.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from benchmarks.engine_data import STARTED_AT, copy_running, execute, keep, median, prepare
from deadlines.engine import sweep
from deadlines.models import Deadline, EscalationStep, OutboxMessage

ROUNDS = 5
SINGLE_SAVES = 1_000
GAP = timedelta(minutes=1)
UP_TO_S1 = timedelta(hours=36)

ONE_STATEMENT = """
WITH due AS MATERIALIZED (
    SELECT id, user_id, started_at, next_action_at FROM deadlines_deadline
    WHERE state = 'running' AND next_action_at <= %(now)s
    FOR NO KEY UPDATE
), recorded AS (
    INSERT INTO deadlines_escalationstep (deadline_id, step, repeat, due_at, recorded_at)
    SELECT id, 'S0', 0, next_action_at, %(now)s FROM due RETURNING id, deadline_id
), told AS (
    INSERT INTO deadlines_outboxmessage
        (key, user_id, step_id, channel, template_id, params, urgent, state, created_at, not_before,
         attempts, sent_at, last_error)
    SELECT 'step:' || recorded.id || ':' || user_id || ':in_portal', user_id, recorded.id, 'in_portal',
           'staff.step', '{}', false, 'sent', %(now)s, %(now)s, 0, %(now)s, ''
    FROM recorded JOIN due ON due.id = recorded.deadline_id
)
UPDATE deadlines_deadline SET next_step = 'S1', next_action_at = due.started_at + interval '36 hours'
FROM due WHERE deadlines_deadline.id = due.id
"""


def due_rows(now: datetime) -> list[Deadline]:
    return list(
        Deadline.objects.select_for_update(no_key=True)
        .filter(state="running", next_action_at__lte=now)
        .order_by("next_action_at")[:500]
    )


def ours(now: datetime) -> int:
    return sweep(now).steps


def one_statement(now: datetime) -> int:
    with transaction.atomic():
        execute(ONE_STATEMENT, {"now": now})
    return EscalationStep.objects.filter(recorded_at=now).count()


def orm_in_bulk(now: datetime) -> int:
    done = 0
    while True:
        with transaction.atomic():
            rows = due_rows(now)
            if not rows:
                return done
            steps = EscalationStep.objects.bulk_create([step_of(row, now) for row in rows])
            OutboxMessage.objects.bulk_create(
                [message_of(row, step, now) for row, step in zip(rows, steps, strict=True)]
            )
            for row in rows:
                row.next_step, row.next_action_at = "S1", row.started_at + UP_TO_S1
            Deadline.objects.bulk_update(rows, ["next_step", "next_action_at"])
            done += len(rows)


def one_save_per_row(now: datetime) -> int:
    """Only the first `SINGLE_SAVES`; the rest of its rows are moved away unmeasured."""
    rows = list(
        Deadline.objects.filter(state="running", next_action_at__lte=now).order_by("next_action_at")[
            :SINGLE_SAVES
        ]
    )
    for row in rows:
        with transaction.atomic():
            step = step_of(row, now)
            step.save()
            message_of(row, step, now).save()
            row.next_step, row.next_action_at = "S1", row.started_at + UP_TO_S1
            row.save()
    return len(rows)


def step_of(row: Deadline, now: datetime) -> EscalationStep:
    return EscalationStep(deadline=row, step="S0", repeat=0, due_at=row.next_action_at, recorded_at=now)


def message_of(row: Deadline, step: EscalationStep, now: datetime) -> OutboxMessage:
    return OutboxMessage(
        key=f"step:{step.pk}:{row.user_id}:in_portal", user_id=row.user_id, step=step, channel="in_portal",
        template_id="staff.step", state="sent", created_at=now, not_before=now, sent_at=now,
    )  # fmt: skip


WAYS: dict[str, Callable[[datetime], int]] = {
    "ours_sweep_500": ours,
    "one_statement_limit": one_statement,
    "orm_in_bulk_500": orm_in_bulk,
    "one_save_per_row": one_save_per_row,
}


def main(rows: int, due: int) -> None:
    prepare()
    # Slice s starts, and is due, at minute s; everything after the last slice starts a year later.
    slices = ROUNDS * len(WAYS)

    def started_at(number: int) -> datetime:
        place = number // due
        return STARTED_AT + (place * GAP if place < slices else timedelta(days=365))

    copy_running(rows, started_at, step="S0", due_at=timedelta(0))
    speeds: dict[str, list[float]] = {name: [] for name in WAYS}
    for turn in range(slices):
        name = list(WAYS)[turn % len(WAYS)]
        now = STARTED_AT + turn * GAP + timedelta(seconds=1)
        begun = time.perf_counter()
        done = WAYS[name](now)
        speeds[name].append(done / (time.perf_counter() - begun))
        execute(
            "UPDATE deadlines_deadline SET next_action_at = started_at + interval '36 hours'"
            " WHERE state = 'running' AND next_action_at <= %s",
            [now],
        )
    figures = {name: round(median(values)) for name, values in speeds.items()}
    best = {name: round(max(values)) for name, values in speeds.items()}
    limit = figures["one_statement_limit"]
    mine = figures["ours_sweep_500"]
    keep(
        "engine_firing",
        {
            "rows": rows,
            "due_per_round": due,
            "rows_per_second": figures,
            "rows_per_second_best_round": best,
            "load_average": os.getloadavg()[0],
            "ours_to_limit": round(mine / limit, 2),
            "ours_to_bulk": round(mine / figures["orm_in_bulk_500"], 1),
            "ours_to_single_saves": round(mine / figures["one_save_per_row"], 1),
            "target": "≥ 15,000 rows/s and ≥ 0.5 of the limit",
            "target_met": mine >= 15_000 and mine >= 0.5 * limit,
        },
    )


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:]]
    main(given[0] if given else 1_000_000, given[1] if len(given) > 1 else 20_000)
