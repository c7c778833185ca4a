"""Every rule of law.md 4, read off the CN profile: what starts it, how long it is, what stops it."""

from datetime import date

import pytest

from tests.deadlines.timelines import (
    ACCEPTED,
    EMERGENCY,
    ISSUED,
    REJECTED,
    SUBMITTED,
    at,
    clocks,
    event,
)


def test_d01_two_hours_to_acceptance():
    row = clocks(SUBMITTED)["D01"]
    assert (row.strict_at, row.state) == (at("03-11 12:10"), "running")
    assert clocks(SUBMITTED, ACCEPTED)["D01"].state == "met"


@pytest.mark.parametrize("urgent", [{"emergency": True}, {"triage": "high"}, {"triage": "extreme"}])
def test_d01_half_an_hour_when_it_is_urgent(urgent):
    assert clocks(event("application.submitted", "03-11 10:10", **urgent))["D01"].strict_at == at(
        "03-11 10:40"
    )


def test_d01_late_acceptance_is_met_late():
    late = event("application.accepted", "03-11 13:00", emergency=False)
    assert clocks(SUBMITTED, late)["D01"].state == "met_late"


def test_inv_05_submission_alone_starts_no_decision_clock_and_d01_runs_until_accepted():
    waiting = (SUBMITTED, event("correction.requested", "03-11 11:00", days=3))
    assert clocks(*waiting).running() == {"D01", "D04", "D05", "D06"}
    supplied = event("correction.supplied", "03-12 09:00")
    assert "D01" in clocks(*waiting, supplied).running()
    assert not {"D02", "D03"} & clocks(*waiting, supplied).running()


def test_inv_06_transfer_keeps_the_receipt_instant():
    moved = event("application.transferred", "03-11 11:00", from_court_id=1, court_id=2)
    found = clocks(SUBMITTED, moved)
    assert found["D01"].state == "met"
    assert (found["D01:#2"].started_at, found["D01:#2"].state) == (at("03-11 10:10"), "running")
    assert found["D01:#2"].strict_at == at("03-11 12:10")
    assert found["D04:#2"].last_on == found["D04"].last_on
    assert found["D05"].state == "running"
    again = clocks(SUBMITTED, moved, event("application.transferred", "03-11 11:30"))
    assert (again["D01:#3"].started_at, again["D01:#2"].state) == (at("03-11 10:10"), "met")


def test_d02_stops_on_each_decision():
    for decision in (ISSUED, REJECTED, event("withdrawal.allowed", "03-11 15:00")):
        found = clocks(SUBMITTED, ACCEPTED, decision)
        assert (found["D02"].state, found["D02"].closed_at) == ("met", at("03-11 15:00"))


@pytest.mark.parametrize(
    ("decided", "state"),
    [("03-14 10:20", "met"), ("03-14 10:59", "met"), ("03-14 11:00", "met_late")],
)
def test_d02_is_late_in_law_from_the_legal_instant(decided, state):
    assert clocks(ACCEPTED, event("order.issued", decided))["D02"].state == state


def test_d03_counts_from_acceptance_and_d02_rests():
    found = clocks(SUBMITTED, EMERGENCY)
    assert found["D03"].strict_at == at("03-12 10:20")
    assert found.running() == {"D03", "D05"}
    assert "D02" not in found


def test_d03_marked_before_acceptance_counts_from_acceptance():
    found = clocks(SUBMITTED, event("emergency.marked", "03-11 10:15"), ACCEPTED)
    assert (found["D03"].started_at, found["D03"].strict_at) == (at("03-11 10:20"), at("03-12 10:20"))


def test_d03_an_emergency_accepted_and_unmarked_has_72_hours_from_acceptance():
    found = clocks(EMERGENCY, event("emergency.unmarked", "03-11 18:00"))
    assert (found["D02"].state, found["D02"].strict_at) == ("running", at("03-14 10:20"))
    assert (found["D03"].state, found["D03"].closed_at) == ("cancelled", at("03-11 18:00"))
    assert found["D03"].strict_at == at("03-12 10:20")


