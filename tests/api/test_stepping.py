"""Steps of the application over the API: the services' verbs, on a known version, one winner."""

from datetime import datetime

import pytest

from agencies.models import User
from agencies.roles import Role
from cases.models import Case, CaseEvent, Recusal
from cases.services import acceptance
from cases.vocabulary import State
from deadlines.models import Deadline
from tests.api.caller import PROBLEM, path_of
from tests.api.conftest import NOW
from tests.record import ACCEPTED_AT, HOUR, District, refreshed


@pytest.fixture
def clerk(xinjin: District) -> User:
    return xinjin.one(Role.FILING_CLERK)


def test_accepting_gives_number_judge_and_clock(clerk: User, submitted_case: Case, call) -> None:
    answer = call(clerk).post(
        path_of(submitted_case, "application/accept/"), {"version": submitted_case.version}
    )
    assert answer.status_code == 200
    case = answer.json()
    assert case["state"] == State.ACCEPTED and case["number"] == "（2026）川0118民保令1号"
    assert case["assigned_judge"] and case["next_deadline"] == "2026-03-14T10:30:00+08:00"
    assert answer["ETag"] == f'"{case["version"]}"'
    assert case["version"] == refreshed(submitted_case).version
    clock = Deadline.objects.get(subject_id=submitted_case.pk, rule_id="D02")
    assert clock.started_at == NOW


def test_accepting_as_an_emergency_gives_24_hours(clerk: User, submitted_case: Case, call) -> None:
    body = {"version": submitted_case.version, "emergency": True}
    case = call(clerk).post(path_of(submitted_case, "application/accept/"), body).json()
    assert case["is_emergency"] and case["next_deadline"] == "2026-03-12T10:30:00+08:00"


def test_sr_41_if_match_says_the_version_as_well_as_the_field(
    clerk: User, submitted_case: Case, call
) -> None:
    caller = call(clerk)
    tag = caller.get(path_of(submitted_case))["ETag"]
    path = path_of(submitted_case, "application/mark_emergency/")
    body = {"reason_code": "weapon"}
    assert caller.post(path, body).status_code == 428
    assert caller.post(path, body, headers={"If-Match": '"nonsense"'}).status_code == 422
    assert caller.post(path, {**body, "version": 99}, headers={"If-Match": tag}).status_code == 422
    answer = caller.post(path, body, headers={"If-Match": tag})
    assert answer.status_code == 200 and answer.json()["is_emergency"]


def test_sr_41_the_second_clerk_is_told_who_was_first_and_when(
    xinjin: District, submitted_case: Case, call
) -> None:
    first, second = xinjin.one(Role.FILING_CLERK), xinjin.other(Role.FILING_CLERK)
    seen = {"version": submitted_case.version}
    path = path_of(submitted_case, "application/accept/")
    assert call(first).post(path, seen).status_code == 200
    answer = call(second).post(path, seen)
    assert answer.status_code == 409 and answer["Content-Type"] == PROBLEM
    problem = answer.json()
    assert problem["who"] == first.display_name
    assert datetime.fromisoformat(problem["when"]) == NOW
    assert first.display_name in problem["detail"] and "2026-03-11 10:30:00" in problem["detail"]
    assert CaseEvent.unscoped.filter(case=submitted_case, type="application.accepted").count() == 1


def test_sr_41_a_version_that_has_moved_on_changes_nothing(clerk: User, submitted_case: Case, call) -> None:
    acceptance.mark_emergency(actor=clerk, case=submitted_case, reason_code="weapon", now=ACCEPTED_AT)
    body = {"version": submitted_case.version, "reason_code": "not_domestic"}
    answer = call(clerk).post(path_of(submitted_case, "application/decline_acceptance/"), body)
    assert answer.status_code == 409 and answer.json()["who"] == clerk.display_name
    assert refreshed(submitted_case).state == State.SUBMITTED


def test_inv_20_a_second_correction_notice_is_refused_in_words(
    clerk: User, submitted_case: Case, call
) -> None:
    path = path_of(submitted_case, "application/request_correction/")
    body = {"points": ["对方的姓名", "想要哪些措施"], "days": 3, "version": submitted_case.version}
    done = call(clerk).post(path, body).json()
    assert done["state"] == State.CORRECTION_REQUESTED
    again = call(clerk).post(path, {**body, "version": done["version"]})
    assert again.status_code == 409 and "补正过一次" in again.json()["detail"]


def test_inv_06_transfer_keeps_the_receipt_and_answers_the_one_who_did_it(
    clerk: User, neighbour: District, submitted_case: Case, call
) -> None:
    body = {"court_code": "川0131", "reason": "双方都住在那边", "version": submitted_case.version}
    path = path_of(submitted_case, "application/transfer/")
    assert call(clerk).post(path, {**body, "court_code": "川9999"}).json()["errors"].keys() == {"court_code"}
    answer = call(clerk).post(path, body)
    assert answer.status_code == 200
    assert answer.json()["court"]["code"] == neighbour.court.code
    assert refreshed(submitted_case).submitted_at == submitted_case.submitted_at
    assert call(clerk).post(path, body).status_code == 404


