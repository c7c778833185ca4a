"""The clocks that matter to her, out of the many that the court keeps (law.md 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cases.models import Case
from cases.vocabulary import State
from deadlines.models import Deadline
from deadlines.profile import load_profile

ACCEPTANCE, DECISION, EMERGENCY_DECISION = "D01", "D02", "D03"
CORRECTION, RECONSIDERATION = "D06", "D11"
# What her page shows on top, by where the case stands; the most telling first. The end of an order
# stands beside the order itself.
HER_CLOCKS: Mapping[str, Sequence[str]] = {
    State.SUBMITTED: (ACCEPTANCE,),
    State.CORRECTION_REQUESTED: (CORRECTION, ACCEPTANCE),
    State.ACCEPTED: (EMERGENCY_DECISION, DECISION),
    State.REJECTED: (RECONSIDERATION,),
}


def clock_of(case: Case, rule_id: str) -> Deadline | None:
    """The running deadline of one rule."""
    return next((row for row in _running(case) if row.rule_id == rule_id), None)


def clock_that_counts(case: Case) -> Deadline | None:
    """The one running deadline that her page shows."""
    wanted = HER_CLOCKS.get(case.state, ())
    rows = [row for row in _running(case) if row.rule_id in wanted]
    return min(rows, key=lambda row: wanted.index(row.rule_id), default=None)


def decision_hours(case: Case) -> int | None:
    """Hours from acceptance in which the court must decide, by the case's profile."""
    return _hours(case.profile_id, EMERGENCY_DECISION if case.is_emergency else DECISION)


def emergency_hours(profile_id: str) -> int | None:
    """Hours in which an emergency must be decided."""
    return _hours(profile_id, EMERGENCY_DECISION)


def _running(case: Case) -> list[Deadline]:
    return list(Deadline.objects.filter(subject_id=case.pk, state=Deadline.State.RUNNING))


def _hours(profile_id: str, rule_id: str) -> int | None:
    length = load_profile(profile_id).clocks[rule_id].length
    return length.amount if length and length.unit == "h" else None
