"""The table of law.md 6: INV-31 (unknown is hidden), INV-34 (no content for administrators), and its cells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agencies.capabilities import CAPABILITIES, Action, Reach, reach, roles_for
from agencies.roles import Role

# Law.md 6, row by row, written out once more by hand: c clerk, j judge, p president, s court supervisor,
# o officer, k commander, w federation worker, l federation supervisor.
LETTERS = {
    "c": Role.FILING_CLERK,
    "j": Role.JUDGE,
    "p": Role.COURT_PRESIDENT,
    "s": Role.COURT_SUPERVISOR,
    "o": Role.OFFICER,
    "k": Role.COMMANDER,
    "w": Role.FEDERATION_WORKER,
    "l": Role.FEDERATION_SUPERVISOR,
}
ROWS = {
    "application.file_on_behalf": "cokwl",
    "application.accept": "cj",
    "application.request_correction": "cj",
    "application.transfer": "cj",
    "application.decline_acceptance": "cj",
    "application.mark_emergency": "cj",
    "application.unmark_emergency": "j",
    "application.propose_emergency": "okwl",
    "application.assign": "cpsokwl",
    "application.issue": "j",
    "application.reject": "j",
    "application.withdraw_allow": "j",
    "sanction.decide": "j",
    "detention.approve": "p",
    "service.record": "cok",
    "order.acknowledge": "ok",
    "breach.attend": "ok",
    "note.add": "cjokwl",
    "evidence.add": "cjokwl",
    "coercion_review.record": "wl",
    "danger.assess": "owl",
    "warning.decide": "ok",
    "visit.record": "okwl",
    "board.view": "cjpsokwl",
    "statistics.view": "pskl",
    "break_glass.use": "jpokl",
    "case.view": "cjpsokwl",
    "confidential.reveal": "cjpsokwl",
}
SPECIAL = {
    ("judge", "application.accept"): Reach.DUTY,
    ("judge", "application.issue"): Reach.ASSIGNED,
    ("judge", "application.reject"): Reach.ASSIGNED,
    ("judge", "sanction.decide"): Reach.ASSIGNED,
    ("filing_clerk", "application.assign"): Reach.PROPOSE,
    ("officer", "service.record"): Reach.ASKED,
    ("officer", "confidential.reveal"): Reach.TO_PROTECT,
    ("commander", "board.view"): Reach.OWN_AGENCY,
    ("court_president", "board.view"): Reach.COURT,
    ("filing_clerk", "board.view"): Reach.OWN,
    ("officer", "break_glass.use"): Reach.WITHOUT_GRANT,
}


@pytest.mark.parametrize(("action", "letters"), ROWS.items())
def test_inv_31_each_row_has_exactly_the_roles_of_the_law(action, letters):
    assert roles_for(action) == {LETTERS[letter] for letter in letters}


def test_inv_31_no_action_is_left_out_of_the_table():
    assert set(CAPABILITIES) == set(Action)
    assert set(ROWS) == {*Action} - {Action.VIEW_LOG}


@pytest.mark.parametrize(("cell", "expected"), SPECIAL.items())
def test_inv_31_cells_that_say_more_than_yes(cell, expected):
    assert reach(*cell) is expected


@given(st.text(), st.sampled_from([*Action]))
def test_inv_31_an_unknown_role_has_no_right(role, action):
    assert reach(role, action) is None or role in Role.values


@given(st.sampled_from([*Role]), st.text())
def test_inv_31_an_unknown_action_is_nobodys(role, action):
    assert reach(role, action) is None or action in set(Action)
    assert not roles_for(action) or action in set(Action)


@given(st.sampled_from([*Role]), st.sampled_from([*Action]), st.sampled_from(["", " ", "_", "x"]))
def test_inv_31_a_name_that_only_resembles_has_no_right(role, action, extra):
    if extra:
        assert reach(role + extra, action) is None
        assert reach(role, extra + action) is None
        assert reach(role.upper(), action) is None


def test_inv_31_the_table_cannot_be_changed_at_run_time():
    with pytest.raises(TypeError):
        CAPABILITIES[Action.ISSUE] = {}
    with pytest.raises(TypeError):
        CAPABILITIES[Action.ISSUE][Role.OFFICER] = Reach.ASSIGNED


def test_inv_34_administrators_and_auditors_reach_no_content():
    of_admin = {action for action in Action if reach(Role.PLATFORM_ADMIN, action)}
    of_auditor = {action for action in Action if reach(Role.AUDITOR, action)}
    assert of_admin == set()
    assert of_auditor == {Action.VIEW_LOG}


def test_inv_24_only_a_judge_decides_and_only_the_assigned_one():
    for action in (Action.ISSUE, Action.REJECT, Action.DECIDE_SANCTION, Action.ALLOW_WITHDRAWAL):
        assert dict(CAPABILITIES[action]) == {Role.JUDGE: Reach.ASSIGNED}
