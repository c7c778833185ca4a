"""What the filing desk does with an application: accept, correct, transfer, decline; emergency; assign."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.capabilities import Action
from agencies.duty import on_duty
from agencies.errors import InvalidInput, NotAllowed, TransitionRefused
from agencies.models import Agency, User
from agencies.roles import AgencyKind, Role
from agencies.selectors import people_with_role
from cases.actors import Actor
from cases.change import case_change
from cases.conflicts import record_conflicts, recuse_person
from cases.grants import district_bodies, end_grant, grant
from cases.models import Case, CaseEvent, Recusal
from cases.numbers import next_number
from cases.services.notes import write_note
from cases.transitions import APPLICATION
from cases.vocabulary import Audience, GrantGround, State

ORDER_SERIES = "order"
LONGEST_REASON = 500
SHORTEST_REASON = 4


def accept_application(
    *,
    actor: Actor,
    case: Case | UUID,
    now: datetime,
    emergency: bool = False,
    expected_version: int | None = None,
) -> Case:
    """Accept (受理) and start the decision clock, ADVL 28.

    Numbers the case, puts the district's police and federation on it, assigns the judge on duty.
    An application that claims an emergency is accepted as one; only a judge may unmark it.
    Raises: NotAllowed, Conflict (somebody else accepted first), TransitionRefused.
    """
    with case_change(case, actor, Action.ACCEPT, now=now, expected_version=expected_version) as change:
        accepted = change.case
        change.move(APPLICATION, "accept")
        accepted.number = next_number(
            court=accepted.court, kind=ORDER_SERIES, now=now, profile_id=accepted.profile_id
        )
        accepted.accepted_at = now
        accepted.is_emergency = accepted.is_emergency or emergency
        for body in district_bodies(accepted):
            grant(accepted, body, GrantGround.ACCEPTED, now)
        record_conflicts(change)
        judge = next_judge(accepted, now)
        accepted.assigned_judge = judge
        change.record(
            "application.accepted",
            emergency=accepted.is_emergency,
            number=accepted.number,
            court_id=accepted.court_id,
        )
        if judge:
            change.record("application.assigned", judge_id=judge.pk, proposed=True)
    return accepted


def request_correction(
    *,
    actor: Actor,
    case: Case | UUID,
    points: list[str],
    days: int,
    now: datetime,
    expected_version: int | None = None,
) -> Case:
    """Ask once, with all points at once, for what is missing (补正通知).

    Raises: InvalidInput without a point, TransitionRefused for a second notice (INV-20).
    """
    wanted = [point.strip()[:200] for point in points if point.strip()]
    if not wanted:
        raise InvalidInput(_("请写明需要补充什么，一次写全。"), field="points")
    if not 1 <= days <= 7:
        raise InvalidInput(_("补正期限请填 1 到 7 天。"), field="days")
    with case_change(
        case, actor, Action.REQUEST_CORRECTION, now=now, expected_version=expected_version
    ) as change:
        if CaseEvent.objects.filter(case=change.case, type="correction.requested").exists():
            raise TransitionRefused(
                _("这个申请已经通知补正过一次，不能再次要求补正；请受理、移送或说明不受理的理由。")
            )
        change.move(APPLICATION, "request_correction")
        change.record("correction.requested", days=days, points=wanted)
    return change.case


def supply_correction(*, actor: Actor, case: Case | UUID, now: datetime) -> Case:
    """The applicant has answered the correction notice; the court looks again."""
    with case_change(case, actor, "correction.supply", now=now) as change:
        change.move(APPLICATION, "supply")
        change.record("correction.supplied")
    return change.case


def transfer(
    *,
    actor: Actor,
    case: Case | UUID,
    court: Agency,
    reason: str,
    now: datetime,
    expected_version: int | None = None,
) -> Case:
    """Move the application whole to the court that has jurisdiction (移送); the receipt instant stays (INV-06).

    The reason stays on the case as a note that both courts read.
    """
    require_reason(reason)
    with case_change(case, actor, Action.TRANSFER, now=now, expected_version=expected_version) as change:
        left = change.case.court
        if court.kind != AgencyKind.COURT or court == left:
            raise InvalidInput(_("请选另一个法院。"), field="court")
        change.move(APPLICATION, "transfer")
        grant(change.case, court, GrantGround.TRANSFERRED, now)
        end_grant(change.case, left, now)
        change.case.court = court
        change.record("application.transferred", from_court_id=left.pk, court_id=court.pk)
        write_note(
            change, text=_("移送理由：%(reason)s") % {"reason": reason.strip()}, audience=Audience.COURT_ONLY
        )
    return change.case


def decline_acceptance(
    *, actor: Actor, case: Case | UUID, reason_code: str, now: datetime, expected_version: int | None = None
) -> Case:
    """Do not accept (不予受理), with the reason from the list and the remedy told."""
    if reason_code not in DECLINE_REASONS:
        raise InvalidInput(_("请选择不予受理的理由。"), field="reason_code")
    with case_change(
        case, actor, Action.DECLINE_ACCEPTANCE, now=now, expected_version=expected_version
    ) as change:
        change.move(APPLICATION, "decline_acceptance")
        change.case.decided_at = now
        change.record("application.not_accepted", reason_code=reason_code)
    return change.case


DECLINE_REASONS = ("no_clear_respondent", "no_specific_request", "not_domestic", "same_matter_pending")
EMERGENCY_REASONS = ("danger_signs", "new_threat", "weapon", "police_report", "judge_view")


def mark_emergency(
    *, actor: Actor, case: Case | UUID, reason_code: str, now: datetime, expected_version: int | None = None
) -> Case:
    """Mark an emergency (情况紧急): 24 h from acceptance or from now; it can only shorten (INV-03)."""
    if reason_code not in EMERGENCY_REASONS:
        raise InvalidInput(_("请选择紧急的理由。"), field="reason_code")
    with case_change(
        case, actor, Action.MARK_EMERGENCY, now=now, expected_version=expected_version
    ) as change:
        change.move(APPLICATION, "mark_emergency")
        if change.case.is_emergency:
            raise TransitionRefused(_("本案已经按情况紧急办理。"))
        change.case.is_emergency = True
        change.record("emergency.marked", reason_code=reason_code)
    return change.case


def unmark_emergency(
    *, actor: Actor, case: Case | UUID, reason_code: str, now: datetime, expected_version: int | None = None
) -> Case:
    """Take the mark back (judge only): 72 h counted from acceptance, never later (INV-03)."""
    with case_change(
        case, actor, Action.UNMARK_EMERGENCY, now=now, expected_version=expected_version
    ) as change:
        change.move(APPLICATION, "unmark_emergency")
        if not change.case.is_emergency:
            raise TransitionRefused(_("本案现在没有按情况紧急办理。"))
        change.case.is_emergency = False
        change.record("emergency.unmarked", reason_code=reason_code)
    return change.case


def propose_emergency(*, actor: Actor, case: Case | UUID, reason_code: str, now: datetime) -> Case:
    """Police or federation ask the court to treat the case as an emergency.

    Raises: NotAllowed, InvalidInput, TransitionRefused when the case is decided or already an emergency.
    """
    if reason_code not in EMERGENCY_REASONS:
        raise InvalidInput(_("请选择紧急的理由。"), field="reason_code")
    with case_change(case, actor, Action.PROPOSE_EMERGENCY, now=now) as change:
        if not change.case.is_open:
            raise TransitionRefused(_("案件已经有了结果，不能再建议。"))
        if change.case.is_emergency:
            raise TransitionRefused(_("本案已经按情况紧急办理。"))
        change.record("emergency.proposed", reason_code=reason_code)
    return change.case


def assign_judge(
    *, actor: Actor, case: Case | UUID, judge: User, now: datetime, expected_version: int | None = None
) -> Case:
    """Give the case to a judge of its court who has no conflict (指定承办法官).

    Raises: NotAllowed also for other bodies, whose reach is to assign people of their own.
    """
    with case_change(case, actor, Action.ASSIGN, now=now, expected_version=expected_version) as change:
        if change.acting_as.agency != change.case.court:
            raise NotAllowed
        change.move(APPLICATION, "assign")
        if judge not in judges_without_conflict(change.case, now):
            raise InvalidInput(_("请选本院没有回避情形的法官。"), field="judge")
        change.case.assigned_judge = judge
        change.record("application.assigned", judge_id=judge.pk)
    return change.case


def recuse(*, actor: User, case: Case | UUID, now: datetime) -> None:
    """ "I know one of them": the person loses sight of the case; a judge's case goes to the next judge."""
    with case_change(case, actor, Action.VIEW_CASE, now=now) as change:
        recuse_person(change, actor, "own_word")
        if change.case.assigned_judge_id == actor.pk and change.case.state == State.ACCEPTED:
            successor = next_judge(change.case, now)
            change.case.assigned_judge = successor
            if successor:
                change.record("application.assigned", judge_id=successor.pk, proposed=True)


def next_judge(case: Case, now: datetime) -> User | None:
    """The judge on duty with the fewest open cases and no conflict; else any judge of the court; else None."""
    free = judges_without_conflict(case, now)
    on_shift = [judge for judge in on_duty(case.court_id, Role.JUDGE, now) if judge in free]
    candidates = on_shift or free
    return min(candidates, key=lambda judge: (_open_cases(judge), judge.pk), default=None)


def judges_without_conflict(case: Case, now: datetime) -> list[User]:
    """Judges of the case's court whom nothing keeps from it."""
    recused = set(Recusal.objects.filter(case=case, user__isnull=False).values_list("user_id", flat=True))
    return [judge for judge in people_with_role(case.court_id, Role.JUDGE, now) if judge.pk not in recused]


def require_reason(reason: str) -> None:
    """Raises: InvalidInput when no reason worth the name was given."""
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(_("请写明理由（4 到 500 个字）。"), field="reason")


def _open_cases(judge: User) -> int:
    return Case.unscoped.filter(assigned_judge=judge, is_open=True).count()
