"""The judge decides: draft, preview, issue an order or reject the application (作出裁定)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.capabilities import Action
from agencies.errors import Conflict, InvalidInput, NotAllowed
from agencies.models import User
from agencies.roles import Role
from cases.change import CaseChange, case_change, conflict_with_last, deadlines_if
from cases.models import Case, ConfidentialDetail
from cases.policy import may
from cases.secrets import Secret, cipher
from cases.transitions import APPLICATION
from deadlines.derivation import TimelineEvent
from deadlines.profile import load_profile
from deadlines.selectors import deadlines_of
from orders.decisions import (
    Decision,
    OrderDecision,
    RejectionDecision,
    check_order,
    check_rejection,
    from_text,
    to_text,
    validity,
)
from orders.documents.readback import Problem
from orders.documents.rendering import render
from orders.documents.verification import new_verification_code
from orders.leak_guard import problems_of, refuse_leaks, refuse_unfit, secrets_of
from orders.models import CasePaper, DecisionDraft, Measure, ProtectedPlace, ProtectionOrder, Ruling
from orders.paper_content import PaperOf, RecordOfCase, Signing, papers_of_order, papers_of_rejection
from orders.services.serving import open_service, serve_by_platform
from orders.vocabulary import Recipient, RulingKind

# How long a second factor counts as fresh when a decision is signed (SR-22).
SIGNATURE_LIFE = timedelta(minutes=5)
ORDER_RECIPIENTS = (Recipient.APPLICANT, Recipient.RESPONDENT, Recipient.POLICE, Recipient.COMMITTEE)
NOT_YET_A_CODE = "－"


def save_draft(
    *, actor: User, case: Case | UUID, decision: Decision, now: datetime, expected_version: int | None = None
) -> DecisionDraft:
    """Keep what the assigned judge has written so far (K6); complete or not.

    Raises: NotAllowed, Conflict when the draft was saved elsewhere since `expected_version`, or the case
    has been decided.
    """
    with case_change(case, actor, Action.ISSUE, now=now) as change:
        if APPLICATION.find(change.case.state, "issue") is None:
            raise conflict_with_last(change.case, APPLICATION.event_types())
        draft = DecisionDraft.objects.filter(case=change.case).first()
        draft = draft or DecisionDraft(case=change.case, author=actor)
        if expected_version is not None and draft.version != expected_version:
            raise Conflict(who=str(draft.author), when=draft.saved_at)
        draft.author = actor
        draft.content = Secret.close(to_text(decision))
        draft.version += 1
        draft.saved_at = now
        draft.save()
        change.record("ruling.drafted", draft_version=draft.version)
    return draft


def draft_of(*, actor: User, case: Case, now: datetime) -> tuple[Decision, int] | None:
    """The saved draft and its version, for the assigned judge; None when there is none."""
    if not may(actor, Action.ISSUE, case, now):
        raise NotAllowed
    draft = DecisionDraft.objects.filter(case=case).first()
    return (from_text(draft.content.open_text()), draft.version) if draft else None


@dataclass(frozen=True, slots=True)
class PaperPreview:
    """A paper as it would leave the court now, and what still keeps it there."""

    paper: PaperOf
    pdf: bytes
    problems: Sequence[Problem]


def preview(*, actor: User, case: Case, decision: Decision, now: datetime) -> list[PaperOf]:
    """The papers as they would leave the court now, without code of verification; nothing is written.

    Raises: NotAllowed, InvalidInput as issuing would.
    """
    return _previewed(actor, case, decision, now)[0]


def print_preview(*, actor: User, case: Case, decision: Decision, now: datetime) -> list[PaperPreview]:
    """As `preview`, printed and read back. Raises: NotAllowed, InvalidInput."""
    papers, secrets = _previewed(actor, case, decision, now)
    printed = [(paper, render(paper.content)) for paper in papers]
    return [PaperPreview(paper, pdf, problems_of(paper, pdf, secrets)) for paper, pdf in printed]


def _previewed(actor: User, case: Case, decision: Decision, now: datetime) -> tuple[list[PaperOf], list[str]]:
    if not may(actor, Action.ISSUE, case, now):
        raise NotAllowed
    record = RecordOfCase(case, actor, now)
    papers = _papers(record, decision, _signing(case, actor, decision, now, NOT_YET_A_CODE))
    return papers, _secrets(record, decision)


def issue_order(
    *,
    actor: User,
    case: Case | UUID,
    decision: OrderDecision,
    signed_at: datetime,
    now: datetime,
    expected_version: int | None = None,
) -> ProtectionOrder:
    """Issue the order (发出人身安全保护令): ruling, papers, service and notices in one transaction.

    `signed_at` is the instant of the judge's second factor, at most five minutes ago.
    Raises: NotAllowed (not the assigned judge), Conflict (decided or changed by another), InvalidInput.
    """
    _require_fresh(signed_at, now)
    with case_change(case, actor, Action.ISSUE, now=now, expected_version=expected_version) as change:
        change.move(APPLICATION, "issue")
        _check(change.case, decision, now)
        ruling, papers, secrets = _make_ruling(change, RulingKind.ORDER_ISSUED, decision, signed_at)
        order = _make_order(change, ruling, decision)
        change.case.decided_at = now
        change.record(
            "order.issued",
            ruling_id=str(ruling.pk),
            number=order.number,
            recipients=list(ORDER_RECIPIENTS),
            last_day=order.last_on.isoformat(),
            months=order.months,
            emergency=change.case.is_emergency,
        )
        _keep_papers(change, ruling, papers, secrets)
        for recipient in ORDER_RECIPIENTS:
            open_service(change, ruling, recipient)
        serve_by_platform(change, ruling, Recipient.POLICE)
    return order


def reject_application(
    *,
    actor: User,
    case: Case | UUID,
    decision: RejectionDecision,
    signed_at: datetime,
    now: datetime,
    expected_version: int | None = None,
) -> Ruling:
    """Reject the application (驳回申请) with reasons and the condition that fails.

    Raises: NotAllowed, Conflict, InvalidInput.
    """
    _require_fresh(signed_at, now)
    with case_change(case, actor, Action.REJECT, now=now, expected_version=expected_version) as change:
        change.move(APPLICATION, "reject")
        _check(change.case, decision, now)
        ruling, papers, secrets = _make_ruling(change, RulingKind.APPLICATION_REJECTED, decision, signed_at)
        change.case.decided_at = now
        change.record("application.rejected", ruling_id=str(ruling.pk), recipients=[Recipient.APPLICANT])
        _keep_papers(change, ruling, papers, secrets)
        open_service(change, ruling, Recipient.APPLICANT)
    return ruling


def _require_fresh(signed_at: datetime, now: datetime) -> None:
    if not timedelta(0) <= now - signed_at <= SIGNATURE_LIFE:
        raise InvalidInput(_("请再输入一次动态验证码，然后签发。"), field="code")


def _check(case: Case, decision: Decision, now: datetime) -> None:
    _check_late_reason(case, decision, now)
    if isinstance(decision, RejectionDecision):
        check_rejection(decision)
        return
    check_order(decision, load_profile(case.profile_id))
    chosen = {place.detail_id: place for place in decision.places}
    details = {row.pk: row for row in ConfidentialDetail.objects.filter(case=case, pk__in=chosen)}
    if len(details) != len(chosen):
        raise InvalidInput(_("所选的场所不在本案材料中，请重新选择。"), field="places")
    for place in decision.places:
        if place.confirmed_known and not details[place.detail_id].known_to_respondent:
            raise InvalidInput(
                _("申请人没有说被申请人知道这个场所，不能印在被申请人的副本上。"), field="places"
            )


def _check_late_reason(case: Case, decision: Decision, now: datetime) -> None:
    """After the legal deadline the judge says why it is late; nothing else is asked (law.md 4, S5)."""
    if decision.late_reason.strip():
        return
    if any(row.asks_reason for row in deadlines_of(case.pk, now) if row.deadline.owner_role == Role.JUDGE):
        raise InvalidInput(_("已经超过法定期限，请写一句逾期的原因，然后就可以签发。"), field="late_reason")


def _signing(case: Case, judge: User, decision: Decision, now: datetime, code: str) -> Signing:
    last_on = window_last_on = None
    if isinstance(decision, OrderDecision):
        profile = load_profile(case.profile_id)
        last_on, _ends_at = validity(now, decision.months, profile)
        window_last_on = _reconsideration_last_on(case, now)
    return Signing(
        made_at=now,
        last_on=last_on,
        reconsideration_last_on=window_last_on,
        judge=judge.display_name,
        clerk="",
        verification_code=code,
    )


def _reconsideration_last_on(case: Case, now: datetime) -> date | None:
    """Last day of the window that an order issued now would open, by the profile's rules."""
    issued = TimelineEvent("order.issued", now, 1, {"recipients": []})
    windows = [
        row
        for row in deadlines_if(case.profile_id, [issued])
        if row.last_on and _is_window(case, row.rule_id)
    ]
    return windows[0].last_on if windows else None


