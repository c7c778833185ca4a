"""The boards: each number is exactly its list, over what the person may see, right with the engine stopped."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.roles import Role
from cases.models import Case, Recusal
from cases.services import acceptance
from deadlines import clock
from deadlines.models import Acknowledgement, Deadline, EngineHeartbeat, EscalationStep
from orders.decisions import MeasureChosen, OrderDecision
from orders.services.decision import issue_order
from portal.boards import PAGE, TILES, counted, listed, tile_called, tiles_for, view_for
from tests.agencies.login import sign_in
from tests.orders.desk import FACTS, REASONS, words_of
from tests.record import (
    ACCEPTED_AT,
    HOUR,
    SUBMITTED_AT,
    District,
    make_filing,
    refreshed,
    submit_case,
    urgent_answers,
)

BOARD = reverse("boards:board")
MINUTE = HOUR / 60
NOW = ACCEPTED_AT + 30 * MINUTE
STAFF = [
    Role.FILING_CLERK,
    Role.JUDGE,
    Role.COURT_PRESIDENT,
    Role.COURT_SUPERVISOR,
    Role.OFFICER,
    Role.COMMANDER,
    Role.FEDERATION_WORKER,
    Role.FEDERATION_SUPERVISOR,
]


def submitted(district: District, at, *, urgent: bool = False) -> Case:
    answers = {"danger_answers": urgent_answers()} if urgent else {}
    return refreshed(submit_case(make_filing(district, **answers), at=at).case)


def accepted(district: District, at, *, urgent: bool = False) -> Case:
    case = submitted(district, at - 10 * MINUTE, urgent=urgent)
    acceptance.accept_application(actor=district.one(Role.FILING_CLERK), case=case, now=at)
    return refreshed(case)


def issued(district: District, at, *, minutes: int) -> Case:
    case = accepted(district, at)
    decided_at = case.submitted_at + minutes * MINUTE
    issue_order(
        actor=case.assigned_judge,
        case=case,
        decision=OrderDecision([MeasureChosen("M1")], 6, FACTS, REASONS),
        signed_at=decided_at,
        now=decided_at,
    )
    return refreshed(case)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch):
    """Stops the portal's clock."""

    def stop(instant) -> None:
        monkeypatch.setattr(clock, "real_now", lambda: instant)
        monkeypatch.setattr(clock, "offset", timedelta)

    stop(NOW)
    return stop


@pytest.fixture
def day(xinjin: District, at) -> dict[str, Case]:
    """A day at the court: one of each kind, all before NOW."""
    return {
        "new": submitted(xinjin, NOW - 5 * MINUTE),
        "late to accept": submitted(xinjin, NOW - 3 * HOUR),
        "late": accepted(xinjin, NOW - 74 * HOUR),
        "due in one hour": accepted(xinjin, NOW - 71 * HOUR),
        "due in six hours": accepted(xinjin, NOW - 18 * HOUR, urgent=True),
        "due in twenty": accepted(xinjin, NOW - 52 * HOUR),
        "quick": issued(xinjin, NOW - 40 * MINUTE, minutes=25),
        "slow": issued(xinjin, NOW - 5 * HOUR, minutes=55),
    }


def browser_of(user) -> Client:
    return sign_in(Client(), user)


def numbers(user) -> dict[str, int]:
    return {row.tile.key: row.number for row in counted(view_for(user, NOW))}


def test_every_number_is_exactly_its_list_for_every_role(xinjin: District, day: dict[str, Case]) -> None:
    for role in STAFF:
        view = view_for(xinjin.one(role), NOW)
        for row in counted(view):
            page = listed(view, row.tile)
            assert len(page.rows) == row.number, (role, row.tile.key)
            assert len({found.case.pk for found in page.rows}) == row.number, (role, row.tile.key)


def test_the_supervisors_numbers_of_that_day(xinjin: District, day: dict[str, Case]) -> None:
    found = numbers(xinjin.one(Role.COURT_SUPERVISOR))
    assert found == {
        "overdue": 2,  # one decision, one acceptance
        "due-2": 2,  # one decision, one acceptance of the new one
        "due-8": 3,
        "due-24": 6,  # and the service of both orders
        "waiting": 2,
        "unserved": 2,
        "unconfirmed": 2,
        "half-hour": 1,
        "decided": 2,
    }


def test_a_number_leads_to_a_page_with_just_these_cases(xinjin: District, day: dict[str, Case]) -> None:
    browser = browser_of(xinjin.one(Role.COURT_SUPERVISOR))
    board = browser.get(BOARD).content.decode()
    for tile in TILES:
        url = reverse("boards:list", args=[tile.key])
        number = re.search(rf'href="{url}">\s*<span class="tile__number">(\d+)</span>', board)
        assert number, tile.key
        page = browser.get(url).content.decode()
        assert f'data-total="{number[1]}"' in page
        assert page.count('<th scope="row">') == int(number[1]), tile.key
    overdue = words_of(browser.get(reverse("boards:list", args=["overdue"])))
    assert "".join(day["late"].number.split()) in overdue
    assert day["late to accept"].staff_reference in overdue
    assert "".join(day["due in one hour"].number.split()) not in overdue


