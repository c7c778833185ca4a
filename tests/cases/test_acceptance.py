"""From submission to acceptance: the rules of law.md that the filing desk lives by."""

import pytest

from agencies.errors import Conflict, InvalidInput, NotAllowed, TransitionRefused
from agencies.roles import Role
from cases.models import Case, CaseEvent, Evidence, Note
from cases.policy import may, visible_to
from cases.scope import ScopeMissing, whole_record
from cases.services import acceptance, evidence, filing, notes
from cases.vocabulary import Audience, EvidenceKind, State
from deadlines.models import Deadline, OutboxMessage
from tests.record import (
    ACCEPTED_AT,
    HOUR,
    SHANGHAI,
    SUBMITTED_AT,
    District,
    applicant_of,
    make_filing,
    refreshed,
    submit_case,
    urgent_answers,
)

DECISION_RULES = ("D02", "D03")


def running(case: Case, *rules: str) -> list[Deadline]:
    return list(Deadline.objects.filter(subject_id=case.pk, rule_id__in=rules, state="running"))


def types(case: Case) -> list[str]:
    return list(CaseEvent.unscoped.filter(case=case).order_by("sequence").values_list("type", flat=True))


def test_inv_05_submission_alone_starts_no_decision_clock_and_d01_runs(submitted_case: Case) -> None:
    assert running(submitted_case, *DECISION_RULES) == []
    assert [row.rule_id for row in running(submitted_case, "D01")] == ["D01"]


def test_inv_01_an_accepted_application_has_exactly_one_running_decision_clock(accepted_case: Case) -> None:
    assert [row.rule_id for row in running(accepted_case, *DECISION_RULES)] == ["D02"]
    assert running(accepted_case, "D01") == []


def test_v01_through_the_service(accepted_case: Case) -> None:
    clock = running(accepted_case, "D02")[0]
    assert clock.strict_at.astimezone(SHANGHAI).isoformat() == "2026-03-14T10:20:00+08:00"
    assert clock.legal_at.astimezone(SHANGHAI).isoformat() == "2026-03-14T11:00:00+08:00"
    assert accepted_case.next_deadline == clock.strict_at


def test_v02_an_emergency_claimed_by_her_is_accepted_as_one(xinjin: District, urgent_case: Case) -> None:
    case = acceptance.accept_application(
        actor=xinjin.one(Role.FILING_CLERK), case=urgent_case, now=ACCEPTED_AT
    )
    assert case.is_emergency
    assert [row.rule_id for row in running(case, *DECISION_RULES)] == ["D03"]
    assert case.next_deadline == ACCEPTED_AT + 24 * HOUR


def test_acceptance_numbers_assigns_and_puts_the_district_on_the_case(
    xinjin: District, accepted_case: Case
) -> None:
    assert accepted_case.number == "（2026）川0118民保令1号"
    assert accepted_case.assigned_judge == xinjin.one(Role.JUDGE)
    for role in (Role.OFFICER, Role.FEDERATION_WORKER):
        assert visible_to(xinjin.one(role), ACCEPTED_AT).filter(pk=accepted_case.pk).exists()
    told = OutboxMessage.objects.filter(subject_id=accepted_case.pk, template_id="staff.case_shared")
    assert {message.user for message in told} == {
        xinjin.one(Role.OFFICER),
        xinjin.one(Role.FEDERATION_WORKER),
    }


def test_police_and_federation_see_nothing_before_acceptance(xinjin: District, submitted_case: Case) -> None:
    for role in (Role.OFFICER, Role.FEDERATION_WORKER):
        assert not visible_to(xinjin.one(role), SUBMITTED_AT).exists()


def test_sr_15_another_district_sees_nothing(neighbour: District, accepted_case: Case) -> None:
    for role, people in neighbour.people.items():
        assert not visible_to(people[0], ACCEPTED_AT).exists(), role


def test_the_second_clerk_reads_who_accepted_and_when(xinjin: District, submitted_case: Case) -> None:
    first, second = xinjin.people[Role.FILING_CLERK]
    acceptance.accept_application(actor=first, case=submitted_case, now=ACCEPTED_AT)
    with pytest.raises(Conflict) as conflict:
        acceptance.accept_application(actor=second, case=submitted_case, now=ACCEPTED_AT + HOUR)
    assert (conflict.value.who, conflict.value.when) == (first.display_name, ACCEPTED_AT)
    assert types(submitted_case).count("application.accepted") == 1


def test_inv_06_a_transfer_keeps_the_receipt_instant(
    xinjin: District, neighbour: District, submitted_case: Case
) -> None:
    before = running(submitted_case, "D01")[0].strict_at
    clerk = xinjin.one(Role.FILING_CLERK)
    acceptance.transfer(
        actor=clerk,
        case=submitted_case,
        court=neighbour.court,
        reason="对方和事发地都在那边",
        now=SUBMITTED_AT + HOUR,
    )
    assert [row.strict_at for row in running(submitted_case, "D01")] == [before]
    assert refreshed(submitted_case).submitted_at == SUBMITTED_AT


