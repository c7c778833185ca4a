"""Break-glass over the API: what it opens it opens here too, for as long, and no further (SR-17, INV-33)."""

from datetime import timedelta

from agencies.roles import Role
from cases.models import Case
from cases.services.break_glass import open_glass
from tests.api.caller import path_of
from tests.api.conftest import NOW
from tests.record import CANARIES, District

REASON = "申请人在我辖区报警，正在现场，需要马上知道是否有命令。"


def test_inv_33_break_glass_opens_reading_and_notes_until_it_ends(
    xinjin: District, neighbour: District, accepted_case: Case, call, stopped_clock
) -> None:
    officer = neighbour.one(Role.OFFICER)
    caller = call(officer)
    assert caller.get(path_of(accepted_case)).status_code == 404
    use = open_glass(actor=officer, reference=accepted_case.staff_reference, reason=REASON, now=NOW)
    case = caller.get(path_of(accepted_case))
    assert case.status_code == 200 and case.json()["steps"] == ["add_note"]
    assert not [text for text in CANARIES.values() if text in case.content.decode()]
    assert case.json()["danger"].keys() == {"level"}
    assert caller.get(path_of(accepted_case, "looks/")).json() == []
    assert caller.get(path_of(accepted_case, "draft/")).status_code == 404
    assert caller.post(path_of(accepted_case, "notes/"), {"text": "已到场"}).status_code == 201
    body = {"kind": "E02", "description": "出警"}
    assert caller.post(path_of(accepted_case, "evidence/"), body).status_code == 404
    stopped_clock(use.ends_at - timedelta(seconds=1))
    assert caller.get(path_of(accepted_case)).status_code == 200
    stopped_clock(use.ends_at)
    assert caller.get(path_of(accepted_case)).status_code == 404
    assert caller.get("/api/v1/cases/?order=newest").json()["results"] == []
