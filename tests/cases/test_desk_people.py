"""Another judge, and "I know one of them"."""

import pytest

from agencies.errors import NotAllowed
from agencies.roles import Role
from cases.models import Recusal
from cases.services import acceptance
from deadlines import clock
from deadlines.models import OutboxMessage
from tests.record import ACCEPTED_AT, HOUR, refreshed

ON_CASE = [
    Role.FILING_CLERK,
    Role.JUDGE,
    Role.COURT_PRESIDENT,
    Role.COURT_SUPERVISOR,
    Role.OFFICER,
    Role.COMMANDER,
    Role.FEDERATION_WORKER,
    Role.FEDERATION_SUPERVISOR,
]


def url(case, page):
    return f"/desk/c/{case.pk}/{page}/"


def words(response):
    return response.content.decode()


@pytest.mark.parametrize("role", [Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR])
def test_president_and_supervisor_name_another_judge(xinjin, accepted_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + HOUR)
    leader, (present, other) = at_desk(xinjin.one(role)), xinjin.people[Role.JUDGE]
    page = words(leader.get(url(accepted_case, "assign")))
    assert f"{other}（在办 0 件）" in page and f'value="{present.pk}"' not in page
    done = leader.post(url(accepted_case, "assign"), {"judge": other.pk}, follow=True)
    assert refreshed(accepted_case).assigned_judge == other
    assert f"承办法官现在是 {other}" in words(done)
    assert OutboxMessage.objects.filter(user=other, template_id="staff.case_assigned").exists()


@pytest.mark.parametrize("role", sorted(set(ON_CASE) - {Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR}))
def test_nobody_else_names_a_judge(xinjin, accepted_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + HOUR)
    before, other = accepted_case.assigned_judge, xinjin.other(Role.JUDGE)
    visitor = at_desk(xinjin.one(role))
    assert visitor.get(url(accepted_case, "assign")).status_code == 404
    assert visitor.post(url(accepted_case, "assign"), {"judge": other.pk}).status_code == 404
    with pytest.raises(NotAllowed):
        acceptance.assign_judge(actor=xinjin.one(role), case=accepted_case, judge=other, now=clock.now())
    assert refreshed(accepted_case).assigned_judge == before


def test_inv_25_a_recused_judge_is_not_offered(xinjin, accepted_case, at_desk, clock_at):
    other = xinjin.other(Role.JUDGE)
    Recusal.unscoped.create(case=accepted_case, user=other, reason="declared_relation", since_at=ACCEPTED_AT)
    clock_at(ACCEPTED_AT + HOUR)
    leader = at_desk(xinjin.one(Role.COURT_PRESIDENT))
    assert str(other) not in words(leader.get(url(accepted_case, "assign")))
    assert leader.post(url(accepted_case, "assign"), {"judge": other.pk}).status_code == 422


def test_two_presidents_at_once(xinjin, accepted_case, at_desk, clock_at):
    first, second = xinjin.people[Role.COURT_PRESIDENT]
    present, other = xinjin.people[Role.JUDGE]
    clock_at(ACCEPTED_AT + HOUR)
    old = refreshed(accepted_case).version
    acceptance.assign_judge(actor=first, case=accepted_case, judge=other, now=clock.now())
    answer = at_desk(second).post(url(accepted_case, "assign"), {"version": old, "judge": present.pk})
    page = words(answer)
    assert answer.status_code == 409 and f"{first} 已在" in page
    theirs, yours = page.index("现在的情况"), page.index("您填写的（没有保存）")
    assert str(other) in page[theirs:yours] and str(present) in page[yours:]
    assert refreshed(accepted_case).assigned_judge == other


@pytest.mark.parametrize("role", ON_CASE)
def test_inv_25_who_steps_aside_finds_nothing_any_more(xinjin, accepted_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + HOUR)
    person = xinjin.one(role)
    desk = at_desk(person)
    assert desk.post(url(accepted_case, "recuse"), {}).status_code == 422
    answer = desk.post(url(accepted_case, "recuse"), {"sure": "on"})
    assert answer.status_code == 302 and answer.url == "/desk/"
    page = words(desk.get("/desk/notices/"))
    assert "已记录回避" in page
    assert accepted_case.staff_reference not in page and 'class="count"' not in page
    assert accepted_case.number not in words(desk.get("/desk/mine/?order=new"))
    missing = desk.get("/desk/c/00000000-0000-4000-8000-000000000000/")
    for address in (f"/desk/c/{accepted_case.pk}/", url(accepted_case, "recuse"), url(accepted_case, "note")):
        gone = desk.get(address)
        if gone.status_code == 404:
            assert gone.content == missing.content
        assert gone.status_code == 404


def test_when_the_judge_steps_aside_the_next_judge_takes_over(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + HOUR)
    judge, successor = xinjin.people[Role.JUDGE]
    at_desk(judge).post(url(accepted_case, "recuse"), {"sure": "on"})
    assert refreshed(accepted_case).assigned_judge == successor


def test_a_stranger_cannot_step_aside(neighbour, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + HOUR)
    stranger = at_desk(neighbour.one(Role.OFFICER))
    assert stranger.post(url(accepted_case, "recuse"), {"sure": "on"}).status_code == 404
    assert not Recusal.unscoped.exists()
