"""Each error is answered once, as a page or as problem+json (SR-11, SR-34)."""

import json
import logging

import pytest
from django.test import Client

from agencies.models import StaffSession
from tests.agencies.login import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_urls")]

PROBLEM = "application/problem+json"


@pytest.fixture
def visitor():
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("refused", 409, "已受理，不能再补正。"),
        ("conflict", 409, "王立案 已在 2026-03-11 10:20:00 先一步处理"),
        ("invalid", 422, "日期不存在。"),
    ],
)
def test_refusals_are_said_in_words_on_the_page_and_in_the_api(visitor, error, status, words):
    page = visitor.get(f"/fail/{error}/")
    assert page.status_code == status and words in page.content.decode()
    assert "12338" in page.content.decode()
    answer = visitor.get(f"/api/fail/{error}/")
    assert answer.status_code == status and answer["Content-Type"] == PROBLEM
    assert words in answer.json()["detail"]
    assert answer.json()["status"] == status


def test_sr_11_forbidden_and_missing_give_the_same_page(visitor):
    forbidden, missing = visitor.get("/fail/forbidden/"), visitor.get("/fail/missing/")
    unknown = visitor.get("/no-such-address/")
    assert forbidden.status_code == missing.status_code == unknown.status_code == 404
    assert forbidden.content == missing.content == unknown.content
    assert dict(forbidden.items()) == dict(missing.items()) == dict(unknown.items())
    assert "内部说明" not in forbidden.content.decode()


def test_sr_11_forbidden_and_missing_give_the_same_problem(visitor):
    forbidden, missing = visitor.get("/api/fail/forbidden/"), visitor.get("/api/fail/missing/")
    unknown = visitor.get("/api/no-such-address/")
    assert forbidden.status_code == missing.status_code == unknown.status_code == 404
    assert json.loads(forbidden.content) == json.loads(missing.content) == json.loads(unknown.content)
    assert {answer["Content-Type"] for answer in (forbidden, missing, unknown)} == {PROBLEM}


def test_the_api_names_the_field_that_is_to_blame(visitor):
    assert visitor.get("/api/fail/invalid/").json()["errors"] == {"birth_on": ["日期不存在。"]}
    rejected = visitor.get("/api/fail/rejected/")
    assert rejected.status_code == 400 and rejected.json()["errors"] == {"name": ["太长"]}


def test_sr_34_a_fault_shows_a_number_only(visitor, caplog):
    with caplog.at_level(logging.ERROR, logger="agencies.error_pages"):
        page = visitor.get("/fail/fault/")
    text = page.content.decode()
    assert page.status_code == 500
    assert "secret-in-the-fault" not in text and "RuntimeError" not in text
    assert "110" in text and "12338" in text
    ticket = next(record.args[0] for record in caplog.records if record.name == "agencies.error_pages")
    assert ticket in text


def test_sr_34_a_fault_of_the_api_shows_a_number_only(visitor):
    answer = visitor.get("/api/fail/fault/")
    assert answer.status_code == 500 and answer["Content-Type"] == PROBLEM
    assert set(answer.json()) == {"type", "title", "status", "ticket"}


def test_sr_34_when_the_error_page_itself_fails_there_are_still_words(visitor, monkeypatch):
    def broken(*args, **kwargs):
        raise OSError("no templates")

    monkeypatch.setattr("agencies.error_pages.render_to_string", broken)
    page = visitor.get("/fail/fault/")
    assert page.status_code == 500 and "110" in page.content.decode()


def test_sr_34_an_api_write_without_the_token_is_refused_in_words(clerk):
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, clerk)
    answer = browser.post("/api/write/")
    assert answer.status_code == 403 and answer["Content-Type"] == PROBLEM
    assert "刷新" in answer.json()["title"]
    assert StaffSession.objects.exists()
