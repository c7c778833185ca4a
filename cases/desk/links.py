"""The desk's navigation as data: who finds which list where."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.capabilities import Action, roles_for
from agencies.roles import Role


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A list for these roles. `home` says for whom it is the first page after signing in."""

    path: str
    words: str | Promise
    roles: frozenset[Role]
    home: frozenset[Role] = frozenset()


_COURT_LEAD = frozenset({Role.COURT_PRESIDENT, Role.COURT_SUPERVISOR})
_FIELD = frozenset({Role.OFFICER, Role.COMMANDER, Role.FEDERATION_WORKER, Role.FEDERATION_SUPERVISOR})
_LINKS = [
    DeskLink("/desk/queue/", _("待受理"), roles_for(Action.ACCEPT), frozenset({Role.FILING_CLERK})),
    # The judge's desk and the boards are pages of rooms above; without them the link is not shown.
    DeskLink("/desk/judge/", _("我的期限"), frozenset({Role.JUDGE}), frozenset({Role.JUDGE})),
    DeskLink("/desk/mine/", _("本单位案件"), roles_for(Action.VIEW_CASE), _FIELD),
    DeskLink("/desk/board/", _("看板"), roles_for(Action.VIEW_BOARD), _COURT_LEAD),
    DeskLink("/desk/glass/", _("紧急查阅"), roles_for(Action.USE_BREAK_GLASS)),
    DeskLink("/desk/glass/review/", _("紧急查阅复核"), roles_for(Action.VIEW_LOG)),
    DeskLink("/desk/notices/", _("通知"), frozenset(Role), frozenset({Role.AUDITOR})),
]


def links_for(roles: Collection[Role]) -> list[DeskLink]:
    """The lists of a person with these roles, in order; only those whose page is there."""
    return [link for link in _LINKS if link.roles & set(roles) and is_there(link.path)]


def home_of(roles: Collection[Role]) -> str:
    """The first page of a person with these roles; "" when no list is theirs."""
    mine = links_for(roles)
    first = next((link for link in mine if link.home & set(roles)), None) or next(iter(mine), None)
    return first.path if first else ""


def is_there(path: str) -> bool:
    """Whether an address leads to a page."""
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