def test_d03_marked_again_after_an_unmark_counts_from_the_new_mark():
    found = clocks(
        ACCEPTED,
        event("emergency.marked", "03-11 11:00"),
        event("emergency.unmarked", "03-11 12:00"),
        event("emergency.marked", "03-11 13:00"),
    )
    assert (found["D03"].state, found["D03"].strict_at) == ("running", at("03-12 13:00"))
    assert found["D02"].closed_at == at("03-11 13:00")


def test_d03_a_second_mark_changes_nothing():
    once = (ACCEPTED, event("emergency.marked", "03-11 11:00"))
    twice = (*once, event("emergency.marked", "03-11 12:00"))
    assert clocks(*once)["D03"] == clocks(*twice)["D03"]


def test_inv_19_a_withdrawal_request_does_not_stop_the_clock():
    found = clocks(ACCEPTED, event("withdrawal.requested", "03-11 12:00"))
    assert found["D02"].state == "running"
    assert found["D15"].strict_at == at("03-12 12:00")


def test_d04_seven_days():
    row = clocks(SUBMITTED)["D04"]
    assert (row.last_on, row.strict_at) == (date(2026, 3, 18), at("03-19 00:00"))


def test_d04_seven_days_roll_over_rest_days():
    row = clocks(event("application.submitted", "04-27 09:00"))["D04"]
    assert row.last_on == date(2026, 5, 6)


def test_d05_half_an_hour_from_submission_to_decision():
    fast = event("order.issued", "03-11 10:39", recipients=[])
    assert clocks(SUBMITTED, ACCEPTED, fast)["D05"].state == "met"
    assert clocks(SUBMITTED, ACCEPTED, ISSUED)["D05"].state == "met_late"
    assert clocks(SUBMITTED, event("application.not_accepted", "03-11 11:00"))["D05"].state == "cancelled"


def test_d06_as_set_else_three_days():
    asked = "03-11 11:00"
    assert clocks(SUBMITTED, event("correction.requested", asked, days=5))["D06"].last_on == date(2026, 3, 16)
    # Saturday the 14th rolls to Monday.
    assert clocks(SUBMITTED, event("correction.requested", asked))["D06"].last_on == date(2026, 3, 16)
    assert clocks(SUBMITTED, event("correction.requested", asked, days=1))["D06"].last_on == date(2026, 3, 12)
    supplied = clocks(
        SUBMITTED, event("correction.requested", asked), event("correction.supplied", "03-12 09:00")
    )
    assert supplied["D06"].state == "met"


def test_d07_one_per_recipient():
    served = event("service.completed", "03-11 16:00", recipient="police")
    found = clocks(ACCEPTED, ISSUED, served)
    assert found["D07:police"].state == "met"
    assert found["D07:respondent"].state == found["D07:applicant"].state == "running"
    assert found["D07:respondent"].strict_at == at("03-12 15:00")


def test_inv_48_each_recipient_is_served_or_open_in_d07():
    found = clocks(
        ACCEPTED,
        ISSUED,
        event("service.attempted", "03-11 17:00", recipient="respondent"),
        event("service.completed", "03-11 18:00", recipient="applicant"),
    )
    assert {row.key: row.state for row in found if row.rule_id == "D07"} == {
        "applicant": "met",
        "police": "running",
        "respondent": "running",
    }


def test_d07_of_a_rejection_is_served_on_the_applicant():
    assert clocks(ACCEPTED, REJECTED)["D07:applicant"].state == "running"


def test_d08_from_service_on_the_police():
    served = event("service.completed", "03-11 16:00", recipient="police")
    assert clocks(ACCEPTED, ISSUED, served)["D08"].strict_at == at("03-11 18:00")
    assert clocks(EMERGENCY, ISSUED, served)["D08"].strict_at == at("03-11 16:30")
    done = clocks(ACCEPTED, ISSUED, served, event("order.acknowledged", "03-11 17:00"))
    assert done["D08"].state == "met"
    other = event("service.completed", "03-11 16:00", recipient="respondent")
    assert "D08" not in clocks(ACCEPTED, ISSUED, other)


