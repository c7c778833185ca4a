"""The permission matrix in the words of the law, and the people and cases on which it is tried.

`RIGHTS` and `ARROWS` are written from law.md 5 and 6 by hand and compared with the code's own tables cell
by cell, so that an edit of either alone is noticed. What is expected of each trial is computed from them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from agencies.errors import Conflict, NotAllowed, TransitionRefused
from agencies.models import User
from agencies.roles import AgencyKind, Role
from agencies.selectors import remember_memberships
from cases.actors import SYSTEM
from cases.models import Case, ConfidentialDetail, Note, Recusal
from cases.scope import whole_record
from cases.services import acceptance
from cases.services.notes import add_note
from cases.vocabulary import Audience
from deadlines.models import Deadline
from orders.models import CasePaper, Service
from orders.services.decision import issue_order, reject_application, save_draft
from orders.services.serving import entrust_police
from tests.agencies.people import make_member
from tests.orders.test_decision import DECISION, REJECTION
from tests.record import (
    ACCEPTED_AT,
    HOUR,
    District,
    applicant_of,
    make_district,
    make_filing,
    refreshed,
    submit_case,
    urgent_answers,
)

NOW = ACCEPTED_AT + HOUR / 6

ROLES = (
    Role.FILING_CLERK,
    Role.JUDGE,
    Role.COURT_PRESIDENT,
    Role.COURT_SUPERVISOR,
    Role.OFFICER,
    Role.COMMANDER,
    Role.FEDERATION_WORKER,
    Role.FEDERATION_SUPERVISOR,
    Role.AUDITOR,
    Role.PLATFORM_ADMIN,
)
HOME_OF = {
    **dict.fromkeys(ROLES, AgencyKind.COURT),
    **dict.fromkeys((Role.OFFICER, Role.COMMANDER), AgencyKind.POLICE),
    **dict.fromkeys((Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR), AgencyKind.FEDERATION),
}

# Law.md 6, one letter for each of ROLES:
#   g  a body with a grant on the case        d  the same, and on duty
#   a  the judge to whom it is assigned       C  every case of the own court
#   q  a body that the court asked            t  to protect, with a stated need
#   A  within the own body                    O  what one answers for
#   p  may propose, never decide              w  without a grant (break-glass)
#   -  nothing
RIGHTS = {
    "application.file_on_behalf": "A---AAAA--",
    "application.accept": "gd--------",
    "application.request_correction": "gd--------",
    "application.transfer": "gd--------",
    "application.decline_acceptance": "gd--------",
    "application.mark_emergency": "gg--------",
    "application.unmark_emergency": "-g--------",
    "application.propose_emergency": "----gggg--",
    "application.assign": "p-CCAAAA--",
    "application.issue": "-a--------",
    "application.reject": "-a--------",
    "application.withdraw_allow": "-a--------",
    "sanction.decide": "-a--------",
    "detention.approve": "--C-------",
    "service.record": "g---qg----",
    "order.acknowledge": "----gg----",
    "breach.attend": "----gg----",
    "note.add": "gg--gggg--",
    "evidence.add": "gg--gggg--",
    "coercion_review.record": "------gg--",
    "danger.assess": "----g-gg--",
    "warning.decide": "----gg----",
    "visit.record": "----gggg--",
    "board.view": "OOCCOAOA--",
    "statistics.view": "--CC-A-A--",
    "break_glass.use": "-ww-ww-w--",
    "case.view": "ggCCgggg--",
    "confidential.reveal": "ggCCttgg--",
    "log.view": "---C-A-AA-",
}

# Law.md 5: command, states it leads from, state it leads to (None: the same), right, event.
ARROWS = (
    ("request_correction", ("submitted",), "correction_requested", "application.request_correction", "correction.requested"),
    ("supply", ("correction_requested",), "submitted", "correction.supply", "correction.supplied"),
    ("transfer", ("submitted", "correction_requested"), "submitted", "application.transfer", "application.transferred"),
    ("decline_acceptance", ("submitted",), "not_accepted", "application.decline_acceptance", "application.not_accepted"),
    ("accept", ("submitted", "correction_requested"), "accepted", "application.accept", "application.accepted"),
    ("assign", ("accepted",), "accepted", "application.assign", "application.assigned"),
    ("mark_emergency", ("submitted", "accepted"), None, "application.mark_emergency", "emergency.marked"),
    ("unmark_emergency", ("accepted",), "accepted", "application.unmark_emergency", "emergency.unmarked"),
    ("request_withdrawal", ("submitted", "accepted"), None, "withdrawal.request", "withdrawal.requested"),
    ("issue", ("accepted",), "order_issued", "application.issue", "order.issued"),
    ("reject", ("accepted",), "rejected", "application.reject", "application.rejected"),
)  # fmt: skip

DONE, NO_RIGHT, REFUSED = "done", "no right", "refused"


@dataclass(frozen=True, slots=True)
class Situation:
    """A case as it stands: who is on it, and what has happened."""

    name: str
    case: Case
    state: str
    is_emergency: bool
    bodies: frozenset[str]
    is_asked: bool = False

    @property
    def has_judge(self) -> bool:
        return self.state in {"accepted", "order_issued", "rejected"}

    @property
    def is_open(self) -> bool:
        return self.state in {"submitted", "correction_requested", "accepted"}


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who tries. `district` is "" for those without a desk."""

    label: str
    actor: Any
    role: str = ""
    district: str = ""
    is_recused: bool = False
    is_ended: bool = False
    is_on_duty: bool = False
    is_assigned: bool = False

    @property
    def has_desk(self) -> bool:
        """Whether signing in leads anywhere at all."""
        return bool(self.role) and not self.is_ended


