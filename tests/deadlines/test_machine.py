"""Random timelines: the stored rows follow step by step what a rebuild from the whole timeline gives."""

from datetime import timedelta
from typing import ClassVar
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deadlines.models import Deadline, EscalationStep
from deadlines.services import compare, sweep
from tests.deadlines.conftest import ACCEPTED_AT, Subject, World

HOUR = timedelta(hours=1)
CLOCKS = ("D02", "D03")


def payloads(*choices):
    return st.sampled_from(choices)


EVENTS = st.one_of(
    st.tuples(st.just("emergency.marked"), st.just({})),
    st.tuples(st.just("emergency.unmarked"), st.just({})),
    st.tuples(st.just("application.transferred"), st.just({})),
    st.tuples(st.just("correction.requested"), payloads({"days": 3}, {})),
    st.tuples(st.just("correction.supplied"), st.just({})),
    st.tuples(st.just("application.accepted"), payloads({"emergency": True}, {"emergency": False})),
    st.tuples(
        st.just("order.issued"),
        payloads(
            {"recipients": ["applicant", "police"], "last_day": "2026-06-30"}, {"recipients": ["respondent"]}
        ),
    ),
    st.tuples(st.just("application.rejected"), st.just({"recipients": ["applicant"]})),
    st.tuples(st.just("withdrawal.requested"), st.just({})),
    st.tuples(st.just("withdrawal.allowed"), st.just({})),
    st.tuples(st.just("service.completed"), payloads({"recipient": "police"}, {"recipient": "applicant"})),
    st.tuples(st.just("order.acknowledged"), st.just({})),
    st.tuples(st.just("evidence.requested"), payloads({"request": "q1"}, {"request": "q2"})),
    st.tuples(st.just("evidence.supplied"), payloads({"request": "q1"}, {})),
    st.tuples(st.just("order.extended"), st.just({"last_day": "2026-12-30"})),
    st.tuples(st.just("order.revoked"), st.just({})),
    st.tuples(st.just("visit.recorded"), payloads({"clean": True}, {"clean": False})),
    st.tuples(st.just("danger.assessed"), payloads({"level": "high"}, {"level": "extreme"})),
    st.tuples(st.just("warning.issued"), st.just({})),
    st.tuples(st.just("breach.reported"), payloads({"breach": "b1"}, {"breach": "b2"})),
    st.tuples(st.just("breach.attended"), payloads({"breach": "b1"})),
)
GAPS = st.timedeltas(min_value=timedelta(0), max_value=30 * HOUR)


class _RolledBack(Exception):
    """Ends an example without leaving its rows."""


class _Story:
    """One subject's life, checked after every event and every sweep."""

    seen: ClassVar[set[str]] = set()

    def __init__(self, world: World) -> None:
        self.subject = Subject(world, uuid4())
        self.now = ACCEPTED_AT
        self.is_accepted = self.is_decided = False

    def live(self, event_type, payload, gap, has_sweep) -> None:
        self.now += gap
        if has_sweep:
            self._sweep_and_check_that_nothing_is_decided()
        result = self.subject.happen(event_type, self.now, **payload)
        self.is_accepted = self.is_accepted or event_type == "application.accepted"
        decided = {"order.issued", "application.rejected", "withdrawal.allowed"}
        self.is_decided = self.is_decided or (self.is_accepted and event_type in decided)
        rows = list(Deadline.objects.filter(subject_id=self.subject.subject_id))
        assert compare(subject_id=self.subject.subject_id, profile_id="cn", events=self.subject.events) == []
        self._check(rows)
        duties = [row.strict_at for row in rows if row.is_running and row.ladder and row.nature == "duty"]
        assert result.next_deadline == min(duties, default=None)

    def _check(self, rows: list[Deadline]) -> None:
        running = [row for row in rows if row.is_running]
        decisions = [row for row in running if row.rule_id in CLOCKS]
        assert len(decisions) <= 1
        if self.is_accepted and not self.is_decided:
            assert len(decisions) == 1
        for row in rows:
            assert row.strict_at <= row.legal_at <= row.strict_at + HOUR
            assert (row.closed_at is None) == row.is_running
            assert row.is_running or row.next_action_at is None

    def _sweep_and_check_that_nothing_is_decided(self) -> None:
        mine = Deadline.objects.filter(subject_id=self.subject.subject_id).order_by("pk")
        before = list(mine.values_list("pk", "state", "closed_at", "strict_at"))
        sweep(self.now)
        assert list(mine.values_list("pk", "state", "closed_at", "strict_at")) == before
        for row in mine.filter(state="running", next_action_at__isnull=False):
            assert row.next_action_at > self.now
        late = EscalationStep.objects.filter(deadline__in=mine, due_at__gt=self.now)
        assert not late.exists()


@pytest.mark.django_db
@given(st.lists(st.tuples(EVENTS, GAPS, st.booleans()), max_size=12))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_inv_01_02_07_10_rows_follow_every_timeline(world, steps):
    with pytest.raises(_RolledBack), transaction.atomic():
        story = _Story(world)
        story.live("application.submitted", {"emergency": False}, timedelta(0), False)
        for (event_type, payload), gap, has_sweep in steps:
            story.live(event_type, payload, gap, has_sweep)
        raise _RolledBack