def test_d09_first_contact_within_a_day_of_the_order():
    assert clocks(ACCEPTED, ISSUED)["D09"].strict_at == at("03-12 15:00")
    assert clocks(ACCEPTED, ISSUED, event("contact.recorded", "03-11 20:00"))["D09"].state == "met"


def test_d10_one_per_request_and_shorter_in_an_emergency():
    asked = event("evidence.requested", "03-11 11:00", request="q1")
    assert clocks(ACCEPTED, asked)["D10:q1"].strict_at == at("03-12 11:00")
    assert clocks(EMERGENCY, asked)["D10:q1"].strict_at == at("03-11 17:00")
    both = (ACCEPTED, asked, event("evidence.requested", "03-11 11:05", request="q2"))
    found = clocks(*both, event("evidence.none", "03-11 12:00", request="q2"))
    assert (found["D10:q1"].state, found["D10:q2"].state) == ("running", "met")


def test_d11_from_the_order_or_from_service_of_the_rejection():
    assert clocks(ACCEPTED, ISSUED)["D11"].last_on == date(2026, 3, 16)
    served = event("service.completed", "03-12 09:00", recipient="applicant")
    assert "D11" not in clocks(ACCEPTED, REJECTED)
    assert clocks(ACCEPTED, REJECTED, served)["D11"].last_on == date(2026, 3, 17)
    # Service of an order opens no second window.
    assert "D11:#2" not in clocks(ACCEPTED, ISSUED, served)
    filed = clocks(ACCEPTED, ISSUED, event("reconsideration.filed", "03-13 09:00"))
    assert filed["D11"].state == "met"


def test_d12_ten_days_with_a_target_of_five():
    row = clocks(ACCEPTED, ISSUED, event("reconsideration.filed", "03-13 09:00"))["D12"]
    assert (row.last_on, row.target_at) == (date(2026, 3, 23), at("03-19 00:00"))


def test_inv_16_reconsideration_does_not_end_the_order():
    found = clocks(
        ACCEPTED,
        ISSUED,
        event("reconsideration.filed", "03-13 09:00"),
        event("reconsideration.decided", "03-18 09:00", result="upheld"),
    )
    assert found["D13"].state == "running"


def test_d13_as_ordered():
    row = clocks(ACCEPTED, ISSUED)["D13"]
    assert (row.last_on, row.strict_at) == (date(2026, 9, 11), at("09-12 00:00"))
    ends = event("order.issued", "03-11 15:00", recipients=[], ends_at="2026-06-12T00:00:00+08:00")
    assert clocks(ACCEPTED, ends)["D13"].strict_at == at("06-12 00:00")


def test_inv_13_an_order_never_ends_later_than_six_months_after_it_was_made():
    long = event("order.issued", "03-11 15:00", recipients=[], last_day="2027-03-11")
    assert clocks(ACCEPTED, long)["D13"].last_on == date(2026, 9, 11)
    silent = event("order.issued", "08-31 15:00", recipients=[])
    assert clocks(ACCEPTED, silent)["D13"].last_on == date(2027, 2, 28)


def test_d13_extended_and_revoked():
    extended = event("order.extended", "09-01 09:00", last_day="2027-03-11")
    found = clocks(ACCEPTED, ISSUED, extended)
    assert (found["D13"].state, found["D13:#2"].last_on) == ("met", date(2027, 3, 11))
    found = clocks(ACCEPTED, ISSUED, event("order.revoked", "05-01 09:00"))
    assert found["D13"].state == "met"
    annulled = event("reconsideration.decided", "03-18 09:00", result="annulled")
    assert clocks(ACCEPTED, ISSUED, annulled)["D13"].state == "cancelled"


def test_inv_14_an_ended_order_keeps_its_row_without_any_job():
    assert clocks(ACCEPTED, ISSUED)["D13"].state == "running"


