"""Every page and every call of the API, tried by everybody: open exactly to whom the law says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from agencies.models import User
from deadlines.models import OutboxMessage
from tests.safety.doors import CALLS, DOORS, PAGES, TRIED_APART, Browsers, Door, addresses
from tests.safety.matrix import Who, World, has_right, undone

pytestmark = pytest.mark.django_db
PAGE_GROUPS = ("cases:", "orders:", "boards:")


@pytest.fixture(scope="module")
def browsers(world: World) -> Browsers:
    return Browsers(world.people)


def visitors(world: World, door: Door) -> list[Who]:
    """Everybody who can use a browser; where no case is at stake, each role once and those without one."""
    people = [who for who in world.people if isinstance(who.actor, User | AnonymousUser)]
    if door.at:
        return people
    return [who for who in people if who.district != "away" and not who.is_recused]


def wanted(door: Door, world: World, who: Who) -> int:
    """The status that the law's table gives this person at this door."""
    if not isinstance(who.actor, User) or not who.actor.is_active:
        return 401 if door.is_api else 302
    if door.name == "cases:home":
        return 302 if who.has_desk else 200  # to the first list of the role, or "there is no desk for you"
    if door.is_open_to(world, who):
        return door.answers
    is_colleague = who.role == "judge" and door.at and has_right(who, "case.view", world.situations[door.at])
    return door.tells_colleagues if is_colleague else 404


def try_door(door: Door, world: World, browsers: Browsers) -> tuple[list[str], Counter[str]]:
    """Complaints, and how many were let in and kept out."""
    wrong, seen = [], Counter[str]()
    for who in visitors(world, door):
        with undone():
            answer = door.knock(world, browsers.of(who), who)
        expected = wanted(door, world, who)
        seen["open" if expected == door.answers else "closed"] += 1
        is_right = answer.status_code == expected
        if is_right and expected == 302:
            asked_to_sign_in = answer["Location"].startswith("/staff/")
            is_right = asked_to_sign_in == (not isinstance(who.actor, User) or not who.actor.is_active)
        if not is_right:
            wrong.append(f"{who.label}: {answer.status_code}, the law says {expected}")
    return wrong, seen


@pytest.mark.parametrize("group", PAGE_GROUPS)
def test_sr_10_every_page_opens_exactly_for_whom_the_law_says(
    world: World, browsers: Browsers, group: str, record_property: Callable[[str, object], None]
) -> None:
    _all_doors([door for door in PAGES if door.name.startswith(group)], world, browsers, record_property)


def test_sr_10_every_call_opens_exactly_for_whom_the_law_says(
    world: World, browsers: Browsers, record_property: Callable[[str, object], None]
) -> None:
    _all_doors(list(CALLS), world, browsers, record_property)


def _all_doors(
    doors: list[Door], world: World, browsers: Browsers, record_property: Callable[[str, object], None]
) -> None:
    wrong, cells = {}, Counter[str]()
    for door in doors:
        complaints, seen = try_door(door, world, browsers)
        cells += seen
        if complaints:
            wrong[f"{door.method} {door.name} ({door.at})"] = complaints
    record_property("cells", dict(cells))
    assert wrong == {}
    assert cells["open"] and cells["closed"]


def test_sr_10_there_is_no_page_or_call_that_the_matrix_does_not_try() -> None:
    tried = {door.name for door in DOORS} | TRIED_APART
    assert {row.name for row in addresses() if row.is_of_staff} == tried


def test_sr_11_a_notice_is_for_its_reader_alone(world: World, browsers: Browsers) -> None:
    notice = OutboxMessage.objects.filter(
        user=world.home.one("filing_clerk"), channel=OutboxMessage.Channel.IN_PORTAL
    ).earliest("pk")
    for who in world.people:
        if not isinstance(who.actor, User | AnonymousUser):
            continue
        with undone():
            answer = browsers.of(who).post(f"/desk/notices/{notice.pk}/seen/", {"words": ""})
        is_owner = who.actor == notice.user
        is_signed_in = isinstance(who.actor, User) and who.actor.is_active
        assert answer.status_code == (302 if is_owner or not is_signed_in else 404), who.label
