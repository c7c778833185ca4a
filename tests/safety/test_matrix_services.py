"""Every verb of the record, tried by everybody in every situation: done exactly when the law says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from agencies.capabilities import CAPABILITIES, Action, Reach, reach
from agencies.errors import NotAllowed
from agencies.roles import Role
from cases.models import Recusal
from cases.policy import fields_for, may, standings, visible_to
from cases.scope import case_scope
from cases.services import acceptance, confidential, evidence, filing, notes
from cases.transitions import APPLICATION
from cases.vocabulary import Audience, DataClass, State
from orders.services.decision import draft_of, issue_order, reject_application, save_draft
from orders.services.serving import acknowledge_order, entrust_police, record_attempt
from tests.orders.test_decision import DECISION, REJECTION
from tests.record import make_filing
from tests.safety.matrix import (
    ARROWS,
    DONE,
    NO_RIGHT,
    NOW,
    REFUSED,
    RIGHTS,
    ROLES,
    Situation,
    Who,
    World,
    has_right,
    letter_of,
    outcome_of,
)

pytestmark = pytest.mark.django_db

SITUATIONS = (
    "submitted",
    "submitted, urgent",
    "correction requested",
    "not accepted",
    "accepted",
    "accepted, urgent",
    "issued",
    "issued, police asked",
    "rejected",
)
REACH_OF = {
    "g": Reach.OWN_CASE,
    "d": Reach.DUTY,
    "a": Reach.ASSIGNED,
    "C": Reach.COURT,
    "q": Reach.ASKED,
    "t": Reach.TO_PROTECT,
    "A": Reach.OWN_AGENCY,
    "O": Reach.OWN,
    "p": Reach.PROPOSE,
    "w": Reach.WITHOUT_GRANT,
    "-": None,
}
RULED = {"order_issued", "rejected"}


def test_inv_31_the_table_of_rights_is_that_of_the_law_cell_by_cell() -> None:
    cells = {(role, action): REACH_OF[letter_of(role, action)] for action in RIGHTS for role in ROLES}
    assert {(role, action): reach(role, action) for action in Action for role in Role} == cells
    assert set(RIGHTS) == set(CAPABILITIES) and len(cells) == 29 * 10


def test_the_table_of_steps_is_that_of_the_law_arrow_by_arrow() -> None:
    written = {
        (source, command, target or source, action, event)
        for command, sources, target, action, event in ARROWS
        for source in sources
    }
    found = {
        (str(row.source), row.command, str(row.target), str(row.action), row.event)
        for row in APPLICATION.rows()
    }
    assert found == written


@dataclass(frozen=True, slots=True)
class Verb:
    """A call, the right it needs, and whether the situation allows it; `by_court` for what courts alone do."""

    right: str
    call: Callable[[World, Any, Situation], object]
    fits: Callable[[Situation], bool]
    by_court: bool = False


def leads_on(command: str) -> Callable[[Situation], bool]:
    """Whether law.md 5 has an arrow for the command in the situation's state."""
    sources = {source for name, froms, *_rest in ARROWS if name == command for source in froms}
    return lambda situation: situation.state in sources


def anywhere(situation: Situation) -> bool:
    return True


def _assign(world: World, actor: Any, at: Situation) -> object:
    judge = world.home.other(Role.JUDGE)
    return acceptance.assign_judge(actor=actor, case=at.case.pk, judge=judge, now=NOW)


def _attempt(world: World, actor: Any, at: Situation) -> object:
    service = world.service_of(at)
    number = service.pk if service else uuid4()
    return record_attempt(
        actor=actor,
        case=at.case.pk,
        service_id=number,
        way="in_person",
        succeeded=False,
        words="家中无人",
        now=NOW,
    )


def _acknowledge(world: World, actor: Any, at: Situation) -> object:
    officer = world.home.one(Role.OFFICER)
    return acknowledge_order(actor=actor, case=at.case.pk, officer=officer, now=NOW)


def _entrust(world: World, actor: Any, at: Situation) -> object:
    return entrust_police(actor=actor, case=at.case.pk, agency=world.home.police, now=NOW)


def _reveal(world: World, actor: Any, at: Situation) -> object:
    return confidential.reveal(actor=actor, detail=world.detail_of(at), purpose="protect", now=NOW)


