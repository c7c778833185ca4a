"""Buttons of the case page: only what the state's table and the person's rights allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agencies.capabilities import Action
from agencies.roles import AgencyKind
from cases.models import Case
from cases.policy import Standing
from cases.transitions import APPLICATION
from cases.vocabulary import State

MAIN, QUIET = "main", "quiet"


@dataclass(frozen=True, slots=True)
class CommandPage:
    """The page on which a command of the application's table is carried out."""

    url_name: str
    words: str | Promise
    tone: str = QUIET


@dataclass(frozen=True, slots=True)
class Button:
    """A way on from the case page."""

    words: str | Promise
    url: str
    tone: str = QUIET


# The pages of the court's decision belong to a room above; both commands lead to the same page.
_DECIDE = CommandPage("orders:decide", _("审查并作出裁定"), MAIN)
_pages: dict[str, CommandPage] = {
    "accept": CommandPage("cases:accept", _("受理"), MAIN),
    "request_correction": CommandPage("cases:correct", _("通知补正")),
    "transfer": CommandPage("cases:transfer", _("移送其他法院")),
    "decline_acceptance": CommandPage("cases:decline", _("不予受理")),
    "mark_emergency": CommandPage("cases:mark", _("改按紧急办理")),
    "unmark_emergency": CommandPage("cases:unmark", _("改按一般期限办理")),
    "assign": CommandPage("cases:assign", _("指定承办法官")),
    "issue": _DECIDE,
    "reject": _DECIDE,
}
# Beside the state's own commands: what can be done on a case that is open.
_BESIDE: dict[str, CommandPage] = {
    Action.PROPOSE_EMERGENCY: CommandPage("cases:propose", _("建议按紧急办理")),
}


def actions_to_ask(case: Case) -> set[str]:
    """The rights that the page's buttons and forms depend on."""
    arrows = {row.action for row in APPLICATION.commands_from(case.state)}
    return {
        *arrows,
        *_BESIDE,
        Action.ADD_NOTE,
        Action.ADD_EVIDENCE,
        Action.REVEAL_CONFIDENTIAL,
        Action.VIEW_LOG,
    }


def buttons(case: Case, may: Mapping[str, Standing], *, was_asked_to_correct: bool) -> list[Button]:
    """What this person may do next, the main step first; each page once."""
    commands = [
        row.command
        for row in APPLICATION.commands_from(case.state)
        if row.action in may and _makes_sense(row.command, case, may, was_asked_to_correct)
    ]
    pages = [_pages[command] for command in commands if command in _pages]
    if case.state in {State.SUBMITTED, State.ACCEPTED} and not case.is_emergency:
        pages += [page for action, page in _BESIDE.items() if action in may]
    found = dict.fromkeys(page for page in pages if _url(page, case))
    ordered = sorted(found, key=lambda page: page.tone != MAIN)
    return [Button(page.words, _url(page, case), page.tone) for page in ordered]


def may_assign(may: Mapping[str, Standing]) -> bool:
    """Only the court names its judge; other bodies assign people of their own."""
    return Action.ASSIGN in may and may[Action.ASSIGN].body == AgencyKind.COURT


def _makes_sense(command: str, case: Case, may: Mapping[str, Standing], was_asked_to_correct: bool) -> bool:
    if command == "assign":
        return may_assign(may)
    if command == "mark_emergency":
        return not case.is_emergency
    if command == "unmark_emergency":
        return case.is_emergency
    return command != "request_correction" or not was_asked_to_correct


def _url(page: CommandPage, case: Case) -> str:
    """Where the page is; "" while its room has none."""
    try:
        return reverse(page.url_name, args=[case.pk])
    except NoReverseMatch:
        return ""
