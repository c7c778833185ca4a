"""Trying a door by everybody, and what the law's table says of each trial."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from agencies.models import User
from tests.safety.doors import Browsers, Door
from tests.safety.matrix import Who, World, has_right, undone

GONE = frozenset({"filing_clerk until yesterday", "officer until yesterday", "dismissed commander"})


def visitors(world: World, door: Door) -> list[Who]:
    """Everybody who can use a browser; where no case is at stake, each role once and those without one."""
    people = [who for who in world.people if isinstance(who.actor, User | AnonymousUser)]
    # Whose role has ended is tried in every role by the services' matrix; here in two.
    people = [who for who in people if not who.is_ended or who.label in GONE]
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


def try_all(doors: Iterable[Door], world: World, browsers: Browsers) -> Counter[str]:
    """Every door by everybody; fails with each person to whom one is open or closed against the law."""
    wrong, cells = {}, Counter[str]()
    for door in doors:
        complaints, seen = try_door(door, world, browsers)
        cells += seen
        if complaints:
            wrong[f"{door.method} {door.name} ({door.at})"] = complaints
    assert wrong == {}
    assert cells["open"] and cells["closed"]
    return cells
