"""Notes, written evidence and files at the desk."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.roles import Role
from cases.models import CaseEvent, Evidence, Note
from cases.services import notes
from cases.vocabulary import Audience, EvidenceState
from deadlines import clock
from tests.record import ACCEPTED_AT, HOUR

MINUTE = timedelta(minutes=1)
WORKERS = [
    Role.FILING_CLERK,
    Role.JUDGE,
    Role.OFFICER,
    Role.COMMANDER,
    Role.FEDERATION_WORKER,
    Role.FEDERATION_SUPERVISOR,
]
LOOKERS = [Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR, Role.AUDITOR, Role.PLATFORM_ADMIN]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64

pytestmark = pytest.mark.usefixtures("record_open")


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def desk_of(xinjin, accepted_case, at_desk, clock_at):
    clock_at(ACCEPTED_AT + HOUR)
    return lambda role: at_desk(xinjin.one(role))


def url(case, page):
    return f"/desk/c/{case.pk}/{page}/"


def words(response):
    return response.content.decode()


@pytest.mark.parametrize("role", WORKERS)
def test_a_note_is_for_the_own_body_unless_one_chooses_otherwise(xinjin, accepted_case, desk_of, role):
    desk = desk_of(role)
    page = words(desk.get(f"/desk/c/{accepted_case.pk}/"))
    assert re.search(r'value="own_agency" id="note_audience_0"[^>]* checked', page)
    done = desk.post(
        url(accepted_case, "note"), {"text": "电话联系过，情绪稳定", "audience": "own_agency"}, follow=True
    )
    assert "电话联系过，情绪稳定" in words(done)
    note = Note.objects.get()
    assert (note.author, note.audience) == (xinjin.one(role), Audience.OWN_AGENCY)


@pytest.mark.parametrize("role", WORKERS)
def test_the_forms_open_without_complaint(accepted_case, desk_of, role):
    desk = desk_of(role)
    for page in ("note", "record", "file"):
        answer = desk.get(url(accepted_case, page))
        assert answer.status_code == 200 and "error-summary" not in words(answer)


@pytest.mark.parametrize("role", LOOKERS)
def test_who_only_looks_adds_nothing(accepted_case, desk_of, role):
    desk = desk_of(role)
    for page, sent in (
        ("note", {"text": "看看", "audience": "on_case"}),
        ("record", {"kind": "E02", "description": "看看", "audience": "on_case"}),
        ("file", {"kind": "E04", "audience": "on_case"}),
    ):
        assert desk.get(url(accepted_case, page)).status_code == 404
        assert desk.post(url(accepted_case, page), sent).status_code == 404
    assert not Note.objects.exists() and not Evidence.objects.exists()


@pytest.mark.parametrize("role", WORKERS)
def test_a_stranger_adds_nothing(neighbour, accepted_case, at_desk, clock_at, role):
    clock_at(ACCEPTED_AT + HOUR)
    stranger = at_desk(neighbour.one(role))
    answer = stranger.post(url(accepted_case, "note"), {"text": "看看", "audience": "on_case"})
    assert answer.status_code == 404 and not Note.objects.exists()


def test_nine_thousand_characters_with_pictures_are_refused_and_kept(accepted_case, desk_of):
    text = "他又来了😡" * 1500
    answer = desk_of(Role.OFFICER).post(url(accepted_case, "note"), {"text": text, "audience": "on_case"})
    assert answer.status_code == 422
    assert "最多 5000 字" in words(answer) and text in words(answer)


def test_pictures_and_rare_characters_are_kept_in_a_note(accepted_case, desk_of):
    text = "𠮷㛃说：😡\n第二行"
    done = desk_of(Role.OFFICER).post(
        url(accepted_case, "note"), {"text": text, "audience": "on_case"}, follow=True
    )
    assert "𠮷㛃说：😡" in words(done)


@pytest.mark.parametrize(
    "sent", [{"text": "  ", "audience": "on_case"}, {"text": "话", "audience": "everybody"}, {"text": "话"}]
)
def test_an_empty_note_or_an_unknown_audience_is_refused(accepted_case, desk_of, sent):
    assert desk_of(Role.OFFICER).post(url(accepted_case, "note"), sent).status_code == 422
    assert not Note.objects.exists()


def _note(xinjin, case, text="已联系", role=Role.FEDERATION_WORKER):
    return notes.add_note(
        actor=xinjin.one(role), case=case, text=text, audience=Audience.ON_CASE, now=clock.now()
    )


def test_a_correction_is_a_newer_version_and_the_earlier_one_stays(xinjin, accepted_case, desk_of):
    desk = desk_of(Role.FEDERATION_WORKER)
    note = _note(xinjin, accepted_case)
    address = f"{url(accepted_case, 'note')}{note.pk}/"
    assert f'href="{address}"' in words(desk.get(f"/desk/c/{accepted_case.pk}/"))
    assert "已联系" in words(desk.get(address))
    sent = {"seen": note.pk, "text": "已联系两次", "audience": "on_case"}
    done = words(desk.post(address, sent, follow=True))
    assert "已联系两次" in done and "更正前的内容" in done
    assert Note.objects.get(supersedes=note).text.open_text() == "已联系两次"
    assert Note.objects.get(pk=note.pk).text.open_text() == "已联系"


def test_a_stale_correction_shows_both_texts_and_saves_neither(xinjin, accepted_case, desk_of):
    note = _note(xinjin, accepted_case)
    colleague = xinjin.other(Role.FEDERATION_WORKER)
    desk = desk_of(Role.FEDERATION_WORKER)
    newer = notes.add_note(
        actor=colleague,
        case=accepted_case,
        text="她说今晚不在家",
        audience=Audience.ON_CASE,
        supersedes=note.pk,
        now=clock.now(),
    )
    address = f"{url(accepted_case, 'note')}{note.pk}/"
    sent = {"seen": note.pk, "text": "她说今晚在家", "audience": "on_case"}
    answer = desk.post(address, sent)
    page = words(answer)
    assert answer.status_code == 409 and f"{colleague} 已在 3月11日 11:20 更正了这条记录" in page
    assert page.index("她说今晚不在家") < page.index("您填写的（没有保存）") < page.index("她说今晚在家")
    assert Note.objects.count() == 2
    desk.post(address, sent | {"seen": newer.pk})
    assert Note.objects.get(supersedes=newer).text.open_text() == "她说今晚在家"


def test_nobody_corrects_a_note_of_another_body(xinjin, accepted_case, desk_of):
    desk = desk_of(Role.OFFICER)
    note = _note(xinjin, accepted_case)
    address = f"{url(accepted_case, 'note')}{note.pk}/"
    assert address not in words(desk.get(f"/desk/c/{accepted_case.pk}/"))
    assert desk.get(address).status_code == 404
    assert desk.post(address, {"text": "改掉", "audience": "on_case"}).status_code == 404


def test_sr_11_a_closed_note_of_another_body_and_a_missing_one_answer_alike(xinjin, accepted_case, desk_of):
    desk = desk_of(Role.OFFICER)
    hidden = notes.add_note(
        actor=xinjin.one(Role.FEDERATION_WORKER),
        case=accepted_case,
        text="只给妇联",
        audience=Audience.OWN_AGENCY,
        now=clock.now(),
    )
    base = url(accepted_case, "note")
    answers = [desk.get(f"{base}{key}/") for key in (hidden.pk, "00000000-0000-4000-8000-000000000000")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize("role", [Role.OFFICER, Role.COMMANDER])
def test_the_police_add_the_incident_record(xinjin, accepted_case, desk_of, role):
    sent = {
        "kind": "E02",
        "incident_number": "J510118202603110042",
        "occurred_on": "2026-03-10",
        "description": "到场处置，被申请人已离开。",
        "audience": "on_case",
    }
    desk = desk_of(role)
    assert "出警编号" in words(desk.get(url(accepted_case, "record")))
    page = words(desk.post(url(accepted_case, "record"), sent, follow=True))
    for shown in ("J510118202603110042", "到场处置，被申请人已离开。", "发生于 2026-03-10"):
        assert shown in page
    assert CaseEvent.objects.filter(case=accepted_case, type="evidence.added").count() == 1


@pytest.mark.parametrize(
    ("day", "complaint"),
    [("2026-02-31", "没有这一天"), ("2026-03-12", "日期不能晚于今天"), ("十日", "没有这一天")],
)
def test_an_impossible_day_says_how_to_put_it_right(accepted_case, desk_of, day, complaint):
    sent = {"kind": "E02", "description": "处置", "occurred_on": day, "audience": "on_case"}
    answer = desk_of(Role.OFFICER).post(url(accepted_case, "record"), sent)
    assert answer.status_code == 422 and complaint in words(answer) and "处置" in words(answer)
    assert not Evidence.objects.exists()


def test_a_record_without_words_and_number_is_refused(accepted_case, desk_of):
    answer = desk_of(Role.OFFICER).post(url(accepted_case, "record"), {"kind": "E02", "audience": "on_case"})
    assert answer.status_code == 422 and "请写下内容或出警编号" in words(answer)


def test_sr_27_a_file_is_sealed_with_its_hash_and_waits_in_quarantine(accepted_case, desk_of):
    sent = {
        "file": SimpleUploadedFile("林小雨.png", PNG),
        "kind": "E04",
        "title": "现场",
        "audience": "on_case",
    }
    page = words(desk_of(Role.OFFICER).post(url(accepted_case, "file"), sent, follow=True))
    piece = Evidence.objects.get()
    assert (piece.state, piece.media_type, piece.size_bytes) == (
        EvidenceState.QUARANTINE,
        "image/png",
        len(PNG),
    )
    assert piece.sha256 in page and "文件已封存" in page and "林小雨.png" not in page


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", "这个文件是空的"), (b"MZ" + b"0" * 64, "这种文件打不开"), (b"<svg/>" * 20, "这种文件打不开")],
)
def test_sr_26_a_file_that_cannot_be_taken_says_why(accepted_case, desk_of, content, complaint):
    sent = {"file": SimpleUploadedFile("x.png", content), "kind": "E04", "audience": "on_case"}
    answer = desk_of(Role.OFFICER).post(url(accepted_case, "file"), sent)
    assert answer.status_code == 422 and complaint in words(answer)
    assert not Evidence.objects.exists()


def test_a_form_without_a_file_asks_for_one(accepted_case, desk_of):
    answer = desk_of(Role.OFFICER).post(url(accepted_case, "file"), {"kind": "E04", "audience": "on_case"})
    assert answer.status_code == 422 and "请填写这一项" in words(answer)