def has_right(who: Who, action: str, situation: Situation) -> bool:
    """What law.md 6 says: capability ∩ grant − recusal; break-glass needs no grant, and no district."""
    letter = letter_of(who.role, action)
    if letter == "w":
        return not (who.is_recused or who.is_ended)
    if letter in "-p" or who.district != "home" or who.is_recused or who.is_ended:
        return False
    if HOME_OF[Role(who.role)] not in situation.bodies:
        return False
    return {"d": who.is_on_duty, "a": who.is_assigned and situation.has_judge, "q": situation.is_asked}.get(
        letter, True
    )


def letter_of(role: str, action: str) -> str:
    """The cell; "-" for a role or action that the table does not have (INV-31)."""
    row = RIGHTS.get(action, "")
    return row[ROLES.index(Role(role))] if row and role in ROLES else "-"


@dataclass
class World:
    """Two districts, a case in each situation of the machine, and everybody who might try something."""

    home: District
    away: District
    situations: dict[str, Situation] = field(default_factory=dict)
    people: list[Who] = field(default_factory=list)
    # A note of each body on the accepted case, by the body's kind.
    notes: dict[str, Note] = field(default_factory=dict)

    @cached_property
    def staff(self) -> list[Who]:
        return [who for who in self.people if who.has_desk]

    def who(self, label: str) -> Who:
        return next(who for who in self.people if who.label == label)

    def detail_of(self, situation: Situation, kind: str = "shelter") -> ConfidentialDetail:
        with whole_record("the matrix looks for a detail"):
            rows = ConfidentialDetail.objects.select_related("case", "party")
            return rows.get(case=situation.case, kind=kind)

    def service_of(self, situation: Situation) -> Service | None:
        """An open service of the case; None before there is a ruling."""
        with whole_record("the matrix looks for a service"):
            return Service.objects.filter(case=situation.case, state="open").order_by("recipient").last()

    def paper_of(self, situation: Situation, kind: str, audience: str) -> CasePaper:
        with whole_record("the matrix looks for a paper"):
            return CasePaper.objects.get(case=situation.case, kind=kind, audience=audience)

    def deadline_of(self, situation: Situation) -> Deadline:
        """The running clock of the decision."""
        return Deadline.objects.get(subject_id=situation.case.pk, rule_id__in=("D02", "D03"), state="running")


def make_world() -> World:
    """Everything, at NOW; some 5 s."""
    world = World(make_district("510118", "川0118"), make_district("510131", "川0131"))
    _make_situations(world)
    _make_people(world)
    for who in world.people:
        if isinstance(who.actor, User):
            remember_memberships(who.actor)
    return world


