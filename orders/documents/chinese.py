"""Chinese numbers and dates as court papers write them. Pure; instants are shown in the law's zone, Asia/Shanghai."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

LAW_ZONE = ZoneInfo("Asia/Shanghai")

_DIGITS = "〇一二三四五六七八九"


def number(value: int) -> str:
    """1 to 99 in Chinese: 十, 十四, 二十, 二十一."""
    if not 0 < value < 100:
        raise ValueError(f"no Chinese numeral for {value}")
    tens, units = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_DIGITS[tens]}十"
    return head + (_DIGITS[units] if units else "")


def formal_date(day: date) -> str:
    """二〇二六年三月十四日, for the place beside the signature."""
    year = "".join(_DIGITS[int(digit)] for digit in f"{day.year:04d}")
    return f"{year}年{number(day.month)}月{number(day.day)}日"


def plain_date(day: date) -> str:
    """2026年3月14日, for the running text."""
    return f"{day.year}年{day.month}月{day.day}日"


def minute(at: datetime) -> str:
    """2026年3月14日10时05分 in Asia/Shanghai. Raises ValueError for an instant without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant on a paper needs a zone")
    local = at.astimezone(LAW_ZONE)
    return f"{plain_date(local)}{local.hour}时{local.minute:02d}分"
