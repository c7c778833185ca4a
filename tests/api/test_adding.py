"""Notes and evidence over the API: three audiences, corrections by a newer version, one corrector."""

import pytest

from agencies.roles import Role
from cases.models import Case, CaseEvent
from tests.api.caller import PROBLEM, path_of
from tests.record import District

ROLES = (Role.FILING_CLERK, Role.JUDGE, Role.OFFICER, Role.COMMANDER, Role.FEDERATION_WORKER)


def texts(caller, case: Case) -> set[str]:
    return {row["text"] for row in caller.get(path_of(case, "notes/")).json()}


def test_each_audience_of_a_note_is_kept(xinjin: District, accepted_case: Case, call) -> None:
    officer = call(xinjin.one(Role.OFFICER))
    for audience in ("own_agency", "on_case", "court_only"):
        answer = officer.post(path_of(accepted_case, "notes/"), {"text": audience, "audience": audience})
        assert answer.status_code == 201 and answer.json()["audience"] == audience
    assert texts(officer, accepted_case) == {"own_agency", "on_case", "court_only"}
    assert texts(call(xinjin.other(Role.OFFICER)), accepted_case) == {"own_agency", "on_case", "court_only"}
    assert texts(call(xinjin.one(Role.JUDGE)), accepted_case) == {"on_case", "court_only"}
    assert texts(call(xinjin.one(Role.FEDERATION_WORKER)), accepted_case) == {"on_case"}


def test_a_note_is_for_ones_own_body_unless_said_otherwise(
    xinjin: District, accepted_case: Case, call
) -> None:
    worker = call(xinjin.one(Role.FEDERATION_WORKER))
    answer = worker.post(path_of(accepted_case, "notes/"), {"text": "她说了很多"})
    assert answer.json()["audience"] == "own_agency"
    assert texts(call(xinjin.one(Role.JUDGE)), accepted_case) == set()


@pytest.mark.parametrize("role", [Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR, Role.AUDITOR])
def test_who_adds_no_notes_cannot(xinjin: District, accepted_case: Case, call, role: str) -> None:
    caller = call(xinjin.one(role))
    assert caller.post(path_of(accepted_case, "notes/"), {"text": "看过了"}).status_code == 404
    body = {"kind": "E02", "description": "看过了"}
    assert caller.post(path_of(accepted_case, "evidence/"), body).status_code == 404


def test_a_note_is_corrected_by_a_newer_one_and_by_one_person(
    xinjin: District, accepted_case: Case, call
) -> None:
    first, second = call(xinjin.one(Role.OFFICER)), call(xinjin.other(Role.OFFICER))
    note = first.post(path_of(accepted_case, "notes/"), {"text": "到场十点", "audience": "on_case"}).json()
    path = path_of(accepted_case, f"notes/{note['id']}/corrections/")
    answer = first.post(path, {"text": "到场十点半", "audience": "on_case"})
    assert answer.status_code == 201 and answer.json()["corrects"] == note["id"]
    late = second.post(path, {"text": "到场十一点", "audience": "on_case"})
    assert late.status_code == 409 and late["Content-Type"] == PROBLEM
    assert late.json()["who"] == xinjin.one(Role.OFFICER).display_name
    rows = {row["text"]: row["is_superseded"] for row in first.get(path_of(accepted_case, "notes/")).json()}
    assert rows == {"到场十点": True, "到场十点半": False}


def test_inv_32_another_bodys_note_cannot_be_corrected_nor_guessed(
    xinjin: District, accepted_case: Case, call
) -> None:
    note = call(xinjin.one(Role.OFFICER)).post(path_of(accepted_case, "notes/"), {"text": "内部"}).json()
    judge = call(xinjin.one(Role.JUDGE))
    answers = [
        judge.post(path_of(accepted_case, f"notes/{number}/corrections/"), {"text": "改"})
        for number in (note["id"], "00000000-0000-4000-8000-000000000000")
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_written_evidence_of_the_police(xinjin: District, accepted_case: Case, call) -> None:
    body = {
        "kind": "E02",
        "incident_number": "J20260310-114",
        "occurred_on": "2026-03-10",
        "description": "到场后双方分开询问，女方面部红肿。",
    }
    officer = call(xinjin.one(Role.OFFICER))
    answer = officer.post(path_of(accepted_case, "evidence/"), body)
    assert answer.status_code == 201
    piece = answer.json()
    assert (piece["kind"], piece["audience"], piece["state"]) == ("E02", "on_case", "record")
    assert piece["agency"] == xinjin.police.name
    listed = call(xinjin.one(Role.JUDGE)).get(path_of(accepted_case, "evidence/")).json()
    assert [row["incident_number"] for row in listed] == ["J20260310-114"]
    assert CaseEvent.unscoped.filter(case=accepted_case, type="evidence.added").count() == 1


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"kind": "E99"}, 400, "kind"),
        ({"occurred_on": "2026-02-31"}, 400, "occurred_on"),
        ({"occurred_on": "2026-03-12"}, 422, "occurred_on"),
        ({"description": "", "incident_number": ""}, 422, "description"),
        ({"description": "长" * 5_001}, 400, "description"),
        ({"audience": "everybody"}, 400, "audience"),
    ],
)
def test_evidence_that_cannot_be_taken_is_refused_at_its_field(
    xinjin: District, accepted_case: Case, call, change: dict, status: int, field: str
) -> None:
    body = {"kind": "E02", "description": "出警", "incident_number": "J1", **change}
    answer = call(xinjin.one(Role.OFFICER)).post(path_of(accepted_case, "evidence/"), body)
    assert answer.status_code == status and list(answer.json()["errors"]) == [field]