def _is_window(case: Case, rule_id: str) -> bool:
    return load_profile(case.profile_id).clocks[rule_id].nature == "window"


def _papers(record: RecordOfCase, decision: Decision, signing: Signing) -> list[PaperOf]:
    _check(record.case, decision, record.now)
    if isinstance(decision, RejectionDecision):
        return papers_of_rejection(record, decision, signing)
    if not record.applicant_as_served().name:
        raise InvalidInput(_("申请人的姓名还没有填，命令上不能没有申请人。请立案人员先补上。"))
    refuse_leaks(record, decision)
    return papers_of_order(record, decision, signing)


def _make_ruling(
    change: CaseChange, kind: RulingKind, decision: Decision, signed_at: datetime
) -> tuple[Ruling, list[PaperOf], list[str]]:
    code = new_verification_code()
    judge = change.actor
    if not isinstance(judge, User):
        raise NotAllowed
    record = RecordOfCase(change.case, judge, change.now)
    papers = _papers(record, decision, _signing(change.case, judge, decision, change.now, code))
    ruling = Ruling.objects.create(
        case=change.case,
        kind=kind,
        judge=judge,
        made_at=change.now,
        claims=decision.claims,
        facts_found=decision.facts_found,
        reasons=decision.reasons,
        failed_conditions=list(getattr(decision, "failed_conditions", ())),
        late_reason=decision.late_reason,
        signed_at=signed_at,
        verification_code=Secret.close(code),
        verification_digest=hashlib.sha256(code.encode()).hexdigest(),
    )
    return ruling, papers, _secrets(record, decision)


