"""Papers by body: the table cell by cell, each look logged before the bytes, nothing secret where it may not be."""

import io
from uuid import uuid4

import pypdfium2
import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from agencies.roles import AgencyKind, Role
from cases.filing.session import ACCESS, SEEN
from cases.models import AccessLog, Evidence
from cases.scope import case_scope
from cases.services import evidence
from cases.vocabulary import Audience, DetailKind, EvidenceKind
from deadlines.models import Deadline
from orders.paper_rights import READERS, may_read
from orders.selectors import papers_for
from orders.vocabulary import PaperAudience, PaperKind
from tests.orders.desk import DECIDED_AT, REJECTION_FORM, Desk, canaries_in, words_of
from tests.record import applicant_of, make_filing, submit_case

ROLES = {
    AgencyKind.COURT: (Role.JUDGE, Role.FILING_CLERK, Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR),
    AgencyKind.POLICE: (Role.OFFICER, Role.COMMANDER),
    AgencyKind.FEDERATION: (Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR),
}


def text_of(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def decided(desk: Desk) -> Desk:
    details = desk.details()
    desk.decide(places=[details[DetailKind.RESIDENCE], details[DetailKind.SCHOOL]])
    return desk


def applicants_browser(desk: Desk) -> Client:
    import time

    actor = applicant_of(desk.case)
    browser = Client()
    session = browser.session
    session[ACCESS] = [str(actor.access_id), str(actor.case_id), False]
    session[SEEN] = int(time.time())
    session.save()
    browser.cookies["s"] = session.session_key
    return browser


def test_sr_13_each_body_gets_exactly_the_papers_of_the_table(desk: Desk) -> None:
    decided(desk)
    for body, roles in ROLES.items():
        for role in roles:
            page = desk.get(role, "papers")
            assert page.status_code == 200
            html = page.content.decode()
            for which, paper in desk.papers().items():
                url = desk.url("paper", paper.pk)
                allowed = body.value in READERS[which]
                assert (url in html) == allowed, (role, which)
                assert desk.browser(role).get(url).status_code == (200 if allowed else 404), (role, which)
            application = desk.get(role, "application")
            assert application.status_code == (200 if body == AgencyKind.COURT else 404)


def test_sr_13_people_without_content_get_no_paper(desk: Desk) -> None:
    decided(desk)
    paper = next(iter(desk.papers().values()))
    for role in (Role.AUDITOR, Role.PLATFORM_ADMIN):
        assert desk.get(role, "papers").status_code == 404
        assert desk.get(role, "paper", paper.pk).status_code == 404
    assert Client().get(desk.url("paper", paper.pk)).url.startswith("/staff/login/")


def test_inv_31_an_unknown_body_or_paper_is_closed() -> None:
    assert not may_read("respondent", PaperKind.RULING, PaperAudience.RESPONDENT)
    assert not may_read("agent", PaperKind.RULING, PaperAudience.APPLICANT)
    assert not may_read(AgencyKind.COURT, "new", PaperAudience.COURT)


def test_inv_26_what_the_federation_gets_holds_no_canary(desk: Desk) -> None:
    decided(desk)
    browser = desk.browser(Role.FEDERATION_WORKER)
    paper = desk.papers()["ruling", "respondent"]
    text = text_of(browser.get(desk.url("paper", paper.pk)).content)
    assert "赵大山" in text
    assert canaries_in(text) == []
    for page in ("papers",):
        assert canaries_in(desk.get(Role.FEDERATION_WORKER, page).content.decode()) == []


def test_inv_26_the_polices_copy_holds_the_places_and_no_telephone_beyond_need(desk: Desk) -> None:
    decided(desk)
    paper = desk.papers()["ruling", "police"]
    text = text_of(desk.get(Role.OFFICER, "paper", paper.pk).content)
    found = canaries_in(text)
    assert DetailKind.RESIDENCE in found
    assert DetailKind.SCHOOL in found
    assert DetailKind.WORKPLACE not in found
    assert DetailKind.SHELTER not in found


def test_sr_28_a_paper_leaves_as_an_attachment_with_a_bare_name(desk: Desk) -> None:
    decided(desk)
    paper = desk.papers()["ruling", "applicant"]
    answer = desk.get(Role.FILING_CLERK, "paper", paper.pk)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="document-{paper.sha256[:8]}.pdf"'
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_sr_18_each_download_is_logged_with_the_classes_it_holds(desk: Desk) -> None:
    decided(desk)
    paper = desk.papers()["ruling", "police"]
    desk.get(Role.OFFICER, "paper", paper.pk)
    look = AccessLog.objects.get(purpose="paper.read", object_id=str(paper.pk))
    assert look.user == desk.person(Role.OFFICER)
    assert look.allowed
    assert look.data_classes == ["K1", "K2", "K3", "K4"]
    assert look.object_kind == "paper.ruling"


def test_sr_18_a_refused_download_is_logged_too(desk: Desk) -> None:
    decided(desk)
    paper = desk.papers()["ruling", "applicant"]
    assert desk.get(Role.OFFICER, "paper", paper.pk).status_code == 404
    look = AccessLog.objects.get(purpose="paper.read", object_id=str(paper.pk))
    assert not look.allowed
    assert look.data_classes == []


def test_sr_18_no_log_no_bytes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    decided(desk)
    paper = desk.papers()["ruling", "applicant"]

    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError("the log cannot be written")

    browser = desk.browser(Role.FILING_CLERK)
    browser.raise_request_exception = False
    monkeypatch.setattr("orders.services.papers.record_look", broken)
    answer = browser.get(desk.url("paper", paper.pk))
    assert answer.status_code >= 500
    assert b"%PDF" not in answer.content


def test_inv_32_a_paper_of_another_case_and_a_missing_one_look_alike(desk: Desk) -> None:
    decided(desk)
    paper = desk.papers()["ruling", "applicant"]
    other = submit_case(make_filing(desk.district), at=DECIDED_AT).case
    clerk = desk.browser(Role.FILING_CLERK)
    foreign = clerk.get(reverse("orders:paper", args=[other.pk, paper.pk]))
    missing = clerk.get(reverse("orders:paper", args=[other.pk, uuid4()]))
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content == missing.content


def test_inv_25_a_neighbouring_court_and_station_find_nothing(desk: Desk, neighbour) -> None:
    decided(desk)
    paper = desk.papers()["ruling", "police"]
    for role in (Role.JUDGE, Role.FILING_CLERK, Role.OFFICER, Role.FEDERATION_WORKER):
        browser = desk.browser(neighbour.one(role))
        assert browser.get(desk.url("papers")).status_code == 404
        assert browser.get(desk.url("paper", paper.pk)).status_code == 404


def test_the_application_is_printed_from_the_record(desk: Desk) -> None:
    text = text_of(desk.get(Role.FILING_CLERK, "application").content)
    assert "昨天晚上他又打了我" in text
    assert "林小雨" in text
    assert "赵大山" in text


def test_her_copies_list_no_evidence_that_a_body_keeps_to_itself(desk: Desk) -> None:
    for audience, title in ((Audience.OWN_AGENCY, "所内金丝雀研判"), (Audience.ON_CASE, "出警记录一份")):
        evidence.add_record(
            actor=desk.person(Role.OFFICER),
            case=desk.case,
            kind=EvidenceKind.E02,
            title=title,
            description="内容",
            audience=audience,
            now=DECIDED_AT,
        )
    desk.decide()
    hers = text_of(
        applicants_browser(desk).get(f"/my/paper/{desk.papers()['ruling', 'applicant'].pk}/").content
    )
    assert "出警记录一份" in hers
    assert "所内金丝雀研判" not in hers
    assert Evidence._base_manager.filter(case=desk.case).count() == 2


def test_the_applicant_gets_her_own_copies_only(desk: Desk) -> None:
    decided(desk)
    browser = applicants_browser(desk)
    for which, paper in desk.papers().items():
        answer = browser.get(f"/my/paper/{paper.pk}/")
        assert answer.status_code == (200 if which == ("ruling", "applicant") else 404), which
    with case_scope(desk.case.pk):
        rows = papers_for(applicant_of(desk.case), desk.case, DECIDED_AT)
    assert [(row.kind, row.audience) for row in rows] == [("application", "court"), ("ruling", "applicant")]


def test_after_a_rejection_nobody_outside_gets_a_paper(desk: Desk) -> None:
    desk.decide(REJECTION_FORM)
    for role in (Role.OFFICER, Role.FEDERATION_WORKER):
        assert "没有给您单位的文书" in words_of(desk.get(role, "papers"))


def test_she_confirms_here_that_she_has_the_ruling_and_a_second_tap_changes_nothing(desk: Desk) -> None:
    desk.decide(REJECTION_FORM)
    browser = applicants_browser(desk)
    assert "/my/paper/received/" in browser.get("/my/").content.decode()
    for _tap in range(2):
        assert browser.post("/my/paper/received/").status_code == 302
    assert desk.service_on("applicant").state == "completed"
    assert "/my/paper/received/" not in browser.get("/my/").content.decode()
    window = Deadline.objects.get(subject_id=desk.case.pk, rule_id="D11")
    assert window.is_running
