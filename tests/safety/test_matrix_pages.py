"""Every page of the record's desk, tried by everybody: open exactly to whom the law says."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.safety.doors import PAGES, Browsers
from tests.safety.matrix import World
from tests.safety.trying import try_all

pytestmark = pytest.mark.django_db


def test_sr_10_every_page_of_the_desk_opens_exactly_for_whom_the_law_says(
    world: World, browsers: Browsers, record_property: Callable[[str, object], None]
) -> None:
    doors = [door for door in PAGES if door.name.startswith("cases:")]
    record_property("cells", dict(try_all(doors, world, browsers)))


def test_the_pages_are_those_of_three_rooms() -> None:
    assert {door.name.partition(":")[0] for door in PAGES} == {"cases", "orders", "boards"}
