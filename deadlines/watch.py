"""What the watchdog looks at: is the engine alive, is anything left lying. It shares no code path with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error as DatabaseAway
from django.db import connection

SWEEP_MAY_BE = timedelta(seconds=60)
DUE_MAY_BE = timedelta(seconds=90)

_LOOK = """
    SELECT clock_timestamp() - (SELECT max(beat_at) FROM deadlines_engineheartbeat WHERE part = 'sweep'),
           (SELECT %(now)s - min(next_action_at) FROM deadlines_deadline
            WHERE state = 'running' AND next_action_at <= %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong; `kind` is stable, `words` carry figures only."""

    kind: str
    words: str


def look(now: datetime) -> list[Finding]:
    """What is wrong at `now`, empty when all is well. A database that is away is a finding, no error."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(_LOOK, {"now": now})
            sweep_age, oldest_due = cursor.fetchone()
    except DatabaseAway as error:
        connection.close()
        return [Finding("database_away", f"the database does not answer ({type(error).__name__})")]
    findings = []
    if sweep_age is None:
        findings.append(Finding("engine_silent", "the engine has never reported"))
    elif sweep_age > SWEEP_MAY_BE:
        findings.append(Finding("engine_silent", f"last sweep {int(sweep_age.total_seconds())} s ago"))
    if oldest_due is not None and oldest_due > DUE_MAY_BE:
        findings.append(Finding("due_left_lying", f"oldest due step {int(oldest_due.total_seconds())} s old"))
    return findings
