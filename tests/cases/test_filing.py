"""Her way through the screens as a browser without script takes it: filing, leaving, coming back, her page."""

import re
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from agencies.roles import Role
from cases.filing.steps import STEPS
from cases.looking import record_look
from cases.models import (
    Application,
    Case,
    ConfidentialDetail,
    Evidence,
    FilingDraft,
    Party,
    ReturnAttempt,
    SafeContact,
)
from cases.policy import standing
from cases.scope import whole_record
from cases.services import acceptance, evidence
from cases.services.filing import answers_of
from deadlines.clock import now
from tests.record import District
from tests.safety.test_public_pages import FORBIDDEN_OUTSIDE

PASSPHRASE = "窗外的桂花开了两次"
HOME = "金丝雀路 8841 号 7 栋"
ANSWERS: dict[str, dict[str, object]] = {
    "who": {"name": "林小雨", "sex": "female", "born_year": "1990", "born_month": "2", "born_day": "3"},
    "story": {"statement": "昨晚他又打我😢\n孩子在旁边。", "kinds": ["hit", "children"], "last_when": "yesterday"},
    "now": {"next_day": "yes", "weapon": "no", "choked": ""},
    "other": {"name": "赵大山", "relation": "spouse", "phone": "13911112222", "whereabouts": "五津街道 2 号"},
    "place": {"applicant_region": "510118", "incident_place": "家里"},
    "ask": {"measures": ["M1", "M9"], "own_words": "把孩子的书包还给我", "months": "6"},
    "yours": {
        "residence": HOME, "residence_known": "on", "phone": "13900008841", "channel": "sms",
        "hour_from": "9", "hour_until": "18", "code_word": "蓝伞",
    },
}  # fmt: skip


@pytest.fixture
def her(xinjin: District) -> Client:
    """A browser that has filled in every screen."""
    client = Client()
    for slug, typed in ANSWERS.items():
        answer = client.post(f"/start/{slug}/", typed)
        assert answer.status_code == 302, answer.content.decode()
    return client


def token_of(client: Client) -> str:
    page = client.get("/start/check/").content.decode()
    return re.search(r'name="form_token" value="([^"]+)"', page).group(1)


def send(client: Client) -> None:
    answer = client.post(
        "/start/check/", {"form_token": token_of(client), "passphrase": PASSPHRASE, "is_true": "on"}
    )
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == "/start/done/"


def reference_of(client: Client) -> str:
    page = client.get("/start/done/").content.decode()
    return re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}", page).group(0)


@pytest.fixture
def sent(her: Client) -> Client:
    send(her)
    return her


def come_back(client: Client, reference: str, passphrase: str = PASSPHRASE):
    return client.post("/return/", {"reference": reference, "passphrase": passphrase})


def test_the_whole_way_arrives_whole(sent: Client) -> None:
    with whole_record("test looks at rows"):
        case = Case.objects.get()
        application = Application.objects.get()
        assert case.is_emergency
        assert case.court.region_code == "510118"
        assert application.statement == "昨晚他又打我😢\n孩子在旁边。"
        assert application.incident_kinds == ["hit", "children"]
        assert application.last_incident_words == "昨天"
        assert application.requested_measures == [
            {"code": "M1", "words": ""},
            {"code": "M9", "words": "把孩子的书包还给我"},
        ]
        assert application.requested_months == 6
        other = Party.objects.get(side="respondent")
        assert (other.person.name, other.whereabouts) == ("赵大山", "五津街道 2 号；电话 13911112222")
        details = {row.kind: row for row in ConfidentialDetail.objects.all()}
        assert details["residence"].text.open_text() == HOME
        assert details["residence"].known_to_respondent
        assert details["phone"].text.open_text() == "13900008841"
        contact = SafeContact.objects.get()
        assert (contact.channel, contact.hour_from, contact.hour_until) == ("sms", 9, 18)
        assert contact.leave_no_message
        assert contact.destination.open_text() == "13900008841"


def test_inv_43_no_receipt_before_the_court_has_it(her: Client) -> None:
    answer = her.get("/start/done/")
    assert answer.status_code == 302
    assert not Case.unscoped.exists()


