"""Nobody decides: real workers and a real beat climb the ladder, people are told, nothing is decided."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from agencies.demo import DemoPeople, seed_agencies
from cases.models import Case, CaseEvent
from cases.services import acceptance
from cases.vocabulary import State
from deadlines import clock
from deadlines.models import Deadline, EscalationStep, OutboxMessage
from orders.models import Ruling
from tests.journeys.steps import sign_in
from tests.record import District, make_filing, submit_case
from tests.workers import CeleryStack

pytestmark = [pytest.mark.journey, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
LADDER = [("S0", 0), ("S1", 0), ("S2", 0), ("S3", 0), ("S4", 0), ("S5", 0), ("S5", 1)]


def accepted_case(people: DemoPeople, at: datetime) -> Case:
    agencies = people.agencies
    xinjin = District(
        region="510118",
        court=agencies["xinjin.court"],
        police=agencies["xinjin.police"],
        federation=agencies["xinjin.federation"],
        committee=agencies["xinjin.committee"],
    )
    case = submit_case(make_filing(xinjin), at=at).case
    return acceptance.accept_application(actor=people.users["xinjin.clerk1"], case=case, now=at)


def decision_clock(case: Case) -> Deadline:
    return Deadline.objects.get(subject_id=case.pk, rule_id="D02")


def recorded(case: Case) -> list[tuple[str, int]]:
    rows = EscalationStep.objects.filter(deadline=decision_clock(case)).order_by("due_at", "step")
    return list(rows.values_list("step", "repeat"))


def test_inv_07_08_09_the_ladder_climbs_and_decides_nothing(
    celery_stack: CeleryStack,
    desktop: Callable[..., Page],
    picture: Callable[[Page, str], Path],
) -> None:
    start = clock.now()
    people = seed_agencies(start)
    case = accepted_case(people, start)
    due = decision_clock(case)
    length = due.strict_at - due.started_at
    climbs = [
        due.started_at,
        due.started_at + length / 2,
        due.started_at + length * 0.75,
        due.started_at + length * 0.9,
        due.strict_at,
        due.legal_at,
        due.legal_at + timedelta(hours=4),
    ]
    for reached, instant in enumerate(climbs, start=1):
        clock.set_to(instant + SECOND)
        celery_stack.wait_for(lambda reached=reached: len(recorded(case)) >= reached, seconds=60)
        assert recorded(case) == LADDER[:reached]

    # A worker dies and another beat starts: still each step once (INV-08).
    celery_stack.kill("urgent")
    celery_stack.start("urgent")
    clock.set_to(due.legal_at + timedelta(hours=8) + SECOND)
    celery_stack.wait_for(lambda: len(recorded(case)) == len(LADDER) + 1, seconds=60)
    steps = EscalationStep.objects.filter(deadline=due)
    assert max(Counter(steps.values_list("step", "repeat")).values()) == 1
    assert {row.due_at for row in steps} == {*climbs, due.legal_at + timedelta(hours=8)}

    told = OutboxMessage.objects.filter(step__deadline=due, channel="in_portal")
    assert max(Counter(told.values_list("user_id", "step_id")).values()) == 1
    president = people.users["xinjin.president1"]
    assert told.filter(user=president).exists()
    assert told.filter(user=people.users["chengdu.supervisor1"]).exists()

    # Overdue decides nothing: the state, the rulings and the timeline are what people made them.
    assert Case.unscoped.get(pk=case.pk).state == State.ACCEPTED
    assert not Ruling.unscoped.exists()
    assert not CaseEvent.unscoped.filter(case=case, actor_kind="system").exists()

    judge = desktop()
    sign_in(judge, people.users["xinjin.judge1"])
    judge.goto("/desk/judge/")
    expect(judge.locator("main")).to_contain_text("已超时限")
    picture(judge, "judge-overdue")
    clock.reset()
