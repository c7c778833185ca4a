"""The one place that answers: may this person see this case, do this, read this field, now?

`role capability ∩ the body's grant on the case − recusal` (law.md 6). Missing and forbidden look alike.
Break-glass (SR-17) takes the place of the grant for a few acts, until it ends by the clock (INV-33).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.capabilities import Action, Reach, reach
from agencies.duty import on_duty
from agencies.models import Agency, Membership, User
from agencies.roles import AgencyKind, Role
from agencies.selectors import active_memberships
from cases.actors import SYSTEM, Actor, ApplicantActor
from cases.field_table import FieldAccess, field_access
from cases.models import ApplicantAccess, BreakGlass, Case, CaseEvent, CaseGroupObjectPermission, Recusal
from cases.vocabulary import DataClass

# What an applicant may do on her own case, and a helper on the case filed for her.
APPLICANT_ACTIONS = frozenset(
    {
        "case.view",
        "evidence.add",
        "correction.supply",
        "contact.change",
        "withdrawal.request",
        "log.view",
        "confidential.reveal",
        "service.confirm",
    }
)
AGENT_ACTIONS = frozenset({"case.view", "evidence.add", "correction.supply"})
# What a court on a case does that is not before it, because it only wrote the application down for another.
FILING_COURT_ACTIONS = frozenset({"case.view", "evidence.add", "note.add", "confidential.reveal"})
# What break-glass opens, as far as the role may do it on a case of its own body, and which classes it shows.
GLASS_ACTIONS = frozenset({Action.VIEW_CASE, Action.REVEAL_CONFIDENTIAL, Action.ADD_NOTE})
GLASS_CLASSES = frozenset({DataClass.K1, DataClass.K2, DataClass.K3, DataClass.K4})
# The portal itself reminds and records; it never accepts, decides or ends anything (INV-07).
SYSTEM_ACTIONS = frozenset({"deadline.sync"})


@dataclass(frozen=True, slots=True)
class Standing:
    """In what capacity somebody acts: the body and role that carry the right."""

    kind: str
    agency: Agency | None = None
    role: str = ""
    under_glass: bool = False

    @property
    def body(self) -> str:
        """Key of the field table: the body's kind, or "applicant", "agent", "system"."""
        return self.agency.kind if self.agency else self.kind


@lru_cache(maxsize=1)
def work_permission_id() -> int:
    """Id of the guardian permission that a grant carries; forgotten after each migration."""
    return Permission.objects.values_list("pk", flat=True).get(
        codename="work_on_case", content_type__app_label="cases"
    )


