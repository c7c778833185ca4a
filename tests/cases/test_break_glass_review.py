"""Each use of break-glass is looked at by another person, within 72 h (D24, SR-17)."""

import pytest
from django.db import IntegrityError, transaction

from agencies.capabilities import Action
from agencies.errors import Conflict, InvalidInput, NotAllowed
from agencies.roles import Role
from cases.actors import SYSTEM
from cases.models import AccessLog, BreakGlass, CaseEvent
from cases.policy import may, reviewable_by
from cases.scope import whole_record
from cases.services.break_glass import open_glass, read_words, review_glass
from deadlines.models import Deadline, OutboxMessage
from deadlines.services import sweep
from tests.agencies.people import make_member
from tests.cases.glass import AT, DAY, REASON, opened_by, words
from tests.record import HOUR, applicant_of, refreshed


@pytest.fixture
def officer(neighbour):
    return neighbour.one(Role.OFFICER)


@pytest.fixture
def glass(officer, accepted_case):
    return open_glass(actor=officer, reference=accepted_case.staff_reference, reason=REASON, now=AT)


def review_clock(use):
    return Deadline.objects.get(subject_id=use.case_id, rule_id="D24", key=str(use.pk))


def test_d24_an_overdue_review_reaches_the_auditor_in_the_portal(
    xinjin, accepted_case, glass, at_desk, clock_at
):
    for hours in (0, 54, 72):  # the rungs of its ladder
        clock_at(AT + hours * HOUR)
        sweep(now=AT + hours * HOUR)
    auditor = xinjin.one(Role.AUDITOR)
    step = OutboxMessage.objects.filter(user=auditor, channel="in_portal", step__deadline__rule_id="D24")
    assert step.exists()
    page = words(at_desk(auditor).get("/desk/notices/"))
    assert accepted_case.staff_reference in page and str(accepted_case.pk) not in page


def test_d24_a_review_is_due_in_72_h_and_is_met_by_one(xinjin, neighbour, accepted_case, glass):
    due = review_clock(glass)
    assert (due.state, due.strict_at, due.owner_role) == ("running", AT + 72 * HOUR, "court_supervisor")
    assert due.agency == xinjin.court and due.ladder and due.next_action_at
    lead = neighbour.one(Role.COMMANDER)
    use = review_glass(actor=lead, glass=glass, is_justified=True, words="", now=AT + 2 * HOUR)
    assert (use.reviewed_by, use.reviewed_at, use.is_justified, use.review_words) == (
        lead,
        AT + 2 * HOUR,
        True,
        None,
    )
    assert use.ends_at == AT + DAY
    assert review_clock(glass).state == "met"
    event = CaseEvent.unscoped.get(case=accepted_case, type="break_glass.reviewed")
    assert event.payload == {"use": str(glass.pk), "justified": True}
    assert (event.actor, event.agency, event.role) == (lead, neighbour.police, "commander")


def test_sr_17_found_unjustified_it_ends_at_once_and_the_reviewer_says_why(
    neighbour, officer, accepted_case, glass
):
    lead = neighbour.one(Role.COMMANDER)
    with pytest.raises(InvalidInput):
        review_glass(actor=lead, glass=glass, is_justified=False, words=" ", now=AT + HOUR)
    review_glass(actor=lead, glass=glass, is_justified=False, words="没有警情", now=AT + HOUR)
    assert not may(officer, Action.VIEW_CASE, accepted_case, AT + HOUR)
    row = BreakGlass.unscoped.get(pk=glass.pk)
    assert (row.ends_at, row.review_words.open_text()) == (AT + HOUR, "没有警情")


def test_sr_24_nobody_reviews_the_own_use(neighbour, accepted_case):
    commander = neighbour.one(Role.COMMANDER)
    use = opened_by(commander, accepted_case)
    with pytest.raises(NotAllowed):
        review_glass(actor=commander, glass=use, is_justified=True, words="", now=AT)
    assert not reviewable_by(commander, AT).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.unscoped.filter(pk=use.pk).update(reviewed_by=commander, reviewed_at=AT, is_justified=True)
    review_glass(actor=neighbour.other(Role.COMMANDER), glass=use, is_justified=True, words="", now=AT)


def test_sr_17_leads_and_auditors_of_both_bodies_review_and_nobody_else(
    xinjin, neighbour, accepted_case, glass
):
    auditor_there = make_member(neighbour.police, Role.AUDITOR)
    able = {
        neighbour.one(Role.COMMANDER),
        neighbour.other(Role.COMMANDER),
        *xinjin.people[Role.COURT_SUPERVISOR],
        *xinjin.people[Role.AUDITOR],
        auditor_there,
    }
    everybody = [
        auditor_there,
        *(
            person
            for district in (xinjin, neighbour)
            for people in district.people.values()
            for person in people
        ),
    ]
    assert {person for person in everybody if reviewable_by(person, AT).exists()} == able
    for actor in [*(set(everybody) - able), SYSTEM, applicant_of(accepted_case)]:
        with pytest.raises(NotAllowed):
            review_glass(actor=actor, glass=glass, is_justified=True, words="", now=AT)