def test_declining_takes_a_reason_from_the_list(clerk: User, submitted_case: Case, call) -> None:
    path = path_of(submitted_case, "application/decline_acceptance/")
    version = submitted_case.version
    assert call(clerk).post(path, {"version": version, "reason_code": "我说不行"}).status_code == 400
    answer = call(clerk).post(path, {"version": version, "reason_code": "not_domestic"})
    assert answer.json()["state"] == State.NOT_ACCEPTED and not answer.json()["is_open"]


def test_inv_03_only_a_judge_takes_the_mark_back(
    xinjin: District, clerk: User, accepted_case: Case, call
) -> None:
    mark, unmark = (
        path_of(accepted_case, f"application/{step}/") for step in ("mark_emergency", "unmark_emergency")
    )
    marked = call(clerk).post(mark, {"version": accepted_case.version, "reason_code": "new_threat"}).json()
    assert marked["next_deadline"] == "2026-03-12T10:30:00+08:00"
    body = {"version": marked["version"], "reason_code": "safe_now"}
    assert call(clerk).post(unmark, body).status_code == 404
    back = call(xinjin.one(Role.JUDGE)).post(unmark, body).json()
    assert back["next_deadline"] == "2026-03-14T10:20:00+08:00"


def test_police_propose_and_the_court_decides(xinjin: District, accepted_case: Case, call) -> None:
    officer = call(xinjin.one(Role.OFFICER))
    body = {"reason_code": "police_report"}
    path = path_of(accepted_case, "application/propose_emergency/")
    answer = officer.post(path, body)
    assert answer.status_code == 200 and not answer.json()["is_emergency"]
    mark = path_of(accepted_case, "application/mark_emergency/")
    assert officer.post(mark, {**body, "version": answer.json()["version"]}).status_code == 404


def test_the_president_gives_the_case_to_a_judge_without_conflict(
    xinjin: District, neighbour: District, accepted_case: Case, call
) -> None:
    recused = xinjin.one(Role.JUDGE)
    Recusal.unscoped.create(case=accepted_case, user=recused, reason="own_word", since_at=ACCEPTED_AT)
    path = path_of(accepted_case, "application/assign/")
    president = call(xinjin.one(Role.COURT_PRESIDENT))
    other = xinjin.other(Role.JUDGE)
    assert president.get(path).json() == [{"id": other.pk, "name": other.display_name}]
    for wrong in (recused, neighbour.one(Role.JUDGE), xinjin.one(Role.FILING_CLERK)):
        body = {"judge": wrong.pk, "version": accepted_case.version}
        assert president.post(path, body).status_code == 422
    answer = president.post(path, {"judge": other.pk, "version": accepted_case.version})
    assert answer.json()["assigned_judge"]["id"] == other.pk


def test_only_the_court_names_its_judge(xinjin: District, accepted_case: Case, call) -> None:
    path = path_of(accepted_case, "application/assign/")
    body = {"judge": xinjin.other(Role.JUDGE).pk, "version": accepted_case.version}
    for role in (Role.FILING_CLERK, Role.JUDGE, Role.OFFICER, Role.COMMANDER, Role.FEDERATION_SUPERVISOR):
        caller = call(xinjin.one(role))
        assert caller.post(path, body).status_code == 404, role
        assert caller.get(path).status_code == 404, role
    assert refreshed(accepted_case).assigned_judge_id == accepted_case.assigned_judge_id


def test_inv_25_a_recused_clerk_cannot_accept(xinjin: District, submitted_case: Case, call) -> None:
    clerk = xinjin.one(Role.FILING_CLERK)
    Recusal.unscoped.create(case=submitted_case, user=clerk, reason="own_word", since_at=ACCEPTED_AT)
    path = path_of(submitted_case, "application/accept/")
    assert call(clerk).post(path, {"version": submitted_case.version}).status_code == 404
    assert refreshed(submitted_case).state == State.SUBMITTED


def test_a_judge_accepts_only_on_duty(xinjin: District, submitted_case: Case, call, stopped_clock) -> None:
    path = path_of(submitted_case, "application/accept/")
    body = {"version": submitted_case.version}
    assert call(xinjin.other(Role.JUDGE)).post(path, body).status_code == 404
    stopped_clock(NOW + HOUR)
    assert call(xinjin.one(Role.JUDGE)).post(path, body).status_code == 200


def test_sr_18_a_refused_step_is_written_down_too(neighbour: District, submitted_case: Case, call) -> None:
    from cases.models import AccessLog

    clerk = neighbour.one(Role.FILING_CLERK)
    path = path_of(submitted_case, "application/accept/")
    assert call(clerk).post(path, {"version": submitted_case.version}).status_code == 404
    row = AccessLog.objects.get(user=clerk)
    assert (row.purpose, row.case_id, row.allowed) == ("case.accept", submitted_case.pk, False)
