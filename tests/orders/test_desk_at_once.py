"""Two at once, on real connections: one ruling, and the other is told."""

import threading
from contextlib import closing

import pytest
from django.db import connection

from agencies.errors import Conflict
from agencies.roles import Role
from cases.services import acceptance
from deadlines import clock
from orders.models import ProtectionOrder, Ruling
from orders.services.decision import issue_order, reject_application
from tests.orders.test_decision import DECISION, REJECTION
from tests.record import ACCEPTED_AT, HOUR, make_district, make_filing, refreshed, submit_case


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", ["issue", "reject"])
def test_inv_23_sr_41_two_windows_that_sign_at_once_make_one_ruling(second: str) -> None:
    district = make_district("510118", "川0118")
    case = submit_case(make_filing(district)).case
    acceptance.accept_application(actor=district.one(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    judge, now = district.one(Role.JUDGE), ACCEPTED_AT + HOUR / 12
    version = refreshed(case).version
    start, outcomes = threading.Barrier(2), []

    def sign(decide, decision) -> None:
        with closing(connection):
            start.wait(timeout=20)
            try:
                decide(
                    actor=judge,
                    case=case.pk,
                    decision=decision,
                    signed_at=now,
                    now=now,
                    expected_version=version,
                )
                outcomes.append("signed")
            except Conflict as conflict:
                outcomes.append(conflict.who)

    windows = [
        (issue_order, DECISION),
        (issue_order, DECISION) if second == "issue" else (reject_application, REJECTION),
    ]
    threads = [threading.Thread(target=sign, args=window) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == sorted(["signed", judge.display_name])
    assert Ruling.unscoped.filter(case=case).count() == 1
    assert ProtectionOrder._base_manager.filter(case=case).count() <= 1
    clock.forget()