def test_sr_41_the_second_reviewer_is_told_who_was_first(xinjin, neighbour, glass):
    first, second = neighbour.one(Role.COMMANDER), xinjin.one(Role.COURT_SUPERVISOR)
    review_glass(actor=first, glass=glass, is_justified=True, words="", now=AT)
    with pytest.raises(Conflict) as conflict:
        review_glass(actor=second, glass=glass, is_justified=False, words="没有警情", now=AT + HOUR)
    assert (conflict.value.who, conflict.value.when) == (str(first), AT)
    assert BreakGlass.unscoped.get(pk=glass.pk).is_justified is True


def test_inv_34_the_reason_is_for_the_lead_and_not_for_the_auditor(
    xinjin, neighbour, glass, at_desk, clock_at
):
    clock_at(AT)
    auditor = make_member(neighbour.police, Role.AUDITOR)
    for person, reads in (
        (neighbour.one(Role.COMMANDER), True),
        (xinjin.one(Role.COURT_SUPERVISOR), True),
        (auditor, False),
        (xinjin.one(Role.AUDITOR), False),
    ):
        page = words(at_desk(person).get(f"/desk/glass/review/{glass.pk}/"))
        assert (REASON in page) is reads and glass.case.staff_reference in page
        look = AccessLog.objects.get(user=person, purpose="glass.review")
        assert look.data_classes == (["K2"] if reads else [])
    with pytest.raises(NotAllowed):
        read_words(actor=neighbour.one(Role.OFFICER), glass=glass, now=AT)


def test_k7_another_bodys_reviewer_reads_the_body_and_not_the_name(
    xinjin, neighbour, officer, glass, at_desk, clock_at
):
    clock_at(AT)
    for person, named in ((neighbour.one(Role.COMMANDER), True), (xinjin.one(Role.COURT_SUPERVISOR), False)):
        desk = at_desk(person)
        for address in ("/desk/glass/review/", f"/desk/glass/review/{glass.pk}/"):
            page = words(desk.get(address))
            assert neighbour.police.name in page and (officer.display_name in page) is named, address


def test_sr_17_the_lists_order_and_the_review_in_two_clicks(
    neighbour, officer, accepted_case, glass, at_desk, clock_at
):
    later = opened_by(neighbour.other(Role.OFFICER), accepted_case, AT + HOUR)
    clock_at(AT + 2 * HOUR)
    at_desk(officer).get(f"/desk/c/{accepted_case.pk}/")
    lead = neighbour.one(Role.COMMANDER)
    desk = at_desk(lead)
    page = words(desk.get("/desk/glass/review/"))
    assert page.index(f"g-{glass.pk}") < page.index(f"g-{later.pk}")
    assert "还有 70:00" in page or "还有 69:59" in page
    one = words(desk.get(f"/desk/glass/review/{glass.pk}/"))
    assert "紧急查阅：打开案件" in one and 'value="unjustified"' in one
    silent = desk.post(f"/desk/glass/review/{glass.pk}/", {"finding": "unjustified", "words": ""})
    assert silent.status_code == 422
    done = desk.post(f"/desk/glass/review/{glass.pk}/", {"finding": "justified", "words": "警情属实"})
    assert done.status_code == 302
    page = words(desk.get("/desk/glass/review/"))
    assert page.index(f"g-{later.pk}") < page.index(f"g-{glass.pk}") and "有正当理由" in page
    shown = words(desk.get(f"/desk/glass/review/{glass.pk}/"))
    assert "警情属实" in shown and 'name="finding"' not in shown
    late = desk.post(
        f"/desk/glass/review/{glass.pk}/", {"finding": "unjustified", "words": "我不同意这个结论"}
    )
    assert late.status_code == 409 and str(lead) in words(late) and "我不同意这个结论" in words(late)


def test_sr_11_a_use_that_is_not_ones_to_review_is_not_there(
    xinjin, neighbour, officer, glass, at_desk, clock_at
):
    clock_at(AT)
    missing = "00000000-0000-4000-8000-000000000000"
    desk = at_desk(neighbour.one(Role.FEDERATION_SUPERVISOR))
    foreign = desk.get(f"/desk/glass/review/{glass.pk}/")
    assert foreign.status_code == 404
    assert foreign.content == desk.get(f"/desk/glass/review/{missing}/").content
    assert glass.case.staff_reference not in words(desk.get("/desk/glass/review/"))
    assert at_desk(officer).get("/desk/glass/review/").status_code == 404


def test_inv_38_the_chain_and_the_rebuilt_deadlines_hold(accepted_case, glass):
    from cases.chain import first_broken_link
    from cases.change import timeline_of
    from deadlines.services import compare

    with whole_record("the test rebuilds the deadlines"):
        events = timeline_of(accepted_case)
    assert compare(subject_id=accepted_case.pk, profile_id="cn", events=events) == []
    assert first_broken_link(list(CaseEvent.unscoped.filter(case=accepted_case).order_by("sequence"))) is None
    assert refreshed(accepted_case).next_deadline <= AT + 72 * HOUR
