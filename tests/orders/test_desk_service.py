"""Service and the police's confirmation, as each role sees and does them."""

import pytest

from agencies.roles import Role
from cases.models import CaseEvent
from cases.scope import whole_record
from cases.services import notes
from cases.vocabulary import Audience
from deadlines.models import Deadline
from orders.models import OrderAcknowledgement, ServiceAttempt
from orders.vocabulary import Recipient
from orders.ways import WAYS, next_way
from tests.orders.desk import DECIDED_AT, Desk, hidden_fields, words_of
from tests.record import CANARIES, HOUR, refreshed

DONE = {"succeeded": "yes", "way": "in_person", "received_by": "赵大山"}
NOBODY = {"succeeded": "no", "way": "in_person", "words": "家中无人"}


@pytest.fixture
def served(desk: Desk) -> Desk:
    desk.decide()
    return desk


def attempts() -> list[ServiceAttempt]:
    with whole_record("test looks at attempts"):
        return list(ServiceAttempt.objects.exclude(way="platform").order_by("pk"))


def try_to_serve(desk: Desk, who: str, data: dict, recipient: str = Recipient.RESPONDENT, **changes):
    service = desk.service_on(recipient)
    page = desk.get(who, "attempt", service.pk)
    assert page.status_code == 200
    return desk.post(who, "attempt", {**hidden_fields(page.content.decode()), **data, **changes}, service.pk)


def test_inv_48_the_page_lists_every_recipient_with_state_and_clock(served: Desk) -> None:
    page = words_of(served.get(Role.FILING_CLERK, "service"))
    for recipient in Recipient:
        assert "".join(str(recipient.label).split()) in page
    assert "还有3份没有送达" in page
    assert "应在3月12日10:25前送达，还有24:00" in page


def test_inv_48_a_recorded_success_completes_and_the_next_open_one_is_offered(served: Desk) -> None:
    answer = try_to_serve(served, Role.FILING_CLERK, DONE)
    assert answer.status_code == 302
    assert Deadline.objects.get(subject_id=served.case.pk, rule_id="D07", key="respondent").state == "met"
    page = words_of(served.browser(Role.FILING_CLERK).get(answer.url))
    assert "还有2份没有送达" in page
    assert "签收人赵大山" in page


def test_a_failed_attempt_needs_words_and_offers_the_next_lawful_way(served: Desk) -> None:
    silent = try_to_serve(served, Role.FILING_CLERK, NOBODY, words="")
    assert silent.status_code == 422
    assert "请写明情况" in words_of(silent)
    assert try_to_serve(served, Role.FILING_CLERK, NOBODY).status_code == 302
    page = words_of(served.get(Role.FILING_CLERK, "attempt", served.service_on("respondent").pk))
    assert "下一个合法的方式：留置送达" in page
    assert not attempts()[0].succeeded


def test_every_recipient_has_ways_and_after_all_failed_there_is_none() -> None:
    for recipient in Recipient:
        ways = WAYS[recipient]
        assert next_way(recipient, ()) is None
        assert next_way(recipient, {ways[0]}) == ways[1]
        assert next_way(recipient, set(ways)) is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tried_at": "2026-03-11T23:00"}, "不能晚于现在"),
        ({"tried_at": "2026-03-10T10:00"}, "不能早于作出裁定"),
        ({"tried_at": "昨天"}, "请这样写时间"),
        ({"way": "carrier_pigeon"}, "从列出的选项里选"),
        ({"way": ""}, "请选择一项"),
        ({"received_by": "名" * 51}, "最多写50个字"),
    ],
)
def test_wrong_entries_are_said_and_kept(served: Desk, changes: dict, words: str) -> None:
    page = try_to_serve(served, Role.FILING_CLERK, {**DONE, **changes})
    assert page.status_code == 422
    assert words in words_of(page)
    assert attempts() == []


def test_the_place_of_an_attempt_is_closed(served: Desk) -> None:
    try_to_serve(served, Role.FILING_CLERK, {**DONE, "place": "金丝雀门前"})
    page = served.get(Role.FILING_CLERK, "service").content.decode()
    assert "金丝雀门前" not in page
    assert "•••" in page
    with whole_record("test"):
        assert str(attempts()[0].place) == "•••"


def test_a_second_tap_is_told_that_it_is_served(served: Desk) -> None:
    service = served.service_on("respondent")
    page = served.get(Role.FILING_CLERK, "attempt", service.pk).content.decode()
    data = {**hidden_fields(page), **DONE}
    assert served.post(Role.FILING_CLERK, "attempt", data, service.pk).status_code == 302
    second = served.post(Role.FILING_CLERK, "attempt", data, service.pk)
    assert second.status_code == 409
    assert "已送达" in words_of(second)
    assert len(attempts()) == 1


def test_a_stale_form_says_who_and_keeps_what_was_typed(served: Desk) -> None:
    service = served.service_on("respondent")
    page = served.get(Role.FILING_CLERK, "attempt", service.pk).content.decode()
    judge = served.person(Role.JUDGE)
    notes.add_note(
        actor=judge, case=served.case, text="先找居委会", audience=Audience.ON_CASE, now=DECIDED_AT
    )
    stale = served.post(Role.FILING_CLERK, "attempt", {**hidden_fields(page), **NOBODY}, service.pk)
    assert stale.status_code == 409
    assert judge.display_name in words_of(stale)
    assert "家中无人" in stale.content.decode()
    fresh = {**hidden_fields(stale.content.decode()), **NOBODY}
    assert served.post(Role.FILING_CLERK, "attempt", fresh, service.pk).status_code == 302


