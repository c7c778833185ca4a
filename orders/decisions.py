"""A decision as the judge composes it: checked as a whole before anything is written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from deadlines import periods
from deadlines.profile import Profile
from orders.vocabulary import FailedCondition, MeasureCode

LONGEST_TEXT = 20_000
SHORTEST_REASONS = 10
LARGEST_DISTANCE_METRES = 10_000


@dataclass(frozen=True, slots=True)
class MeasureChosen:
    """One measure: metres for M5, days for M3 and M8, words for M8 and M9."""

    code: str
    words: str = ""
    distance_metres: int | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True)
class PlaceChosen:
    """A confidential place under protection; `confirmed_known` lets it stand on the respondent's copy."""

    detail_id: int
    confirmed_known: bool = False


@dataclass(frozen=True, slots=True)
class OrderDecision:
    """Issue a protection order."""

    measures: Sequence[MeasureChosen]
    months: int
    facts_found: str
    reasons: str
    claims: str = ""
    places: Sequence[PlaceChosen] = ()
    late_reason: str = ""


@dataclass(frozen=True, slots=True)
class RejectionDecision:
    """Reject the application, naming which condition of ADVL 27 fails."""

    failed_conditions: Sequence[str]
    facts_found: str
    reasons: str
    claims: str = ""
    late_reason: str = ""


Decision = OrderDecision | RejectionDecision


def check_order(decision: OrderDecision, profile: Profile) -> None:
    """Raises: InvalidInput for the first thing that an order may not say (law.md 5, ADVL 29-30)."""
    if not decision.measures:
        raise InvalidInput(_("请至少选择一项措施。"), field="measures")
    if len({measure.code for measure in decision.measures}) != len(decision.measures):
        raise InvalidInput(_("同一项措施只能选一次。"), field="measures")
    most = profile.validity.max_months
    if not 1 <= decision.months <= most:
        raise InvalidInput(_("有效期请填 1 到 %(most)s 个月。") % {"most": most}, field="months")
    for measure in decision.measures:
        _check_measure(measure, profile)
    _check_texts(decision)


def check_rejection(decision: RejectionDecision) -> None:
    """Raises: InvalidInput when no failed condition is named or the reasons are missing."""
    if not decision.failed_conditions or not set(decision.failed_conditions) <= set(FailedCondition.values):
        raise InvalidInput(_("请选择不符合哪一个条件。"), field="failed_conditions")
    _check_texts(decision)


def validity(made_at: datetime, months: int, profile: Profile) -> tuple[date, datetime]:
    """Last day and the instant of its 24:00, counted from the day the order is made (ADVL 30)."""
    period = periods.months(made_at, months, profile.zone)
    if period.last_on is None:
        raise ValueError("A period of months has a last day.")
    return period.last_on, period.legal_at


def to_text(decision: Decision) -> str:
    """The decision as text for the closed draft."""
    kind = "order" if isinstance(decision, OrderDecision) else "rejection"
    return json.dumps({"kind": kind, **asdict(decision)}, ensure_ascii=False)


def from_text(text: str) -> Decision:
    """The decision of a draft. Raises: ValueError for a text that is none."""
    content: dict[str, Any] = json.loads(text)
    kind = content.pop("kind")
    if kind == "rejection":
        return RejectionDecision(**content)
    content["measures"] = [MeasureChosen(**row) for row in content["measures"]]
    content["places"] = [PlaceChosen(**row) for row in content["places"]]
    return OrderDecision(**content)


def _check_measure(measure: MeasureChosen, profile: Profile) -> None:
    if measure.code not in profile.measures:
        raise InvalidInput(_("没有这一项措施。"), field="measures")
    if measure.code == MeasureCode.M5:
        distance = measure.distance_metres
        if distance is None or not 1 <= distance <= LARGEST_DISTANCE_METRES:
            raise InvalidInput(_("请填写距离，1 到 10000 米。"), field="distance_metres")
    if measure.code in (MeasureCode.M8, MeasureCode.M9) and not measure.words.strip():
        raise InvalidInput(_("这一项措施请写明具体内容。"), field="words")


def _check_texts(decision: Decision) -> None:
    if not decision.facts_found.strip():
        raise InvalidInput(_("请写明查明的事实。"), field="facts_found")
    if len(decision.reasons.strip()) < SHORTEST_REASONS:
        raise InvalidInput(_("请写明理由（至少 10 个字）。"), field="reasons")
    if max(len(decision.facts_found), len(decision.reasons)) > LONGEST_TEXT:
        raise InvalidInput(_("内容太长，每一栏最多 20000 字。"), field="reasons")
