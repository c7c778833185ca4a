"""Tags of the layout: what every page needs, also an error page drawn without a request."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from deadlines.profile import load_profile

register = template.Library()


@register.simple_tag
def emergency_numbers() -> list[dict[str, str]]:
    """Numbers to call, most urgent first, with their words in the reader's language."""
    language = get_language() or ""
    rows = load_profile(settings.PROFILE_ID).emergency_numbers
    return [{"number": row.number, "words": row.name.in_language(language)} for row in rows]


@register.simple_tag
def quick_exit_url() -> str:
    """The neutral site that takes the place of our page (SR-01)."""
    return settings.QUICK_EXIT_URL


@register.filter
def instant(value: datetime | None, day_clock: bool | str = False) -> str:
    """An instant in the law's zone, to the minute; the end of a day clock reads "24:00" of its last day.

    The zone is settings.TIME_ZONE (Asia/Shanghai), whatever zone the reader's account has.
    """
    if value is None:
        return ""
    local = value.astimezone(ZoneInfo(settings.TIME_ZONE))
    if day_clock and (local.hour, local.minute, local.second) == (0, 0, 0):
        day = (local - timedelta(days=1)).date()
        return _("%(month)d月%(day)d日 24:00") % {"month": day.month, "day": day.day}
    return _("%(month)d月%(day)d日 %(clock)s") % {
        "month": local.month,
        "day": local.day,
        "clock": local.strftime("%H:%M"),
    }


@register.filter
def time_left(until: datetime | None, now: datetime | None) -> str:
    """Time from now to an instant as h:mm, in words: "还有 3:25" or "已过 0:40"."""
    if until is None or now is None:
        return ""
    minutes = int((until - now).total_seconds() // 60)
    late = minutes < 0
    hours, rest = divmod(abs(minutes), 60)
    words = _("已过 %(time)s") if late else _("还有 %(time)s")
    return words % {"time": f"{hours}:{rest:02d}"}