def test_inv_30_rights_end_in_the_transaction_of_the_transfer(
    xinjin: District, neighbour: District, submitted_case: Case
) -> None:
    clerk, later = xinjin.one(Role.FILING_CLERK), SUBMITTED_AT + HOUR
    acceptance.transfer(
        actor=clerk, case=submitted_case, court=neighbour.court, reason="不在本院管辖范围", now=later
    )
    assert not may(clerk, "case.view", refreshed(submitted_case), later)
    assert may(neighbour.one(Role.FILING_CLERK), "case.view", refreshed(submitted_case), later)


def test_inv_20_a_second_correction_notice_is_refused(xinjin: District, submitted_case: Case) -> None:
    clerk = xinjin.one(Role.FILING_CLERK)
    acceptance.request_correction(
        actor=clerk, case=submitted_case, points=["对方的姓名"], days=3, now=SUBMITTED_AT + HOUR
    )
    acceptance.supply_correction(
        actor=applicant_of(submitted_case), case=submitted_case, now=SUBMITTED_AT + 2 * HOUR
    )
    with pytest.raises(TransitionRefused):
        acceptance.request_correction(
            actor=clerk, case=submitted_case, points=["出生日期"], days=3, now=SUBMITTED_AT + 3 * HOUR
        )


def test_inv_21_an_emergency_is_accepted_without_id_papers(xinjin: District) -> None:
    filed = make_filing(
        xinjin,
        applicant=filing.PersonFiled(),
        respondent=filing.PersonFiled(also_known_as="老赵"),
        danger_answers=urgent_answers(),
        details=[],
    )
    case = submit_case(filed).case
    accepted = acceptance.accept_application(actor=xinjin.one(Role.FILING_CLERK), case=case, now=ACCEPTED_AT)
    assert accepted.state == State.ACCEPTED


def test_inv_03_marking_and_unmarking(xinjin: District, accepted_case: Case) -> None:
    judge = xinjin.one(Role.JUDGE)
    acceptance.mark_emergency(
        actor=judge, case=accepted_case, reason_code="weapon", now=ACCEPTED_AT.replace(hour=20, minute=10)
    )
    assert running(accepted_case, "D03")[0].strict_at == ACCEPTED_AT.replace(hour=20, minute=10) + 24 * HOUR
    acceptance.unmark_emergency(
        actor=judge, case=accepted_case, reason_code="judge_view", now=ACCEPTED_AT + 22 * HOUR
    )
    assert [row.strict_at for row in running(accepted_case, *DECISION_RULES)] == [ACCEPTED_AT + 72 * HOUR]


def test_only_a_judge_unmarks(xinjin: District, urgent_case: Case) -> None:
    clerk = xinjin.one(Role.FILING_CLERK)
    acceptance.accept_application(actor=clerk, case=urgent_case, now=ACCEPTED_AT)
    with pytest.raises(NotAllowed):
        acceptance.unmark_emergency(
            actor=clerk, case=urgent_case, reason_code="judge_view", now=ACCEPTED_AT + HOUR
        )


def test_inv_25_a_recused_judge_sees_nothing_and_the_next_judge_takes_over(
    xinjin: District, accepted_case: Case
) -> None:
    judge, successor = xinjin.people[Role.JUDGE]
    acceptance.recuse(actor=judge, case=accepted_case, now=ACCEPTED_AT + HOUR)
    assert not visible_to(judge, ACCEPTED_AT + HOUR).exists()
    assert not may(judge, "case.view", accepted_case, ACCEPTED_AT + HOUR)
    assert refreshed(accepted_case).assigned_judge == successor


def test_inv_38_every_write_appends_one_timeline_event(xinjin: District, accepted_case: Case) -> None:
    before = len(types(accepted_case))
    officer, worker = xinjin.one(Role.OFFICER), xinjin.one(Role.FEDERATION_WORKER)
    evidence.add_record(
        actor=officer,
        case=accepted_case,
        kind=EvidenceKind.E02,
        description="到场处置",
        incident_number="J510118202603110042",
        now=ACCEPTED_AT + HOUR,
    )
    notes.add_note(
        actor=worker, case=accepted_case, text="已电话联系", audience=Audience.ON_CASE, now=ACCEPTED_AT + HOUR
    )
    assert types(accepted_case)[before:] == ["evidence.added", "note.added"]


def test_a_refused_write_leaves_nothing(xinjin: District, accepted_case: Case) -> None:
    before = types(accepted_case)
    with pytest.raises(InvalidInput):
        notes.add_note(
            actor=xinjin.one(Role.OFFICER),
            case=accepted_case,
            text="  ",
            audience=Audience.ON_CASE,
            now=ACCEPTED_AT,
        )
    with pytest.raises(NotAllowed):
        notes.add_note(
            actor=xinjin.one(Role.COURT_PRESIDENT),
            case=accepted_case,
            text="看看",
            audience="on_case",
            now=ACCEPTED_AT,
        )
    with whole_record("test"):
        assert (Note.objects.count(), Evidence.objects.count()) == (0, 0)
    assert types(accepted_case) == before


def test_a_forgotten_wall_is_a_crash_and_not_a_leak(accepted_case: Case) -> None:
    with pytest.raises(ScopeMissing):
        Case.objects.count()