def granted(now: datetime, prefix: str = "") -> Q:
    """Condition on grant rows: the working permission, in force at `now`."""
    return (
        Q(**{f"{prefix}permission_id": work_permission_id()})
        & Q(**{f"{prefix}valid_from__lte": now})
        & (Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gt": now}))
    )


def visible_to(actor: Actor, now: datetime) -> QuerySet[Case]:
    """Every case that the actor may see at `now`; the only door for lists, counts and searches."""
    if isinstance(actor, ApplicantActor):
        own = ApplicantAccess.unscoped.filter(pk=actor.access_id, case=OuterRef("pk"), closed_at=None)
        return Case.unscoped.filter(Exists(own), pk=actor.case_id)
    if not isinstance(actor, User):
        return Case.unscoped.none()
    memberships = active_memberships(actor, now)
    groups = {m.agency.group_id for m in memberships if reach(m.role, Action.VIEW_CASE)}
    if not groups:
        return Case.unscoped.none()
    under_glass = list(_glass_in_force(actor, memberships, now).values_list("case_id", flat=True))
    return _open_to(groups, under_glass, now).exclude(Exists(_recusals(actor, memberships)))


def _open_to(groups: set[int], under_glass: list[UUID], now: datetime) -> QuerySet[Case]:
    if len(groups) == 1 and not under_glass:
        # One body is a plain join that walks the queue index; more bodies could repeat a row.
        return Case.unscoped.filter(granted(now, "grants__"), grants__group_id=next(iter(groups)))
    rows = CaseGroupObjectPermission.objects.filter(
        granted(now), content_object=OuterRef("pk"), group_id__in=groups
    )
    return Case.unscoped.filter(Exists(rows) | Q(pk__in=under_glass) if under_glass else Exists(rows))


def _recusals(user: User, memberships: list[Membership]) -> QuerySet[Recusal]:
    return Recusal.unscoped.filter(_keeps_out(user, memberships), case=OuterRef("pk"))


def standing(actor: Actor, action: str, case: Case, now: datetime) -> Standing | None:
    """The capacity in which the actor may do `action` on the case at `now`; None when she may not."""
    if isinstance(actor, ApplicantActor):
        return _applicant_standing(actor, action, case)
    if not isinstance(actor, User):
        return Standing("system") if actor is SYSTEM and action in SYSTEM_ACTIONS else None
    memberships = active_memberships(actor, now)
    if not any(reach(m.role, action) for m in memberships):
        return None
    return _standings(actor, memberships, [action], case, now).get(action)


def standings(user: User, actions: Iterable[str], case: Case, now: datetime) -> dict[str, Standing]:
    """`standing` for each of these actions that the person may do: a page's buttons, in one query.

    One more for somebody who could use break-glass and may not do all that it opens.
    """
    return _standings(user, active_memberships(user, now), list(actions), case, now)


def may(actor: Actor, action: str, case: Case, now: datetime) -> bool:
    """Whether the actor may do `action` on the case at `now`; the state of the case is asked elsewhere."""
    return standing(actor, action, case, now) is not None


def fields_for(actor: Actor, case: Case, now: datetime) -> Mapping[DataClass, FieldAccess]:
    """What the actor reads of each class of content on the case (K1–K7)."""
    return fields_of(standing(actor, Action.VIEW_CASE, case, now))


def fields_of(view: Standing | None) -> Mapping[DataClass, FieldAccess]:
    """What somebody who sees a case in this capacity reads of each class; nothing without a capacity."""
    if view is None:
        return dict.fromkeys(DataClass, FieldAccess.NONE)
    shown = GLASS_CLASSES if view.under_glass else frozenset(DataClass)
    return {
        data_class: field_access(view.body, view.role, data_class)
        if data_class in shown
        else FieldAccess.NONE
        for data_class in DataClass
    }


def glass_in_force(user: User, now: datetime) -> QuerySet[BreakGlass]:
    """The person's uses of break-glass that are open at `now`: the capacity still holds, no recusal. 1 query."""
    return _glass_in_force(user, active_memberships(user, now), now)


def reviewable_by(user: User, now: datetime) -> QuerySet[BreakGlass]:
    """Uses of break-glass that the person reviews; the only door for their lists.

    Those of a body whose log the person reads, or on a case of that court; never the own ones, and none
    on a case from which the person is recused.
    """
    memberships = active_memberships(user, now)
    bodies = {m.agency_id for m in memberships if reach(m.role, Action.VIEW_LOG)}
    if not bodies:
        return BreakGlass.unscoped.none()
    kept_out = Recusal.unscoped.filter(_keeps_out(user, memberships), case=OuterRef("case"))
    rows = BreakGlass.unscoped.filter(Q(agency__in=bodies) | Q(case__court__in=bodies), ~Exists(kept_out))
    return rows.exclude(user=user)


def review_standing(user: Actor, use: BreakGlass, now: datetime) -> Standing | None:
    """The capacity in which somebody reviews a use of break-glass, a lead before an auditor; None for others."""
    if not isinstance(user, User) or not reviewable_by(user, now).filter(pk=use.pk).exists():
        return None
    bodies = {use.agency_id, use.case.court_id}
    able = [
        m for m in active_memberships(user, now) if m.agency_id in bodies and reach(m.role, Action.VIEW_LOG)
    ]
    first = min(able, key=lambda m: (m.role == Role.AUDITOR, m.agency_id != use.agency_id), default=None)
    return Standing("staff", first.agency, first.role) if first else None


def _applicant_standing(actor: ApplicantActor, action: str, case: Case) -> Standing | None:
    allowed = AGENT_ACTIONS if actor.is_agent else APPLICANT_ACTIONS
    if action not in allowed or actor.case_id != case.pk:
        return None
    open_access = ApplicantAccess.unscoped.filter(
        pk=actor.access_id, case=case, closed_at=None, is_agent=actor.is_agent
    )
    return Standing("agent" if actor.is_agent else "applicant") if open_access.exists() else None


def _standings(
    user: User, memberships: list[Membership], actions: list[str], case: Case, now: datetime
) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    serving = _serving(user, memberships, case, now)
    for action in actions:
        for m in serving:
            if reach(m.role, action) and _reaches(m, action, case, user, now):
                found[action] = Standing("staff", m.agency, m.role)
                break
    missing = [action for action in actions if action not in found]
    return found | _without_grant(user, memberships, missing, case, now)


def _without_grant(
    user: User, memberships: list[Membership], actions: list[str], case: Case, now: datetime
) -> dict[str, Standing]:
    """Of these actions, the right to use break-glass, and what an open use of it allows.

    At most 2 queries; none for somebody whose roles have no such right, or add nothing by it.
    """
    found: dict[str, Standing] = {}
    able = _glass_roles(memberships)
    for action in actions:
        first = next((m for m in able if reach(m.role, action) == Reach.WITHOUT_GRANT), None)
        if first and not Recusal.unscoped.filter(_keeps_out(user, memberships), case=case).exists():
            found[action] = Standing("staff", first.agency, first.role)
    opened = [
        action for action in actions if action in GLASS_ACTIONS and any(reach(m.role, action) for m in able)
    ]
    if not opened:
        return found
    in_force = _glass_in_force(user, memberships, now).filter(case=case)
    capacities = set(in_force.values_list("agency_id", "role"))
    for m in able:
        if (m.agency_id, m.role) in capacities:
            standing_here = Standing("staff", m.agency, m.role, under_glass=True)
            found = {action: standing_here for action in opened if reach(m.role, action)} | found
    return found


def _glass_in_force(user: User, memberships: list[Membership], now: datetime) -> QuerySet[BreakGlass]:
    capacities = [Q(agency_id=m.agency_id, role=m.role) for m in _glass_roles(memberships)]
    if not capacities:
        return BreakGlass.unscoped.none()
    kept_out = Recusal.unscoped.filter(_keeps_out(user, memberships), case=OuterRef("case"))
    return BreakGlass.unscoped.filter(
        Q(*capacities, _connector=Q.OR),
        ~Exists(kept_out),
        user=user,
        opened_at__lte=now,
        ends_at__gt=now,
    )


def _glass_roles(memberships: list[Membership]) -> list[Membership]:
    return [m for m in memberships if reach(m.role, Action.USE_BREAK_GLASS) == Reach.WITHOUT_GRANT]


def _serving(user: User, memberships: list[Membership], case: Case, now: datetime) -> list[Membership]:
    """Those of all her memberships whose body has a grant on the case; none when she is recused. 1 query."""
    recused = Recusal.unscoped.filter(_keeps_out(user, memberships), case=case)
    rows = CaseGroupObjectPermission.objects.filter(
        granted(now),
        ~Exists(recused),
        content_object=case,
        group_id__in={m.agency.group_id for m in memberships},
    )
    on_case = set(rows.values_list("group_id", flat=True))
    return [m for m in memberships if m.agency.group_id in on_case]


def _keeps_out(user: User, memberships: list[Membership]) -> Q:
    """Condition on recusals: of the person, or of a whole body of hers."""
    return Q(user=user) | Q(agency__in=[m.agency_id for m in memberships])


def _reaches(membership: Membership, action: str, case: Case, user: User, now: datetime) -> bool:
    is_elsewhere = membership.agency.kind == AgencyKind.COURT and membership.agency_id != case.court_id
    if is_elsewhere and action not in FILING_COURT_ACTIONS:
        return False
    match reach(membership.role, action):
        case Reach.OWN_CASE | Reach.OWN | Reach.OWN_AGENCY | Reach.TO_PROTECT:
            return True
        case Reach.COURT:
            return membership.agency_id == case.court_id
        case Reach.ASSIGNED:
            return membership.agency_id == case.court_id and case.assigned_judge_id == user.pk
        case Reach.DUTY:
            return user in on_duty(membership.agency_id, membership.role, now)
        case Reach.ASKED:
            return _was_asked(case.pk, membership.agency_id)
        case _:
            return False


def _was_asked(case_id: UUID, agency_id: int) -> bool:
    """Whether the court asked this body to serve papers in the case."""
    return CaseEvent.unscoped.filter(
        case_id=case_id, type="service.entrusted", payload__agency_id=agency_id
    ).exists()
