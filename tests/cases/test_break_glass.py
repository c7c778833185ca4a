"""Break-glass (紧急查阅): a day, a reason, an alarm, a review by another person; never past a recusal."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agencies.capabilities import Action
from agencies.errors import InvalidInput, NotAllowed
from agencies.models import DeclaredRelation, Membership
from agencies.roles import Role
from cases.change import case_change
from cases.field_table import FieldAccess
from cases.models import AccessLog, BreakGlass, CaseEvent, ConfidentialDetail, Note, Person, Recusal
from cases.policy import GLASS_ACTIONS, fields_for, may, reviewable_by, standing, standings, visible_to
from cases.selectors import looks_at, notes_for, timeline_for
from cases.services import acceptance, confidential, notes
from cases.services.break_glass import open_glass, review_glass
from cases.vocabulary import Audience, DataClass
from deadlines.models import Alarm, OutboxMessage
from tests.agencies.login import sign_in
from tests.agencies.people import make_member
from tests.cases.glass import AT, DAY, REASON, opened_by, words
from tests.record import CANARIES, HOUR, applicant_of

ABLE = [Role.JUDGE, Role.COURT_PRESIDENT, Role.OFFICER, Role.COMMANDER, Role.FEDERATION_SUPERVISOR]
NOT_ABLE = [
    Role.FILING_CLERK,
    Role.COURT_SUPERVISOR,
    Role.FEDERATION_WORKER,
    Role.AUDITOR,
    Role.PLATFORM_ADMIN,
]


@pytest.fixture
def officer(neighbour):
    return neighbour.one(Role.OFFICER)


@pytest.fixture
def glass(officer, accepted_case):
    return open_glass(actor=officer, reference=accepted_case.staff_reference, reason=REASON, now=AT)


# Who, and how long


def test_inv_33_ends_after_24_h_by_the_clock(officer, accepted_case, glass):
    last = AT + DAY - timedelta(microseconds=1)
    for now, is_open in (
        (AT - HOUR, False),
        (AT, True),
        (last, True),
        (AT + DAY, False),
        (AT + 9 * DAY, False),
    ):
        assert may(officer, Action.VIEW_CASE, accepted_case, now) is is_open
        assert visible_to(officer, now).filter(pk=accepted_case.pk).exists() is is_open
        assert (fields_for(officer, accepted_case, now)[DataClass.K2] == FieldAccess.READ) is is_open
        assert bool(standings(officer, Action, accepted_case, now).keys() - {"break_glass.use"}) is is_open
    assert not CaseEvent.unscoped.filter(occurred_at__gt=AT).exists()  # nothing had to end it


def test_inv_33_an_open_page_and_a_call_answer_404_at_the_end(
    officer, accepted_case, glass, at_desk, clock_at, record_open
):
    detail = ConfidentialDetail.objects.get(case=accepted_case, kind="residence")
    page, call = f"/desk/c/{accepted_case.pk}/", f"/api/v1/cases/{accepted_case.pk}/"
    missing = "00000000-0000-4000-8000-000000000000"
    clock_at(AT + HOUR)
    desk = at_desk(officer)
    assert [desk.get(address).status_code for address in (page, call)] == [200, 200]
    assert CANARIES["residence"] in words(desk.post(f"{page}detail/{detail.pk}/", {"purpose": "protect"}))
    clock_at(AT + DAY)
    for address, nowhere in ((page, f"/desk/c/{missing}/"), (call, f"/api/v1/cases/{missing}/")):
        gone = desk.get(address)
        assert (gone.status_code, gone.content) == (404, desk.get(nowhere).content)
    note = {"text": "到场", "audience": "own_agency"}
    assert desk.post(f"{page}note/", note).status_code == 404
    assert desk.post(f"{page}detail/{detail.pk}/", {"purpose": "protect"}).status_code == 404
    assert not Note.objects.exists()
    assert accepted_case.staff_reference not in words(desk.get("/desk/mine/?order=new"))


def test_inv_33_the_database_holds_no_longer_one(glass):
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.unscoped.filter(pk=glass.pk).update(ends_at=AT + DAY + HOUR)


def test_inv_33_never_beats_recusal(neighbour, officer, accepted_case):
    for kept_out in ({"user": officer}, {"agency": neighbour.police}):
        row = Recusal.unscoped.create(case=accepted_case, reason="own_word", since_at=AT, **kept_out)
        with pytest.raises(NotAllowed):
            opened_by(officer, accepted_case)
        assert not may(officer, "break_glass.use", accepted_case, AT)
        row.delete()
    opened_by(officer, accepted_case)
    Recusal.unscoped.create(case=accepted_case, user=officer, reason="own_word", since_at=AT)
    assert not any(may(officer, action, accepted_case, AT) for action in Action)
    assert not visible_to(officer, AT).filter(pk=accepted_case.pk).exists()
    assert not any(fields_for(officer, accepted_case, AT).values())


def test_sr_16_a_relation_declared_since_acceptance_is_found_before_it_opens(
    officer, accepted_case, record_open
):
    respondent = Person.objects.get(case=accepted_case, sides__side="respondent")
    Person.objects.filter(pk=respondent.pk).update(match_digests=["a" * 64])
    DeclaredRelation.objects.create(user=officer, kind="kin", phone_digest="a" * 64, declared_at=AT)
    with pytest.raises(NotAllowed):
        opened_by(officer, accepted_case)
    assert not BreakGlass.unscoped.exists()


def test_sr_17_who_recuses_loses_what_was_open(officer, accepted_case, glass):
    acceptance.recuse(actor=officer, case=accepted_case, now=AT + HOUR)
    assert not may(officer, Action.VIEW_CASE, accepted_case, AT + HOUR)


@pytest.mark.parametrize("role", ABLE)
def test_sr_17_roles_of_the_law_may_and_only_on_a_case_of_others(neighbour, xinjin, accepted_case, role):
    stranger, at_home = neighbour.one(role), xinjin.one(role)
    assert not may(stranger, Action.VIEW_CASE, accepted_case, AT)
    opened_by(stranger, accepted_case)
    assert may(stranger, Action.VIEW_CASE, accepted_case, AT)
    with pytest.raises(InvalidInput) as complaint:
        opened_by(at_home, accepted_case)
    assert "已经能看到" in complaint.value.message
    assert BreakGlass.unscoped.count() == 1


@pytest.mark.parametrize("role", NOT_ABLE)
def test_sr_17_nobody_else_may(neighbour, accepted_case, at_desk, clock_at, role):
    clock_at(AT)
    person = neighbour.one(role)
    with pytest.raises(NotAllowed):
        opened_by(person, accepted_case)
    desk, asked = at_desk(person), {"reference": accepted_case.staff_reference, "reason": REASON}
    assert desk.get("/desk/glass/").status_code == desk.post("/desk/glass/", asked).status_code == 404
    assert 'href="/desk/glass/"' not in words(desk.get("/desk/notices/"))
    assert not BreakGlass.unscoped.exists()


def test_sr_17_a_second_opening_while_the_first_is_open_is_refused(officer, accepted_case, glass):
    with pytest.raises(InvalidInput):
        opened_by(officer, accepted_case, AT + HOUR)
    assert opened_by(officer, accepted_case, AT + DAY).ends_at == AT + 2 * DAY


def test_sr_11_a_missing_case_and_a_closed_one_answer_alike_and_are_logged(officer, accepted_case):
    Recusal.unscoped.create(case=accepted_case, user=officer, reason="own_word", since_at=AT)
    refusals = []
    for reference in (accepted_case.staff_reference, "BBBBBBBBBB", "", str(accepted_case.pk)):
        with pytest.raises(NotAllowed) as refusal:
            open_glass(actor=officer, reference=reference, reason=REASON, now=AT)
        refusals.append(refusal.value.message)
    assert set(refusals) == {""}
    looks = AccessLog.objects.filter(user=officer, purpose="glass.ask", allowed=False)
    assert list(looks.order_by("pk").values_list("case_id", flat=True)) == [
        accepted_case.pk,
        None,
        None,
        None,
    ]


def test_sr_17_the_reference_may_be_typed_as_it_was_read_out(officer, accepted_case):
    typed = accepted_case.staff_reference.lower()
    full_width = "".join(chr(ord(char) + 0xFEE0) for char in f"{typed[:5]}-{typed[5:]}")
    use = open_glass(actor=officer, reference=f" {full_width} ", reason=REASON, now=AT)
    assert use.case_id == accepted_case.pk


@pytest.mark.parametrize("reason", ["", "紧急", "一二三四五六七八九十一二三四", " " * 40, "长" * 501])
def test_sr_17_a_reason_of_15_characters_is_needed(officer, accepted_case, reason):
    with pytest.raises(InvalidInput) as complaint:
        open_glass(actor=officer, reference=accepted_case.staff_reference, reason=reason, now=AT)
    assert complaint.value.field == "reason"
    assert not BreakGlass.unscoped.exists() and not AccessLog.objects.exists()


def test_sr_13_the_reason_is_kept_closed_and_off_the_timeline(accepted_case, glass):
    assert str(BreakGlass.unscoped.get().reason) == "•••"
    event = CaseEvent.unscoped.get(case=accepted_case, type="break_glass.used")
    assert event.payload == {"use": str(glass.pk), "role": "officer"}
    assert REASON not in str(list(CaseEvent.unscoped.values())) + str(list(OutboxMessage.objects.values()))


# What it opens


@pytest.mark.parametrize("role", ABLE)
def test_sr_17_it_opens_three_acts_as_far_as_the_role_has_them(neighbour, accepted_case, role):
    person = neighbour.one(role)
    opened_by(person, accepted_case)
    allowed = {action for action in Action if may(person, action, accepted_case, AT)}
    has_notes = role != Role.COURT_PRESIDENT  # law.md 6: presidents write no notes
    assert allowed == (GLASS_ACTIONS if has_notes else GLASS_ACTIONS - {Action.ADD_NOTE}) | {
        "break_glass.use"
    }
    assert set(standings(person, Action, accepted_case, AT)) == allowed
    view = standing(person, Action.VIEW_CASE, accepted_case, AT)
    assert (view.role, view.under_glass) == (role, True)


def test_sr_17_no_step_can_be_taken_under_it(neighbour, accepted_case):
    judge = neighbour.one(Role.JUDGE)
    opened_by(judge, accepted_case)
    for action in set(Action) - GLASS_ACTIONS - {Action.USE_BREAK_GLASS}:
        with pytest.raises(NotAllowed), case_change(accepted_case, judge, action, now=AT):
            raise AssertionError(action)


def test_inv_31_drafts_counselling_and_looks_stay_closed_under_it(neighbour, accepted_case):
    for role in ABLE:
        person = neighbour.one(role)
        opened_by(person, accepted_case)
        fields = fields_for(person, accepted_case, AT)
        assert not any(fields[closed] for closed in (DataClass.K5, DataClass.K6, DataClass.K7)), role
        assert fields[DataClass.K1] == fields[DataClass.K2] == FieldAccess.READ


def test_sr_17_notes_of_other_bodies_stay_their_own(xinjin, officer, accepted_case, glass, record_open):
    for text, audience in (("派出所自己的", Audience.OWN_AGENCY), ("大家的", Audience.ON_CASE)):
        notes.add_note(
            actor=xinjin.one(Role.OFFICER), case=accepted_case, text=text, audience=audience, now=AT
        )
    assert [row.text for row in notes_for(officer, accepted_case, AT)] == ["大家的"]
    note = notes.add_note(actor=officer, case=accepted_case, text="到场", audience="on_case", now=AT)
    assert note.agency == officer.memberships.get().agency


def test_sr_17_it_holds_in_the_capacity_in_which_it_was_opened(neighbour, officer, accepted_case, glass):
    Membership.objects.filter(user=officer).update(valid_until=AT + HOUR)
    Membership.objects.create(user=officer, agency=neighbour.police, role=Role.COMMANDER, valid_from=AT - DAY)
    assert may(officer, Action.VIEW_CASE, accepted_case, AT + HOUR / 2)
    assert not may(officer, Action.VIEW_CASE, accepted_case, AT + HOUR)
    assert not visible_to(officer, AT + HOUR).exists()


def test_sr_17_another_districts_officer_finds_the_case_in_lists_only_while_it_is_open(
    neighbour, officer, accepted_case, glass, at_desk, clock_at
):
    clock_at(AT)
    desk, colleague = at_desk(officer), neighbour.other(Role.OFFICER)
    assert accepted_case.number in words(desk.get("/desk/mine/?order=new"))
    listed = desk.get("/api/v1/cases/?order=newest").json()["results"]
    assert [row["id"] for row in listed] == [str(accepted_case.pk)]
    assert not visible_to(colleague, AT).exists()
    clock_at(AT + DAY)
    assert accepted_case.number not in words(desk.get("/desk/mine/?order=new"))
    assert desk.get("/api/v1/cases/?order=newest").json()["results"] == []


def test_sr_17_a_list_costs_one_small_query_more_and_stays_a_plain_join(
    officer, xinjin, accepted_case, django_assert_num_queries
):
    at_home = xinjin.one(Role.OFFICER)
    with django_assert_num_queries(2):  # memberships, open uses; the list itself is not read yet
        rows = visible_to(at_home, AT)
    assert "INNER JOIN" in str(rows.query) and "breakglass" not in str(rows.query)
    with django_assert_num_queries(1):
        visible_to(xinjin.one(Role.FILING_CLERK), AT)


def test_sr_18_every_look_under_it_says_so(officer, accepted_case, glass, at_desk, clock_at, record_open):
    clock_at(AT)
    detail = ConfidentialDetail.objects.get(case=accepted_case, kind="residence")
    at_desk(officer).get(f"/desk/c/{accepted_case.pk}/")
    confidential.reveal(actor=officer, detail=detail, purpose="上门保护", now=AT)
    looks = AccessLog.objects.filter(user=officer, case_id=accepted_case.pk).order_by("pk")
    assert [row.purpose for row in looks] == ["glass.open", "glass.case.open", "glass.confidential.reveal"]
    assert {row.agency.kind for row in looks} == {"police"}


def test_inv_29_the_applicant_reads_which_body_used_it(officer, accepted_case, glass, record_open):
    applicant = applicant_of(accepted_case)
    body = officer.memberships.get().agency.name
    assert [row.body for row in looks_at(applicant, accepted_case, AT)] == [body]
    last = timeline_for(applicant, accepted_case, AT)[-1]
    assert (last.type, last.who) == ("break_glass.used", body)


# The alarm


def test_sr_17_the_leads_and_the_auditor_are_told_at_once_by_the_reference_alone(
    xinjin, neighbour, officer, accepted_case
):
    auditor = make_member(neighbour.police, Role.AUDITOR)
    opened_by(officer, accepted_case)
    told = OutboxMessage.objects.filter(template_id="staff.break_glass")
    leads = {*neighbour.people[Role.COMMANDER], *xinjin.people[Role.COURT_SUPERVISOR], auditor}
    in_portal = told.filter(channel="in_portal", state="sent", sent_at=AT)
    assert {row.user for row in in_portal} == leads and in_portal.count() == len(leads)
    assert all(row.urgent and row.created_at == row.not_before == AT for row in told)
    assert {str(row.params) for row in told} == {str({"reference": accepted_case.staff_reference})}
    assert not Alarm.objects.filter(kind="duty_gap").exists()


def test_sr_17_a_body_without_an_auditor_is_an_alarm(officer, accepted_case, glass):
    assert Alarm.objects.filter(kind="duty_gap", details__role="auditor").exists()


def test_inv_25_a_recused_lead_is_not_told(neighbour, officer, accepted_case):
    kept_out = neighbour.one(Role.COMMANDER)
    Recusal.unscoped.create(case=accepted_case, user=kept_out, reason="own_word", since_at=AT)
    use = opened_by(officer, accepted_case)
    assert not OutboxMessage.objects.filter(user=kept_out).exists()
    assert not reviewable_by(kept_out, AT).exists()
    with pytest.raises(NotAllowed):
        review_glass(actor=kept_out, glass=use, is_justified=True, words="", now=AT)


def test_sr_17_leads_and_auditors_read_the_alarm_without_being_on_the_case(
    neighbour, officer, accepted_case, at_desk, clock_at
):
    told = [neighbour.one(Role.COMMANDER), make_member(neighbour.police, Role.AUDITOR)]
    opened_by(officer, accepted_case)
    clock_at(AT)
    for person in told:
        page = words(at_desk(person).get("/desk/notices/"))
        assert f"{accepted_case.staff_reference} 被紧急查阅" in page and str(accepted_case.pk) not in page
        assert 'class="count">1<' in page
        assert not may(person, Action.VIEW_CASE, accepted_case, AT)
    Recusal.unscoped.create(case=accepted_case, user=told[0], reason="own_word", since_at=AT)
    page = words(at_desk(told[0]).get("/desk/notices/"))
    assert accepted_case.staff_reference not in page and 'class="count"' not in page


# The desk


@pytest.mark.parametrize("address", ["/desk/mine/", "/desk/notices/", "/desk/board/", "/desk/glass/", "case"])
def test_sr_17_every_page_carries_the_banner_until_the_end(
    officer, accepted_case, glass, at_desk, clock_at, address
):
    address = f"/desk/c/{accepted_case.pk}/" if address == "case" else address
    clock_at(AT)
    desk = at_desk(officer)
    assert f"紧急查阅中：{accepted_case.staff_reference}" in words(desk.get(address))
    clock_at(AT + DAY)
    assert "紧急查阅中" not in words(desk.get(address))


def test_sr_17_from_the_form_to_the_case(officer, accepted_case, at_desk, clock_at):
    clock_at(AT)
    desk = at_desk(officer)
    assert 'href="/desk/glass/"' in words(desk.get("/desk/mine/"))
    asked = {"reference": accepted_case.staff_reference, "reason": REASON}
    answer = desk.post("/desk/glass/", asked)
    assert (answer.status_code, answer.url) == (302, f"/desk/c/{accepted_case.pk}/")
    page = words(desk.get(answer.url))
    assert "写工作记录" in page and CANARIES["residence"] not in page
    assert "受理</a>" not in page and "加出警记录" not in page
    assert accepted_case.staff_reference in words(desk.get("/desk/glass/"))
    again = desk.post("/desk/glass/", asked)
    assert again.status_code == 422 and "已经能看到" in words(again) and REASON in words(again)


def test_sr_22_a_stale_second_factor_opens_nothing_and_keeps_what_was_typed(
    officer, accepted_case, client, clock_at
):
    clock_at(AT)
    desk = sign_in(client, officer, fresh=False)
    answer = desk.get("/desk/glass/")
    assert (
        answer.status_code == 302
        and answer.url.startswith("/staff/")
        and "next=%2Fdesk%2Fglass%2F" in answer.url
    )
    asked = {"reference": accepted_case.staff_reference, "reason": REASON}
    stale = desk.post("/desk/glass/", asked)
    assert stale.status_code == 422 and REASON in words(stale) and "确认是您本人" in words(stale)
    assert not BreakGlass.unscoped.exists()


def test_sr_11_the_form_answers_a_missing_and_a_closed_case_alike(officer, accepted_case, at_desk, clock_at):
    clock_at(AT)
    Recusal.unscoped.create(case=accepted_case, user=officer, reason="own_word", since_at=AT)
    desk, found = at_desk(officer), []
    for reference in (accepted_case.staff_reference, "BBBBBBBBBB"):
        answer = desk.post("/desk/glass/", {"reference": reference, "reason": REASON})
        assert answer.status_code == 404 and REASON in words(answer)
        found.append(words(answer).replace(reference, "").split("csrfmiddlewaretoken")[1].split(">", 1)[1])
    assert found[0] == found[1]


def test_sr_17_a_short_reason_is_said_at_the_field(officer, accepted_case, at_desk, clock_at):
    clock_at(AT)
    asked = {"reference": accepted_case.staff_reference, "reason": "急"}
    answer = at_desk(officer).post("/desk/glass/", asked)
    assert answer.status_code == 422 and "15 到 500 个字" in words(answer)
