"""From rulings and services to answers; what is closed to the reader is not in the view to begin with."""

from __future__ import annotations

from typing import Any

from cases.desk.opening import Opened
from orders.decisions import Decision, OrderDecision
from orders.selectors import (
    IN_FORCE,
    DecisionView,
    MeasureView,
    ServiceView,
    acknowledgements_of,
    services_of,
)


def order_answer(opened: Opened, decided: DecisionView) -> dict[str, Any]:
    """The ruling, its measures, and how far service has come."""
    return {
        "kind": decided.kind,
        "kind_words": decided.kind_words,
        "number": decided.number,
        "judge": decided.judge,
        "made_at": decided.made_at,
        "failed_conditions": decided.failed_conditions,
        "late_reason": decided.late_reason,
        "state": decided.state,
        "state_words": decided.state_words,
        "is_in_force": decided.state == IN_FORCE,
        "months": decided.months,
        "last_on": decided.last_on,
        "ends_at": decided.ends_at,
        "measures": [_measure(row) for row in decided.measures],
        "places": [{"kind": kind, "confirmed_known": known} for kind, known in decided.places],
        "services": services_answer(opened),
        "acknowledgements": acknowledgements_of(opened.case),
    }


def services_answer(opened: Opened) -> list[dict[str, Any]]:
    """Service on every recipient; attempts for the court and those who serve."""
    return [_service(row) for row in services_of(opened.user, opened.case, opened.now)]


def draft_answer(decision: Decision, version: int) -> dict[str, Any]:
    """A draft as it stands, complete or not; its places are closed and not part of the answer."""
    answer: dict[str, Any] = {
        "version": version,
        "kind": "order" if isinstance(decision, OrderDecision) else "rejection",
        "claims": decision.claims,
        "facts_found": decision.facts_found,
        "reasons": decision.reasons,
        "late_reason": decision.late_reason,
    }
    if isinstance(decision, OrderDecision):
        return answer | {"months": decision.months, "measures": list(decision.measures)}
    return answer | {"failed_conditions": list(decision.failed_conditions)}


def _measure(row: MeasureView) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "distance_metres": row.distance_metres,
        "within_days": row.within_days,
        "words": row.words,
    }


def _service(row: ServiceView) -> dict[str, Any]:
    clock = row.clock
    return {
        "id": row.id,
        "recipient": row.recipient,
        "recipient_words": row.recipient_words,
        "body": row.body,
        "is_served": row.is_served,
        "served_at": row.served_at,
        "deadline": {
            "strict_at": clock.deadline.strict_at,
            "legal_at": clock.deadline.legal_at,
            "state": clock.deadline.state,
            "is_overdue": clock.is_overdue,
        }
        if clock
        else None,
        "attempts": row.attempts,
    }