def test_d14_72_hours_and_an_extension_before_the_order_ends():
    narrow = event("variation.filed", "09-10 09:00", variation="v1", kind="narrow")
    assert clocks(ACCEPTED, ISSUED, narrow)["D14:v1"].strict_at == at("09-13 09:00")
    extend = event("variation.filed", "09-10 09:00", variation="v1", kind="extend")
    row = clocks(ACCEPTED, ISSUED, extend)["D14:v1"]
    assert (row.strict_at, row.capped_by) == (at("09-12 00:00"), "D13")
    early = event("variation.filed", "08-01 09:00", variation="v1", kind="extend")
    assert clocks(ACCEPTED, ISSUED, early)["D14:v1"].capped_by == ""


def test_d15_coercion_review_within_a_day():
    asked = event("revocation.requested", "04-01 09:00")
    assert clocks(ACCEPTED, ISSUED, asked)["D15"].strict_at == at("04-02 09:00")
    reviewed = event("coercion_review.recorded", "04-01 12:00")
    found = clocks(ACCEPTED, ISSUED, asked, reviewed, event("revocation.requested", "05-01 09:00"))
    assert (found["D15"].state, found["D15:#2"].state) == ("met", "running")


def test_d16_one_per_breach():
    found = clocks(
        ISSUED,
        event("breach.reported", "04-01 20:00", breach="b1"),
        event("breach.reported", "04-01 20:10", breach="b2"),
        event("breach.attended", "04-01 20:25", breach="b1"),
    )
    assert (found["D16:b1"].state, found["D16:b2"].state) == ("met", "running")
    assert found["D16:b2"].strict_at == at("04-01 20:40")


def test_d17_sanction_within_72_hours():
    found = clocks(
        event("breach.referred", "04-01 20:00", breach="b1"),
        event("sanction.decided", "04-03 10:00", breach="b1"),
        event("breach.referred", "04-02 20:00", breach="b2"),
    )
    assert (found["D17:b1"].state, found["D17:b2"].strict_at) == ("met", at("04-05 20:00"))


def test_d18_detention_is_approved_or_refused_within_a_day():
    proposed = event("detention.proposed", "04-03 10:00", breach="b1")
    assert clocks(proposed)["D18:b1"].strict_at == at("04-04 10:00")
    for answer in ("detention.approved", "detention.refused"):
        assert clocks(proposed, event(answer, "04-03 11:00", breach="b1"))["D18:b1"].state == "met"


def test_d19_warning_within_72_hours():
    found = event("police.violence_found", "04-01 20:00")
    assert clocks(found)["D19"].strict_at == at("04-04 20:00")
    assert clocks(found, event("warning.declined", "04-02 20:00"))["D19"].state == "met"


WARNED = event("warning.issued", "03-02 09:00")


def test_d20_first_visit_in_seven_days_whatever_the_day():
    # 2026-05-04 is a rest day; a visit protects and is not put off.
    assert clocks(event("warning.issued", "04-27 09:00"))["D20"].last_on == date(2026, 5, 4)


def test_d21_every_three_months_until_three_clean_in_a_row():
    def visit(when: str, *, clean: bool = True):
        return event("visit.recorded", when, clean=clean)

    once = clocks(WARNED, visit("03-06 09:00"))
    assert (once["D20"].state, once["D21"].last_on) == ("met", date(2026, 6, 6))
    twice = clocks(WARNED, visit("03-06 09:00"), visit("05-06 09:00"))
    assert (twice["D21"].state, twice["D21:#2"].state) == ("met", "running")
    broken = clocks(
        WARNED,
        visit("03-06 09:00"),
        visit("05-06 09:00"),
        visit("05-20 09:00", clean=False),
        visit("06-01 09:00"),
    )
    assert broken["D21:#4"].state == "running"


def test_inv_37_the_plan_ends_after_three_clean_visits_and_a_finding_opens_it_again():
    visits = [event("visit.recorded", f"0{month}-06 09:00", clean=True) for month in (3, 5, 7)]
    assert not {name for name in clocks(WARNED, *visits).running() if name.startswith("D21")}
    finding = event("visit.recorded", "08-01 09:00", clean=False)
    assert {name for name in clocks(WARNED, *visits, finding).running() if name.startswith("D21")} == {
        "D21:#3"
    }