def test_the_most_urgent_case_stands_on_the_board_itself(xinjin: District, day: dict[str, Case]) -> None:
    board = words_of(browser_of(xinjin.one(Role.COURT_PRESIDENT)).get(BOARD))
    urgent = board.split("最急的")[1]
    assert urgent.index("".join(day["late"].number.split())) < urgent.index(
        "".join(day["due in one hour"].number.split())
    )
    assert "已过法定期限" in urgent
    assert "还有1:00" in urgent


def test_inv_11_inv_12_with_the_engine_stopped_numbers_stand_and_the_tile_says_so(
    xinjin: District, day: dict[str, Case]
) -> None:
    board = words_of(browser_of(xinjin.one(Role.COURT_SUPERVISOR)).get(BOARD))
    assert "提醒引擎没有报告" in board
    assert "2已超时限" in board


def test_a_running_engine_is_said_in_words(xinjin: District, at) -> None:
    from django.utils import timezone

    EngineHeartbeat.objects.create(part="sweep", beat_at=timezone.now())
    board = words_of(browser_of(xinjin.one(Role.COURT_SUPERVISOR)).get(BOARD))
    assert "提醒引擎正常" in board
    assert "最近一次巡查" in board


def test_own_boards_of_clerk_judge_and_officer(xinjin: District, day: dict[str, Case]) -> None:
    clerk, judge, officer = (
        numbers(xinjin.one(role)) for role in (Role.FILING_CLERK, Role.JUDGE, Role.OFFICER)
    )
    assert clerk["overdue"] == 1  # her acceptance; the decision is the judge's
    assert judge["overdue"] == 1
    assert judge["waiting"] == 0
    assert officer["overdue"] == 1  # the first order's confirmation: two hours
    assert "unserved" not in officer
    assert "half-hour" not in clerk
    assert numbers(xinjin.other(Role.JUDGE))["overdue"] == 0


def test_a_case_without_a_judge_is_on_every_judges_board_and_in_its_list(xinjin: District, at) -> None:
    case = accepted(xinjin, NOW - 71 * HOUR)
    Case.unscoped.filter(pk=case.pk).update(assigned_judge=None)
    Deadline.objects.filter(subject_id=case.pk, owner_role=Role.JUDGE).update(user=None)
    for judge in (xinjin.one(Role.JUDGE), xinjin.other(Role.JUDGE)):
        view = view_for(judge, NOW)
        tile = tile_called(view, "due-2")
        assert tile is not None
        assert tile.number(view) == len(listed(view, tile).rows) == 1


def test_inv_25_a_recused_supervisor_counts_one_less(xinjin: District, day: dict[str, Case]) -> None:
    supervisor = xinjin.one(Role.COURT_SUPERVISOR)
    before = numbers(supervisor)
    Recusal.unscoped.create(case=day["late"], user=supervisor, reason="own_word", since_at=SUBMITTED_AT)
    assert numbers(supervisor)["overdue"] == before["overdue"] - 1
    browser = browser_of(supervisor)
    assert "".join(day["late"].number.split()) not in words_of(browser.get(BOARD))
    clock_row = Deadline.objects.get(subject_id=day["late"].pk, rule_id="D02")
    assert browser.get(reverse("boards:deadline", args=[clock_row.pk])).status_code == 404


def test_sr_15_the_neighbours_boards_are_empty(neighbour: District, day: dict[str, Case]) -> None:
    for role in STAFF:
        assert set(numbers(neighbour.one(role)).values()) == {0}, role


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.PLATFORM_ADMIN])
def test_inv_34_auditor_and_admin_have_no_board(xinjin: District, at, role: str) -> None:
    browser = browser_of(xinjin.one(role))
    for name, args in (
        ("board", []),
        ("wall", []),
        ("live", []),
        ("list", ["overdue"]),
        ("rows", ["overdue"]),
    ):
        assert browser.get(reverse(f"boards:{name}", args=args)).status_code == 404


def test_a_tile_that_is_not_hers_or_does_not_exist_is_not_found(xinjin: District, at) -> None:
    browser = browser_of(xinjin.one(Role.OFFICER))
    assert browser.get(reverse("boards:list", args=["unserved"])).status_code == 404
    assert browser.get(reverse("boards:list", args=["no-such"])).status_code == 404
    assert [tile.key for tile in tiles_for(view_for(xinjin.one(Role.OFFICER), NOW))] == [
        "overdue",
        "due-2",
        "due-8",
        "due-24",
        "waiting",
        "unconfirmed",
    ]


