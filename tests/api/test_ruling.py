"""The ruling over the API: signed with a fresh code by the assigned judge; served; received by the police."""

from datetime import timedelta

import pytest

from agencies.models import User
from agencies.roles import Role
from cases.models import Case, ConfidentialDetail
from cases.vocabulary import State
from orders.decisions import MeasureChosen, OrderDecision
from orders.models import Ruling, Service, ServiceAttempt
from orders.services.decision import issue_order, save_draft
from tests.agencies.login import code_now, sign_in
from tests.api.caller import path_of
from tests.api.conftest import NOW
from tests.record import CANARIES, HOUR, District, refreshed

ORDER = {
    "measures": [{"code": "M1"}, {"code": "M5", "distance_metres": 200}],
    "months": 6,
    "facts_found": "2026年3月10日晚，被申请人在家中殴打申请人，派出所出警处置。",
    "reasons": "申请人遭受家庭暴力具有较大可能性，且面临再次遭受家庭暴力的现实危险。",
}
REJECTION = {
    "failed_conditions": ["violence_or_danger"],
    "facts_found": "申请人与被申请人因财产问题发生口角。",
    "reasons": "现有材料不足以认定申请人遭受家庭暴力或者面临现实危险。",
}
DECISION = OrderDecision(
    measures=[MeasureChosen("M1"), MeasureChosen("M5", distance_metres=200)],
    months=6,
    facts_found=ORDER["facts_found"],
    reasons=ORDER["reasons"],
)


@pytest.fixture
def judge(xinjin: District) -> User:
    return xinjin.one(Role.JUDGE)


@pytest.fixture
def decided_case(accepted_case: Case, judge: User) -> Case:
    issue_order(actor=judge, case=accepted_case, decision=DECISION, signed_at=NOW, now=NOW)
    return refreshed(accepted_case)


def sent(case: Case, content: dict, **changes) -> dict:
    return {"version": case.version, "code": code_now(), **content, **changes}


def test_issuing_needs_a_code_of_the_judges_own(accepted_case: Case, judge: User, call) -> None:
    caller = call(judge)
    path = path_of(accepted_case, "application/issue/")
    without = {"version": accepted_case.version, **ORDER}
    assert caller.post(path, without).json()["errors"].keys() == {"code"}
    wrong = caller.post(path, sent(accepted_case, ORDER, code="000000"))
    assert wrong.status_code == 422 and list(wrong.json()["errors"]) == ["code"]
    assert refreshed(accepted_case).state == State.ACCEPTED
    answer = caller.post(path, sent(accepted_case, ORDER))
    assert answer.status_code == 200, answer.content.decode()
    assert answer.json()["state"] == State.ORDER_ISSUED
    assert Ruling.unscoped.get(case=accepted_case).signed_at == NOW


def test_sr_21_a_code_signs_once(xinjin: District, accepted_case: Case, judge: User, call) -> None:
    caller, code = call(judge), code_now()
    path = path_of(accepted_case, "application/issue/")
    unfit = caller.post(path, sent(accepted_case, ORDER, months=7, code=code))
    assert unfit.status_code == 422 and list(unfit.json()["errors"]) == ["months"]
    again = caller.post(path, sent(accepted_case, ORDER, code=code))
    assert again.status_code == 422 and list(again.json()["errors"]) == ["code"]
    assert not Ruling.unscoped.exists()


def test_inv_24_nobody_but_the_assigned_judge_decides(
    xinjin: District, neighbour: District, accepted_case: Case, call
) -> None:
    others = [xinjin.other(Role.JUDGE), xinjin.one(Role.COURT_PRESIDENT), xinjin.one(Role.FILING_CLERK)]
    for user in (*others, neighbour.one(Role.JUDGE)):
        for step, content in (("issue", ORDER), ("reject", REJECTION)):
            body = sent(accepted_case, content)
            answer = call(user).post(path_of(accepted_case, f"application/{step}/"), body)
            assert answer.status_code == 404
    assert not Ruling.unscoped.exists()


def test_inv_23_after_a_decision_the_code_is_not_even_asked(decided_case: Case, judge: User, call) -> None:
    body = sent(decided_case, REJECTION, code="000000")
    answer = call(judge).post(path_of(decided_case, "application/reject/"), body)
    assert answer.status_code == 409 and answer.json()["who"] == judge.display_name
    assert Ruling.unscoped.count() == 1


