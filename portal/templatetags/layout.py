"""Tags of the layout: what every page needs, also an error page drawn without a request."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from deadlines import clock
from deadlines.profile import load_profile

register = template.Library()
HOURS_SHOWN_AS_DAYS = 96


@register.simple_tag
def emergency_numbers() -> list[dict[str, str]]:
    """Numbers to call, most urgent first, with their words in the reader's language."""
    language = get_language() or ""
    rows = load_profile(settings.PROFILE_ID).emergency_numbers
    return [{"number": row.number, "words": row.name.in_language(language)} for row in rows]


@register.simple_tag
def quick_exit_url() -> str:
    """The neutral site that takes the place of our page (SR-01)."""
    return str(settings.QUICK_EXIT_URL)


@register.simple_tag
def demo_clock() -> dict[str, Any]:
    """How far the demo's clock is moved, and what it shows; never moved in production."""
    return {"offset": clock.offset(), "now": clock.now()}


@register.filter
def instant(value: datetime | None, day_clock: object = False) -> str:
    """An instant in the law's zone, to the minute; the end of a day clock reads "24:00" of its last day.

    The year stands in front when it is not this one. The zone is settings.TIME_ZONE (Asia/Shanghai).
    """
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(settings.TIME_ZONE))
    day, time_of_day = local.date(), local.strftime("%H:%M")
    if day_clock and (local.hour, local.minute, local.second) == (0, 0, 0):
        day, time_of_day = day - timedelta(days=1), "24:00"
    words = _("%(month)d月%(day)d日 %(clock)s") % {"month": day.month, "day": day.day, "clock": time_of_day}
    if day.year != localdate(clock.now()).year:
        return _("%(year)d年%(instant)s") % {"year": day.year, "instant": words}
    return words


@register.filter
def time_left(until: datetime | None, at: datetime | None) -> str:
    """Time from `at` to an instant in words: "还有 3:25" (h:mm), "已过 0:40"; whole days from four days on."""
    if until is None or at is None:
        return ""
    minutes = int((until - at).total_seconds() // 60)
    late = minutes < 0
    hours, rest = divmod(abs(minutes), 60)
    in_days = hours >= HOURS_SHOWN_AS_DAYS
    time = _("%(days)d 天") % {"days": hours // 24} if in_days else f"{hours}:{rest:02d}"
    words = _("已过 %(time)s") if late else _("还有 %(time)s")
    return words % {"time": time}