def _decide(service: Callable[..., object], decision: object) -> Callable[[World, Any, Situation], object]:
    return lambda world, actor, at: service(
        actor=actor, case=at.case.pk, decision=decision, signed_at=NOW, now=NOW
    )


def _step(service: Callable[..., object], **words: Any) -> Callable[[World, Any, Situation], object]:
    return lambda world, actor, at: service(actor=actor, case=at.case.pk, now=NOW, **words)


VERBS = {
    "accept": Verb("application.accept", _step(acceptance.accept_application), leads_on("accept")),
    "request correction": Verb(
        "application.request_correction",
        _step(acceptance.request_correction, points=["姓名"], days=3),
        leads_on("request_correction"),
    ),
    "transfer": Verb(
        "application.transfer",
        lambda world, actor, at: acceptance.transfer(
            actor=actor, case=at.case.pk, court=world.away.court, reason="管辖在那边", now=NOW
        ),
        leads_on("transfer"),
    ),
    "decline acceptance": Verb(
        "application.decline_acceptance",
        _step(acceptance.decline_acceptance, reason_code="not_domestic"),
        leads_on("decline_acceptance"),
    ),
    "mark emergency": Verb(
        "application.mark_emergency",
        _step(acceptance.mark_emergency, reason_code="weapon"),
        lambda at: leads_on("mark_emergency")(at) and not at.is_emergency,
    ),
    "unmark emergency": Verb(
        "application.unmark_emergency",
        _step(acceptance.unmark_emergency, reason_code="judge_view"),
        lambda at: leads_on("unmark_emergency")(at) and at.is_emergency,
    ),
    "propose emergency": Verb(
        "application.propose_emergency",
        _step(acceptance.propose_emergency, reason_code="police_report"),
        lambda at: at.is_open and not at.is_emergency,
    ),
    "assign": Verb("application.assign", _assign, leads_on("assign"), by_court=True),
    "issue": Verb("application.issue", _decide(issue_order, DECISION), leads_on("issue")),
    "reject": Verb("application.reject", _decide(reject_application, REJECTION), leads_on("reject")),
    "save draft": Verb("application.issue", _step(save_draft, decision=DECISION), leads_on("issue")),
    "record attempt": Verb("service.record", _attempt, lambda at: at.state in RULED),
    "entrust": Verb("service.record", _entrust, lambda at: at.state in RULED, by_court=True),
    "acknowledge": Verb("order.acknowledge", _acknowledge, lambda at: at.state == "order_issued"),
    "add note": Verb(
        "note.add", _step(notes.add_note, text="到场记录", audience=Audience.OWN_AGENCY), anywhere
    ),
    "add evidence": Verb(
        "evidence.add", _step(evidence.add_record, kind="E02", description="出警记录"), anywhere
    ),
    "reveal": Verb("confidential.reveal", _reveal, anywhere),
    "step aside": Verb("case.view", _step(acceptance.recuse), anywhere),
}
# What an applicant may do on her own case beside the staff's verbs (policy of the applicant's site).
OF_APPLICANT = {"add evidence", "reveal"}


def expected(name: str, verb: Verb, who: Who, at: Situation) -> str:
    """What the law says of this trial."""
    if who.label == "applicant of one" and at.name == "accepted" and name in OF_APPLICANT:
        return DONE
    if not has_right(who, verb.right, at):
        return NO_RIGHT
    if verb.by_court and who.role not in {Role.FILING_CLERK, Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR}:
        return NO_RIGHT
    if verb.fits(at):
        return DONE
    return NO_RIGHT if name == "record attempt" else REFUSED


@pytest.mark.parametrize("situation", SITUATIONS)
def test_sr_10_every_verb_is_done_exactly_by_whom_and_when_the_law_says(
    world: World, situation: str, record_property: Callable[[str, object], None]
) -> None:
    at = world.situations[situation]
    wrong, seen = [], Counter()
    for name, verb in VERBS.items():
        for who in world.people:
            if name == "step aside" and not who.role:
                continue  # only staff steps aside; the service takes nobody else
            found = outcome_of(lambda: verb.call(world, who.actor, at))  # noqa: B023 - called at once
            wanted = expected(name, verb, who, at)
            seen[wanted] += 1
            if found != wanted:
                wrong.append(f"{name} by {who.label}: {found}, the law says {wanted}")
    record_property("cells", dict(seen))
    assert wrong == []
    assert sum(seen.values()) > len(VERBS) * len(world.staff)