def test_d22_after_seven_days_then_monthly_to_the_end_of_the_order():
    first = clocks(ACCEPTED, ISSUED)["D22"]
    assert first.last_on == date(2026, 3, 18)
    visited = clocks(ACCEPTED, ISSUED, event("visit.recorded", "03-16 09:00"))
    assert visited["D22:#2"].last_on == date(2026, 4, 16)
    late = clocks(ACCEPTED, ISSUED, event("visit.recorded", "08-20 09:00"))
    assert "D22:#2" not in late


@pytest.mark.parametrize(
    ("level", "due"), [("extreme", "04-02 09:00"), ("high", "04-09 00:00"), ("raised", "05-02 00:00")]
)
def test_d23_by_level(level, due):
    found = clocks(event("danger.assessed", "04-01 09:00", level=level))
    assert found["D23"].strict_at == at(due)


def test_d23_each_assessment_starts_the_next():
    found = clocks(
        event("danger.assessed", "04-01 09:00", level="high"),
        event("danger.assessed", "04-03 09:00", level="extreme"),
    )
    assert (found["D23"].state, found["D23:#2"].strict_at) == ("met", at("04-04 09:00"))


def test_d24_each_use_is_reviewed_within_72_hours():
    found = clocks(
        event("break_glass.used", "04-01 09:00", use="u1"),
        event("break_glass.used", "04-01 10:00", use="u2"),
        event("break_glass.reviewed", "04-02 09:00", use="u1"),
    )
    assert (found["D24:u1"].state, found["D24:u2"].strict_at) == ("met", at("04-04 10:00"))


def test_d25_only_a_notice_that_needs_an_answer():
    urgent = event("notice.sent", "04-01 09:00", notice="n1", needs_answer=True, urgent=True)
    plain = event("notice.sent", "04-01 09:00", notice="n2", needs_answer=True)
    silent = event("notice.sent", "04-01 09:00", notice="n3")
    found = clocks(urgent, plain, silent, event("notice.acknowledged", "04-01 09:10", notice="n1"))
    assert (found["D25:n1"].state, found["D25:n1"].strict_at) == ("met", at("04-01 09:15"))
    assert found["D25:n2"].strict_at == at("04-01 11:00")
    assert "D25:n3" not in found


def test_d26_seven_days_from_the_last_save():
    saved = [event("draft.saved", "04-01 09:00"), event("draft.saved", "04-05 09:00")]
    assert clocks(*saved)["D26"].last_on == date(2026, 4, 12)
    assert clocks(*saved, event("draft.submitted", "04-06 09:00"))["D26"].state == "met"


def test_d27_referral_answered_within_a_day():
    found = clocks(
        event("referral.made", "04-01 09:00", referral="r1"),
        event("referral.declined", "04-01 12:00", referral="r1"),
    )
    assert (found["D27:r1"].state, found["D27:r1"].strict_at) == ("met", at("04-02 09:00"))


def test_d28_at_once():
    taken = event("victim.took_over", "04-01 09:00")
    row = clocks(taken)["D28"]
    assert row.strict_at == row.started_at == at("04-01 09:00")
    assert clocks(taken, event("helper_rights.narrowed", "04-01 09:00"))["D28"].closed_at == at("04-01 09:00")


def test_inv_45_d99_a_missing_year_is_provisional_and_has_its_own_deadline():
    made = event("order.issued", "12-28 10:00", recipients=[], last_day="2027-03-01")
    found = clocks(made)
    assert (found["D11"].last_on, found["D11"].provisional) == (date(2027, 1, 4), True)
    assert found["D99"].state == "running"
    assert found["D99"].strict_at == at("12-29 12:00")


def test_events_count_by_sequence_and_from_when_they_occurred():
    """An oral application is typed in later: the receipt instant counts, the order is that of the record."""
    typed_later = event("application.submitted", "03-11 09:00", oral=True)
    found = clocks(typed_later, ACCEPTED)
    assert found["D01"].strict_at == at("03-11 11:00")