def test_inv_43_the_receipt_says_what_happens_and_carries_a_typeable_reference(sent: Client) -> None:
    page = sent.get("/start/done/").content.decode()
    assert "已经送到法院" in page
    assert "受理后 24 小时内" in page
    assert "今晚" in page
    assert re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}", page)


def test_inv_44_the_same_form_sent_again_shows_the_same_receipt(her: Client) -> None:
    token = token_of(her)
    data = {"form_token": token, "passphrase": PASSPHRASE, "is_true": "on"}
    assert her.post("/start/check/", data)["Location"] == "/start/done/"
    first = reference_of(her)
    assert her.post("/start/check/", data)["Location"] == "/start/done/"
    assert reference_of(her) == first
    assert Case.unscoped.count() == 1


@pytest.mark.django_db(transaction=True)
def test_inv_44_two_taps_at_the_same_moment_make_one_case(her: Client) -> None:
    data = {"form_token": token_of(her), "passphrase": PASSPHRASE, "is_true": "on"}
    cookie = her.cookies[settings.SESSION_COOKIE_NAME].value
    answers: list[tuple[int, str]] = []
    together = threading.Barrier(3)

    def tap() -> None:
        phone = Client()
        phone.cookies[settings.SESSION_COOKIE_NAME] = cookie
        together.wait()
        answer = phone.post("/start/check/", data)
        answers.append((answer.status_code, answer["Location"]))
        connections.close_all()

    taps = [threading.Thread(target=tap) for _ in range(3)]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join()
    assert answers == [(302, "/start/done/")] * 3
    assert Case.unscoped.count() == 1
    assert "已经送到法院" in her.get("/start/done/").content.decode()


def test_every_screen_is_saved_before_the_next_and_shown_again_as_left(her: Client) -> None:
    assert answers_of(FilingDraft.objects.get())["story"]["kinds"] == ["hit", "children"]
    page = her.get("/start/story/").content.decode()
    assert "昨晚他又打我😢" in page
    assert re.search(r'value="children"[^>]*checked', page)
    assert HOME in her.get("/start/yours/").content.decode()


