"""Break-glass (紧急查阅, SR-17): open a case of other bodies for a day, and have another person look at why."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from agencies.capabilities import Action
from agencies.errors import Conflict, InvalidInput, NotAllowed
from agencies.models import User
from cases.change import CaseChange, case_change, change_as
from cases.conflicts import record_conflicts
from cases.field_table import FieldAccess
from cases.looking import record_look
from cases.models import BreakGlass, Case
from cases.policy import Standing, fields_of, review_standing, standing
from cases.secrets import Secret
from cases.vocabulary import DataClass
from deadlines.profile import load_profile

LONGEST_REASON = 500
SHORTEST_FINDING = 4


@dataclass(frozen=True, slots=True)
class GlassWords:
    """Why the case was opened, and what the reviewer wrote."""

    reason: str = ""
    finding: str = ""


def open_glass(*, actor: User, reference: str, reason: str, now: datetime, network: str = "") -> BreakGlass:
    """Open the case of this reference to the person for a day (SR-17), and alarm the leads at once.

    A try that is refused leaves a row in the log of looks.
    Raises: InvalidInput (too short a reason; the case is open to the person already), NotAllowed (no such
    case, no such right, or recused: the same).
    """
    why = _checked_reason(reason)
    case = Case.unscoped.filter(staff_reference=normalised_reference(reference)).first()
    try:
        if case is None:
            raise NotAllowed
        with case_change(case, actor, Action.USE_BREAK_GLASS, now=now) as change:
            return _open(change, actor, why, network)
    except NotAllowed:
        case_id = case.pk if case else None
        record_look(actor, purpose="glass.ask", now=now, case_id=case_id, allowed=False, network=network)
        raise


def review_glass(
    *, actor: User, glass: BreakGlass | UUID, is_justified: bool, words: str, now: datetime
) -> BreakGlass:
    """Say whether a use was justified (D24). One that was not ends at once, and needs words.

    Raises: NotAllowed (also for the person who used it), InvalidInput, Conflict (reviewed already).
    """
    finding = words.strip()
    if len(finding) > LONGEST_REASON or (not is_justified and len(finding) < SHORTEST_FINDING):
        raise InvalidInput(_("没有正当理由的，请写明您的意见（4 到 500 个字）。"), field="words")
    use = _use(glass)
    right = partial(_review_right, actor, use, now)
    with change_as(use.case_id, actor, right, now=now) as change:
        reviewed = BreakGlass.objects.select_related("reviewed_by").get(pk=use.pk)
        if reviewed.reviewed_at is not None:
            raise Conflict(who=str(reviewed.reviewed_by), when=reviewed.reviewed_at)
        reviewed.reviewed_by, reviewed.reviewed_at = actor, now
        reviewed.is_justified = is_justified
        reviewed.review_words = Secret.close(finding) if finding else None
        if not is_justified and reviewed.opened_at < now < reviewed.ends_at:
            reviewed.ends_at = now
        reviewed.save()
        change.record("break_glass.reviewed", use=str(reviewed.pk), justified=is_justified)
    return reviewed


def read_words(*, actor: User, glass: BreakGlass, now: datetime, network: str = "") -> GlassWords:
    """What was written, for a lead who reviews the use; nothing for an auditor, who reads no content (INV-34).

    The look is written down first (INV-28). Raises: NotAllowed.
    """
    view = review_standing(actor, glass, now)
    if view is None:
        raise NotAllowed
    reads = fields_of(view)[DataClass.K2] >= FieldAccess.READ
    record_look(
        actor,
        purpose="glass.review",
        now=now,
        case_id=glass.case_id,
        acting_as=view,
        object_kind="break_glass",
        object_id=str(glass.pk),
        data_classes=[DataClass.K2] if reads else [],
        network=network,
    )
    if not reads:
        return GlassWords()
    finding = glass.review_words.open_text() if glass.review_words else ""
    return GlassWords(glass.reason.open_text(), finding)


def normalised_reference(typed: str) -> str:
    """A staff reference as it is stored, however it was typed: full-width, small letters, blanks, hyphens."""
    return "".join(char for char in unicodedata.normalize("NFKC", typed).upper() if char.isalnum())


def shortest_reason() -> int:
    """Characters that a reason has at least, by the portal's profile."""
    return load_profile(settings.PROFILE_ID).break_glass.shortest_reason


def _open(change: CaseChange, actor: User, why: str, network: str) -> BreakGlass:
    case, now, acting_as = change.case, change.now, change.acting_as
    record_conflicts(change)  # compared anew: a relation may have been declared since (SR-16)
    if standing(actor, Action.USE_BREAK_GLASS, case, now) is None or acting_as.agency is None:
        raise NotAllowed
    if standing(actor, Action.VIEW_CASE, case, now) is not None:
        raise InvalidInput(_("您已经能看到这个案件，不需要紧急查阅。"), field="reference")
    use = BreakGlass.objects.create(
        case=case,
        user=actor,
        agency=acting_as.agency,
        role=acting_as.role,
        reason=Secret.close(why),
        opened_at=now,
        ends_at=now + timedelta(hours=load_profile(case.profile_id).break_glass.hours),
    )
    change.record("break_glass.used", use=str(use.pk), role=use.role)
    record_look(
        actor,
        purpose="glass.open",
        now=now,
        case_id=case.pk,
        acting_as=acting_as,
        object_kind="break_glass",
        object_id=str(use.pk),
        network=network,
    )
    return use


def _checked_reason(reason: str) -> str:
    words = reason.strip()
    if not shortest_reason() <= len(words) <= LONGEST_REASON:
        raise InvalidInput(
            _("请写明为什么现在必须看这个案件（%(shortest)d 到 %(longest)d 个字）。")
            % {"shortest": shortest_reason(), "longest": LONGEST_REASON},
            field="reason",
        )
    return words


def _use(glass: BreakGlass | UUID) -> BreakGlass:
    pk = glass.pk if isinstance(glass, BreakGlass) else glass
    use = BreakGlass.unscoped.select_related("case").filter(pk=pk).first()
    if use is None:
        raise NotAllowed
    return use


def _review_right(actor: User, use: BreakGlass, now: datetime, case: Case) -> Standing | None:
    return review_standing(actor, use, now)