def _secrets(record: RecordOfCase, decision: Decision) -> list[str]:
    return secrets_of(record, decision) if isinstance(decision, OrderDecision) else []


def _make_order(change: CaseChange, ruling: Ruling, decision: OrderDecision) -> ProtectionOrder:
    last_on, ends_at = validity(change.now, decision.months, load_profile(change.case.profile_id))
    order = ProtectionOrder.objects.create(
        ruling=ruling,
        case=change.case,
        number=change.case.number or "",
        made_at=change.now,
        months=decision.months,
        last_on=last_on,
        ends_at=ends_at,
    )
    Measure.objects.bulk_create(
        Measure(
            order=order,
            code=row.code,
            words=row.words,
            distance_metres=row.distance_metres,
            within_days=row.within_days,
        )
        for row in decision.measures
    )
    ProtectedPlace.objects.bulk_create(
        ProtectedPlace(order=order, detail_id=row.detail_id, confirmed_known=row.confirmed_known)
        for row in decision.places
    )
    return order


def _keep_papers(
    change: CaseChange, ruling: Ruling, papers: Sequence[PaperOf], secrets: Sequence[str]
) -> None:
    for paper in papers:
        pdf = render(paper.content)
        refuse_unfit(paper, pdf, secrets)
        CasePaper.objects.create(
            case=change.case,
            ruling=ruling,
            kind=paper.kind,
            audience=paper.audience,
            content=cipher().encrypt(pdf),
            sha256=hashlib.sha256(pdf).hexdigest(),
            size_bytes=len(pdf),
            made_at=change.now,
        )