def test_a_wrong_answer_keeps_everything_that_was_typed(xinjin: District) -> None:
    client = Client()
    answer = client.post(
        "/start/who/", {"name": "林小雨", "born_year": "1990", "born_month": "2", "born_day": "31"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "data-error-summary" in page
    assert "没有这一天" in page
    for typed in ("林小雨", "1990", "31"):
        assert f'value="{typed}"' in page
    assert 'href="#id_born_year"' in page
    assert 'aria-invalid="true"' in page
    assert not FilingDraft.objects.exists()


def test_any_line_can_be_changed_from_the_last_screen_and_leads_back_to_it(her: Client) -> None:
    page = her.get("/start/check/").content.decode()
    for step in STEPS:
        assert f'href="/start/{step.slug}/?then=check"' in page
    answer = her.post("/start/who/", {"name": "林雨", "then": "check"})
    assert answer["Location"] == "/start/check/"
    assert "林雨" in her.get("/start/check/").content.decode()


def test_the_last_screen_names_the_court_and_marks_what_is_sealed(her: Client) -> None:
    page = her.get("/start/check/").content.decode()
    assert "510118人民法院" in page
    assert "只有法院等办理人员可见，不会告诉对方" in page


def test_what_is_missing_is_named_with_the_way_to_it(xinjin: District) -> None:
    client = Client()
    client.post("/start/who/", ANSWERS["who"])
    answer = client.post(
        "/start/check/", {"form_token": token_of(client), "passphrase": PASSPHRASE, "is_true": "on"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "还差这几处" in page
    assert 'href="/start/story/?then=check"' in page
    assert not Case.unscoped.exists()


def test_without_script_and_from_the_first_screen_the_way_goes_by_plain_links(xinjin: District) -> None:
    client = Client()
    assert client.get("/start/")["Location"] == "/start/who/"
    for at, (slug, typed) in enumerate(ANSWERS.items()):
        page = client.get(f"/start/{slug}/").content.decode()
        assert f"第 {at + 1} 步，共 8 步" in page
        assert '<form method="post"' in page
        following = client.post(f"/start/{slug}/", typed)["Location"]
        assert following == (f"/start/{STEPS[at + 1].slug}/" if at + 1 < len(STEPS) else "/start/check/")


def test_sr_01_quick_exit_stands_on_every_screen_and_ends_the_session(her: Client) -> None:
    for path in [*(f"/start/{step.slug}/" for step in STEPS), "/start/check/", "/start/keep/", "/return/"]:
        page = her.get(path).content.decode()
        stops = re.findall(r"<(?:a|button|input|select|textarea|summary)\b[^>]*>", page)
        assert 'href="/leave/"' in stops[1], path
    key = her.session.session_key
    assert her.get("/leave/").status_code == 303
    assert not Session.objects.filter(session_key=key).exists()
    assert her.get("/start/check/")["Location"] == "/start/"
    assert "昨晚他又打我" not in her.get("/start/story/").content.decode()


def test_sr_03_titles_addresses_and_cookies_stay_neutral_on_every_screen(her: Client) -> None:
    send(her)
    paths = [
        *(f"/start/{step.slug}/" for step in STEPS),
        "/start/done/",
        "/return/",
        "/return/ok/",
        "/my/",
        "/my/add/",
    ]
    for path in paths:
        page = her.get(path).content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.DOTALL).group(1)
        seen = [title, path, *re.findall(r'(?:href|src|action)="([^"]*)"', page)]
        assert not [words for words in seen if FORBIDDEN_OUTSIDE.search(words)], path
        assert "林小雨" not in title
    assert set(her.cookies) <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


def test_sr_04_the_browser_and_the_session_hold_ids_only(her: Client) -> None:
    assert set(her.session.keys()) <= {"draft", "seen", "access"}
    stored = Session.objects.get(session_key=her.session.session_key).session_data
    for cookie in her.cookies.values():
        assert cookie["max-age"] == ""
        assert cookie["expires"] == ""
    assert "小雨" not in stored
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(answers, 'escape') FROM cases_filingdraft")
        (kept,) = cursor.fetchone()
    for typed in ("林小雨", HOME, "13900008841", "u6797"):
        assert typed not in kept
    page = her.get("/start/yours/").content.decode()
    for box in re.findall(r'<(?:input type="text"|textarea)[^>]*>', page):
        assert 'autocomplete="off"' in box


def test_sr_04_reading_a_screen_writes_nothing(xinjin: District) -> None:
    client = Client()
    client.get("/start/")
    client.get("/start/who/")
    assert not FilingDraft.objects.exists()
    assert not Session.objects.exists()


def test_sr_08_a_draft_waits_seven_days_and_says_so(her: Client) -> None:
    draft = FilingDraft.objects.get()
    assert draft.erases_at - draft.saved_at == timedelta(days=7)
    assert "自动删除" in her.get("/start/check/").content.decode()
    FilingDraft.objects.update(erases_at=now() - timedelta(seconds=1))
    assert her.get("/start/check/")["Location"] == "/start/"


def idle_for(client: Client, minutes: float) -> None:
    session = client.session
    session["seen"] = int(time.time() - minutes * 60)
    session.save()


def test_sr_08_fifteen_idle_minutes_end_in_the_neutral_page_and_keep_the_draft(her: Client) -> None:
    idle_for(her, 14)
    assert her.get("/start/story/").status_code == 200
    idle_for(her, 15)
    answer = her.get("/start/story/")
    assert answer["Location"] == "/closed/"
    page = her.get("/closed/").content.decode()
    assert "昨晚" not in page
    assert "编号" not in page
    assert FilingDraft.objects.count() == 1
    assert "昨晚" not in her.get("/start/story/").content.decode()


def test_sr_08_words_typed_on_a_page_left_open_too_long_are_not_lost(her: Client) -> None:
    idle_for(her, 40)
    answer = her.post("/start/story/", {"statement": "锁屏之前刚写完的话"})
    assert answer.status_code == 302
    assert "锁屏之前刚写完的话" in her.get("/start/story/").content.decode()
    assert "林小雨" not in her.get("/start/who/").content.decode()


def test_sr_08_the_warning_comes_at_thirteen_minutes_and_staying_counts(her: Client) -> None:
    page = her.get("/start/story/").content.decode()
    assert 'data-warn="780"' in page
    assert 'data-end="900"' in page
    idle_for(her, 14)
    assert her.post("/stay/").status_code == 204
    assert her.session["seen"] > time.time() - 60
    idle_for(her, 16)
    assert her.post("/stay/").status_code == 410
    assert her.get("/stay/").status_code == 405


def test_a_draft_is_resumed_on_another_phone_with_reference_and_passphrase(her: Client) -> None:
    page = her.post("/start/keep/", {"passphrase": PASSPHRASE}).content.decode()
    reference = re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}-[2-9A-Z]{5}", page).group(0)
    assert "还没有送到法院" in page
    other_phone = Client()
    assert come_back(other_phone, reference.lower().replace("-", " "))["Location"] == "/return/ok/"
    assert 'href="/start/"' in other_phone.get("/return/ok/").content.decode()
    assert "昨晚他又打我" in other_phone.get("/start/story/").content.decode()
    page = other_phone.get("/start/check/").content.decode()
    assert 'name="passphrase"' not in page
    token = re.search(r'name="form_token" value="([^"]+)"', page).group(1)
    other_phone.post("/start/check/", {"form_token": token, "is_true": "on"})
    assert reference_of(other_phone) == reference


def test_saving_for_later_is_a_button_on_every_screen(xinjin: District) -> None:
    client = Client()
    answer = client.post("/start/who/", {**ANSWERS["who"], "keep": "1"})
    assert answer["Location"] == "/start/keep/"


def test_sr_05_coming_back_shows_a_neutral_page_first(sent: Client) -> None:
    reference = reference_of(sent)
    phone = Client()
    answer = come_back(phone, reference)
    assert answer["Location"] == "/return/ok/"
    page = phone.get("/return/ok/").content.decode()
    for words in ("林小雨", "赵大山", "法院", "受理", reference):
        assert words not in page
    assert "已提交，等待法院受理" in phone.get("/my/").content.decode()


def test_sr_05_a_weak_passphrase_is_refused_and_the_answers_stay(her: Client) -> None:
    answer = her.post(
        "/start/check/", {"form_token": token_of(her), "passphrase": "password123", "is_true": "on"}
    )
    assert answer.status_code == 422
    assert "容易被猜到" in answer.content.decode()
    assert "昨晚他又打我" in answer.content.decode()
    assert not Case.unscoped.exists()


def test_sr_23_wrong_pairs_wait_longer_and_the_right_one_still_passes(sent: Client, monkeypatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr("cases.filing.own_views.time.sleep", waited.append)
    reference, phone = reference_of(sent), Client()
    for _ in range(9):
        answer = come_back(phone, reference, "not her words")
        assert answer.status_code == 422
        assert "对不上" in answer.content.decode()
    assert ReturnAttempt.objects.count() == 9
    assert waited == sorted(waited)
    assert waited
    assert come_back(phone, reference)["Location"] == "/return/ok/"


def test_sr_23_wrong_reference_and_wrong_passphrase_read_the_same(sent: Client) -> None:
    pages = []
    for reference in (reference_of(sent), "K7M2Q-9F4TX-R3VN8"):
        page = come_back(Client(), reference, "not her words").content.decode()
        pages.append(re.sub(r'value="[^"]*"', "", page))
    assert pages[0] == pages[1]


def test_sr_22_a_new_session_begins_with_the_code(sent: Client) -> None:
    reference, phone = reference_of(sent), Client()
    phone.post("/start/who/", ANSWERS["who"])
    before = phone.session.session_key
    come_back(phone, reference)
    assert phone.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize("path", ["/my/", "/my/add/", "/my/answer/", "/my/paper/", "/return/ok/"])
def test_her_pages_open_to_nobody_without_the_code(xinjin: District, path: str) -> None:
    assert Client().get(path)["Location"] == "/return/"


def test_inv_30_a_closed_access_opens_nothing_any_more(sent: Client, record_open) -> None:
    access = Case.objects.get().applicant_accesses.get()
    access.closed_at = now()
    access.save()
    assert sent.get("/my/")["Location"] == "/return/"


def test_her_page_shows_both_clocks_once_the_court_has_accepted(sent: Client, xinjin: District) -> None:
    acceptance.accept_application(actor=xinjin.one(Role.FILING_CLERK), case=Case.unscoped.get(), now=now())
    page = sent.get("/my/").content.decode()
    assert "已受理，法院正在审查" in page
    assert "我们盯的时间" in page
    assert "法律规定的最晚时间" in page
    assert page.count("还有 2") >= 1


def test_inv_29_she_sees_which_body_looked_and_when_but_no_person(sent: Client, xinjin: District) -> None:
    clerk, case = xinjin.one(Role.FILING_CLERK), Case.unscoped.get()
    assert "还没有单位打开过" in sent.get("/my/").content.decode()
    for _ in range(2):
        record_look(
            clerk, purpose="case.open", now=now(), case_id=case.pk,
            acting_as=standing(clerk, "case.view", case, now()),
        )  # fmt: skip
    page = sent.get("/my/").content.decode()
    assert xinjin.court.name in page
    assert "看过 2 次" in page
    assert clerk.display_name not in page


def upload(client: Client, content: bytes, name: str = "x.jpg"):
    return client.post(
        "/my/add/", {"file": SimpleUploadedFile(name, content), "kind": "E04", "title": "手臂"}
    )


def test_a_photo_is_sealed_and_named_on_her_page(sent: Client, record_open) -> None:
    assert upload(sent, b"\xff\xd8\xff\xe0" + b"0" * 500)["Location"] == "/my/"
    assert Evidence.objects.get().media_type == "image/jpeg"
    assert "手臂" in sent.get("/my/").content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "是空的"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "打不开"),
        (b"\xff\xd8\xff" + b"0" * (evidence.LARGEST_FILE + 1), "太大"),
    ],
    ids=["empty", "unknown", "large"],
)
def test_sr_26_a_file_that_cannot_be_taken_gets_a_kind_sentence(
    sent: Client, content, words, record_open
) -> None:
    answer = upload(sent, content)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Evidence.objects.exists()


