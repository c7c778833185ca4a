"""The schema describes every address of the API, validates, and is shown to staff only."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import URLPattern, get_resolver

from agencies.roles import Role
from tests.api.caller import PROBLEM
from tests.record import District

SECRET_WORDS = re.compile("家暴|家庭暴力|保护令|violence|abuse|protection|victim|\\bdv\\b", re.IGNORECASE)


def api_paths() -> set[str]:
    found = set()
    stack = [(pattern, "/") for pattern in get_resolver().url_patterns]
    while stack:
        pattern, before = stack.pop()
        whole = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            found.add(re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", whole))
        else:
            stack += [(inner, whole) for inner in pattern.url_patterns]
    return {path for path in found if path.startswith("/api/")}


def test_the_schema_is_valid_and_without_a_warning() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_the_schema_holds_every_address_and_its_problems(xinjin: District, call) -> None:
    answer = call(xinjin.one(Role.OFFICER)).get("/api/schema/", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    schema = answer.json()
    assert set(schema["paths"]) == api_paths() - {"/api/schema/"}
    for path, operations in schema["paths"].items():
        assert not SECRET_WORDS.search(path)
        for method, operation in operations.items():
            wanted = {"401", "404"} if method == "get" else {"400", "401", "403", "404", "409", "422"}
            assert wanted <= set(operation["responses"]), (path, method)
            assert {"get", "post"} >= {method}
            problem = operation["responses"]["404"]["content"]
            assert set(problem) == {PROBLEM}


def test_the_schema_names_no_closed_text_but_in_its_reveal(xinjin: District, call) -> None:
    shapes = call(xinjin.one(Role.OFFICER)).get("/api/schema/").json()["components"]["schemas"]
    assert "place" not in shapes["Attempt" if "Attempt" in shapes else "AttemptShape"]["properties"]
    assert set(shapes["RevealedDetail"]["properties"]) == {"id", "kind", "text"}


@pytest.mark.django_db
def test_a_stranger_reads_no_schema(call) -> None:
    assert call(None).get("/api/schema/").status_code == 401
