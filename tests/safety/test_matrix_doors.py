"""The court's pages, the boards and every call of the API: open exactly to whom the law says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from agencies.models import User
from deadlines.models import OutboxMessage
from tests.safety.doors import CALLS, DOORS, PAGES, TRIED_APART, Browsers, addresses
from tests.safety.matrix import World, undone
from tests.safety.trying import try_all

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("room", ["orders:", "boards:"])
def test_sr_10_every_page_of_the_upper_rooms_opens_exactly_for_whom_the_law_says(
    world: World, browsers: Browsers, room: str, record_property: Callable[[str, object], None]
) -> None:
    doors = [door for door in PAGES if door.name.startswith(room)]
    record_property("cells", dict(try_all(doors, world, browsers)))


def test_sr_10_every_call_opens_exactly_for_whom_the_law_says(
    world: World, browsers: Browsers, record_property: Callable[[str, object], None]
) -> None:
    record_property("cells", dict(try_all(CALLS, world, browsers)))


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