def test_her_answer_to_the_one_correction_notice_goes_back_to_the_court(
    sent: Client, xinjin: District
) -> None:
    acceptance.request_correction(
        actor=xinjin.one(Role.FILING_CLERK),
        case=Case.unscoped.get(),
        points=["请写明对方的住处"],
        days=3,
        now=now(),
    )
    page = sent.get("/my/answer/").content.decode()
    assert "请写明对方的住处" in page
    assert sent.post("/my/answer/", {"words": ""}).status_code == 422
    assert sent.post("/my/answer/", {"words": "他住在五津街道 2 号"})["Location"] == "/my/"
    assert Case.unscoped.get().state == "submitted"
    assert sent.get("/my/answer/")["Location"] == "/my/"


def test_performance_each_filing_page_is_light(her: Client) -> None:
    folder = settings.BASE_DIR / "portal" / "static" / "portal"
    scripts = sum((folder / name).stat().st_size for name in ("site.js", "quick-exit.js"))
    frame = sum((folder / name).stat().st_size for name in ("site.css", "mark.svg"))
    assert scripts <= 60_000
    for path in [*(f"/start/{step.slug}/" for step in STEPS), "/start/check/"]:
        assert len(her.get(path).content) + scripts + frame <= 200_000, path


def test_performance_sending_takes_few_queries(her: Client, django_assert_max_num_queries) -> None:
    data = {"form_token": token_of(her), "passphrase": PASSPHRASE, "is_true": "on"}
    with django_assert_max_num_queries(60):
        her.post("/start/check/", data)


def test_sr_29_a_body_beyond_two_megabytes_is_refused_in_words(xinjin: District) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/start/story/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    answer = client.post("/start/story/", {"statement": "x" * 2_200_000, "csrfmiddlewaretoken": token})
    assert answer.status_code == 413
    assert "太长" in answer.content.decode()


def test_an_address_of_no_screen_is_missing(xinjin: District) -> None:
    assert Client().get("/start/nowhere/").status_code == 404
    assert reverse("filing:step", args=["who"]) == "/start/who/"
