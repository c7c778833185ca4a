"""What the court's decision shows on the applicant's page: plain words, her own papers, who has been served."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.test import Client

from agencies.roles import Role
from cases.models import AccessLog, Case
from orders.decisions import MeasureChosen
from orders.models import CasePaper, Service
from orders.services.decision import issue_order, reject_application
from orders.services.serving import record_attempt
from tests.orders.test_decision import DECIDED_AT, DECISION, REJECTION, text_of_pdf
from tests.record import CANARIES, HOUR, PASSPHRASE, District, make_filing, submit_case

pytestmark = pytest.mark.usefixtures("record_open")


@pytest.fixture
def her(
    xinjin: District,
    accepted_case: Case,
    clock_at: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Client:
    """The applicant of the accepted case, past her code, at the time of the decision."""
    clock_at(DECIDED_AT)
    return applicant_client(accepted_case)


def applicant_client(case: Case) -> Client:
    access = case.applicant_accesses.get()
    client = Client()
    session = client.session
    session["access"] = [str(access.pk), str(case.pk), False]
    session.save()
    return client


def issue(case: Case, xinjin: District) -> None:
    issue_order(
        actor=xinjin.one(Role.JUDGE), case=case, decision=DECISION, signed_at=DECIDED_AT, now=DECIDED_AT
    )


def test_before_a_decision_there_is_only_the_application(her: Client) -> None:
    page = her.get("/my/").content.decode()
    assert 'href="/my/paper/"' in page
    assert "送到了没有" not in page


def test_the_order_is_told_in_plain_words_with_its_last_day(
    her: Client, xinjin: District, accepted_case: Case
) -> None:
    issue(accepted_case, xinjin)
    page = her.get("/my/").content.decode()
    assert "不准再打我、伤害我" in page
    assert "9月11日 24:00" in page
    assert "有效" in page
    assert "对方违反，马上打 110" in page


def test_inv_48_she_sees_who_is_served_and_who_is_not(
    her: Client, xinjin: District, accepted_case: Case
) -> None:
    issue(accepted_case, xinjin)
    before = her.get("/my/").content.decode()
    assert before.count("还没有</span>") >= 1
    service = Service.objects.get(case=accepted_case, recipient="respondent")
    record_attempt(
        actor=xinjin.one(Role.FILING_CLERK), case=accepted_case,
        service_id=service.pk, way="in_person", place="五津街道 2 号",
        succeeded=True, received_by="赵大山", tried_at=DECIDED_AT, now=DECIDED_AT,
    )  # fmt: skip
    after = her.get("/my/").content.decode()
    assert after.count("已送达</span>") == before.count("已送达</span>") + 1


def test_sr_28_her_order_is_a_download_that_nothing_can_run_and_that_says_nothing(
    her: Client, xinjin: District, accepted_case: Case
) -> None:
    issue(accepted_case, xinjin)
    link = re.search(r'href="(/my/paper/[0-9a-f-]{36}/)"', her.get("/my/").content.decode()).group(1)
    answer = her.get(link)
    assert answer["Content-Type"] == "application/pdf"
    assert re.fullmatch(r'attachment; filename="document-[0-9a-f]{8}\.pdf"', answer["Content-Disposition"])
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["X-Content-Type-Options"] == "nosniff"
    words = text_of_pdf(answer.content)
    assert "民事裁定书" in words
    assert "林小雨" in words
    assert AccessLog.objects.filter(purpose="paper.read", allowed=True).exists()


def test_inv_32_papers_for_other_eyes_and_of_other_cases_are_the_same_404(
    her: Client, xinjin: District, accepted_case: Case, submitted_case: Case
) -> None:
    issue(accepted_case, xinjin)
    other = submit_case(make_filing(xinjin), at=DECIDED_AT).case
    stranger = applicant_client(other)
    hers = CasePaper.objects.get(case=accepted_case, kind="ruling", audience="applicant")
    police = CasePaper.objects.get(case=accepted_case, kind="ruling", audience="police")
    answers = [
        stranger.get(f"/my/paper/{hers.pk}/"),
        her.get(f"/my/paper/{police.pk}/"),
        her.get("/my/paper/00000000-0000-4000-8000-000000000000/"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 3
    assert len({answer.content for answer in answers}) == 1


def test_a_rejection_says_why_and_what_she_can_still_do(
    her: Client, xinjin: District, accepted_case: Case
) -> None:
    reject_application(
        actor=xinjin.one(Role.JUDGE),
        case=accepted_case,
        decision=REJECTION,
        signed_at=DECIDED_AT,
        now=DECIDED_AT,
    )
    page = her.get("/my/").content.decode()
    assert "已驳回" in page
    assert "复议" in page
    assert "12348" in page
    assert "不等于法院认为您没有受到伤害" in page


def test_inv_14_an_order_past_its_last_day_reads_as_ended(
    her: Client, xinjin: District, accepted_case: Case, clock_at: Callable[[datetime], None]
) -> None:
    issue(accepted_case, xinjin)
    clock_at(DECIDED_AT + timedelta(days=200))
    assert "已到期" in her.get("/my/").content.decode()


def test_the_judges_own_words_stand_beside_the_measure(
    her: Client, xinjin: District, accepted_case: Case
) -> None:
    decision = replace(DECISION, measures=[MeasureChosen("M1"), MeasureChosen("M9", words="不得进入小区")])
    issue_order(
        actor=xinjin.one(Role.JUDGE),
        case=accepted_case,
        decision=decision,
        signed_at=DECIDED_AT,
        now=DECIDED_AT,
    )
    assert "不得进入小区" in her.get("/my/").content.decode()


def test_the_code_leads_from_the_neutral_page_to_the_decision(
    xinjin: District, clock_at: Callable[[datetime], None]
) -> None:
    receipt = submit_case(make_filing(xinjin), at=DECIDED_AT - HOUR)
    clock_at(DECIDED_AT)
    client = Client()
    answer = client.post("/return/", {"reference": receipt.reference, "passphrase": PASSPHRASE})
    assert answer["Location"] == "/return/ok/"
    page = client.get("/my/").content.decode()
    assert "已提交，等待法院受理" in page
    assert not [secret for secret in CANARIES.values() if secret in page]