def test_rejecting_names_the_condition(accepted_case: Case, judge: User, call) -> None:
    path = path_of(accepted_case, "application/reject/")
    assert call(judge).post(path, sent(accepted_case, REJECTION, failed_conditions=[])).status_code == 400
    answer = call(judge).post(path, sent(accepted_case, REJECTION))
    assert answer.json()["state"] == State.REJECTED
    order = call(judge).get(path_of(accepted_case, "order/")).json()
    assert order["kind"] == "application_rejected" and len(order["failed_conditions"]) == 1
    assert order["measures"] == [] and order["state"] == "" and not order["is_in_force"]


@pytest.mark.usefixtures("record_open")
def test_inv_26_words_with_a_confidential_place_are_not_signed(
    accepted_case: Case, judge: User, call
) -> None:
    leak = ORDER["facts_found"] + CANARIES["shelter"]
    answer = call(judge).post(
        path_of(accepted_case, "application/issue/"), sent(accepted_case, ORDER, facts_found=leak)
    )
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["facts_found"]
    assert CANARIES["shelter"] not in answer.content.decode()


@pytest.mark.usefixtures("record_open")
def test_a_place_of_another_case_is_refused(accepted_case: Case, judge: User, call) -> None:
    body = sent(accepted_case, ORDER, places=[{"detail_id": 10**9}])
    answer = call(judge).post(path_of(accepted_case, "application/issue/"), body)
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["places"]
    unknown = ConfidentialDetail.objects.get(case=accepted_case, kind="shelter")
    place = {"detail_id": unknown.pk, "confirmed_known": True}
    body = sent(accepted_case, ORDER, places=[place], code=code_now(1))
    answer = call(judge).post(path_of(accepted_case, "application/issue/"), body)
    assert answer.status_code == 422 and list(answer.json()["errors"]) == ["places"]


def test_inv_14_validity_is_read_off_the_clock(
    xinjin: District, decided_case: Case, call, stopped_clock
) -> None:
    def order() -> dict:
        return call(xinjin.one(Role.OFFICER)).get(path_of(decided_case, "order/")).json()

    there = order()
    assert there["state"] == "in_force" and there["is_in_force"]
    assert (there["last_on"], there["ends_at"]) == ("2026-09-11", "2026-09-12T00:00:00+08:00")
    assert {row["code"]: row["distance_metres"] for row in there["measures"]} == {"M1": None, "M5": 200}
    stopped_clock(NOW.replace(month=9, day=11, hour=23, minute=59))
    assert order()["is_in_force"]
    stopped_clock(NOW.replace(month=9, day=12, hour=0, minute=0))
    assert order()["state"] == "expired" and not order()["is_in_force"]


def test_the_order_tells_how_far_service_has_come(xinjin: District, decided_case: Case, call) -> None:
    services = call(xinjin.one(Role.FILING_CLERK)).get(path_of(decided_case, "order/")).json()["services"]
    assert [row["recipient"] for row in services] == ["applicant", "respondent", "police", "committee"]
    assert [row["is_served"] for row in services] == [False, False, True, False]
    assert services[0]["deadline"]["strict_at"] == "2026-03-12T10:30:00+08:00"


def test_no_order_before_there_is_one(xinjin: District, accepted_case: Case, call) -> None:
    caller = call(xinjin.one(Role.JUDGE))
    assert caller.get(path_of(accepted_case, "order/")).status_code == 404
    assert caller.get(path_of(accepted_case, "services/")).json() == []


def test_k6_the_draft_is_read_by_judge_and_president(
    xinjin: District, accepted_case: Case, judge: User, call
) -> None:
    save_draft(actor=judge, case=accepted_case, decision=DECISION, now=NOW)
    for role in Role.values:
        answer = call(xinjin.one(role)).get(path_of(accepted_case, "draft/"))
        assert answer.status_code == (200 if role in {Role.JUDGE, Role.COURT_PRESIDENT} else 404), role
    draft = call(xinjin.one(Role.COURT_PRESIDENT)).get(path_of(accepted_case, "draft/")).json()
    assert draft["version"] == 1 and draft["facts_found"] == ORDER["facts_found"]