def test_the_board_takes_the_same_queries_however_many_cases_run(xinjin: District, at) -> None:
    browser = browser_of(xinjin.one(Role.COURT_SUPERVISOR))
    accepted(xinjin, NOW - 71 * HOUR)
    browser.get(BOARD)
    with CaptureQueriesContext(connection) as one:
        browser.get(BOARD)
    for hours in (70, 50, 20):
        accepted(xinjin, NOW - hours * HOUR)
    with CaptureQueriesContext(connection) as four:
        browser.get(BOARD)
    assert len(four) == len(one) <= 24, [query["sql"][:110] for query in four]


def test_a_long_list_goes_on_by_key_without_losing_or_repeating_a_case(
    xinjin: District, at, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.boards.PAGE", 2)
    for minutes in range(5):
        accepted(xinjin, NOW - 71 * HOUR - (minutes // 2) * MINUTE)
    view = view_for(xinjin.one(Role.COURT_SUPERVISOR), NOW)
    for key in ("due-2", "decided", "waiting"):
        tile = tile_called(view, key)
        assert tile is not None
        seen, after = [], ""
        while True:
            page = listed(view, tile, after)
            seen += [row.case.pk for row in page.rows]
            after = page.after
            if not after:
                break
        assert len(seen) == len(set(seen)) == tile.number(view), key
    assert PAGE == 50


def test_a_mangled_page_key_begins_at_the_start(xinjin: District, day: dict[str, Case]) -> None:
    browser = browser_of(xinjin.one(Role.COURT_SUPERVISOR))
    url = reverse("boards:list", args=["overdue"])
    for key in ("x", f"2026-03-11_{uuid4()}", "_", "2026-03-11T10:00:00_" + str(uuid4()), "\x00"):
        assert browser.get(url, {"after": key}).status_code == 200


def test_the_wall_and_the_live_part_show_the_same_numbers(xinjin: District, day: dict[str, Case]) -> None:
    browser = browser_of(xinjin.one(Role.COURT_PRESIDENT))
    inside = browser.get(reverse("boards:live"), headers={"X-Live": "1"}).content.decode()
    assert "<html" not in inside
    for name in ("board", "wall"):
        assert inside in browser.get(reverse(f"boards:{name}")).content.decode()


def test_sr_03_titles_and_addresses_are_neutral(xinjin: District, day: dict[str, Case]) -> None:
    browser = browser_of(xinjin.one(Role.COURT_PRESIDENT))
    for name, args in (("board", []), ("wall", []), ("list", ["overdue"])):
        assert "<title>半小时</title>" in browser.get(reverse(f"boards:{name}", args=args)).content.decode()


def test_the_deadline_says_why_and_who_was_told(xinjin: District, day: dict[str, Case]) -> None:
    from deadlines.engine import sweep

    row = Deadline.objects.get(subject_id=day["due in one hour"].pk, rule_id="D02")
    sweep(NOW)
    page = words_of(
        browser_of(xinjin.one(Role.COURT_PRESIDENT)).get(reverse("boards:deadline", args=[row.pk]))
    )
    assert "第二十八条" in page
    assert "72小时" in page
    assert "第S1级" in page
    assert "第S3级" in page
    assert xinjin.one(Role.JUDGE).display_name in page


def test_an_acknowledgement_is_recorded_and_moves_no_clock(xinjin: District, day: dict[str, Case]) -> None:
    from deadlines.engine import sweep

    row = Deadline.objects.get(subject_id=day["late"].pk, rule_id="D02")
    sweep(NOW)
    president = xinjin.one(Role.COURT_PRESIDENT)
    url = reverse("boards:deadline", args=[row.pk])
    browser = browser_of(president)
    step = re.search(r'name="step" value="(\w+)"', browser.get(url).content.decode())
    assert step
    assert browser.post(url, {"step": step[1], "words": "已电话催办"}).status_code == 302
    assert Acknowledgement.objects.get(deadline=row, user=president).words == "已电话催办"
    assert "已电话催办" in words_of(browser.get(url))
    after = Deadline.objects.get(pk=row.pk)
    assert (after.state, after.strict_at) == (row.state, row.strict_at)
    assert refreshed(day["late"]).state == "accepted"
    wrong = browser.post(url, {"step": "S9", "words": ""})
    assert wrong.status_code == 422
    assert EscalationStep.objects.filter(deadline=row).exists()


def test_inv_32_a_foreign_and_a_missing_deadline_look_alike(
    neighbour: District, day: dict[str, Case]
) -> None:
    browser = browser_of(neighbour.one(Role.COURT_PRESIDENT))
    row = Deadline.objects.filter(subject_id=day["late"].pk).first()
    foreign = browser.get(reverse("boards:deadline", args=[row.pk]))
    missing = browser.get(reverse("boards:deadline", args=[10**9]))
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content
