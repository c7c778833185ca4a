"""Case numbers: no gap, no repeat, in parallel and over New Year in Shanghai (INV-22, SR-41)."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from django.db import connection

from agencies.errors import Conflict, InvalidInput
from agencies.roles import Role
from cases.models import Case, CaseEvent
from cases.services import acceptance
from tests.record import (
    ACCEPTED_AT,
    PASSPHRASE,
    SHANGHAI,
    SUBMITTED_AT,
    District,
    make_district,
    make_filing,
    refreshed,
    submit_case,
)

AT_ONCE, CASES = 6, 24


def in_parallel(work: Callable[[int], object], count: int) -> list[object]:
    """Run `work` for 0 … count-1 in threads with connections of their own; exceptions are results."""
    start = threading.Barrier(AT_ONCE, timeout=30)

    def one(number: int) -> object:
        try:
            if number < AT_ONCE:
                start.wait()
            return work(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_inv_22_parallel_acceptances_leave_no_gap_and_no_repeat() -> None:
    xinjin = make_district("510118", "川0118")
    cases = [submit_case(make_filing(xinjin)).case for _ in range(CASES)]
    clerks = xinjin.people[Role.FILING_CLERK]

    def accept(number: int) -> Case:
        return acceptance.accept_application(actor=clerks[number % 2], case=cases[number], now=ACCEPTED_AT)

    results = in_parallel(accept, CASES)
    assert [result for result in results if isinstance(result, Exception)] == []
    numbers = {refreshed(case).number for case in cases}
    assert numbers == {f"（2026）川0118民保令{running}号" for running in range(1, CASES + 1)}


@pytest.mark.django_db(transaction=True)
def test_sr_41_many_clerks_on_one_case_one_wins_and_the_others_read_who() -> None:
    xinjin = make_district("510118", "川0118")
    case = submit_case(make_filing(xinjin)).case
    clerks = xinjin.people[Role.FILING_CLERK]
    results = in_parallel(
        lambda number: acceptance.accept_application(actor=clerks[number % 2], case=case, now=ACCEPTED_AT),
        AT_ONCE,
    )
    conflicts = [result for result in results if isinstance(result, Conflict)]
    assert len(conflicts) == AT_ONCE - 1
    winner = CaseEvent.unscoped.get(case=case, type="application.accepted").actor
    assert {conflict.who for conflict in conflicts} == {winner.display_name}
    assert refreshed(case).number == "（2026）川0118民保令1号"


@pytest.mark.django_db(transaction=True)
def test_inv_44_a_double_tap_at_the_same_instant_makes_one_case() -> None:
    from cases.services import filing

    xinjin = make_district("510118", "川0118")
    draft = filing.start_draft(now=SUBMITTED_AT)
    filing.protect_draft(draft=draft, passphrase=PASSPHRASE, now=SUBMITTED_AT)
    filed = make_filing(xinjin)
    receipts = in_parallel(
        lambda _number: filing.submit(draft=draft, filing=filed, now=SUBMITTED_AT), AT_ONCE
    )
    assert Case.unscoped.count() == 1
    assert len({(receipt.case.pk, receipt.reference) for receipt in receipts}) == 1


def test_inv_22_a_refused_acceptance_uses_no_number(xinjin: District) -> None:
    case, other = (submit_case(make_filing(xinjin)).case for _ in range(2))
    clerk = xinjin.one(Role.FILING_CLERK)
    with pytest.raises(Conflict):
        acceptance.accept_application(actor=clerk, case=case, now=ACCEPTED_AT, expected_version=99)
    with pytest.raises(InvalidInput):
        acceptance.request_correction(actor=clerk, case=case, points=[], days=3, now=ACCEPTED_AT)
    accepted = acceptance.accept_application(actor=clerk, case=other, now=ACCEPTED_AT)
    assert accepted.number == "（2026）川0118民保令1号"


def test_inv_22_the_year_turns_at_midnight_in_shanghai(xinjin: District) -> None:
    clerk = xinjin.one(Role.FILING_CLERK)
    last_second = datetime(2026, 12, 31, 23, 59, 59, tzinfo=SHANGHAI)
    first_second = datetime(2027, 1, 1, 0, 0, 0, tzinfo=SHANGHAI)
    numbers = []
    for at in (last_second, first_second, first_second):
        case = submit_case(make_filing(xinjin), at=SUBMITTED_AT).case
        numbers.append(acceptance.accept_application(actor=clerk, case=case, now=at).number)
    assert numbers == ["（2026）川0118民保令1号", "（2027）川0118民保令1号", "（2027）川0118民保令2号"]


def test_inv_22_each_court_counts_for_itself(xinjin: District, neighbour: District) -> None:
    numbers = []
    for district in (xinjin, neighbour):
        case = submit_case(make_filing(district)).case
        clerk = district.one(Role.FILING_CLERK)
        numbers.append(acceptance.accept_application(actor=clerk, case=case, now=ACCEPTED_AT).number)
    assert numbers == ["（2026）川0118民保令1号", "（2026）川0131民保令1号"]
