"""Why a deadline is what it is: rule, article, inputs and arithmetic, in words a person can check."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from deadlines import periods
from deadlines.messages import DEFAULT_LANGUAGE
from deadlines.models import Deadline
from deadlines.profile import Length, Profile, load_profile


@dataclass(frozen=True, slots=True)
class Explanation:
    """`lines` are the arithmetic, one step each; instants in the law's zone."""

    rule_id: str
    rule_version: str
    name: str
    rule_class: str
    basis: str
    article: str
    inputs: list[tuple[str, str]]
    lines: list[str]
    provisional: bool


def explain(deadline: Deadline) -> Explanation:
    """The words behind a stored deadline; no query."""
    profile = load_profile(deadline.profile_id)
    rule = profile.clocks[deadline.rule_id]
    language = get_language() or DEFAULT_LANGUAGE
    return Explanation(
        rule_id=rule.id,
        rule_version=deadline.rule_version,
        name=rule.name.in_language(language),
        rule_class=_class_words()[rule.rule_class],
        basis=rule.basis,
        article=rule.article.in_language(language) if rule.article else "",
        inputs=_inputs(deadline, profile),
        lines=list(_arithmetic(deadline, profile)),
        provisional=deadline.provisional,
    )


def _class_words() -> dict[str, str]:
    return {
        "statutory": _("法律规定"),
        "interpretation": _("司法解释或联合意见"),
        "target": _("内部目标"),
    }


def _inputs(deadline: Deadline, profile: Profile) -> list[tuple[str, str]]:
    inputs = [(_("起算时间"), _instant(deadline.started_at, profile))]
    if deadline.length:
        inputs.append((_("期限长度"), _length_words(_parsed(deadline.length))))
    inputs.append((_("时区"), profile.time_zone))
    return inputs


def _arithmetic(deadline: Deadline, profile: Profile) -> list[str]:
    lines = _counting(deadline, profile)
    if deadline.capped_by:
        other = profile.clocks[deadline.capped_by]
        lines.append(
            _("按“%(rule)s”（%(id)s）届满更早，取较早者：%(end)s。")
            % {"rule": other.name, "id": other.id, "end": _end(deadline, profile)}
        )
    if deadline.provisional:
        lines.append(_("所涉年度的节假日安排尚未载入，暂按周末推算；载入后自动重新计算。"))
    return lines


def _counting(deadline: Deadline, profile: Profile) -> list[str]:
    if not deadline.length:
        return [_("届满时间：%(end)s。") % {"end": _end(deadline, profile)}]
    length = _parsed(deadline.length)
    started = _instant(deadline.started_at, profile)
    if length.unit == "min":
        end = _instant(deadline.started_at + length.span, profile)
        return [f"{started} + {_length_words(length)} = {end}"]
    if length.unit == "h":
        return _hours(deadline, length, profile)
    return [_days(deadline, length, profile)]


def _hours(deadline: Deadline, length: Length, profile: Profile) -> list[str]:
    period = periods.hours(deadline.started_at, length.span, profile.zone)
    legal_start = period.legal_at - length.span
    return [
        _("严格计算：%(start)s + %(length)s = %(end)s。")
        % {
            "start": _instant(deadline.started_at, profile),
            "length": _length_words(length),
            "end": _instant(period.strict_at, profile),
        },
        _("法定计算：期间开始的时不计入，自 %(start)s 起 + %(length)s = %(end)s；不因节假日顺延。")
        % {
            "start": _instant(legal_start, profile),
            "length": _length_words(length),
            "end": _instant(period.legal_at, profile),
        },
    ]


def _days(deadline: Deadline, length: Length, profile: Profile) -> str:
    first = periods.local_day(deadline.started_at, profile.zone)
    if length.unit == "mo":
        plain = periods.months_later(first, length.amount)
        words = _("自作出之日 %(day)s 起 %(length)s：至 %(last)s") % {
            "day": first,
            "length": _length_words(length),
            "last": plain,
        }
    else:
        plain = first + timedelta(days=length.amount)
        words = _("开始的日 %(day)s 不计入，+ %(length)s = %(last)s") % {
            "day": first,
            "length": _length_words(length),
            "last": plain,
        }
    if deadline.last_on is not None and deadline.last_on != plain:
        words += _rolled(plain, deadline.last_on)
    return words + _("，届满于 %(end)s。") % {"end": _end(deadline, profile)}


def _rolled(plain: date, last_on: date) -> str:
    if last_on > plain:
        return _("，该日为休息日，顺延至 %(day)s") % {"day": last_on}
    return _("，以文书载明或上限为准，至 %(day)s") % {"day": last_on}


def _end(deadline: Deadline, profile: Profile) -> str:
    """The end in words; that of a day is written as its 24:00."""
    if deadline.last_on is not None and deadline.strict_at == periods.end_of_day(
        deadline.last_on, profile.zone
    ):
        return f"{deadline.last_on} 24:00"
    return _instant(deadline.strict_at, profile)


def _instant(instant: datetime, profile: Profile) -> str:
    local = instant.astimezone(profile.zone)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _length_words(length: Length) -> str:
    units = {"min": _("分钟"), "h": _("小时"), "d": _("日"), "mo": _("个月")}
    return f"{length.amount} {units[length.unit]}"


def _parsed(length: str) -> Length:
    amount, _space, unit = length.partition(" ")
    return Length.model_validate({"amount": int(amount), "unit": unit})
