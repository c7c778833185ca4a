"""The public front: quick exit, honest notice, neutral outside, nothing left behind."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from portal import front_urls
from portal.headers import PrivateOriginCsrfMiddleware

PUBLIC = ["/", "/before/", "/help/", "/closed/"]
FORBIDDEN_OUTSIDE = re.compile(
    r"家暴|家庭暴力|人身安全|保护令|violen|abus|protect|victim|(?<![a-z])dv(?![a-z])", re.IGNORECASE
)
pytestmark = pytest.mark.django_db
STATIC = Path(settings.BASE_DIR) / "portal" / "static" / "portal"


@pytest.fixture
def visitor(db) -> Client:
    client = Client()
    session = client.session
    session["draft"] = "something of hers"
    session.save()
    return client


@pytest.mark.parametrize("path", PUBLIC)
def test_sr_01_quick_exit_is_second_in_tab_order_and_a_plain_link(client, path):
    page = client.get(path).content.decode()
    stops = re.findall(r"<(?:a|button|input|select|textarea|summary)\b[^>]*>", page)
    assert 'class="skip"' in stops[0]
    assert 'href="/leave/"' in stops[1]
    assert "onclick" not in page


def test_sr_01_leaving_by_the_link_ends_the_session_and_redirects(visitor, django_assert_max_num_queries):
    key = visitor.session.session_key
    with django_assert_max_num_queries(4):  # what the 300 ms are made of
        answer = visitor.get("/leave/")
    assert answer.status_code == 303
    assert answer["Location"] == settings.QUICK_EXIT_URL
    assert answer["Clear-Site-Data"] == '"cookies", "storage"'
    assert answer["Cache-Control"] == "no-store, private"
    assert not Session.objects.filter(session_key=key).exists()
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 0
    assert answer.cookies[settings.CSRF_COOKIE_NAME]["max-age"] == 0


def test_sr_01_leaving_by_the_beacon_needs_no_token_and_ends_the_session():
    client = Client(enforce_csrf_checks=True)
    session = client.session
    session["draft"] = "something of hers"
    session.save()
    answer = client.post("/leave/")
    assert answer.status_code == 204
    assert not Session.objects.filter(session_key=session.session_key).exists()


def test_sr_01_leaving_without_a_session_works_too(client):
    assert client.get("/leave/").status_code == 303
    assert client.get("/leave/").status_code == 303


@override_settings(SESSION_COOKIE_NAME="__Host-s", CSRF_COOKIE_NAME="__Host-t")
def test_sr_01_a_host_cookie_is_deleted_in_the_way_a_browser_accepts(client):
    cookie = client.get("/leave/").cookies["__Host-s"]
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert not cookie["domain"]


def test_sr_01_the_exit_script_is_small_and_does_not_leave_the_page_in_the_history():
    script = (STATIC / "quick-exit.js").read_text()
    assert len(script.encode()) <= 4096
    assert "location.replace" in script
    assert "sendBeacon" in script
    assert "event.persisted" in script


def test_sr_02_the_notice_says_what_exit_does_what_it_does_not_and_the_other_ways(client):
    page = client.get("/before/").content.decode()
    for words in ("快速离开", "不会清除浏览记录", "监控软件", "无痕", "/start/", "/help/", "口头"):
        assert words in page
    ways = client.get("/help/").content.decode()
    for words in ("tel:110", "tel:12338", "tel:12348", "派出所", "口头申请"):
        assert words in ways


@pytest.mark.parametrize("path", PUBLIC)
def test_sr_02_the_notice_is_linked_from_every_page(client, path):
    assert 'href="/before/"' in client.get(path).content.decode()


@pytest.mark.parametrize("path", [*PUBLIC, "/nowhere/"])
def test_sr_03_titles_and_addresses_are_neutral(client, path):
    page = client.get(path).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1).strip()
    assert title == "半小时"
    outside = [
        title,
        *re.findall(r"(?:href|src|action)=\"([^\"]*)\"", page),
        *re.findall(r"<meta[^>]*>", page),
    ]
    assert not [words for words in outside if FORBIDDEN_OUTSIDE.search(words)]
    assert "manifest" not in page


def test_sr_03_file_and_cookie_names_are_neutral():
    names = [path.name for path in STATIC.iterdir()]
    names += [str(entry.pattern) for entry in front_urls.urlpatterns]
    names += [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME]
    assert not [name for name in names if FORBIDDEN_OUTSIDE.search(name)]


@pytest.mark.parametrize("path", [*PUBLIC, "/leave/", "/robots.txt", "/nowhere/"])
def test_sr_04_nothing_dynamic_is_kept(client, path):
    assert client.get(path)["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("path", PUBLIC)
def test_sr_04_reading_the_front_sets_no_cookie(client, path):
    assert not client.get(path).cookies


def test_sr_04_cookies_end_with_the_browser():
    assert settings.SESSION_EXPIRE_AT_BROWSER_CLOSE
    assert settings.CSRF_COOKIE_AGE is None


@pytest.mark.parametrize("path", [*PUBLIC, "/leave/", "/nowhere/"])
def test_sr_32_every_answer_carries_the_headers(client, path):
    answer = client.get(path)
    csp = {part.strip() for part in answer["Content-Security-Policy"].split(";") if part.strip()}
    assert csp == {
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    }
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert answer["X-Robots-Tag"].startswith("noindex")
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


TEMPLATES = sorted(
    path for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html") if "<" in path.read_text()
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_sr_32_no_template_holds_inline_script_or_style(path):
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<style\b|javascript:", text, re.IGNORECASE)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", text, re.IGNORECASE)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text)  # SR-33: nothing from elsewhere


@pytest.mark.parametrize("name", ["404.html", "403.html", "403_csrf.html", "500.html"])
def test_b15_error_pages_need_no_request_and_carry_the_numbers(name):
    page = render_to_string(name)
    for number in ("110", "12338", "12348"):
        assert f'href="tel:{number}"' in page
    assert 'href="/leave/"' in page


@pytest.mark.parametrize("path", [*PUBLIC, "/nowhere/"])
def test_b15_emergency_numbers_stand_on_every_page(client, path):
    page = client.get(path).content.decode()
    assert 'href="tel:110"' in page
    assert 'href="tel:12338"' in page


def test_performance_the_frame_of_a_filing_page_is_light(client):
    weight = len(client.get("/before/").content)
    weight += sum((STATIC / name).stat().st_size for name in ("site.css", "mark.svg"))
    script = sum((STATIC / name).stat().st_size for name in ("site.js", "quick-exit.js"))
    assert script <= 60_000
    assert weight + script <= 200_000


@pytest.mark.parametrize(
    ("origin", "fetch_site", "verified"),
    [
        ("null", "same-origin", True),
        ("null", None, True),  # plain http or an old phone: the token decides
        ("null", "cross-site", False),
        ("null", "same-site", False),
        ("http://testserver", "same-origin", True),
        ("http://elsewhere.example", None, False),
    ],
)
def test_sr_34_a_form_of_ours_is_known_although_no_referrer_is_sent(origin, fetch_site, verified):
    headers = {"HTTP_ORIGIN": origin}
    if fetch_site:
        headers["HTTP_SEC_FETCH_SITE"] = fetch_site
    request = RequestFactory().post("/", **headers)
    check = PrivateOriginCsrfMiddleware(lambda request: None)
    assert check._origin_verified(request) is verified