@pytest.mark.usefixtures("record_open")
def test_an_attempt_is_written_down_and_its_place_stays_closed(
    xinjin: District, decided_case: Case, call
) -> None:
    service = Service.objects.get(case=decided_case, recipient="respondent")
    clerk = call(xinjin.one(Role.FILING_CLERK))
    path = path_of(decided_case, f"services/{service.pk}/attempts/")
    place = "金丝雀路送达处9911"
    body = {"version": decided_case.version, "way": "in_person", "succeeded": False, "place": place}
    assert clerk.post(path, body).json()["errors"].keys() == {"words"}
    failed = clerk.post(path, {**body, "words": "家中无人"})
    assert failed.status_code == 200 and place not in failed.content.decode()
    stale = clerk.post(path, {**body, "words": "家中无人"})
    assert stale.status_code == 409
    body = {**body, "version": failed.json()["version"], "succeeded": True, "received_by": "赵大山"}
    served = clerk.post(path, body)
    respondent = next(row for row in served.json()["services"] if row["recipient"] == "respondent")
    assert respondent["is_served"] and [row["succeeded"] for row in respondent["attempts"]] == [False, True]
    assert respondent["attempts"][0]["has_place"] and place not in served.content.decode()
    assert ServiceAttempt.objects.filter(service=service).count() == 2


@pytest.mark.usefixtures("record_open")
def test_an_attempt_not_before_the_ruling_nor_in_the_future_nor_by_a_strange_way(
    xinjin: District, decided_case: Case, call
) -> None:
    service = Service.objects.get(case=decided_case, recipient="respondent")
    clerk = call(xinjin.one(Role.FILING_CLERK))
    path = path_of(decided_case, f"services/{service.pk}/attempts/")
    good = {"version": decided_case.version, "way": "in_person", "succeeded": True}
    for change, field in (
        ({"tried_at": (NOW + HOUR).isoformat()}, "tried_at"),
        ({"tried_at": (NOW - 24 * HOUR).isoformat()}, "tried_at"),
        ({"way": "platform"}, "way"),
    ):
        answer = clerk.post(path, {**good, **change})
        assert answer.status_code == 422 and list(answer.json()["errors"]) == [field]


@pytest.mark.usefixtures("record_open")
def test_officers_serve_only_when_the_court_has_asked(xinjin: District, decided_case: Case, call) -> None:
    service = Service.objects.get(case=decided_case, recipient="respondent")
    officer, clerk = call(xinjin.one(Role.OFFICER)), call(xinjin.one(Role.FILING_CLERK))
    path = path_of(decided_case, f"services/{service.pk}/attempts/")
    body = {"version": decided_case.version, "way": "in_person", "succeeded": True}
    assert officer.post(path, body).status_code == 404
    entrust = path_of(decided_case, "services/entrust/")
    asked = {"agency": xinjin.police.code, "version": decided_case.version}
    assert call(xinjin.one(Role.COMMANDER)).post(entrust, asked).status_code == 404
    assert clerk.post(entrust, {**asked, "agency": xinjin.federation.code}).status_code == 422
    done = clerk.post(entrust, asked)
    assert done.status_code == 200
    assert officer.post(path, {**body, "version": done.json()["version"]}).status_code == 200


def test_the_police_confirm_once_and_name_one_of_their_own(
    xinjin: District, decided_case: Case, call
) -> None:
    officer = xinjin.one(Role.OFFICER)
    path = path_of(decided_case, "order/acknowledge/")
    caller = call(officer)
    assert officer.pk in {row["id"] for row in caller.get(path).json()}
    wrong = {"officer": xinjin.one(Role.FEDERATION_WORKER).pk, "version": decided_case.version}
    assert caller.post(path, wrong).status_code == 422
    done = caller.post(path, {"officer": officer.pk, "version": decided_case.version})
    assert done.status_code == 200
    again = caller.post(path, {"officer": officer.pk, "version": done.json()["version"]})
    assert again.status_code == 409 and officer.display_name in again.json()["detail"]
    order = caller.get(path_of(decided_case, "order/")).json()
    assert order["acknowledgements"][0]["officer"] == officer.display_name


def test_sr_22_a_stale_second_factor_does_not_matter_because_the_code_itself_is_fresh(
    accepted_case: Case, judge: User, call
) -> None:
    caller = call(judge)
    sign_in(caller.client, judge, fresh=False)
    answer = caller.post(path_of(accepted_case, "application/issue/"), sent(accepted_case, ORDER))
    assert answer.status_code == 200
    assert timedelta(0) <= NOW - Ruling.unscoped.get().signed_at <= timedelta(minutes=5)
