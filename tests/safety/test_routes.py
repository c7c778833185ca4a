"""Every address: a declared policy, the way to sign-in for strangers, neutral words, and a GET that changes nothing."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from agencies.access import APPLICANT, PUBLIC, STAFF, policy_of
from agencies.capabilities import Action, roles_for
from agencies.models import User
from tests.agencies.login import sign_in
from tests.safety.doors import CALLS, DOORS, PAGES, Address, Browsers, Door, addresses
from tests.safety.matrix import Situation, World, undone
from tests.safety.test_public_pages import FORBIDDEN_OUTSIDE

pytestmark = pytest.mark.django_db
NAMED = {PUBLIC, APPLICANT, STAFF, *Action}
# Sign-in itself is for those who have not signed in yet.
SIGN_IN = "/staff/"
# Written by reading: who looked, that the session is used, and the step that a code was good for.
WRITTEN_BY_READING = {"cases_accesslog", "django_session", "agencies_staffsession"}


def path_to(address: Address) -> str:
    """The address with ids in it that lead to nothing."""
    anything = {"uuid": uuid4(), "int": 10**9, "slug": "x"}
    named = re.findall(r"<(\w+):(\w+)>", address.route)
    return reverse(address.name, kwargs={name: anything[kind] for kind, name in named})


def test_sr_10_every_address_has_a_declared_policy() -> None:
    found = {address.route: policy_of(address.callback) for address in addresses()}
    assert len(found) > 80
    assert {route: policy for route, policy in found.items() if policy not in NAMED} == {}


def test_sr_10_every_address_has_a_name_of_its_own() -> None:
    names = [address.name for address in addresses()]
    assert "" not in names and len(set(names)) == len(names)


def test_sr_10_staffs_addresses_are_never_public() -> None:
    for address in addresses():
        policy = policy_of(address.callback)
        if address.is_of_staff:
            assert policy not in {PUBLIC, APPLICANT}, address.route
        elif not address.route.startswith(SIGN_IN):
            assert policy in {PUBLIC, APPLICANT}, address.route


def test_sr_10_the_policy_of_a_door_is_the_right_that_the_matrix_names() -> None:
    """A page may ask for less at its door than its act needs, never for something else."""
    policies = {address.name: policy_of(address.callback) for address in addresses()}
    for door in DOORS:
        policy = str(policies[door.name])
        is_looser = policy == "case.view" or (policy == "board.view" and door.right == "statistics.view")
        assert policy == door.right or is_looser, (door.name, policy, door.right)
        if policy in set(Action) and door.right in set(Action):
            assert roles_for(policy) >= roles_for(door.right), door.name


@pytest.mark.parametrize("method", ["get", "post"])
def test_sr_10_a_stranger_is_led_to_sign_in_at_every_staff_address(method: str) -> None:
    client = Client()
    for address in addresses():
        if not address.is_of_staff:
            continue
        answer = getattr(client, method)(path_to(address))
        if address.route.startswith("/api/"):
            assert answer.status_code == 401, address.route
            assert answer["Content-Type"] == "application/problem+json"
        elif answer.status_code == 405:
            # The method is asked for before the person: a page that has no such form says so to everybody.
            assert answer.content == b"", address.route
        else:
            assert answer.status_code == 302, address.route
            assert answer["Location"].startswith("/staff/login/"), address.route


def test_sr_03_no_path_says_what_the_portal_is_about() -> None:
    for address in addresses():
        words = FORBIDDEN_OUTSIDE.findall(address.route)
        assert words == [], address.route


def test_sr_03_identifiers_of_cases_are_random_ones() -> None:
    for address in addresses():
        for kind, name in re.findall(r"<(\w+):(\w+)>", address.route):
            assert kind == "uuid" or name not in {"case_id", "paper_id", "note_id", "service_id"}, (
                address.route
            )


def _changes() -> dict[str, tuple[int, int, int]]:
    """Rows inserted, updated and deleted in this transaction so far, by table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_xact_user_tables")
        return {name: (made, moved, gone) for name, made, moved, gone in cursor.fetchall()}


def _situation(world: World, door: Door) -> Situation:
    return world.situations[door.at or "accepted"]


@pytest.mark.parametrize("doors", [PAGES, CALLS], ids=["pages", "api"])
def test_sr_34_reading_changes_nothing_for_anybody(world: World, browsers: Browsers, doors: tuple) -> None:
    changed, opened = [], 0
    for door in {
        (door.name, door.at, tuple(door.args(world, _situation(world, door)))): door for door in doors
    }.values():
        for who in world.staff:
            if who.district != "home" or not isinstance(who.actor, User) or who.is_recused:
                continue
            with undone():
                before = _changes()
                answer = browsers.of(who).get(door.path(world))
                opened += answer.status_code == 200
                after = _changes()
            changed += [
                (door.name, who.label, table)
                for table, counts in after.items()
                if counts != before.get(table, (0, 0, 0)) and table not in WRITTEN_BY_READING
            ]
    assert changed == []
    assert opened > 50


def test_the_watch_on_changes_would_notice_a_write(world: World, browsers: Browsers) -> None:
    door = next(door for door in PAGES if door.name == "cases:mark" and door.method == "POST")
    who = world.who("filing_clerk")
    with undone():
        before = _changes()
        assert door.knock(world, browsers.of(who), who).status_code == 302
        after = _changes()
    touched = {table for table, counts in after.items() if counts != before.get(table, (0, 0, 0))}
    assert {"cases_case", "cases_caseevent", "deadlines_deadline"} <= touched


def test_sr_34_every_write_of_staff_asks_for_the_sessions_token(world: World) -> None:
    clerk = world.who("filing_clerk").actor
    with undone():
        client = sign_in(Client(enforce_csrf_checks=True), clerk)
        for address in addresses():
            if address.is_of_staff:
                answer = client.post(path_to(address))
                assert answer.status_code in {403, 404, 405}, (address.route, answer.status_code)
                if answer.status_code == 404:
                    assert address.route.startswith("/api/"), address.route