def test_every_situation_is_tried_and_every_state_is_among_them(world: World) -> None:
    assert tuple(world.situations) == SITUATIONS
    # No arrow leads to "withdrawn" yet: a withdrawal waits for its review.
    assert {row.state for row in world.situations.values()} == set(State) - {State.WITHDRAWN}


# Rights change with who is on the case and was asked, not with the state: these three differ.
@pytest.mark.parametrize("situation", ["submitted", "accepted", "issued, police asked"])
def test_sr_10_policy_answers_each_right_as_the_law_does(world: World, situation: str) -> None:
    at = world.situations[situation]
    wrong = []
    for who in world.people:
        for action in Action:
            wanted = has_right(who, action, at)
            if who.label == "applicant of one" and at.name == "accepted":
                wanted = action in {"case.view", "evidence.add", "confidential.reveal", "log.view"}
            if may(who.actor, action, at.case, NOW) != wanted:
                wrong.append(f"{action} by {who.label}: should be {wanted}")
    assert wrong == []


def test_sr_10_a_pages_buttons_ask_for_the_same_rights_as_each_act(world: World) -> None:
    for at in world.situations.values():
        for who in world.staff:
            at_once = standings(who.actor, Action, at.case, NOW)
            assert set(at_once) == {action for action in Action if has_right(who, action, at)}, who.label


def test_inv_25_lists_hold_a_case_exactly_for_those_who_may_open_it(world: World) -> None:
    cases = {at.case.pk: at for at in world.situations.values()}
    for who in world.people:
        seen = set(visible_to(who.actor, NOW).filter(pk__in=cases).values_list("pk", flat=True))
        wanted = {pk for pk, at in cases.items() if has_right(who, Action.VIEW_CASE, at)}
        if who.label == "applicant of one":
            wanted = {world.situations["accepted"].case.pk}
        assert seen == wanted, who.label
        assert visible_to(who.actor, NOW).filter(pk__in=cases).count() == len(wanted)


def test_inv_31_who_may_not_open_a_case_reads_no_class_of_it(world: World) -> None:
    for at in world.situations.values():
        for who in world.people:
            if who.label == "applicant of one" or has_right(who, Action.VIEW_CASE, at):
                continue
            fields = fields_for(who.actor, at.case, NOW)
            assert set(fields) == set(DataClass) and not any(fields.values()), who.label


def test_inv_24_a_court_that_only_filed_reads_and_adds_but_takes_no_step(world: World) -> None:
    clerk, judge = world.away.one(Role.FILING_CLERK), world.away.one(Role.JUDGE)
    draft = filing.start_draft(now=NOW, filed_by=clerk)
    filing.protect_draft(draft=draft, passphrase="三把蓝色雨伞", now=NOW)
    case = filing.submit(draft=draft, filing=make_filing(world.home), now=NOW).case
    reading = {"case.view", "confidential.reveal", "note.add", "evidence.add"}
    in_its_own_body = {"application.file_on_behalf", "board.view", "break_glass.use"}
    for user in (clerk, judge):
        allowed = {action for action in Action if may(user, action, case, NOW)}
        assert reading <= allowed <= reading | in_its_own_body, user
    assert outcome_of(lambda: acceptance.accept_application(actor=clerk, case=case, now=NOW)) == NO_RIGHT


def test_inv_25_a_body_that_is_kept_out_sees_nothing_with_all_its_people(world: World) -> None:
    at = world.situations["issued"]
    Recusal.unscoped.create(
        case=at.case, agency=world.home.police, reason="colleague_is_a_party", since_at=NOW
    )
    for who in world.people:
        if who.role in {Role.OFFICER, Role.COMMANDER} and who.district == "home":
            assert not [action for action in Action if may(who.actor, action, at.case, NOW)], who.label
            assert not visible_to(who.actor, NOW).filter(pk=at.case.pk).exists()
    assert may(world.home.one(Role.JUDGE), Action.VIEW_CASE, at.case, NOW)


def test_inv_24_a_draft_is_opened_for_writing_by_the_assigned_judge_alone(world: World) -> None:
    at = world.situations["accepted"]
    for who in world.people:
        try:
            with case_scope(at.case.pk):
                draft_of(actor=who.actor, case=at.case, now=NOW)
        except NotAllowed:
            assert who.label != Role.JUDGE
        else:
            assert who.label == Role.JUDGE
