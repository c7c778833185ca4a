"""Reading over the API: who sees which case and which class of it, each look written down, pages by key."""

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from agencies.roles import Role
from cases.models import AccessLog, Case, ConfidentialDetail, Recusal
from cases.services import acceptance, filing
from cases.services.notes import add_note
from cases.vocabulary import Audience, DetailKind
from tests.api.caller import PROBLEM, path_of
from tests.record import (
    ACCEPTED_AT,
    CANARIES,
    HOUR,
    SUBMITTED_AT,
    District,
    make_filing,
    refreshed,
    submit_case,
)

READING = ("", "application/", "notes/", "evidence/", "deadlines/", "timeline/", "looks/", "services/")


def test_the_case_says_what_its_reader_may_know(xinjin: District, accepted_case: Case, call) -> None:
    answer = call(xinjin.one(Role.FILING_CLERK)).get(path_of(accepted_case))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store, private"
    case = answer.json()
    assert case["number"] == "（2026）川0118民保令1号"
    assert case["court"] == {"code": xinjin.court.code, "name": xinjin.court.name, "kind": "court"}
    assert case["assigned_judge"]["id"] == xinjin.one(Role.JUDGE).pk
    assert [party["name"] for party in case["parties"]] == ["林小雨", "赵大山"]
    assert case["application"]["statement"].startswith("昨天晚上")
    assert case["danger"]["level"] == "raised"
    assert {row["answer"] for row in case["danger"]["answers"] if row["sign"] == "knows_place"} == {"yes"}
    assert {row["text"] for row in case["details"]} == {"•••"}
    assert len(case["details"]) == len(CANARIES)
    assert answer["ETag"] == f'"{case["version"]}"'
    assert not [text for text in CANARIES.values() if text in answer.content.decode()]


def test_sr_13_police_read_the_level_of_danger_and_no_answers(
    xinjin: District, accepted_case: Case, call
) -> None:
    case = call(xinjin.one(Role.OFFICER)).get(path_of(accepted_case)).json()
    assert case["danger"] == {"level": "raised"}
    assert case["details"]


def test_steps_are_those_of_the_table_and_of_the_reader(
    xinjin: District, submitted_case: Case, accepted_case: Case, call
) -> None:
    def steps(role: str) -> list[str]:
        return call(xinjin.one(role)).get(path_of(accepted_case, "application/")).json()["steps"]

    assert steps(Role.FILING_CLERK) == ["mark_emergency", "add_note", "add_evidence"]
    assert steps(Role.JUDGE) == [
        "mark_emergency",
        "unmark_emergency",
        "issue",
        "reject",
        "add_note",
        "add_evidence",
    ]
    assert steps(Role.COURT_PRESIDENT) == ["assign"]
    assert steps(Role.OFFICER) == ["propose_emergency", "add_note", "add_evidence"]


@pytest.mark.parametrize("rest", READING)
def test_sr_18_every_look_is_written_down(xinjin: District, accepted_case: Case, call, rest: str) -> None:
    officer = xinjin.one(Role.OFFICER)
    assert call(officer).get(path_of(accepted_case, rest)).status_code == 200
    row = AccessLog.objects.filter(user=officer, case_id=accepted_case.pk).earliest("pk")
    assert (row.allowed, row.agency, row.role, row.network) == (
        True,
        xinjin.police,
        Role.OFFICER,
        "127.0.0.0/24",
    )
    assert {"K1", "K2"} <= set(row.data_classes)


@pytest.mark.parametrize("rest", READING)
def test_sr_18_without_the_log_there_is_no_answer(
    xinjin: District, accepted_case: Case, call, rest: str, monkeypatch
) -> None:
    caller = call(xinjin.one(Role.FILING_CLERK))
    caller.client.raise_request_exception = False

    def full(*args, **kwargs):
        raise DatabaseError("no room for another row")

    monkeypatch.setattr(AccessLog.objects, "create", full)
    answer = caller.get(path_of(accepted_case, rest))
    assert answer.status_code == 503 and answer["Content-Type"] == PROBLEM
    assert set(answer.json()) <= {"type", "title", "status", "ticket", "detail"}


