"""What may be sent: JSON, listed fields, plain text, not too much, with the session's token."""

import json

import pytest
from django.core.cache import cache
from django.test import Client
from rest_framework.throttling import UserRateThrottle

from agencies.models import User
from agencies.roles import Role
from cases.api.reading import CaseDetail
from cases.models import Case, CaseEvent, Note
from tests.agencies.login import sign_in
from tests.api.caller import PROBLEM, Caller, path_of
from tests.record import District, refreshed


@pytest.fixture
def clerk(xinjin: District) -> User:
    return xinjin.one(Role.FILING_CLERK)


@pytest.mark.parametrize(
    ("rest", "body", "field"),
    [
        ("application/accept/", {"version": 1, "number": "（2026）川0118民保令9号"}, "number"),
        ("application/accept/", {"version": 1, "state": "order_issued"}, "state"),
        ("application/accept/", {"version": 1, "is_superuser": True}, "is_superuser"),
        ("application/mark_emergency/", {"version": 1, "reason_code": "weapon", "now": "2020-01-01"}, "now"),
        ("notes/", {"text": "好", "audience": "on_case", "author": 1}, "author"),
        ("notes/", {"text": "好", "agency": "x"}, "agency"),
        ("evidence/", {"kind": "E02", "description": "出警", "sha256": "0" * 64}, "sha256"),
    ],
)
def test_sr_13_a_field_that_is_not_listed_is_refused(
    clerk: User, submitted_case: Case, call, rest: str, body: dict, field: str
) -> None:
    before = CaseEvent.unscoped.filter(case=submitted_case).count()
    answer = call(clerk).post(path_of(submitted_case, rest), body)
    assert answer.status_code == 400 and answer["Content-Type"] == PROBLEM
    assert answer.json()["errors"] == {field: ["没有这个字段。"]}
    assert CaseEvent.unscoped.filter(case=submitted_case).count() == before
    assert refreshed(submitted_case).state == "submitted"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": 1, "points": [], "days": 3}, "points"),
        ({"version": 1, "points": ["身份证号"], "days": 0}, "days"),
        ({"version": 1, "points": ["身份证号"], "days": "three"}, "days"),
        ({"version": 1, "points": "身份证号"}, "points"),
        ({"version": 1, "points": [{"a": 1}]}, "points"),
        ({"version": -1, "points": ["身份证号"]}, "version"),
        ({"version": "1; drop", "points": ["身份证号"]}, "version"),
        ({"version": 1}, "points"),
    ],
)
def test_a_malformed_field_is_named(clerk: User, submitted_case: Case, call, body: dict, field: str) -> None:
    answer = call(clerk).post(path_of(submitted_case, "application/request_correction/"), body)
    assert answer.status_code == 400 and list(answer.json()["errors"]) == [field]


@pytest.mark.parametrize("body", [[], "accept", 7, None, True])
def test_a_body_that_is_no_object_is_refused(clerk: User, submitted_case: Case, body: object) -> None:
    client = sign_in(Client(), clerk)
    path = path_of(submitted_case, "application/accept/")
    answer = client.post(path, json.dumps(body), content_type="application/json")
    assert answer.status_code in {400, 428} and answer["Content-Type"] == PROBLEM
    assert refreshed(submitted_case).state == "submitted"


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b'{"version": NaN}', b'{"version": 1e999}'])
def test_a_body_that_cannot_be_read_is_refused(clerk: User, submitted_case: Case, raw: bytes) -> None:
    client = sign_in(Client(), clerk)
    path = path_of(submitted_case, "application/accept/")
    answer = client.post(path, raw, content_type="application/json")
    assert answer.status_code in {400, 428} and answer["Content-Type"] == PROBLEM


def test_only_json_comes_in(clerk: User, submitted_case: Case) -> None:
    client = sign_in(Client(), clerk)
    answer = client.post(path_of(submitted_case, "application/accept/"), {"version": 1})
    assert answer.status_code == 415 and answer["Content-Type"] == PROBLEM
    assert refreshed(submitted_case).state == "submitted"


def test_sr_29_more_than_2_mb_is_too_much(clerk: User, submitted_case: Case, call) -> None:
    answer = call(clerk).post(path_of(submitted_case, "notes/"), {"text": "长" * 800_000})
    assert answer.status_code == 413 and answer["Content-Type"] == PROBLEM
    assert not Note.objects.model._base_manager.exists()


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\u202e", "\u2066", "\ud800"])
def test_sr_29_signs_that_hide_or_turn_text_are_refused(
    clerk: User, submitted_case: Case, call, sign: str
) -> None:
    answer = call(clerk).post(path_of(submitted_case, "notes/"), {"text": f"他说{sign}没事"})
    assert answer.status_code == 400 and list(answer.json()["errors"]) == ["text"]


def test_sr_29_text_is_kept_in_nfc_with_emoji_and_rare_characters(
    clerk: User, submitted_case: Case, call
) -> None:
    text = "e\u0301 𠮷㛃 👩‍👧"
    answer = call(clerk).post(path_of(submitted_case, "notes/"), {"text": text, "audience": "on_case"})
    assert answer.status_code == 201
    assert answer.json()["text"] == "\u00e9 𠮷㛃 👩‍👧"


def test_sr_34_a_write_carries_the_sessions_token(clerk: User, submitted_case: Case) -> None:
    caller = Caller.of(clerk, enforce_csrf_checks=True)
    path = path_of(submitted_case, "application/accept/")
    answer = caller.post(path, {"version": 1})
    assert answer.status_code == 403 and answer["Content-Type"] == PROBLEM
    assert refreshed(submitted_case).state == "submitted"
    page = caller.get("/desk/queue/")
    token = page.cookies["t"].value if "t" in page.cookies else caller.client.cookies["t"].value
    answer = caller.post(path, {"version": 1}, headers={"X-CSRFToken": token})
    assert answer.status_code == 200


def test_sr_21_a_password_alone_opens_nothing(clerk: User, submitted_case: Case) -> None:
    client = Client()
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(path_of(submitted_case)).status_code == 401
    assert client.get("/api/v1/cases/").status_code == 401


def test_a_runaway_script_is_told_to_wait(clerk: User, submitted_case: Case, call, monkeypatch) -> None:
    class TwiceAMinute(UserRateThrottle):
        rate = "2/min"

    cache.clear()
    monkeypatch.setattr(CaseDetail, "throttle_classes", [TwiceAMinute])
    caller = call(clerk)
    answers = [caller.get(path_of(submitted_case)) for _ in range(3)]
    cache.clear()
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Content-Type"] == PROBLEM and int(answers[2]["Retry-After"]) > 0
