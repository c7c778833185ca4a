"""Random walks through the application's machine: legal steps are taken, illegal ones leave no trace."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from agencies.errors import Conflict, InvalidInput, NotAllowed, TransitionRefused
from agencies.roles import Role
from cases.chain import first_broken_link
from cases.change import timeline_of
from cases.models import Case, CaseEvent
from cases.scope import whole_record
from cases.services import acceptance
from cases.transitions import APPLICATION
from cases.vocabulary import OPEN_STATES, State
from deadlines.models import Deadline
from deadlines.services import compare
from orders.decisions import MeasureChosen, OrderDecision, RejectionDecision
from orders.models import Ruling
from orders.services.decision import issue_order, reject_application
from tests.record import SUBMITTED_AT, applicant_of, make_district, make_filing, refreshed, submit_case

REFUSALS = (Conflict, InvalidInput, NotAllowed, TransitionRefused)
ORDER = OrderDecision(
    measures=[MeasureChosen("M1")], months=1, facts_found="查明的事实。", reasons="理由充分，具有较大可能性。"
)
REJECTION = RejectionDecision(
    failed_conditions=["definite_request"], facts_found="查明的事实。", reasons="没有具体的请求，应予驳回。"
)
COMMANDS = (
    "request_correction",
    "supply",
    "transfer",
    "decline_acceptance",
    "accept",
    "mark_emergency",
    "unmark_emergency",
    "recuse",
    "issue",
    "reject",
)
# The machine is walked with the decisions near its end, so that most walks get far.
STEPS = st.lists(
    st.tuples(st.sampled_from(COMMANDS), st.integers(min_value=0, max_value=60 * 30)), min_size=3, max_size=9
)


class TestApplicationMachine(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(emergency=st.booleans(), steps=STEPS)
    def test_inv_01_07_10_23_38_39_hold_on_every_walk(
        self, emergency: bool, steps: list[tuple[str, int]]
    ) -> None:
        self.home = make_district("510118", "川0118")
        self.away = make_district("510131", "川0131")
        answers = {"next_day": "yes"} if emergency else {}
        case = submit_case(make_filing(self.home, danger_answers=answers)).case
        now = SUBMITTED_AT
        for command, minutes in steps:
            now += timedelta(minutes=minutes)
            before, events = refreshed(case), CaseEvent.unscoped.filter(case=case).count()
            try:
                self._do(command, before, now)
            except REFUSALS:
                after = refreshed(case)
                assert (after.state, after.version) == (before.state, before.version)
                assert CaseEvent.unscoped.filter(case=case).count() == events
            else:
                arrow = APPLICATION.find(before.state, command)
                assert refreshed(case).state == (arrow.target if arrow else before.state)
                assert CaseEvent.unscoped.filter(case=case).count() > events
            self._check(refreshed(case))

    def _do(self, command: str, case: Case, now: datetime) -> None:
        district = self.home if case.court == self.home.court else self.away
        clerk, judge = district.one(Role.FILING_CLERK), case.assigned_judge or district.one(Role.JUDGE)
        match command:
            case "request_correction":
                acceptance.request_correction(actor=clerk, case=case, points=["姓名"], days=3, now=now)
            case "supply":
                acceptance.supply_correction(actor=applicant_of(case), case=case, now=now)
            case "transfer":
                other = self.away if district is self.home else self.home
                acceptance.transfer(actor=clerk, case=case, court=other.court, reason="管辖在那边", now=now)
            case "decline_acceptance":
                acceptance.decline_acceptance(actor=clerk, case=case, reason_code="not_domestic", now=now)
            case "accept":
                acceptance.accept_application(actor=clerk, case=case, now=now)
            case "mark_emergency":
                acceptance.mark_emergency(actor=clerk, case=case, reason_code="weapon", now=now)
            case "unmark_emergency":
                acceptance.unmark_emergency(actor=judge, case=case, reason_code="judge_view", now=now)
            case "recuse":
                acceptance.recuse(actor=judge, case=case, now=now)
            case "issue":
                issue_order(actor=judge, case=case, decision=ORDER, signed_at=now, now=now)
            case "reject":
                reject_application(actor=judge, case=case, decision=REJECTION, signed_at=now, now=now)

    def _check(self, case: Case) -> None:
        decision_clocks = Deadline.objects.filter(
            subject_id=case.pk, rule_id__in=("D02", "D03"), state="running"
        )
        assert decision_clocks.count() == (1 if case.state == State.ACCEPTED else 0)
        assert case.is_open == (State(case.state) in OPEN_STATES)
        for clock in Deadline.objects.filter(subject_id=case.pk):
            assert clock.strict_at <= clock.legal_at <= clock.strict_at + timedelta(hours=1)
        for clock in decision_clocks:
            assert clock.strict_at <= case.accepted_at + timedelta(hours=72)
        with whole_record("the test compares"):
            assert compare(subject_id=case.pk, profile_id=case.profile_id, events=timeline_of(case)) == []
            assert Ruling.objects.filter(case=case).count() <= 1
        chain = list(CaseEvent.unscoped.filter(case=case).order_by("sequence"))
        assert first_broken_link(chain) is None