@pytest.mark.parametrize("rest", [*READING, "order/", "draft/"])
def test_inv_32_missing_foreign_and_recused_are_answered_alike(
    xinjin: District, neighbour: District, accepted_case: Case, call, rest: str
) -> None:
    Recusal.unscoped.create(
        case=accepted_case, user=xinjin.other(Role.JUDGE), reason="own_word", since_at=ACCEPTED_AT
    )
    missing = Case(pk="00000000-0000-4000-8000-000000000000")
    for user in (neighbour.one(Role.FILING_CLERK), neighbour.one(Role.OFFICER), xinjin.other(Role.JUDGE)):
        caller = call(user)
        foreign, absent = caller.get(path_of(accepted_case, rest)), caller.get(path_of(missing, rest))
        assert foreign.status_code == absent.status_code == 404
        assert foreign.content == absent.content
        assert dict(foreign.items()) == dict(absent.items())
        assert foreign["Content-Type"] == PROBLEM
    refused = AccessLog.objects.filter(case_id=accepted_case.pk, allowed=False)
    assert refused.count() == 3


def test_inv_34_auditor_and_platform_admin_find_nothing(xinjin: District, accepted_case: Case, call) -> None:
    for role in (Role.AUDITOR, Role.PLATFORM_ADMIN):
        caller = call(xinjin.one(role))
        for path in ("/api/v1/cases/", *(path_of(accepted_case, rest) for rest in READING)):
            assert caller.get(path).status_code == 404


def test_sr_10_a_stranger_is_told_to_sign_in(accepted_case: Case, call) -> None:
    for path in ("/api/v1/cases/", path_of(accepted_case), path_of(accepted_case, "notes/")):
        answer = call(None).get(path)
        assert answer.status_code == 401 and answer["Content-Type"] == PROBLEM


def test_sr_15_the_list_holds_the_cases_of_ones_own_bodies(
    xinjin: District, neighbour: District, accepted_case: Case, call
) -> None:
    other = submit_case(make_filing(neighbour)).case
    listed = call(xinjin.one(Role.OFFICER)).get("/api/v1/cases/?order=newest").json()["results"]
    assert [row["id"] for row in listed] == [str(accepted_case.pk)]
    listed = call(neighbour.one(Role.FILING_CLERK)).get("/api/v1/cases/").json()["results"]
    assert [row["id"] for row in listed] == [str(other.pk)]
    assert call(neighbour.one(Role.OFFICER)).get("/api/v1/cases/").json() == {"results": [], "next": None}


def test_sr_18_reading_a_list_is_written_down(xinjin: District, accepted_case: Case, call) -> None:
    call(xinjin.one(Role.OFFICER)).get("/api/v1/cases/")
    row = AccessLog.objects.get(user=xinjin.one(Role.OFFICER))
    assert (row.purpose, row.object_kind, row.agency) == ("case.list", "list", xinjin.police)


