"""Uses of break-glass as those read them who review them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from agencies.capabilities import Action, reach
from agencies.models import User
from agencies.selectors import active_memberships
from cases.desk.clocks import Clock, plain_clock
from cases.desk.selectors import look_words
from cases.looking import GLASS
from cases.models import AccessLog, BreakGlass
from cases.policy import glass_in_force, reviewable_by
from deadlines.models import Deadline

OPEN_SHOWN = 100
REVIEWED_SHOWN = 50
LOOKS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class UseRow:
    """A use. `person` is named within the own body only (K7); `clock` is that of the review, once there is one."""

    use: BreakGlass
    person: str
    clock: Clock | None
    is_in_force: bool

    @property
    def is_reviewed(self) -> bool:
        return self.use.reviewed_at is not None


@dataclass(frozen=True, slots=True)
class UseLook:
    """What the person looked at under this use, and when."""

    at: datetime
    words: str | Promise


def own_open_uses(user: User, now: datetime) -> list[BreakGlass]:
    """The cases that the person has open by break-glass, the first to end first."""
    return list(glass_in_force(user, now).select_related("case").order_by("ends_at"))


def uses_to_review(user: User, now: datetime) -> list[UseRow]:
    """What the person reviews: open reviews first, the oldest on top, then the newest reviewed. 4 queries."""
    rows = _with_people(reviewable_by(user, now))
    waiting = rows.filter(reviewed_at=None).order_by("opened_at", "pk")[:OPEN_SHOWN]
    reviewed = rows.exclude(reviewed_at=None).order_by("-reviewed_at", "pk")[:REVIEWED_SHOWN]
    return _rows([*waiting, *reviewed], user, now)


def use_to_review(user: User, use_id: UUID, now: datetime) -> UseRow | None:
    """One use, for somebody who reviews it; None for anybody else."""
    return next(iter(_rows(_with_people(reviewable_by(user, now)).filter(pk=use_id), user, now)), None)


def looks_under(use: BreakGlass) -> Sequence[UseLook]:
    """What was looked at under the use, in order; purposes only, no content."""
    rows = AccessLog.objects.filter(
        user=use.user_id,
        case_id=use.case_id,
        allowed=True,
        purpose__startswith=GLASS,
        at__gte=use.opened_at,
        at__lte=use.ends_at,
    )
    return [UseLook(row.at, look_words(row.purpose)) for row in rows.order_by("at", "pk")[:LOOKS_SHOWN]]


def _with_people(rows: QuerySet[BreakGlass]) -> QuerySet[BreakGlass]:
    return rows.select_related("case", "case__court", "agency", "user", "reviewed_by")


def _rows(uses: Iterable[BreakGlass], user: User, now: datetime) -> list[UseRow]:
    found = list(uses)
    own = {m.agency_id for m in active_memberships(user, now) if reach(m.role, Action.VIEW_LOG)}
    clocks = Deadline.objects.filter(
        subject_id__in={use.case_id for use in found}, key__in=[str(use.pk) for use in found]
    )
    by_use = {row.key: plain_clock(row, now) for row in clocks}
    return [
        UseRow(
            use=use,
            person=str(use.user) if use.agency_id in own else "",
            clock=by_use.get(str(use.pk)),
            is_in_force=use.opened_at <= now < use.ends_at,
        )
        for use in found
    ]
