"""Staff sign-in by hand: password, code, and what each page refuses (SR-21, SR-22)."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import identify_hasher
from django.test import Client

from agencies.models import StaffSession
from agencies.second_factor import code_at_step, secret_of, step_at
from agencies.time_source import wall_now
from tests.agencies.login import PASSWORD, SECRET, code_now, give_password, sign_in_by_hand

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_urls")]


def test_sr_21_password_and_code_open_the_desk(client, clerk):
    answer = client.get("/staff/")
    assert answer.status_code == 302 and answer.url == "/staff/login/?next=%2Fstaff%2F"
    first = client.post(answer.url, {"login": clerk.username, "password": PASSWORD})
    assert first.url.startswith("/staff/login/code/")
    assert client.get("/staff/").status_code == 302
    second = client.post("/staff/login/code/", {"code": code_now()})
    assert second.url == "/staff/"
    assert client.get("/staff/").content == b"desk"


def test_sr_21_after_signing_in_one_arrives_where_one_wanted_to_go(client, clerk):
    page = client.get("/staff/clerks/", follow=True)
    assert 'name="next" value="/staff/clerks/"' in page.content.decode()
    client.post("/staff/login/", {"login": clerk.username, "password": PASSWORD, "next": "/staff/clerks/"})
    assert client.post("/staff/login/code/", {"code": code_now()}).url == "/staff/clerks/"


def test_sr_21_a_foreign_next_is_not_followed(client, clerk):
    evil = "https://evil.example/"
    client.post("/staff/login/", {"login": clerk.username, "password": PASSWORD, "next": evil})
    assert client.post("/staff/login/code/", {"code": code_now()}).url == "/desk/"


def test_sr_21_the_password_alone_opens_nothing(client, clerk):
    give_password(client, clerk)
    for address in ("/staff/", "/staff/clerks/", "/staff/password/", "/staff/confirm/", "/api/issue/"):
        assert client.get(address).status_code in (302, 401)
    assert "_auth_user_id" not in client.session


def test_sr_21_a_wrong_password_and_an_unknown_name_answer_alike(client, clerk):
    known = client.post("/staff/login/", {"login": clerk.username, "password": "wrong-wrong-wrong"})
    unknown = Client().post("/staff/login/", {"login": "nobody.here", "password": "wrong-wrong-wrong"})
    assert known.status_code == unknown.status_code == 200
    assert "用户名或密码不对" in known.content.decode()
    assert "用户名或密码不对" in unknown.content.decode()


def test_sr_21_a_wrong_code_is_refused_in_words(client, clerk):
    give_password(client, clerk)
    answer = client.post("/staff/login/code/", {"code": "000000"})
    assert answer.status_code == 200 and "验证码不对" in answer.content.decode()
    assert client.get("/staff/").status_code == 302


def test_sr_21_a_code_works_once_even_in_another_browser(client, clerk):
    sign_in_by_hand(client, clerk)
    other = Client()
    give_password(other, clerk)
    answer = other.post("/staff/login/code/", {"code": code_now()})
    assert answer.status_code == 200 and "已经用过" in answer.content.decode()


def test_sr_21_a_post_without_a_code_is_asked_again(client, clerk):
    give_password(client, clerk)
    assert client.post("/staff/login/code/", {}).url == "/staff/login/code/"


def test_sr_21_without_a_second_factor_no_desk_opens_before_it_is_set_up(client, clerk):
    Authenticator.objects.all().delete()
    give_password(client, clerk)
    assert client.get("/staff/").url == "/staff/code/?next=%2Fstaff%2F"
    assert client.get("/staff/clerks/").url.startswith("/staff/code/")
    assert client.get("/api/issue/").status_code == 401
    page = client.get("/staff/code/?next=/staff/clerks/")
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert client.get("/staff/code/picture/")["Content-Type"] == "image/svg+xml"

    wrong = client.post("/staff/code/", {"code": "000000", "next": "/staff/clerks/"})
    assert wrong.status_code == 200 and not Authenticator.objects.exists()
    right = client.post("/staff/code/", {"code": _code_of(secret), "next": "/staff/clerks/"})
    assert right.url == "/staff/clerks/"
    assert secret_of(clerk) == secret
    assert client.get("/staff/clerks/").content == b"clerks"


def test_sr_21_the_code_that_set_it_up_is_used_up(client, clerk):
    Authenticator.objects.all().delete()
    give_password(client, clerk)
    secret = client.get("/staff/code/").context["secret"]
    code = _code_of(secret)
    client.post("/staff/code/", {"code": code})
    other = Client()
    give_password(other, clerk)
    assert "已经用过" in other.post("/staff/login/code/", {"code": code}).content.decode()


def test_sr_21_nobody_replaces_their_own_second_factor(client, clerk):
    sign_in_by_hand(client, clerk)
    assert client.get("/staff/code/").status_code == 302
    client.post("/staff/code/", {"code": code_now(1)})
    assert secret_of(clerk) == SECRET


def test_sr_21_the_picture_is_only_for_who_is_setting_up(client, clerk):
    assert client.get("/staff/code/picture/").status_code == 404
    sign_in_by_hand(client, clerk)
    assert client.get("/staff/code/picture/").status_code == 404


def test_sr_21_the_secret_is_not_stored_in_clear(clerk):
    assert SECRET not in str(Authenticator.objects.get(user=clerk).data)


def test_sr_21_passwords_are_kept_as_argon2id(clerk):
    assert identify_hasher(clerk.password).algorithm == "argon2"
    assert "$argon2id$" in clerk.password


def test_sr_21_there_is_no_sign_up_and_no_reset_by_mail(client):
    for address in ("/staff/signup/", "/staff/password/reset/", "/staff/email/", "/accounts/login/"):
        assert client.get(address).status_code == 404


def test_sr_22_signing_in_gives_a_new_key_and_an_empty_session(client, clerk):
    session = client.session
    session["something_of_a_visitor"] = "x"
    session.save()
    before = session.session_key
    sign_in_by_hand(client, clerk)
    assert client.session.session_key != before
    assert "something_of_a_visitor" not in client.session
    assert StaffSession.objects.get().session_key == client.session.session_key


def test_sr_22_signing_out_ends_the_session(client, clerk):
    sign_in_by_hand(client, clerk)
    assert client.get("/staff/logout/").status_code == 200
    assert client.get("/staff/").status_code == 200
    assert client.post("/staff/logout/").url == "/staff/login/"
    assert client.get("/staff/").status_code == 302
    assert not StaffSession.objects.exists()


def test_sr_22_the_session_cookie_ends_with_the_browser_and_is_hidden_from_scripts(client, clerk, settings):
    answer = sign_in_by_hand(client, clerk)
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert not cookie["expires"] and not cookie["max-age"]


def test_sr_03_titles_and_addresses_of_sign_in_are_neutral(client, clerk):
    for address in ("/staff/login/", "/staff/confirm/"):
        page = client.get(address, follow=True).content.decode()
        title = page.split("<title>")[1].split("</title>")[0]
        assert title.strip() == "半小时"


def _code_of(secret):
    return code_at_step(secret, step_at(wall_now()))