def _make_situations(world: World) -> None:
    home = world.home
    clerk, judge = home.one(Role.FILING_CLERK), home.one(Role.JUDGE)
    court = frozenset({AgencyKind.COURT})
    district = frozenset({AgencyKind.COURT, AgencyKind.POLICE, AgencyKind.FEDERATION})

    def keep(name: str, case: Case, state: str, bodies: frozenset[str], **facts: bool) -> None:
        row = refreshed(case)
        assert (row.state, row.is_emergency) == (state, facts.get("is_emergency", False)), name
        world.situations[name] = Situation(
            name, row, state, row.is_emergency, bodies, facts.get("is_asked", False)
        )

    def filed(*, urgent: bool = False) -> Case:
        changes = {"danger_answers": urgent_answers()} if urgent else {}
        return submit_case(make_filing(home, respondent_region=world.away.region, **changes)).case

    def accepted(*, urgent: bool = False) -> Case:
        case = filed(urgent=urgent)
        acceptance.accept_application(actor=clerk, case=case, now=ACCEPTED_AT)
        if refreshed(case).assigned_judge_id != judge.pk:
            president = home.one(Role.COURT_PRESIDENT)
            acceptance.assign_judge(actor=president, case=case, judge=judge, now=ACCEPTED_AT)
        return case

    def issued() -> Case:
        case = accepted()
        issue_order(actor=judge, case=case, decision=DECISION, signed_at=NOW, now=NOW)
        return case

    keep("submitted", filed(), "submitted", court)
    keep("submitted, urgent", filed(urgent=True), "submitted", court, is_emergency=True)
    corrected = filed()
    acceptance.request_correction(actor=clerk, case=corrected, points=["姓名"], days=3, now=ACCEPTED_AT)
    keep("correction requested", corrected, "correction_requested", court)
    declined = filed()
    acceptance.decline_acceptance(actor=clerk, case=declined, reason_code="not_domestic", now=ACCEPTED_AT)
    keep("not accepted", declined, "not_accepted", court)
    plain = accepted()
    for kind, role in (
        ("court", Role.FILING_CLERK),
        ("police", Role.OFFICER),
        ("federation", Role.FEDERATION_WORKER),
    ):
        world.notes[kind] = add_note(
            actor=home.one(role), case=plain, text=f"{kind}的记录", audience=Audience.OWN_AGENCY, now=NOW
        )
    save_draft(actor=judge, case=plain, decision=DECISION, now=NOW)
    keep("accepted", plain, "accepted", district)
    keep("accepted, urgent", accepted(urgent=True), "accepted", district, is_emergency=True)
    keep("issued", issued(), "order_issued", district)
    entrusted = issued()
    entrust_police(actor=clerk, case=entrusted, agency=home.police, now=NOW)
    keep("issued, police asked", entrusted, "order_issued", district, is_asked=True)
    rejected = accepted()
    reject_application(actor=judge, case=rejected, decision=REJECTION, signed_at=NOW, now=NOW)
    keep("rejected", rejected, "rejected", district)


def _make_people(world: World) -> None:
    home = world.home
    for role in ROLES:
        is_first_judge = role == Role.JUDGE
        world.people += [
            Who(role, home.one(role), role, "home", is_on_duty=is_first_judge, is_assigned=is_first_judge),
            Who(f"{role} next door", world.away.one(role), role, "away", is_on_duty=True),
            Who(f"{role} recused", _recused(world, role), role, "home", is_recused=True),
            Who(f"{role} until yesterday", _gone(home, role), role, "home", is_ended=True),
        ]
    dismissed = home.other(Role.COMMANDER)
    User.objects.filter(pk=dismissed.pk).update(is_active=False)
    dismissed.refresh_from_db()
    first = world.situations["accepted"].case
    stranger = submit_case(make_filing(world.away)).case
    world.people += [
        Who("second judge", home.other(Role.JUDGE), Role.JUDGE, "home"),
        Who("second clerk", home.other(Role.FILING_CLERK), Role.FILING_CLERK, "home"),
        Who("dismissed commander", dismissed, Role.COMMANDER, "home", is_ended=True),
        Who("anonymous", AnonymousUser()),
        Who("the system", SYSTEM),
        Who("applicant of one", applicant_of(first)),
        Who("another applicant", applicant_of(stranger)),
    ]


def _recused(world: World, role: str) -> User:
    user = _member(world.home, role)
    for situation in world.situations.values():
        Recusal.unscoped.create(case=situation.case, user=user, reason="own_word", since_at=ACCEPTED_AT)
    return user


def _gone(district: District, role: str) -> User:
    return _member(district, role, valid_until=NOW - timedelta(seconds=1))


def _member(district: District, role: str, **terms: Any) -> User:
    homes = {
        AgencyKind.COURT: district.court,
        AgencyKind.POLICE: district.police,
        AgencyKind.FEDERATION: district.federation,
    }
    return make_member(homes[HOME_OF[Role(role)]], role, **terms)


class _Undo(Exception):
    """Ends a trial that went through."""


def outcome_of(trial: Callable[[], object]) -> str:
    """What came of a call, which is then undone."""
    try:
        with transaction.atomic():
            trial()
            raise _Undo
    except _Undo:
        return DONE
    except NotAllowed:
        return NO_RIGHT
    except (Conflict, TransitionRefused):
        return REFUSED


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the block writes is undone."""
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass
