"""What a sweep costs when nothing is due, as the number of running deadlines grows.

    DATABASE_URL=postgres://…/halfhour_bench python -m benchmarks.engine_idle_sweep [10000 100000 1000000]

Beside it the same question without the partial index, in the same run, round-robin: the index is dropped
and put back by a rollback. Target (performance.md): ≤ 1 ms in the database, flat.
"""

import json
import sys
import time
from datetime import timedelta

from django.db import transaction

from benchmarks.engine_data import STARTED_AT, copy_running, execute, keep, median, prepare
from deadlines import engine
from deadlines.firing_sql import FIRE

ROUNDS = 15
NOW = STARTED_AT + timedelta(hours=1)


class Restored(Exception):
    """Puts the index back."""


def statement_ms() -> float:
    """Execution of the sweep's statement as the database times it itself."""
    columns = engine._ladder_columns(tuple(engine.profile_ids()))
    values = {**columns, "now": NOW, "batch": engine.BATCH, "retry_at": NOW, "late_before": NOW}
    [[plan]] = execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {FIRE}", values)
    parsed = plan if isinstance(plan, list) else json.loads(str(plan))
    return float(parsed[0]["Execution Time"])


def statement_without_index_ms() -> float:
    measured = 0.0
    try:
        with transaction.atomic():
            execute("DROP INDEX deadlines_due")
            measured = statement_ms()
            raise Restored
    except Restored:
        return measured


def whole_sweep_ms() -> float:
    """With Python, round trips, the alarm query and the heartbeat."""
    begun = time.perf_counter()
    result = engine.sweep(NOW)
    assert result.steps == 0
    return (time.perf_counter() - begun) * 1000


def measure(count: int) -> dict[str, float]:
    prepare()
    # S1 of each stands 36 hours after its start: none is due at NOW.
    copy_running(count, lambda number: STARTED_AT, step="S1", due_at=timedelta(hours=36))
    ways = {
        "statement_ms": statement_ms,
        "whole_sweep_ms": whole_sweep_ms,
        "without_partial_index_ms": statement_without_index_ms,
    }
    for way in ways.values():
        way()
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(way())
    [[table], [all_indexes]] = execute(
        "SELECT pg_table_size('deadlines_deadline') UNION ALL SELECT pg_indexes_size('deadlines_deadline')"
    )
    figures = {name: round(median(values), 3) for name, values in times.items()}
    return {**figures, "bytes_per_row": round((int(str(table)) + int(str(all_indexes))) / count)}


def main(sizes: list[int]) -> None:
    by_size = {size: measure(size) for size in sizes}
    first, last = by_size[sizes[0]], by_size[sizes[-1]]
    keep(
        "engine_idle_sweep",
        {
            "by_size": by_size,
            "growth_with_index": round(last["statement_ms"] / first["statement_ms"], 2),
            "growth_without": round(last["without_partial_index_ms"] / first["without_partial_index_ms"], 2),
            "times_faster_at_largest": round(last["without_partial_index_ms"] / last["statement_ms"], 1),
            "target": "statement ≤ 1 ms and flat",
            "target_met": last["statement_ms"] <= 1.0,
        },
    )


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000])