def _twelve(district: District) -> list[Case]:
    """Twelve cases; every third at the very instant of another."""
    instants = [SUBMITTED_AT + timedelta(minutes=(place // 3) * 3) for place in range(12)]
    return [submit_case(make_filing(district), at=at).case for at in instants]


@pytest.mark.parametrize("order", ["due", "newest"])
def test_pages_by_key_hold_each_case_once_and_in_order(xinjin: District, call, order: str) -> None:
    made = {str(case.pk) for case in _twelve(xinjin)}
    caller = call(xinjin.one(Role.FILING_CLERK))
    path, seen = f"/api/v1/cases/?order={order}&limit=5", []
    with CaptureQueriesContext(
        connection,
    ) as queries:
        while path:
            page = caller.get(path).json()
            seen += page["results"]
            path = page["next"]
    assert len(seen) == 12 and {row["id"] for row in seen} == made
    column = "next_deadline" if order == "due" else "submitted_at"
    instants = [row[column] for row in seen]
    assert instants == sorted(instants, reverse=order == "newest")
    assert not [query["sql"] for query in queries if " OFFSET " in query["sql"]]


def test_a_page_costs_the_same_for_one_case_and_for_many(xinjin: District, call) -> None:
    caller = call(xinjin.one(Role.FILING_CLERK))
    submit_case(make_filing(xinjin))
    caller.get("/api/v1/cases/")
    with CaptureQueriesContext(connection) as one:
        caller.get("/api/v1/cases/")
    _twelve(xinjin)
    with CaptureQueriesContext(connection) as many:
        caller.get("/api/v1/cases/")
    assert _of_cases(many) == _of_cases(one) == 1


def _of_cases(queries: CaptureQueriesContext) -> int:
    return len([query for query in queries if 'FROM "cases_case"' in query["sql"]])


def test_a_case_that_arrives_between_two_pages_moves_nothing(xinjin: District, call) -> None:
    first = [submit_case(make_filing(xinjin), at=SUBMITTED_AT + place * HOUR / 60).case for place in range(4)]
    caller = call(xinjin.one(Role.FILING_CLERK))
    page = caller.get("/api/v1/cases/?order=newest&limit=2").json()
    submit_case(make_filing(xinjin), at=SUBMITTED_AT + HOUR / 6)
    rest = caller.get(page["next"]).json()
    seen = [row["id"] for row in (*page["results"], *rest["results"])]
    assert seen == [str(case.pk) for case in reversed(first)]


def test_filters_of_the_list(xinjin: District, accepted_case: Case, urgent_case: Case, call) -> None:
    caller = call(xinjin.one(Role.FILING_CLERK))

    def ids(query: str) -> set[str]:
        return {row["id"] for row in caller.get(f"/api/v1/cases/?order=newest&{query}").json()["results"]}

    assert ids("state=accepted") == {str(accepted_case.pk)}
    assert ids("is_emergency=true") == {str(urgent_case.pk)}
    assert ids("is_open=false") == set()
    assert ids(f"number={accepted_case.number}") == {str(accepted_case.pk)}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("offset=10", "offset"),
        ("order=number", "order"),
        ("limit=100000", "limit"),
        ("limit=0", "limit"),
        ("cursor=abc", "cursor"),
        ("cursor=MjAyNi0wMy0xMVQxMDowMH5ub3QtYS11dWlk", "cursor"),
        ("state=sold", "state"),
        ("parties__name=林小雨", "parties__name"),
    ],
)
def test_sr_13_a_query_that_is_not_listed_is_refused(xinjin: District, call, query: str, field: str) -> None:
    answer = call(xinjin.one(Role.FILING_CLERK)).get(f"/api/v1/cases/?{query}")
    assert answer.status_code == 400 and answer["Content-Type"] == PROBLEM
    assert list(answer.json()["errors"]) == [field]


@pytest.mark.usefixtures("record_open")
def test_inv_28_a_reveal_gives_one_text_after_its_row(xinjin: District, accepted_case: Case, call) -> None:
    detail = ConfidentialDetail.objects.get(case=accepted_case, kind=DetailKind.SHELTER)
    path = path_of(accepted_case, f"details/{detail.pk}/reveal/")
    officer = call(xinjin.one(Role.OFFICER))
    for body in ({}, {"purpose": ""}, {"purpose": "上门保护"}):
        assert officer.post(path, body).status_code == 400
    assert not AccessLog.objects.filter(purpose="confidential.reveal").exists()
    answer = officer.post(path, {"purpose": "protect"})
    assert answer.status_code == 200
    assert answer.json() == {"id": detail.pk, "kind": "shelter", "text": CANARIES[DetailKind.SHELTER]}
    row = AccessLog.objects.get(purpose="confidential.reveal")
    assert (row.user, row.object_id, row.data_classes) == (xinjin.one(Role.OFFICER), str(detail.pk), ["K3"])
    assert AccessLog.objects.filter(purpose="reveal.protect", case_id=accepted_case.pk).count() == 1


@pytest.mark.usefixtures("record_open")
def test_inv_32_a_detail_of_another_case_is_not_there(
    xinjin: District, neighbour: District, accepted_case: Case, call
) -> None:
    other = submit_case(make_filing(neighbour)).case
    foreign = ConfidentialDetail.objects.filter(case=other).first()
    answers = [
        call(xinjin.one(Role.JUDGE)).post(
            path_of(accepted_case, f"details/{number}/reveal/"), {"purpose": "decide"}
        )
        for number in (foreign.pk, 10**9)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_deadlines_give_both_readings_and_why(xinjin: District, accepted_case: Case, call) -> None:
    rows = call(xinjin.one(Role.JUDGE)).get(path_of(accepted_case, "deadlines/")).json()
    decision = next(row for row in rows if row["rule_id"] == "D02")
    assert decision["strict_at"] == "2026-03-14T10:20:00+08:00"
    assert decision["legal_at"] == "2026-03-14T11:00:00+08:00"
    assert decision["state"] == "running" and not decision["is_overdue"]
    assert decision["remaining_seconds"] == 71 * 3600 + 50 * 60
    assert decision["why"]["basis"].startswith("ADVL 28")
    assert any("72" in line for line in decision["why"]["lines"])


def test_inv_11_overdue_is_read_off_the_clock(
    xinjin: District, accepted_case: Case, call, stopped_clock
) -> None:
    stopped_clock(ACCEPTED_AT + 72 * HOUR + HOUR)
    rows = call(xinjin.one(Role.JUDGE)).get(path_of(accepted_case, "deadlines/")).json()
    decision = next(row for row in rows if row["rule_id"] == "D02")
    assert decision["is_overdue"] and decision["is_late_in_law"]


def test_the_timeline_is_told_to_each_body_as_it_may_read_it(
    xinjin: District, accepted_case: Case, call
) -> None:
    add_note(
        actor=xinjin.one(Role.FILING_CLERK),
        case=accepted_case,
        text="内部",
        audience=Audience.COURT_ONLY,
        now=ACCEPTED_AT,
    )
    court = call(xinjin.one(Role.JUDGE)).get(path_of(accepted_case, "timeline/")).json()
    police = call(xinjin.one(Role.OFFICER)).get(path_of(accepted_case, "timeline/")).json()
    assert [row["type"] for row in court][:2] == ["application.submitted", "application.accepted"]
    assert "note.added" in {row["type"] for row in court}
    assert "note.added" not in {row["type"] for row in police}


def test_k7_each_supervisor_reads_the_looks_of_the_own_body_with_names(
    xinjin: District, accepted_case: Case, call
) -> None:
    call(xinjin.one(Role.OFFICER)).get(path_of(accepted_case))
    call(xinjin.one(Role.JUDGE)).get(path_of(accepted_case))
    officer = xinjin.one(Role.OFFICER).display_name
    judge = xinjin.one(Role.JUDGE).display_name
    looks = {
        role: call(xinjin.one(role)).get(path_of(accepted_case, "looks/")).json()
        for role in (Role.COMMANDER, Role.COURT_SUPERVISOR, Role.FEDERATION_SUPERVISOR, Role.JUDGE)
    }
    assert officer in {row["person"] for row in looks[Role.COMMANDER]}
    assert {row["body"] for row in looks[Role.COMMANDER]} == {xinjin.police.name}
    people = {row["person"] for row in looks[Role.COURT_SUPERVISOR]}
    assert judge in people and officer not in people
    assert xinjin.police.name in {row["body"] for row in looks[Role.COURT_SUPERVISOR]}
    assert {row["body"] for row in looks[Role.FEDERATION_SUPERVISOR]} == {xinjin.federation.name}
    assert looks[Role.JUDGE] == []


def test_inv_30_after_a_transfer_the_first_court_sees_nothing(
    xinjin: District, neighbour: District, submitted_case: Case, call
) -> None:
    acceptance.transfer(
        actor=xinjin.one(Role.FILING_CLERK),
        case=submitted_case,
        court=neighbour.court,
        reason="管辖在那边",
        now=ACCEPTED_AT,
    )
    assert call(xinjin.one(Role.FILING_CLERK)).get(path_of(submitted_case)).status_code == 404
    assert call(neighbour.one(Role.FILING_CLERK)).get(path_of(submitted_case)).status_code == 200


def test_only_json_goes_out(xinjin: District, accepted_case: Case, call) -> None:
    caller = call(xinjin.one(Role.FILING_CLERK))
    answer = caller.get(path_of(accepted_case), headers={"Accept": "text/html"})
    assert answer.status_code == 406 and answer["Content-Type"] == PROBLEM
    plain = caller.get(path_of(accepted_case) + "?format=api")
    assert plain["Content-Type"] == "application/json"
    assert caller.client.options(path_of(accepted_case)).status_code == 405
    assert json.loads(plain.content)["id"] == str(accepted_case.pk)


def test_a_number_is_given_only_by_acceptance(xinjin: District, submitted_case: Case, call) -> None:
    assert refreshed(submitted_case).number is None
    case = call(xinjin.one(Role.FILING_CLERK)).get(path_of(submitted_case)).json()
    assert case["number"] is None and case["assigned_judge"] is None
    assert filing.courts_in(xinjin.region) == [xinjin.court]
