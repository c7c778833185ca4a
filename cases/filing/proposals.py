"""Measures in plain sentences, and which of them her answers suggest. She decides (journeys 3.1, screen 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cases.vocabulary import Answer, DangerSign, IncidentKind, Relation
from deadlines.profile import load_profile

OTHER_MEASURE = "M9"
PLAIN_MEASURES: dict[str, str | Promise] = {
    "M1": _("不准再打我、伤害我"),
    "M2": _("不准骚扰、跟踪、接触我和我的家人"),
    "M3": _("让对方搬出我住的地方"),
    "M4": _("不准打电话、发消息、在网上骂我或威胁我"),
    "M5": _("不准靠近我住的地方、单位、学校和常去的地方"),
    "M6": _("不准散布我的隐私、照片"),
    "M7": _("不准伤害我的孩子和家里的老人"),
    "M8": _("把钥匙、证件等我要用的东西交给我"),
    "M9": _("别的要求（写在下面）"),
}
# The longest is what the law allows; the court decides when she leaves it open.
MONTHS = [("", _("由法院决定")), ("1", _("1 个月")), ("3", _("3 个月")), ("6", _("6 个月"))]

Answers = Mapping[str, Mapping[str, Any]]


def measure_choices() -> list[tuple[str, str | Promise]]:
    """The profile's measures, in plain words where we have them."""
    language = get_language() or ""
    measures = load_profile(settings.PROFILE_ID).measures
    return [
        (code, PLAIN_MEASURES.get(code, row.name.in_language(language))) for code, row in measures.items()
    ]


def proposed_measures(answers: Answers) -> list[str]:
    """Codes that her earlier answers suggest, in the order of the list."""
    return [code for code, suggested in _SUGGESTIONS.items() if suggested(answers)]


def _kinds(answers: Answers) -> set[str]:
    return set(answers.get("story", {}).get("kinds") or [])


def _feared(answers: Answers, sign: str) -> bool:
    return answers.get("now", {}).get(sign) == Answer.YES


def _lives_together(answers: Answers) -> bool:
    return answers.get("other", {}).get("relation") in {Relation.SPOUSE, Relation.COHABITANT}


_SUGGESTIONS: dict[str, Callable[[Answers], bool]] = {
    "M1": lambda answers: True,
    "M2": lambda answers: bool(
        _kinds(answers) & {IncidentKind.FOLLOWED, IncidentKind.THREAT, IncidentKind.MESSAGES}
    ),
    "M3": lambda answers: _lives_together(answers) and _feared(answers, DangerSign.NEXT_DAY),
    "M4": lambda answers: IncidentKind.MESSAGES in _kinds(answers),
    "M5": lambda answers: IncidentKind.FOLLOWED in _kinds(answers) or _feared(answers, DangerSign.SEPARATING),
    "M7": lambda answers: IncidentKind.CHILDREN in _kinds(answers) or _feared(answers, DangerSign.CHILD_HURT),
    "M8": lambda answers: IncidentKind.LOCKED_IN in _kinds(answers),
}