@pytest.mark.parametrize("role", [Role.OFFICER, Role.FEDERATION_WORKER, Role.JUDGE, Role.COURT_PRESIDENT])
def test_who_was_not_asked_cannot_serve(served: Desk, role: str) -> None:
    assert served.get(role, "service").status_code == 404
    service = served.service_on("respondent")
    assert served.post(role, "attempt", DONE, service.pk).status_code == 404
    assert attempts() == []


def test_an_officer_whose_station_was_asked_serves_and_leaves_his_name(served: Desk) -> None:
    page = served.get(Role.FILING_CLERK, "service").content.decode()
    data = {**hidden_fields(page), "agency": str(served.district.police.pk)}
    assert served.post(Role.FILING_CLERK, "entrust", data).status_code == 302
    assert CaseEvent.unscoped.filter(case=served.case, type="service.entrusted").count() == 1
    assert try_to_serve(served, Role.OFFICER, {**DONE, "way": "entrusted"}).status_code == 302
    assert attempts()[0].served_by == served.person(Role.OFFICER)
    assert "已委托" in words_of(served.get(Role.FILING_CLERK, "service"))


def test_only_the_court_asks_the_police(served: Desk) -> None:
    page = served.get(Role.COMMANDER, "service")
    assert "委托送达" not in words_of(page).replace("委托公安机关送达", "")
    data = {**hidden_fields(page.content.decode()), "agency": str(served.district.police.pk)}
    assert served.post(Role.COMMANDER, "entrust", data).status_code == 404


def test_before_the_ruling_there_is_nothing_to_serve(desk: Desk) -> None:
    assert "还没有作出裁定" in words_of(desk.get(Role.FILING_CLERK, "service"))
    data = {"agency": str(desk.district.police.pk), "version": str(desk.case.version)}
    assert desk.post(Role.FILING_CLERK, "entrust", data).status_code == 409


def test_d08_the_police_confirm_and_name_an_officer(served: Desk, clock_at) -> None:
    page = served.get(Role.OFFICER, "acknowledge")
    assert "请在3月11日12:25前确认" in words_of(page)
    clock_at(DECIDED_AT + HOUR)
    other = served.district.other(Role.OFFICER)
    data = {**hidden_fields(page.content.decode()), "officer": str(other.pk)}
    assert served.post(Role.OFFICER, "acknowledge", data).status_code == 302
    with whole_record("test"):
        row = OrderAcknowledgement.objects.get()
    assert (row.responsible_officer, row.acknowledged_by) == (other, served.person(Role.OFFICER))
    assert Deadline.objects.get(subject_id=served.case.pk, rule_id="D08").state == "met"
    again = served.post(
        Role.COMMANDER, "acknowledge", {**data, "version": str(refreshed(served.case).version)}
    )
    assert again.status_code == 409
    assert served.person(Role.OFFICER).display_name in words_of(again)


def test_somebody_of_another_station_cannot_be_named(served: Desk, neighbour) -> None:
    page = served.get(Role.OFFICER, "acknowledge").content.decode()
    data = {**hidden_fields(page), "officer": str(neighbour.one(Role.OFFICER).pk)}
    assert served.post(Role.OFFICER, "acknowledge", data).status_code == 422


@pytest.mark.parametrize("role", [Role.JUDGE, Role.FILING_CLERK, Role.FEDERATION_WORKER])
def test_only_the_police_confirm(served: Desk, role: str) -> None:
    assert served.get(role, "acknowledge").status_code == 404


def test_inv_14_the_case_page_says_in_force_and_after_the_last_day_expired(served: Desk, clock_at) -> None:
    from django.urls import reverse

    from tests.agencies.login import sign_in

    page = reverse("cases:detail", args=[served.case.pk])
    assert "有效" in words_of(served.browser(Role.OFFICER).get(page))
    last_minute = refreshed(served.case).order.ends_at - HOUR / 60
    clock_at(last_minute)
    assert "已到期" not in words_of(
        sign_in(served.open(served.person(Role.OFFICER)), served.person(Role.OFFICER)).get(page)
    )
    clock_at(last_minute + HOUR / 60)
    expired = words_of(served.open(served.person(Role.OFFICER)).get(page))
    assert "已到期" in expired
    assert refreshed(served.case).state == "order_issued"


def test_the_case_page_shows_each_body_its_part(served: Desk) -> None:
    from django.urls import reverse

    url = reverse("cases:detail", args=[served.case.pk])
    clerk, officer, worker = (
        served.browser(role).get(url).content.decode()
        for role in (Role.FILING_CLERK, Role.OFFICER, Role.FEDERATION_WORKER)
    )
    assert served.url("service") in clerk
    assert served.url("service") not in officer
    assert served.url("acknowledge") in officer
    assert served.url("acknowledge") not in clerk
    assert served.url("paper", served.papers()["ruling", "respondent"].pk) in worker
    for page in (clerk, officer, worker):
        for canary in CANARIES.values():
            assert canary not in page
